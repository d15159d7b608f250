"""The worker's process, from its lease to its last log line."""

import faulthandler
import logging
import os
import socket
import time

from jlabel.assist.compute.local import LocalCompute
from jlabel.assist.compute.priority import NICE
from jlabel.assist.learners import LearnerKind, first_settings, learner_kind
from jlabel.assist.paths import LOG, made_folder
from jlabel.assist.worker.lease_keeper import LeaseKeeper, is_ending
from jlabel.assist.worker.log import open_log
from jlabel.assist.worker.loop import Worker
from jlabel.errors import CheckpointError, InputError, JlabelError, MissingExtra, NotFound
from jlabel.model.assist_lease import AssistLease
from jlabel.model.project import ProjectRecord
from jlabel.model.run import RunKind
from jlabel.store import Store

PATIENCE = 10.0
"""Seconds that a worker which is ending is waited for."""
_POLL = 0.1
GAVE_UP = 3
"""The exit status where starting again would not help."""
_FINAL = (MissingExtra, InputError, CheckpointError, NotFound)

logger = logging.getLogger(__name__)


def work(store: Store, name: str, *, once: bool = False, parent: int | None = None, nice: int = NICE) -> int:
    """Be the worker of a project until it is stopped.

    Args:
        store: where the project lives.
        name: of the project.
        once: end when nothing is left to do.
        parent: id of the process with which the worker ends; ``None`` to outlive it.
        nice: of Unix, 0 (as important as any other process) to 19.

    Returns:
        The exit status: 0, also when it was stopped.

    Raises:
        InputError: the project has a worker already, or there is no learner for its task.
        MissingExtra: a package of the learner is not installed.
        JlabelError: anything else that stopped it; it is recorded in the run under way, too.
    """
    project = store.project(name)
    kind = learner_kind(project)
    if not store.assist_settings(project.id):
        store.set_assist_settings(project.id, first_settings(project).to_dict())
    handler = open_log(made_folder(store, project.id) / LOG)
    try:
        lease = _acquired(store, project)
        logger.info("Worker %d on %s for the project %r", os.getpid(), socket.gethostname(), project.name)
        lease_keeper = LeaseKeeper(store, lease, parent=parent)
        try:
            _work(store, project, kind, lease_keeper, once=once, nice=nice)
        finally:
            logger.info("The worker ends. %s", lease_keeper.why)
            lease_keeper.close()
    except JlabelError as error:
        logger.warning("The worker gives up: %s", error)
        raise
    except Exception:
        logger.exception("The worker failed")
        raise
    finally:
        if handler is not None:
            logging.getLogger("jlabel").removeHandler(handler)
            handler.close()
    return 0


def is_final(error: JlabelError) -> bool:
    """Whether starting again would end the same way."""
    return isinstance(error, _FINAL)


def _work(
    store: Store, project: ProjectRecord, kind: LearnerKind, lease_keeper: LeaseKeeper, *, once: bool, nice: int
) -> None:
    faulthandler.enable()
    lease_keeper.heed_signals()
    lease_keeper.insist()
    compute = LocalCompute()
    try:
        compute.claim(nice, kind.packages)
    except MissingExtra as error:
        run = store.start_run(project.id, RunKind.FEATURIZATION, reason="Assist was started.")
        store.fail_run(run.id, str(error))
        raise
    Worker(store, project, made_folder(store, project.id), lease_keeper, compute, once=once).run()


def _acquired(store: Store, project: ProjectRecord) -> AssistLease:
    deadline = time.monotonic() + PATIENCE
    while True:
        mine = store.acquire_assist(project.id)
        if mine is not None:
            return mine
        lease = store.assist_lease(project.id)
        if lease is None or not is_ending(lease) or time.monotonic() > deadline:
            break
        time.sleep(_POLL)
    who = f"process {lease.pid} on {lease.host}, since {lease.acquired_at:%d %b %H:%M} UTC" if lease else "another one"
    raise InputError(
        f"A worker is already at work for the project {project.name!r} ({who}). A project has one: use that one, or "
        "stop it with p.assist.stop()."
    )
