"""A worker obeys in every kind of run, also while it computes without looking up; with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("torch")

from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, runs_of, until, work_once
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import project as project  # noqa: PLC0414

pytestmark = pytest.mark.model

LONG = 90.0
"""Seconds that the slow part takes: far more than a test waits for obedience, however busy the machine."""
OBEYED = 30.0
WORKER = """
import sys, time
from jlabel.assist.classification import finetune, learner
from jlabel.assist.compute.interruption import look
from jlabel.assist.embeddings import featurize
from jlabel.assist.embeddings.network import Network
from jlabel.assist.worker.main import work
from jlabel.store import open_store

folder, name, kind, deaf, seconds, parent = sys.argv[1:]
deaf, seconds = deaf == "deaf", float(seconds)

def hold():
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(seconds if deaf else 0.05)
        look()

def slow(owner, name, wait):
    real = getattr(owner, name)
    def slowly(*args, **more):
        wait()
        return real(*args, **more)
    setattr(owner, name, slowly)

def each(real):
    def slowly(*args, **more):
        for one in real(*args, **more):
            time.sleep(seconds / 20)
            yield one
    return slowly

match kind:
    case "featurization":
        slow(Network, "embed", hold) if deaf else slow(featurize, "framed", lambda: time.sleep(seconds / 20))
    case "training":
        slow(learner, "train", hold)
    case "validation":
        slow(learner, "validate", hold)
    case "inference":
        if deaf:
            slow(learner, "by_model", hold)
        else:
            learner.predictions = each(learner.predictions)
    case "fine-tuning":
        slow(finetune._Trainer, "_step", hold if deaf else lambda: time.sleep(0.5))

with open_store(folder) as store:
    work(store, name, nice=0, parent=int(parent) or None)
"""


@contextmanager
def slow_worker(project: Project, kind: RunKind, how: str, *, parent: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of whose kind of run takes long, in such a run."""
    if kind is not RunKind.FEATURIZATION:
        session = project.session(labeler="me")
        for _ in range(6 if kind is RunKind.FINE_TUNING else 3):
            answer_page(session)
        session.close()
    if kind is RunKind.FINE_TUNING:
        project.store.start_run(project.id, kind, reason="Asked for.", queued=True)
    arguments = [str(project.store.folder), project.name, kind, how, str(LONG), str(parent)]
    with subprocess.Popen([sys.executable, "-c", WORKER, *arguments]) as process:
        try:
            until(lambda: runs_of(project, kind, RunState.RUNNING), f"a run of {kind}")
            time.sleep(0.3)  # it has begun to compute
            yield process
        finally:
            process.kill()


def terminate(_project: Project, process: subprocess.Popen[bytes]) -> None:
    process.terminate()


def stop(project: Project, _process: subprocess.Popen[bytes]) -> None:
    project.assist.stop()


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (RunKind.FEATURIZATION, terminate),
        (RunKind.FEATURIZATION, stop),
        (RunKind.TRAINING, terminate),
        (RunKind.TRAINING, stop),
        (RunKind.VALIDATION, terminate),
        (RunKind.INFERENCE, stop),
        (RunKind.FINE_TUNING, terminate),
    ],
)
def test_a_worker_that_is_told_to_stop_ends(
    project: Project, kind: RunKind, end: Callable[[Project, subprocess.Popen[bytes]], None]
) -> None:
    with slow_worker(project, kind, "deaf") as process:
        end(project, process)
        assert process.wait(OBEYED) == 0
    assert [run.state for run in runs_of(project, kind)] == [RunState.CANCELLED]
    assert project.assist.status().state == "stopped"
    assert project.store.assist_lease(project.id) is None


@pytest.mark.parametrize("kind", [RunKind.TRAINING, RunKind.FINE_TUNING])
def test_a_worker_ends_with_its_kernel_whatever_it_does(project: Project, kind: RunKind) -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as kernel,
        slow_worker(project, kind, "deaf", parent=kernel.pid) as process,
    ):
        os.kill(kernel.pid, signal.SIGKILL)
        kernel.wait()
        assert process.wait(OBEYED) == 0
    assert [run.state for run in runs_of(project, kind)] == [RunState.CANCELLED]


@pytest.mark.parametrize("kind", [RunKind.FEATURIZATION, RunKind.TRAINING, RunKind.VALIDATION, RunKind.INFERENCE])
def test_a_paused_worker_rests_and_takes_up_what_it_left(project: Project, kind: RunKind) -> None:
    with slow_worker(project, kind, "looking"):
        project.assist.pause()
        until(lambda: project.assist.status().state == "paused", "rest", seconds=OBEYED)
        assert [run.state for run in runs_of(project, kind)] == [RunState.CANCELLED]
        assert not project.store.runs(project.id, state=RunState.RUNNING)
        project.assist.resume()
        until(lambda: runs_of(project, kind, RunState.RUNNING), "the rest of it")


def test_a_paused_fine_tuning_waits_and_goes_on(project: Project) -> None:
    with slow_worker(project, RunKind.FINE_TUNING, "looking"):
        (run,) = runs_of(project, RunKind.FINE_TUNING)
        project.assist.pause()
        until(lambda: project.assist.status().state == "paused", "rest", seconds=OBEYED)
        time.sleep(1.5)  # the step under way ends
        before = project.store.run(run.id)
        time.sleep(2.5)
        assert project.store.run(run.id) == before
        assert before.state is RunState.RUNNING
        project.assist.resume()
        until(lambda: project.store.run(run.id) != before, "progress")


def test_a_run_that_somebody_cancels_is_not_done_again(project: Project) -> None:
    work_once(project)  # embedded: nothing else asks for a round
    with slow_worker(project, RunKind.INFERENCE, "looking") as process:
        (run,) = runs_of(project, RunKind.INFERENCE)
        project.store.cancel_run(run.id)
        until(lambda: project.assist.status().state == "idle", "rest", seconds=OBEYED)
        assert process.poll() is None
        time.sleep(1)
        assert runs_of(project, RunKind.INFERENCE) == [project.store.run(run.id)]
