"""Starts JupyterLab on a notebook and prints its URL."""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from jlabel.atomic_write import replacing
from jlabel.errors import InputError, MissingExtra

START_SECONDS = 180.0
"""Seconds that JupyterLab may take to start."""
_SETTINGS = {
    # No toast about news over the labeler.
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
}


def serve(notebook: Path, *, port: int = 8888, browser: bool = True, show: Callable[[str], None] = print) -> int:
    """Start JupyterLab in the notebook's folder, show its URL, and wait until it ends (Ctrl-C).

    Args:
        notebook: an existing notebook.
        port: on localhost; the next free one if it is taken.
        browser: open a browser too, where there is a screen.
        show: takes each line meant for the person.

    Returns:
        JupyterLab's exit status.

    Raises:
        MissingExtra: JupyterLab is not installed.
        InputError: JupyterLab did not start; the message ends with its log.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise MissingExtra("The demo needs JupyterLab. Install it with: pip install 'jlabel[demo]'.")
    port, token = free_port(port), secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="jlabel-") as folder, (Path(folder) / "log").open("w+b") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            _command(notebook.parent, port, token),
            env=_environment(Path(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port, token, Path(folder) / "log")
            url = f"http://localhost:{port}/lab/tree/{notebook.name}?token={token}"
            show(f"JupyterLab is running. Open this in a browser:\n\n    {url}\n\nStop it with Ctrl-C.")
            if browser and has_screen():
                webbrowser.open(url)
            return process.wait()
        except KeyboardInterrupt:
            show("Stopped. Your labels are kept; run the same command to go on.")
            return 0
        finally:
            process.terminate()
            process.wait()


def labeling_notebook(folder: Path, project: str, *, connect: bool, grid: int, labeler: str | None) -> Path:
    """Write a notebook whose one cell opens the labeler of a project, and return its path; one that is there stays.

    Args:
        folder: where to; the workspace's unless ``connect``.
        project: the project's name.
        connect: open the database that ``JLABEL_DATABASE`` names, whose URL may hold a password.
        grid: images on a page.
        labeler: who labels; ``None`` leaves it to the notebook's user.

    Raises:
        InputError: it cannot be written.
    """
    who = "" if labeler is None else f", labeler={labeler!r}"
    opened = "jl.Workspace.connect()" if connect else f"jl.Workspace({str(folder)!r})"
    source = f"import jlabel as jl\n\n{opened}[{project!r}].label(grid={grid}{who})"
    name = re.sub(r"[^\w.-]+", "-", project).strip("-.") or "project"
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]  # another grid or labeler is another notebook
    path = folder / f"label-{name}-{digest}.ipynb"
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": digest,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    if not path.exists():
        try:
            with replacing(path) as file:
                file.write(json.dumps(notebook, indent=1).encode())
        except OSError as error:
            raise InputError(
                f"The notebook {path} cannot be written: {error.strerror or error}. Label from a notebook of your own "
                f"instead: {opened}[{project!r}].label()."
            ) from error
    return path


def free_port(wanted: int) -> int:
    """Return ``wanted``, or the next port of localhost that nobody listens on.

    Raises:
        InputError: not a port, or none of the hundred after it is free.
    """
    if not 1 <= wanted <= 65535:  # noqa: PLR2004 -- the range of TCP ports
        raise InputError(f"{wanted} is not a port. Give a number from 1 to 65535.")
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise InputError(f"No port from {wanted} on is free. Give another one with --port.")


def has_screen() -> bool:
    """Whether a browser opened here would be seen by the person."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _command(folder: Path, port: int, token: str) -> list[str]:
    command = [
        sys.executable,
        *("-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder.absolute()}"),
    ]
    # Containers run as root, which JupyterLab refuses without this option.
    return [*command, "--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else command


def _environment(folder: Path) -> dict[str, str]:
    (folder / "labconfig").mkdir()
    (folder / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(_SETTINGS), encoding="utf-8")
    paths = os.pathsep.join(filter(None, [str(folder), os.environ.get("JUPYTER_CONFIG_PATH")]))
    return os.environ | {"JUPYTER_CONFIG_PATH": paths}


def _wait(process: subprocess.Popen[bytes], port: int, token: str, log: Path) -> None:
    """Return when the server answers."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status?token={token}", timeout=5).close()
            return
        time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise InputError(f"JupyterLab did not start on port {port}. The end of its log:\n{tail}")
