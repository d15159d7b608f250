"""The command line: ``jlabel demo | create | label | status | refresh | relocate | export | delete | assist``."""

import contextlib
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jlabel import __version__
from jlabel.errors import ExportWarning, JlabelError, NotFound

if TYPE_CHECKING:
    from jlabel.model.item import Refresh

WORKSPACE = click.option(
    "--workspace",
    "-w",
    default="labels",
    show_default=True,
    help="The workspace's folder, or a URL such as postgresql://user@host/database.",
)


class Commands(click.Group):
    """Commands whose failures are one sentence and no traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a jlabel error ends it with its sentence."""
        try:
            return super().invoke(ctx)
        except JlabelError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jlabel")
def main() -> None:
    """Label images in a notebook."""


@main.command()
@click.option("--folder", default="jlabel-demo", show_default=True, type=click.Path(path_type=Path), help="Where to.")
@click.option("--port", default=8888, show_default=True, help="On localhost; the next free one if it is taken.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--no-server", is_flag=True, help="Write the images and the notebooks and start nothing.")
def demo(folder: Path, port: int, *, no_browser: bool, no_server: bool) -> None:
    """Open JupyterLab with notebooks and images to label: classes, boxes and polygons.

    Run again it opens the same folder; labels are kept.
    """
    from jlabel.demo import prepare  # noqa: PLC0415 -- each command loads only what it needs
    from jlabel.lab import serve  # noqa: PLC0415

    notebook = prepare(folder)
    click.echo(f"The demo is in {folder.absolute()}.")
    if not no_server:
        sys.exit(serve(notebook, port=port, browser=not no_browser, show=click.echo))


@main.command()
@click.argument("name")
@click.argument("images", nargs=-1, required=True)
@click.option("--label", "-l", "labels", multiple=True, required=True, help="A label class; once for each.")
@click.option("--task", default="multi-class", show_default=True, help="multi-class, multi-label, boxes or polygons.")
@WORKSPACE
def create(name: str, images: tuple[str, ...], labels: tuple[str, ...], task: str, workspace: str) -> None:
    """Create the project NAME on IMAGES: folders, files, or a quoted pattern such as 'photos/**'."""
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(workspace) as opened:
        where = images[0] if len(images) == 1 else list(images)
        project = opened.create_project(name, task=task, images=where, labels=list(labels))
        click.echo(f"Project {name}: {project.counts().total} items to label.")


@main.command()
@click.argument("names", nargs=-1)
@WORKSPACE
def status(names: tuple[str, ...], workspace: str) -> None:
    """Show how far projects are: those named, or all."""
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        projects = [opened.project(name) for name in names] if names else opened.projects()
        rows: list[tuple[str, ...]] = [("project", "task", "items", "labeled", "remaining", "skipped", "unreadable")]
        for project in projects:
            n = project.counts()
            figures = (n.total, n.labeled, n.remaining, n.skipped, n.unreadable)
            rows.append((project.name, str(project.task), *(f"{figure:,}" for figure in figures)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        click.echo("  ".join(cells).rstrip())


class FormatCommand(click.Command):
    """A command with an option for each option of the formats, which are only loaded where they are asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``--separator ';'`` for ``--option 'separator=;'``, and so for each option of each format."""
        from jlabel.formats.registry import FORMATS  # noqa: PLC0415

        names = {f"--{option.name}": option.name for each in FORMATS.values() for option in each.options}
        given = iter(args)
        read: list[str] = []
        for word in given:
            flag, equals, value = word.partition("=")
            if flag in names:
                read += ["--option", f"{names[flag]}={value if equals else next(given, '')}"]
            else:
                read.append(word)
        return super().parse_args(ctx, read)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of formats, with their options and what they cannot hold."""
        from jlabel.formats.registry import FORMATS  # noqa: PLC0415

        super().format_epilog(ctx, formatter)
        for each in FORMATS.values():
            with formatter.section(f"{each.name}: {each.summary}"):
                for option in each.options:
                    formatter.write_text(f"--{option.name} {option.default!r}: {option.summary}.")
                formatter.write_text(" ".join(("It cannot hold:", *each.cannot_hold)))


@main.command(cls=FormatCommand)
@click.argument("name")
@click.argument("format_name", metavar="FORMAT")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="An option of the format.")
@WORKSPACE
def export(name: str, format_name: str, path: Path, options: tuple[str, ...], workspace: str) -> None:
    """Write the labels of the project NAME in FORMAT to PATH."""
    from jlabel.formats.registry import find_format  # noqa: PLC0415
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        project = opened.project(name)
        pairs = [option.partition("=")[::2] for option in options]
        given = {key: find_format(format_name).option(key).parse(value) for key, value in pairs}
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always", ExportWarning)
            written = project.export(format_name, path, **given)
        for note in notes:
            click.echo(f"Note: {note.message}", err=True)
        click.echo(f"Written: {written}")


@main.command()
@click.argument("name")
@WORKSPACE
def refresh(name: str, workspace: str) -> None:
    """List the images of the project NAME again: new, changed and vanished files."""
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        _tell(opened.project(name).refresh())


def _tell(listings: Iterable["Refresh"]) -> None:
    """Print what new listings brought."""
    for done in listings:
        if done.empty:
            click.echo(done.reason or "No image is there. Nothing was changed.", err=True)
            continue
        click.echo(
            f"{done.added:,} new, {done.changed:,} changed, {done.vanished:,} vanished and {done.returned:,} "
            "returned images."
        )
        if done.resized:
            click.echo(
                f"{done.resized:,} labeled images have another size than when they were labeled: review their labels "
                "(the column reason of to_frame() names them)."
            )


@main.command()
@click.argument("name")
@click.argument("old")
@click.argument("new")
@WORKSPACE
def relocate(name: str, old: str, new: str, workspace: str) -> None:
    """Find the images of the project NAME again, which were in the folder OLD and are in NEW now."""
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        found = opened.project(name).relocate(old, new)
        click.echo(f"The images of {name} are read from {new}.")
        _tell(found)


@main.command()
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing.")
@WORKSPACE
def delete(name: str, *, yes: bool, workspace: str) -> None:
    """Delete the project NAME. Its name is never given again; images are not touched."""
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        project = opened.project(name)
        if not yes:
            click.confirm(f"Delete {project.name}, with {project.counts().labeled:,} labels?", abort=True)
        project.delete()
        click.echo(f"Deleted: {project.name}")


@main.command()
@click.argument("name")
@click.option("--grid", default=9, show_default=True, help="Images on a manual page: 1, 4, 6 or 9.")
@click.option("--labeler", help="Who labels; the login name by default.")
@click.option("--port", default=8888, show_default=True, help="On localhost; the next free one if it is taken.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--no-server", is_flag=True, help="Write the notebook and start nothing.")
@WORKSPACE
def label(
    name: str, *, grid: int, labeler: str | None, port: int, no_browser: bool, no_server: bool, workspace: str
) -> None:
    """Open JupyterLab on a notebook that labels the project NAME; it is kept in the workspace's folder."""
    from jlabel.lab import labeling_notebook, serve  # noqa: PLC0415
    from jlabel.session.page_sizes import check_size  # noqa: PLC0415
    from jlabel.store import DATABASE  # noqa: PLC0415
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace(_existing(workspace)) as opened:
        project, folder = opened.project(name), opened.store.folder
        check_size(grid)
    if folder is None:
        os.environ[DATABASE] = workspace  # for the notebook's kernel
    notebook = labeling_notebook(folder or Path.cwd(), project.name, connect=folder is None, grid=grid, labeler=labeler)
    click.echo(f"The notebook is {notebook}. Run its cell to label.")
    if not no_server:
        sys.exit(serve(notebook, port=port, browser=not no_browser, show=click.echo))


@main.command()
@click.argument("workspace")
@click.argument("name", metavar="PROJECT")
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
@click.option("--parent", type=int, hidden=True, help="End with this process.")
@click.option("--nice", type=click.IntRange(0, 19), default=10, show_default=True, help="0: as important as others.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def assist(workspace: str, name: str, *, once: bool, parent: int | None, nice: int, quiet: bool) -> None:
    """Be the assist worker of PROJECT in WORKSPACE: learn from its labels, pre-label and sort the rest.

    WORKSPACE is a folder, a URL, or - for the one that JLABEL_DATABASE names. Stop it with Ctrl-C; it loses nothing.
    """
    from jlabel.assist.worker.main import GAVE_UP, is_final, work  # noqa: PLC0415
    from jlabel.assist.worker.status_bar import shown  # noqa: PLC0415
    from jlabel.workspace import Workspace  # noqa: PLC0415

    with Workspace.connect() if workspace == "-" else Workspace(_existing(workspace)) as opened:
        project = opened.project(name)
        try:
            with contextlib.nullcontext() if quiet else shown(opened.store, project.id, sys.stdout):
                sys.exit(work(opened.store, project.name, once=once, parent=parent, nice=nice))
        except JlabelError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(GAVE_UP if is_final(error) else 1)


def _existing(workspace: str) -> str:
    """Return the workspace; a look must not make an empty one where a name was mistyped.

    Raises:
        NotFound: it is a folder, and it is not there.
    """
    if "://" not in workspace and not Path(workspace).is_dir():
        raise NotFound(f"There is no workspace at {Path(workspace).absolute()}. Name its folder with --workspace.")
    return workspace


if __name__ == "__main__":
    main()
