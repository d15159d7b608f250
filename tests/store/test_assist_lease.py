import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from jlabel.errors import LeaseLost
from jlabel.model.run import RunKind, RunState
from jlabel.store import Store
from tests.store import workers
from tests.store.conftest import Clock
from tests.store.helpers import make_project

SPAWN = multiprocessing.get_context("spawn")


def test_one_worker_a_project_until_it_is_silent(store: Store, clock: Clock) -> None:
    project = make_project(store, 3).id
    mine = store.acquire_assist(project, seconds=60)
    assert mine is not None
    assert mine.alive
    assert store.acquire_assist(project) is None
    clock.now += 50
    store.renew_assist(mine.token)
    clock.now += 50
    assert store.acquire_assist(project) is None
    clock.now += 50
    heir = store.acquire_assist(project)
    assert heir is not None
    with pytest.raises(LeaseLost, match="must stop"):
        store.renew_assist(mine.token)
    store.release_assist(mine.token)
    assert store.assist_lease(project) == heir
    store.release_assist(heir.token)
    assert store.assist_lease(project) is None


def test_a_killed_worker_is_succeeded_and_its_run_failed(location: str | Path, store: Store, clock: Clock) -> None:
    project = make_project(store, 3).id
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=workers.hold_assist, args=(str(location), project, clock.now, there))
    process.start()
    run = here.recv()
    assert store.acquire_assist(project) is None
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert store.run(run).state is RunState.RUNNING
    assert store.acquire_assist(project, last_words="Killed") is not None
    assert (store.run(run).state, store.run(run).last_words) == (RunState.FAILED, "Killed")
    assert store.run(run).kind is RunKind.INFERENCE
