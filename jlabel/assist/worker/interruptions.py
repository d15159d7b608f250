"""When a worker leaves what is under way, and what it takes up again afterwards."""

import logging

from jlabel.assist.compute.interruption import Interrupted
from jlabel.assist.run_recorder import RunRecorder
from jlabel.assist.worker.lease_keeper import LeaseKeeper
from jlabel.assist.worker.project_state import ProjectState
from jlabel.errors import StoreError
from jlabel.model.run import RunKind

logger = logging.getLogger(__name__)


class Interruptions:
    """Tells long loops when to end.

    Args:
        lease_keeper: knows when the worker is to stop.
        state: of the project, with the settings that are wanted.
        recorder: of the runs.

    Attributes:
        left: what is left of a round that was interrupted, by kind and reason; ``None`` when nothing is.
    """

    def __init__(self, lease_keeper: LeaseKeeper, state: ProjectState, recorder: RunRecorder) -> None:
        self._lease_keeper, self._state, self._recorder = lease_keeper, state, recorder
        self.left: tuple[RunKind, str] | None = None

    def due(self) -> bool:
        """Whether what is under way is to end: the worker is to stop, to pause, or to open another network."""
        if self._lease_keeper.ended:
            return True
        try:
            self._state.refresh()
        except StoreError as error:
            logger.warning("The store refuses: %s", error)
            return False
        return self._state.settings.paused or self._state.reopens

    def heed(self) -> None:
        """Raise ``Interrupted`` where what is under way is to end."""
        known = self._state.revision
        if self.due():
            raise Interrupted
        if self._state.revision != known and self._recorder.cancelled:
            raise Interrupted(cancelled=True)

    def note(self, interruption: Interrupted) -> None:
        """Remember what of a round is still to be done, unless somebody cancelled it."""
        kind = interruption.kind
        if interruption.cancelled:
            self.left = None
        elif kind in {RunKind.TRAINING, RunKind.VALIDATION, RunKind.INFERENCE}:
            self.left = kind, interruption.reason

    def take(self) -> tuple[RunKind, str] | None:
        """Return what is left, once."""
        left, self.left = self.left, None
        return left
