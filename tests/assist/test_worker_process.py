"""The worker as a process: started, killed in every kind of run, succeeded, stopped, refused."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("torch")

import jlabel as jl
from jlabel.errors import AssistError, InputError, MissingExtra
from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from jlabel.store import open_store, read_item_table
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import alive, answer_page, ended, make_photos, pid_of, runs_of, truth, until, work_once
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import project as project  # noqa: PLC0414
from tests.fixtures.postgres import Cluster
from tests.fixtures.postgres import postgres as postgres  # noqa: PLC0414 -- a fixture

pytestmark = pytest.mark.model

KILLED = """
import os, signal, sys
from jlabel.assist.worker.main import work
from jlabel.store import open_store
from jlabel.store.sql.store import SqlStore

begin = SqlStore.start_run

def killed(self, project_id, kind, **more):
    run = begin(self, project_id, kind, **more)
    if kind == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
    return run

change = SqlStore.update_run

def killed_later(self, run_id, **more):
    run = change(self, run_id, **more)
    if run.kind == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
    return run

SqlStore.start_run, SqlStore.update_run = killed, killed_later
with open_store(sys.argv[1]) as store:
    work(store, sys.argv[2], once=True, nice=0)
"""


def labeled(project: Project, pages: int) -> None:
    session = project.session(labeler="me")
    for _ in range(pages):
        answer_page(session)
    session.close()


def command(project: Project, *more: str) -> subprocess.CompletedProcess[str]:
    """``jlabel assist`` as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "jlabel.cli", "assist", str(project.store.folder), project.name, *more],
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_start_to_pre_labels_and_stop(project: Project) -> None:
    assist = project.assist
    assert assist.status().state == "off"
    assert assist.start(threshold=0.5).state == "starting"
    assert str(assist) == "Assist('photos': Assist is starting)"
    until(lambda: assist.status().clustered, "clusters")
    pid = pid_of(assist.status())
    assert pid != os.getpid()
    assert assist.start(retrain_every=9).state != "starting"  # run again, it leaves the worker as it is
    assert pid_of(assist.status()) == pid
    assert assist.settings.retrain_every == 9
    make_photos(Path(project.store.folder or "").parent / "photos", 60, start=60)
    project.refresh()
    labeled(project, 7)  # of both classes, there are sixty of each; more are left than chance has
    until(lambda: assist.status().prelabeled, "suggestions")
    until(lambda: "suggested; " in assist.status().summary, "rest")
    assert "Worker" in assist.log.read_text()
    assert assist.stop().state == "stopped"
    assert not alive(pid)
    assert project.store.assist_lease(project.id) is None
    assert assist.status().prelabeled  # what is published stays
    assert assist.stop().state == "stopped"


@pytest.mark.parametrize("kind", list(RunKind))
def test_killed_in_a_run_and_succeeded(project: Project, kind: RunKind) -> None:
    if kind is not RunKind.FEATURIZATION:
        labeled(project, 3)
    if kind is RunKind.FINE_TUNING:
        labeled(project, 3)
        project.store.start_run(project.id, kind, reason="Asked for.", queued=True)
    folder = str(project.store.folder)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, folder, project.name, kind], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    status = project.assist.status()
    assert (status.state, status.worker) == ("failed", None)
    assert "without a word" in status.summary
    if kind is RunKind.FINE_TUNING:
        project.store.start_run(project.id, kind, reason="Asked for again.", queued=True)
    work_once(project)
    assert {run.state for run in runs_of(project, kind)} == {RunState.FAILED, RunState.DONE}
    if kind is not RunKind.FINE_TUNING:
        assert project.assist.status().clustered > 5
    if kind is not RunKind.FEATURIZATION:
        assert runs_of(project, RunKind.INFERENCE, RunState.DONE)
    for run in project.assist.runs():
        assert run.state.ended


def test_the_keeper_starts_a_killed_worker_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jlabel.assist.worker.supervisor.BACK_OFF", (0.05, 0.1))
    make_photos(Path(project.store.folder or "").parent / "photos", 400, start=60)
    project.refresh()
    assist = project.assist
    assist.start()
    until(lambda: assist.status().run and assist.status().total, "a run")
    first = assist.status().worker
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: runs_of(project, RunKind.FEATURIZATION, RunState.FAILED), "the failed run")
    (failed,) = runs_of(project, RunKind.FEATURIZATION, RunState.FAILED)
    assert "killed (signal 9)" in failed.last_words
    until(lambda: assist.status().clustered, "the successor's clusters")
    assert pid_of(assist.status()) != first.pid


def test_a_worker_ends_with_its_kernel_unless_it_is_to_survive(project: Project) -> None:
    code = (
        "import os, sys, time, jlabel as jl\n"
        "import jlabel.assist.worker.supervisor as process; process.NICE = 0\n"
        "assist = jl.Workspace(sys.argv[1]).project(sys.argv[2]).assist\n"
        "assist.start(detached=sys.argv[3] == 'survive')\n"
        "while assist.status().worker is None: time.sleep(0.05)\n"
        "print(assist.status().worker.pid)\n"
        "sys.stdout.flush()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    folder = str(project.store.folder)
    for wish in ("end", "survive"):
        done = subprocess.run(
            [sys.executable, "-c", code, folder, project.name, wish], capture_output=True, text=True, check=False
        )
        pid = int(done.stdout)
        if wish == "end":
            until(partial(ended, pid), "the end")
            assert project.assist.status().state in {"off", "stopped"}  # it may have ended before its first run
            continue
        until(lambda: project.assist.status().clustered, "work after the kernel's end")
        assert alive(pid)
        assert pid_of(project.assist.start()) == pid  # the new kernel finds it
        assert project.assist.stop().state == "stopped"
        until(partial(ended, pid), "the end")


def test_a_second_worker_is_refused_with_a_sentence(project: Project) -> None:
    lease = project.store.acquire_assist(project.id)
    assert lease is not None
    done = command(project, "--once")
    assert done.returncode == 3
    assert f"already at work for the project 'photos' (process {os.getpid()} on" in done.stderr
    assert "Traceback" not in done.stderr
    project.store.release_assist(lease.token)


def test_the_command_shows_progress_and_ends(project: Project) -> None:
    labeled(project, 2)
    done = command(project, "--once", "--nice", "0")
    assert done.returncode == 0, done.stderr
    assert "Assist is stopped" in done.stdout
    assert runs_of(project, RunKind.INFERENCE, RunState.DONE)
    assert command(project, "--once", "--nice", "99").returncode == 2


def test_without_torch_the_sentence_names_the_extra(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "torch.py").write_text("raise ImportError('No module named torch')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "bare"))
    done = command(project)
    assert done.returncode == 3
    assert "pip install 'jlabel[assist]'" in done.stderr
    assert "pip install 'jlabel[assist]'" in project.assist.status().summary
    project.assist.start()
    until(lambda: len(runs_of(project, RunKind.FEATURIZATION)) == 2, "the keeper's try")
    until(lambda: project.assist.status().state == "failed", "the keeper gives up")
    monkeypatch.setattr("jlabel.assist.control.find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'jlabel\[assist\]'"):
        project.assist.start()


def test_a_training_on_demand_needs_no_worker(project: Project) -> None:
    labeled(project, 1)
    run = project.assist.train(wait=True, reason="I want it now.")
    assert (run.state, run.reason, run.adopted) == (RunState.DONE, "I want it now.", True)
    assert runs_of(project, RunKind.INFERENCE, RunState.DONE)
    until(lambda: project.assist.status().worker is None, "the end")
    assert project.assist.status().state == "stopped"


def test_what_is_asked_of_a_project_that_cannot_be_trained_fails_with_a_sentence(project: Project) -> None:
    project.assist.configure(backbone="/nowhere/weights.pt")
    with pytest.raises(AssistError, match="no file of weights"):
        project.assist.train(wait=True)


def test_cancelling_an_embedding_is_heeded_until_somebody_asks(project: Project) -> None:
    make_photos(Path(project.store.folder or "").parent / "photos", 600, start=60)
    project.refresh()
    assist = project.assist
    assist.start()
    until(lambda: (status := assist.status()).run and status.run.kind is RunKind.FEATURIZATION and status.done, "a run")
    (cancelled,) = assist.cancel()
    assert cancelled.kind is RunKind.FEATURIZATION
    until(lambda: assist.status().state == "idle", "rest")
    assert not runs_of(project, RunKind.FEATURIZATION, RunState.DONE)
    store = project.store
    asked = store.start_run(project.id, RunKind.FEATURIZATION, reason="Asked for.", queued=True)
    assert assist.wait(asked, seconds=300).state is RunState.DONE
    assert len(read_item_table(store, project.id).items) == 660


def test_settings_are_checked_where_they_are_typed(project: Project) -> None:
    assist = project.assist
    with pytest.raises(InputError, match="Did you mean 'target_precision'"):
        assist.start(target_precison=0.9)
    with pytest.raises(InputError, match=r"target_precision must be a number from 0.8 to 0.99, not 2"):
        assist.configure(target_precision=2)
    assert assist.status().state == "off"
    assert assist.configure(threshold={"red": 0.7}).threshold == {1: 0.7}


@pytest.mark.postgres
def test_on_a_server(tmp_path: Path, backbone: str, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    photos = make_photos(tmp_path / "photos", 80)
    url = postgres.create("jlabel_template")
    try:
        with jl.Workspace(url) as workspace:
            project = workspace.create_project("p", task="multi-class", images=photos, labels=["red", "blue"])
            project.assist.start(backbone=backbone, device="cpu", threshold=0.5)
            until(lambda: project.assist.status().clustered, "clusters")
            assert str(project.assist.log).startswith(str(tmp_path / "cache"))
            assert project.assist.log.exists()
            # Five pages hold both classes, of which there are forty each, and leave more images than those that chance
            # keeps from the model: of forty images and three pages nothing else may be left, and nothing is suggested.
            labeled(project, 5)
            until(lambda: project.assist.status().prelabeled, "suggestions")
            assert project.assist.stop().state == "stopped"
    finally:
        postgres.drop(url)


@pytest.mark.realdata
def test_on_real_photographs(tmp_path: Path, backbone: str, realdata: Path) -> None:
    images = realdata / "clothing" / "images"
    names = [path for kind in ("hat", "pants") for path in sorted(images.glob(f"{kind}_*"))[:40]]
    with jl.Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images=names, labels=["hat", "pants"])
        project.assist.configure(backbone=backbone, device="cpu", retrain_every=9)
        session = project.session(labeler="me")
        for _ in range(4):
            answer_page(session, lambda name: 1 if "hat" in Path(name).name else 2)
        work_once(project)
        assert runs_of(project, RunKind.VALIDATION)[-1].metrics["accuracy"] > 0.7


def test_a_full_disk_is_said_and_mended(project: Project) -> None:
    store = project.store
    assert store.folder is not None
    disk = store.folder / "files"
    disk.mkdir()
    command_ = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(command_, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        run = project.assist.train()
        until(lambda: runs_of(project, RunKind.FEATURIZATION, RunState.FAILED), "the failure")
        assert "cannot be written" in runs_of(project, RunKind.FEATURIZATION)[-1].last_words
        assert "cannot be written" in project.assist.status().last_error
        subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
        labeled(project, 1)
        work_once(project)
        assert store.run(run.id).state is RunState.DONE
        assert project.assist.status().last_error == ""
        project.assist.stop()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_stopping_from_another_process_needs_no_handle(project: Project) -> None:
    project.assist.start()
    until(lambda: project.assist.status().worker, "the worker")
    pid = pid_of(project.assist.status())
    with open_store(project.store.folder or "") as other:
        lease = other.assist_lease(project.id)
        assert lease is not None
        other.release_assist(lease.token)
    until(lambda: not alive(pid), "the end")
    until(lambda: not project.assist.status().worker, "the lease's end")
    assert project.assist.stop().state in {"off", "stopped"}


def test_start_right_after_another_kernels_stop_starts(project: Project) -> None:
    assist = project.assist
    assist.start()
    until(lambda: assist.status().run, "the worker's first run")
    first = pid_of(assist.status())
    with open_store(project.store.folder or "") as other:
        lease = other.assist_lease(project.id)
        assert lease is not None
        other.release_assist(lease.token)  # the worker is told, and has not ended
        assert assist.start().state == "starting"
    until(lambda: assist.status().worker and pid_of(assist.status()) != first, "the next worker")
    until(partial(ended, first), "the end of the first")
    assert project.assist.stop().state == "stopped"
    code = "import sys, jlabel as jl; jl.Workspace(sys.argv[1]).project(sys.argv[2]).assist.stop()"
    assist.start()
    until(lambda: assist.status().worker, "a worker")
    second = pid_of(assist.status())
    subprocess.run([sys.executable, "-c", code, str(project.store.folder), project.name], check=True)
    assert ended(second)  # stop() returns when the worker has ended, whoever started it
    assist.start()
    until(lambda: assist.status().worker and pid_of(assist.status()) != second, "a third worker")


def test_start_right_after_a_kernel_was_restarted_starts(project: Project) -> None:
    code = (
        "import os, sys, time, jlabel as jl\n"
        "assist = jl.Workspace(sys.argv[1]).project(sys.argv[2]).assist\n"
        "assist.start()\n"
        "while assist.status().worker is None: time.sleep(0.05)\n"
        "print(assist.status().worker.pid)\n"
        "sys.stdout.flush()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project.store.folder), project.name],
        capture_output=True,
        text=True,
        check=False,
    )
    first = int(done.stdout)
    project.assist.start()  # the first worker may not have noticed yet
    until(lambda: project.assist.status().clustered, "work")
    assert pid_of(project.assist.status()) != first
    assert ended(first)


def test_pictures_are_told_apart() -> None:
    assert [truth(f"{n:04d}.jpg") for n in range(4)] == [1, 2, 1, 2]
