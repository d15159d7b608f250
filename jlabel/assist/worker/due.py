"""Why a round is due: a run that was asked for, enough new labels, other label classes."""

from jlabel.assist.schedule import labels_more
from jlabel.assist.worker.project_state import ProjectState
from jlabel.model.run import Run, RunKind


class Due:
    """Compares a project with what its last training knew.

    Args:
        state: of the project.
    """

    def __init__(self, state: ProjectState) -> None:
        self._state = state
        self._classes = state.classes

    def begin(self) -> None:
        """Record that a round begins, which knows the label classes of now."""
        self._classes = self._state.classes

    def asked(self, *, embedding: bool) -> Run | None:
        """Return the oldest queued run that is to be done now; fine-tuning has its own time.

        Args:
            embedding: items are being prepared, so that it is of no use to begin with that.
        """
        not_now = {RunKind.FINE_TUNING, RunKind.FEATURIZATION} if embedding else {RunKind.FINE_TUNING}
        return next((run for run in self._state.asked if run.kind not in not_now), None)

    def reason(self, labels: int, last: int | None, every: int | None) -> str:
        """Return why to train without being asked, a sentence; ``""`` when there is no reason.

        Args:
            labels: that can be trained on.
            last: labels that there were at the last training, done or cancelled; ``None`` before.
            every: new labels between two trainings; ``None`` for the rule.
        """
        if not labels_more(labels, last, every):
            if last is None:
                return f"There are {labels} labels."
            return f"{labels - last} new labels." if labels > last else f"{last - labels} labels were taken back."
        return "The label classes were changed." if last is not None and self._classes != self._state.classes else ""
