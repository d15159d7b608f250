"""JupyterLab for the demo: a real server starts, prints its URL and serves the notebook."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from jlabel.errors import InputError
from jlabel.lab import free_port, has_screen


def test_a_taken_port_gives_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) > port


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(InputError, match=str(port)):
        free_port(port)


def test_a_screen_far_away_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SSH_CONNECTION", "there")
    assert not has_screen()


@pytest.mark.slow
def test_the_demo_serves_its_notebook(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "jlabel.cli", "demo", "--folder", str(tmp_path), "--no-browser"]
    # A run in the background of a shell ignores Ctrl-C, and hands that on to what it starts: not to this process.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed,  # noqa: PLW1509
    ) as process:
        try:
            assert process.stdout
            said = []
            for line in process.stdout:
                said.append(line)
                if found := re.search(r"http://localhost:(\d+)/lab/tree/(\S+)\?token=(\w+)", line):
                    break
            else:
                raise AssertionError("".join(said))
            port, name, token = found.groups()
            url = f"http://127.0.0.1:{port}/api/contents/{name}?token={token}"
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert json.load(answer)["type"] == "notebook"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.stdout
            last = process.stdout.read()
            assert process.wait() == 0
    assert "labels are kept" in last
