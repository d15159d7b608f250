"""A JupyterLab of its own: free port, token, and every folder and setting apart from the user's."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

START_LIMIT = 180.0  # seconds; a busy machine of two cores starts JupyterLab in ten
KERNEL = "jlabel-tests"
OVERRIDES = {
    # Without these a toast about news covers the corner of the page.
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    # The dialog for a dead kernel would block the page; tests look at the kernel's status instead.
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 3600},
}


def free_port() -> int:
    """A port of localhost that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running JupyterLab.

    Args:
        folder: an empty folder for the notebooks and for everything that Jupyter keeps.
        env: environment variables for the server and so for its kernels.

    Attributes:
        root: the folder that holds the notebooks.
        port: where it listens on 127.0.0.1.
        token: what a URL must carry.
        pid: of the server process, the parent of its kernels.
    """

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.root = folder / "notebooks"
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.root.mkdir(parents=True)
        self._kernelspec()
        self._overrides()
        self._log = (folder / "jupyterlab.log").open("wb")
        self._process = subprocess.Popen(
            self._command(), env=self._environment(env or {}), cwd=self.root, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.pid = self._process.pid
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def log(self) -> str:
        """What the server has printed so far."""
        return (self.folder / "jupyterlab.log").read_text(encoding="utf-8", errors="replace")

    def shut_down_kernels(self) -> None:
        """Ends every kernel, so that a long run of tests does not fill the memory."""
        for session in json.loads(self._ask("GET", "/api/sessions")):
            with contextlib.suppress(urllib.error.HTTPError):  # gone by itself meanwhile
                self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def stop(self) -> None:
        """Ends the server and its kernels. May be called twice."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # a kernel that outlived its server
        self._log.close()

    def _command(self) -> list[str]:
        return [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True", "--LabApp.collaborative=False",
        ]  # fmt: skip

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        mine = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
            "XDG_CACHE_HOME": "cache",
            "XDG_DATA_HOME": "share",
            "XDG_CONFIG_HOME": "xdg",
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "JPY_", "ANYWIDGET", "JLABEL_"))}
        return kept | {name: str(self.folder / sub) for name, sub in mine.items()} | extra

    def _kernelspec(self) -> None:
        spec = self.folder / "data" / "kernels" / KERNEL
        spec.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        text = json.dumps({"argv": argv, "display_name": "jlabel tests", "language": "python"})
        (spec / "kernel.json").write_text(text, encoding="utf-8")

    def _overrides(self) -> None:
        labconfig = self.folder / "config" / "labconfig"
        labconfig.mkdir(parents=True)
        (labconfig / "default_setting_overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")

    def _wait(self) -> None:
        """Waits until the server answers, or raises with what it printed."""
        until = time.monotonic() + START_LIMIT
        pause = threading.Event()  # never set: a pause between two questions
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self._ask("GET", "/api/status")
                return
            pause.wait(0.1)
        raise RuntimeError(f"JupyterLab did not start on port {self.port}. It said:\n{self.log()[-4000:]}")
