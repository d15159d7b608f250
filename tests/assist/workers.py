"""What the worker's tests build with: small real networks, pictures that a network can tell apart, patience."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from threadpoolctl import threadpool_limits

import jlabel as jl
from jlabel.assist.compute.local import LocalCompute
from jlabel.assist.paths import made_folder
from jlabel.assist.status import Status, read_status
from jlabel.assist.worker.lease_keeper import LeaseKeeper
from jlabel.assist.worker.loop import Worker
from jlabel.model.run import Run, RunKind, RunState
from jlabel.project import Project
from jlabel.session.session import Session
from jlabel.workspace import Workspace

PATIENCE = 180.0
"""Seconds after which a test takes something for never to come: machines are shared."""
SIDE = 64


def make_backbone(path: Path, *, size: int = SIDE) -> Path:
    """A file of weights: the real EfficientNet-Lite0 at an input so small that it takes milliseconds."""
    from jlabel.assist.embeddings.backbone import open_backbone
    from jlabel.assist.embeddings.checkpoint import save_network
    from jlabel.assist.embeddings.network import Network

    network = open_backbone("lite0", device="cpu", size=size)
    assert isinstance(network, Network)
    save_network(network.state, {"architecture": "lite0", "size": size}, path)
    return path


def make_photos(folder: Path, count: int, *, classes: int = 2, start: int = 0, noise: int = 30) -> Path:
    """Writes pictures of ``classes`` kinds in turn: kind ``k`` is number ``n`` where ``n % classes == k``."""
    folder.mkdir(parents=True, exist_ok=True)
    grounds = [(190, 60, 60), (60, 80, 190), (70, 180, 80)]
    for number in range(start, start + count):
        rng = np.random.default_rng(number)
        ground = np.array(grounds[number % classes])
        pixels = np.clip(ground + rng.normal(0, noise, (64, 80, 3)), 0, 255).astype(np.uint8)
        x, y = rng.integers(8, 40, 2)
        pixels[y : y + 20, x : x + 20] = 255 - ground
        Image.fromarray(pixels).save(folder / f"{number:04d}.jpg", quality=90)
    return folder


def truth(name: str, classes: int = 2) -> int:
    """The class id of a picture by ``make_photos``."""
    return int(Path(name).stem) % classes + 1


def answer_page(session: Session, said: Callable[[str], int | tuple[int, ...]] = truth) -> int:
    """Labels one page truly and submits it; returns how many images it held."""
    page = session.next_page(9)
    assert page is not None
    for task in page.tasks:
        wanted = said(task.name)
        classes = (wanted,) if isinstance(wanted, int) else wanted
        have = session.answers[task.item].class_ids
        for extra in set(have) - set(classes):
            session.clear([task.item], label=extra)
        for missing in set(classes) - set(have):
            session.apply(missing, [task.item])
        if not classes:
            session.no_objects([task.item])
    session.submit()
    return len(page.tasks)


def until(condition: Callable[[], object], what: str = "", *, seconds: float = PATIENCE) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what or condition}"
        time.sleep(0.05)


@contextmanager
def worker_in(project: Project, *, once: bool = True) -> Iterator[Worker]:
    """A worker in this process, to be run."""
    store = project.store
    lease = store.acquire_assist(project.id)
    assert lease is not None
    lease_keeper = LeaseKeeper(store, lease)
    folder, found = made_folder(store, project.id), store.project(project.name)
    try:
        yield Worker(store, found, folder, lease_keeper, LocalCompute(), once=once)
    finally:
        lease_keeper.close()


def work_once(project: Project) -> None:
    """Does all that is due, in this process."""
    with worker_in(project) as worker:
        worker.run()


def runs_of(project: Project, kind: RunKind, state: RunState | None = None) -> list[Run]:
    """Runs of a kind, oldest first."""
    found = project.store.runs(project.id, limit=500)[::-1]
    return [run for run in found if run.kind is kind and (state is None or run.state is state)]


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be buried does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def ended(pid: int) -> bool:
    """Whether a process is gone."""
    return not alive(pid)


def pid_of(status: Status) -> int:
    """The worker that a status names."""
    assert status.worker is not None
    return status.worker.pid


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a small network's weights."""
    return str(make_backbone(tmp_path_factory.mktemp("network") / "tiny.pt"))


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers of tests are as important as the tests, or a busy machine would let them wait for minutes."""
    monkeypatch.setattr("jlabel.assist.worker.supervisor.NICE", 0)
    with threadpool_limits(1):
        yield


@pytest.fixture
def project(tmp_path: Path, backbone: str) -> Iterator[Project]:
    """Sixty pictures of two kinds, not yet assisted; what a test starts is stopped."""
    photos = make_photos(tmp_path / "photos", 60)
    with jl.Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("photos", task="multi-class", images=photos, labels=["red", "blue"])
        made.assist.configure(backbone=backbone, device="cpu")
        yield made
        if made.name in [one.name for one in workspace.projects()]:
            made.assist.stop()


__all__ = [
    "PATIENCE", "Workspace", "alive", "answer_page", "backbone", "ended", "make_backbone", "make_photos", "pid_of",
    "project", "read_status", "runs_of", "truth", "until", "work_once", "worker_in",
]  # fmt: skip
