"""What is to be known of a page's files is said when the page is on screen, once."""

from collections.abc import Callable
from pathlib import Path

from jlabel import Workspace
from jlabel.media.loader import Loader
from jlabel.widgets.editor import Editor
from tests.pictures import make_pictures
from tests.widgets.conftest import Browser


def cut(folder: Path, count: int) -> Path:
    """Pictures without their end markers."""
    make_pictures(folder, count)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-2])
    return folder


def sentence(name: str) -> tuple[str, str]:
    note = "Its end marker is missing, so that its last bytes may be too; the picture is whole."
    return "info", f"{name!r}: {note}"


def test_a_grid_says_it_of_each_page_once(workspace: Workspace, folder: Path, look: Callable[..., Browser]) -> None:
    project = workspace.create_project("p", task="multi-class", images=cut(folder, 3), labels=["cat"])
    names = {record.item: record.name for record in project.records()}
    browser = look(project, grid=1)
    for _ in range(3):
        assert browser.said == sentence(names[browser.items[0]])
        browser.view()
        assert browser.said == sentence(names[browser.items[0]]), "a message of the screen's own takes nothing away"
        browser.cell("apply", class_id=1)
        assert browser.said == ("", "")
        browser.submit()


def test_an_editor_says_it(workspace: Workspace, folder: Path) -> None:
    project = workspace.create_project("p", task="boxes", images=cut(folder, 1), labels=["cat"])
    with Loader(workers=1) as loader:
        editor = Editor(project.session(labeler="me", grid=1), loader)
        browser = Browser(editor)
        browser.view()
        assert browser.said == sentence("0000.jpg")
        editor.close()
