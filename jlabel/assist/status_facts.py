"""What is known of a project's assist at one moment."""

from dataclasses import dataclass
from typing import Literal

from jlabel.model.assist_lease import AssistLease
from jlabel.model.batch import Batch
from jlabel.model.run import Run

State = Literal["off", "starting", "working", "idle", "paused", "stopped", "failed"]


@dataclass(frozen=True, kw_only=True)
class StatusFacts:
    """What is known of a project's assist, of which its sentences are made.

    Attributes:
        state: ``"off"`` before it was ever started; ``"failed"`` when the last worker died or gave up.
        run: the run under way; ``None`` while one that was asked for is about to begin.
        done: units of its work that are done; images, as a rule.
        total: units in all; 0 while unknown.
        rate: units a second.
        seconds_left: seconds likely left.
        labels: items with a label.
        waiting: items that wait for a label, on a labeler's page or off it; ``None`` when that was not read.
        skipped: items that a labeler skipped.
        labels_to_next_run: new labels that the next training waits for; ``None`` when no worker would notice.
        threshold: lowest confidence in the batch that is pre-labeled; ``None``: nothing is proved.
        target: precision that pre-labels must have.
        coverage: share of the waiting images that the last validation would pre-label, 0 to 1.
        accuracy: of held-out predictions for random labels; ``None`` before a validation.
        batch: the newest audited batch; ``None`` before the first.
        prelabeled: free images in the pre-labeled queue, proved or suggested.
        suggested: images that the last publication suggested without a promise.
        clustered: free images in the clustered queue.
        reason: why nothing is pre-labeled, as a sentence; ``""`` when something is.
        last_error: last words of the newest run, if it failed; ``""`` otherwise.
        worker: the lease of its worker.
    """

    state: State
    run: Run | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    labels: int = 0
    waiting: int | None = None
    skipped: int = 0
    labels_to_next_run: int | None = None
    threshold: float | None = None
    target: float = 0.95
    coverage: float = 0.0
    accuracy: float | None = None
    batch: Batch | None = None
    prelabeled: int = 0
    suggested: int = 0
    clustered: int = 0
    reason: str = ""
    last_error: str = ""
    worker: AssistLease | None = None
