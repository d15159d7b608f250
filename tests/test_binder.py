"""Binder: what it installs, and that a visitor lands on the notebook whatever the address names."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jlabel.demo import NOTEBOOKS, PHOTOS, prepare

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"
FIRST = f"lab/tree/notebooks/{NOTEBOOKS[0]}"

if not BINDER.is_dir():
    pytest.skip("binder/ comes with the repository, not with the package", allow_module_level=True)


def test_pytorch_is_pinned_to_builds_without_cuda() -> None:
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in lines
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert set(pins) == {"torch", "torchvision"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+\+cpu", version) for version in pins.values())


def test_the_readmes_link_opens_the_notebook_that_the_build_writes(tmp_path: Path) -> None:
    link = re.search(r"https://mybinder\.org/v2/gh/[\w-]+/[\w-]+/\w+\?[^)\s]+", (ROOT / "README.md").read_text("utf-8"))
    assert link
    assert parse_qs(urlsplit(link[0]).query)["urlpath"] == [FIRST]
    assert "jlabel demo --folder notebooks --no-server" in (BINDER / "postBuild").read_text(encoding="utf-8")
    notebook = prepare(tmp_path / "notebooks")
    assert f"lab/tree/{notebook.relative_to(tmp_path).as_posix()}" == FIRST
    assert (tmp_path / "notebooks" / PHOTOS).is_dir()


@pytest.mark.slow
def test_the_server_leads_to_the_notebook(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *("bash", str(BINDER / "start"), sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", "--IdentityProvider.token=x", f"--ServerApp.root_dir={tmp_path}"),
    ]
    environment = os.environ | {"HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            with opened(f"http://127.0.0.1:{port}/?token=x") as answer:
                assert urlsplit(answer.url).path == f"/{FIRST}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    assert (tmp_path / ".jupyter" / "labconfig" / "default_setting_overrides.json").is_file()


def opened(url: str) -> Any:
    """The answer of a server that is starting."""
    until = time.monotonic() + 180
    while True:
        try:
            return urllib.request.urlopen(url, timeout=30)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
