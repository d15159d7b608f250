"""The assist of a project for its user: ``p.assist``."""

import logging
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jlabel.assist.learners import LearnerKind, first_settings, learner_kind
from jlabel.assist.paths import LOG, project_folder
from jlabel.assist.status import Status, read_status
from jlabel.assist.suspects import SuspectLabel, find_suspects
from jlabel.assist.worker.lease_keeper import is_ending, process_of
from jlabel.assist.worker.supervisor import Supervisor
from jlabel.errors import AssistError, MissingExtra
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind, RunState
from jlabel.process import ProcessIdentity
from jlabel.store import Store, read_runs

if TYPE_CHECKING:
    import pandas as pd

    from jlabel.assist.report.summary import Report

_supervisors: dict[tuple[str, int], Supervisor] = {}
"""The workers that this process keeps alive, so that running a cell again starts no second one."""
_POLL = 0.1
_STOPPED_WITHIN = 10.0

logger = logging.getLogger(__name__)


class Assist:
    """A project's assist: its worker, its settings, and its results.

    Args:
        store: of the project.
        location: of the workspace: its folder or the database's URL.
        project: the project.
        screen: makes the widget of ``progress``; passed in by the layer that knows widgets.
    """

    def __init__(
        self, store: Store, location: str, project: ProjectRecord, *, screen: Callable[[Store, int], Any]
    ) -> None:
        self._store, self._project, self._screen = store, project, screen
        self._location = str(store.folder.resolve()) if store.folder else location
        self._key = (self._location, project.id)

    def __repr__(self) -> str:
        return f"Assist({self._project.name!r}: {self.status()})"

    # The worker

    def start(self, *, detached: bool = False, **settings: Any) -> Status:  # noqa: ANN401 -- AssistSettings' values
        """Start the worker, a process of its own, and return at once.

        Run again it changes the settings and leaves the worker as it is. A worker that crashes is started again, later
        each time; its run is marked failed with its last words.

        Args:
            detached: the worker outlives this kernel; otherwise it ends with it.
            settings: as for ``configure``.

        Raises:
            MissingExtra: a package of the learner is not installed.
            InputError: a setting that cannot be used, or there is no learner for the project's task.
            NotFound: the project was deleted.
        """
        _check_packages(learner_kind(self._project))
        self.configure(**{"paused": False, **settings})
        supervisor, lease = self._supervisor, self._store.assist_lease(self._project.id)
        if supervisor is not None and lease is None and self._began(supervisor):
            supervisor.restart()  # another kernel has just stopped it
        elif supervisor is not None:
            supervisor.go_on()
        elif lease is None or not lease.alive or is_ending(lease):
            self._spawn(detached=detached)
        return self.status()

    def stop(self) -> Status:
        """Stop the worker, on whatever machine it runs; what it published stays. Waits until it has ended."""
        supervisor = _supervisors.pop(self._key, None)
        if supervisor is not None:
            supervisor.end()
        lease = self._store.assist_lease(self._project.id)
        if lease is not None:
            self._store.release_assist(lease.token)  # its worker looks twice a second whether the lease is its own
        if supervisor is not None:
            supervisor.stop()
        if lease is not None:
            _await_end(process_of(lease))
        # A worker between its start and its lease is stopped as a process; runs it left are cancelled.
        for run in list(read_runs(self._store, self._project.id, state=RunState.RUNNING)):
            self._store.cancel_run(run.id)
        return self.status()

    def pause(self) -> Status:
        """Let the worker wait; what it published stays."""
        self.configure(paused=True)
        return self.status()

    def resume(self) -> Status:
        """Let a paused worker go on."""
        self.configure(paused=False)
        return self.status()

    def train(
        self, *, fine_tune: bool = False, wait: bool = False, seconds: float = 600.0, reason: str = "Asked for."
    ) -> Run:
        """Ask for a training now, whatever the number of new labels; everything that follows from it is done too.

        Without a worker, one is started that ends when it is done.

        Args:
            fine_tune: train the network itself on, instead of the head alone.
            wait: return when the new pre-labels are out.
            seconds: how long to wait at most.
            reason: goes into the run.

        Returns:
            The run, queued, or with ``wait`` as it ended.

        Raises:
            AssistError: with ``wait``, it failed, or the time is over.
        """
        _check_packages(learner_kind(self._project))
        kind = RunKind.FINE_TUNING if fine_tune else RunKind.TRAINING
        run = self._store.start_run(self._project.id, kind, reason=reason, queued=True)
        if not self._alive:
            self._spawn(once=True)
        return self.wait(run, seconds=seconds) if wait else run

    def wait(self, run: Run, *, seconds: float = 600.0) -> Run:
        """Wait until a run has ended, and if it is a training until its pre-labels are out.

        Args:
            run: one of ``runs`` or ``train``.
            seconds: how long at most.

        Returns:
            The run as it ended.

        Raises:
            AssistError: it failed, or the time is over.
        """
        deadline = time.monotonic() + seconds
        while True:
            now = self._store.run(run.id)
            if now.state is RunState.FAILED:
                raise AssistError(f"Run {run.id} ({run.kind}) failed: {now.last_words}")
            if now.state.ended and (now.kind is not RunKind.TRAINING or self._followed(now)):
                return now
            if time.monotonic() > deadline:
                raise AssistError(
                    f"Run {run.id} ({run.kind}) is still {now.state} after {seconds:g} s. {self.status()}"
                )
            if not self._alive and not now.state.ended:
                raise AssistError(f"Run {run.id} ({run.kind}) waits, and there is no worker. {self.status()}")
            time.sleep(_POLL)

    def cancel(self) -> list[Run]:
        """Cancel what runs and what is queued; return these runs. The worker goes on with what comes next."""
        found = [
            run
            for state in (RunState.RUNNING, RunState.QUEUED)
            for run in read_runs(self._store, self._project.id, state=state)
        ]
        return [self._store.cancel_run(run.id) for run in found]

    # Results

    def status(self) -> Status:
        """Return where assist stands: state, progress, labels to the next run, why nothing is pre-labeled."""
        found, supervisor = read_status(self._store, self._project.id), self._supervisor
        if supervisor is None or found.worker is not None or not supervisor.running:
            return found
        return found if self._began(supervisor) else replace(found, state="starting")

    def runs(self, limit: int = 100) -> list[Run]:
        """Return the newest runs, newest first."""
        return self._store.runs(self._project.id, limit=limit)

    @property
    def settings(self) -> AssistSettings:
        """How this project is assisted."""
        stored = self._store.assist_settings(self._project.id)
        return AssistSettings.from_dict(stored) if stored else first_settings(self._project)

    def configure(self, **values: Any) -> AssistSettings:  # noqa: ANN401 -- AssistSettings' values
        """Change settings; the worker takes them over within a second.

        Args:
            values: by the names of ``AssistSettings``. In ``threshold`` classes may go by their paths.

        Raises:
            InputError: an unknown name, or a value that cannot be used.
        """
        by_class = values.get("threshold")
        if isinstance(by_class, Mapping):
            ids = {one.path: one.id for one in self._store.classes(self._project.id, retired=True)}
            values["threshold"] = {ids.get(key, key): value for key, value in by_class.items()}
        old = self.settings
        new = old.changed(**values)
        if new != old or not self._store.assist_settings(self._project.id):
            self._store.set_assist_settings(self._project.id, new.to_dict())
        return new

    @property
    def log(self) -> Path:
        """The worker's log file, on the machine where it runs."""
        return project_folder(self._store, self._project.id) / LOG

    def suspects(self) -> list[SuspectLabel]:
        """Return labels that held-out predictions contradict, the most doubtful first, a hundred at most.

        Returns:
            Nothing before a first validation.
        """
        return find_suspects(self._store, self._project.id)

    def predictions(self) -> "pd.DataFrame":
        """Return what the newest published run proposes: one row a proposed class or shape.

        Columns:
            item (int64), name, class (path), confidence (0 to 1), above (shown to labelers), proven (the promised
            precision holds for it), x, y, width, height (float64, pixels of the image; NA in classification), rings
            and holes (lists of [x, y], of polygons, else ``None``), run (int64).

        Items that were labeled when the run began are not among them.

        Raises:
            AssistError: nothing was predicted yet.
        """
        from jlabel.assist.prediction_frame import prediction_frame  # noqa: PLC0415 -- pandas is only loaded where it is used

        return prediction_frame(self._store, self._project.id)

    def duplicates(self, min_similarity: float = 0.98) -> list[tuple[str, ...]]:
        """Return groups of images that are nearly the same picture: saved anew, resized, shot twice.

        Copies are found by a perceptual hash, for which every image is read once, in this process: some minutes at
        20,000 images, seconds when it is asked again. Every image is compared with every other.

        Args:
            min_similarity: cosine of embeddings from which images that are embedded count as the same too, above 0.5
                to 1: at less than the default pictures of like things are found, not only like pictures.

        Returns:
            The names of each group's images, largest group first.

        Raises:
            InputError: min_similarity is out of range.
        """
        from jlabel.assist.ranking.duplicates import find_duplicates  # noqa: PLC0415 -- numpy is only loaded where it is used

        return find_duplicates(self._store, self._project.id, min_similarity)

    def progress(self) -> Any:  # noqa: ANN401 -- a widget, unknown to this layer
        """Return a widget that shows the run under way, its progress, and what comes next."""
        return self._screen(self._store, self._project.id)

    def report(self) -> "Report":
        """Return what became of pre-labels: accepted, corrected and rejected, precision against what was promised."""
        from jlabel.assist.report.summary import report  # noqa: PLC0415 -- numpy is only loaded where it is used

        return report(self._store, self._project.id)

    def export_model(self, path: str | Path, format: str = "onnx") -> Path:  # noqa: A002
        """Write the model of the last training to one file, which ``jl.load_model`` reads without this project.

        In it are the network, its preparation of pictures, the classes, the threshold and its report. Of a classifier
        the embeddings of the project's images are part, because neighbors count; pictures are not. Nothing is trained.

        Args:
            path: of the file; one that is there is replaced.
            format: ``"onnx"``, for onnxruntime alone, or ``"torchscript"``.

        Returns:
            The absolute path written.

        Raises:
            AssistError: nothing was trained yet, or the network was changed since.
            InputError: an unknown format, or there is no export for the project's task.
            ExportError: the file cannot be written; nothing was left behind.
            MissingExtra: ``jlabel[assist]`` or ``jlabel[onnx]`` is not installed.
        """
        _check_packages(learner_kind(self._project))
        from jlabel.assist.exported.export import export_model  # noqa: PLC0415 -- imports torch as it is loaded

        return export_model(self._store, self._project, path, format)

    @property
    def _supervisor(self) -> Supervisor | None:
        supervisor = _supervisors.get(self._key)
        return supervisor if supervisor is not None and supervisor.alive else None

    def _began(self, supervisor: Supervisor) -> bool:
        """Whether a supervisor's worker has begun: its first act, once it has its lease, is a run."""
        runs = self._store.runs(self._project.id, limit=1)
        return bool(runs) and runs[0].started_at >= supervisor.begun

    @property
    def _alive(self) -> bool:
        lease = self._store.assist_lease(self._project.id)
        return self._supervisor is not None or (lease is not None and lease.alive)

    def _spawn(self, *, detached: bool = False, once: bool = False) -> None:
        project = self._project
        _supervisors[self._key] = Supervisor(
            self._store, self._location, project.id, project.name, detached=detached, once=once
        )

    def _followed(self, training: Run) -> bool:
        """Whether a training's pre-labels are out, or none will come of it."""
        if training.state is not RunState.DONE or not training.adopted:
            return True
        newest = self._store.latest_runs(self._project.id)
        published = any(run.kind is RunKind.INFERENCE and run.state.ended and run.id > training.id for run in newest)
        return published or not self._alive


def _await_end(process: ProcessIdentity) -> None:
    """Wait until a process of this machine has ended, a few seconds at most."""
    if process.host != platform.node() or process.pid == os.getpid():
        return
    deadline = time.monotonic() + _STOPPED_WITHIN
    while not process.ended and time.monotonic() < deadline:
        time.sleep(_POLL)


def _check_packages(kind: LearnerKind) -> None:
    missing = [name for name in kind.packages if find_spec(name.partition(".")[0]) is None]
    if missing:
        raise MissingExtra(
            f"Assist needs {missing[0].partition('.')[0]}, which is not installed. Install it with: "
            "pip install 'jlabel[assist]'"
        )
