"""What is known of assist, in words."""

from datetime import UTC, datetime

import pytest

from jlabel.assist.sentences import duration, summarize
from jlabel.assist.status_facts import StatusFacts
from jlabel.model.batch import Batch, BatchState
from jlabel.model.run import Run, RunKind, RunState


def a_run(kind: RunKind = RunKind.FEATURIZATION) -> Run:
    return Run(id=1, project_id=1, kind=kind, state=RunState.RUNNING, reason="", started_at=datetime.now(UTC))


STOPPED = Batch(run=1, size=812, a=1, b=39, state=BatchState.STOPPED, shown=14, wrong=6)


@pytest.mark.parametrize(
    ("status", "summary"),
    [
        (StatusFacts(state="off"), ""),
        (StatusFacts(state="starting"), "Assist is starting"),
        (
            StatusFacts(state="working", run=a_run(), done=640, total=1565, rate=37.0, seconds_left=25.0),
            "Embedding images: 640 of 1,565, about 30 s left",
        ),
        (StatusFacts(state="working", run=a_run(RunKind.TRAINING), labels=1412), "Training on 1,412 labels"),
        (StatusFacts(state="idle", labels_to_next_run=12), "12 more labels to the next run"),
        (
            StatusFacts(state="idle", prelabeled=412, labels_to_next_run=12, accuracy=0.9, threshold=0.9),
            "412 images pre-labeled; 12 more labels to the next run",
        ),
        (
            StatusFacts(state="idle", labels_to_next_run=1, accuracy=0.9),
            "Nothing is pre-labeled yet; 1 more label to the next run",
        ),
        (
            StatusFacts(state="idle", prelabeled=40, suggested=50, labels_to_next_run=5),
            "40 images suggested; 5 more labels to the next run",
        ),
        (
            StatusFacts(state="idle", labels_to_next_run=5, batch=Batch(run=1, size=812, a=1, b=39, asked=45)),
            "812 images on trial: the 45 drawn ones come first; 5 more labels to the next run",
        ),
        (
            StatusFacts(state="idle", labels_to_next_run=5, batch=STOPPED),
            "Pre-labels were stopped: 6 of 14 were wrong; 5 more labels to the next run",
        ),
        (StatusFacts(state="idle", labels=30, waiting=0, accuracy=0.9), "All images are labeled"),
        (
            StatusFacts(state="idle", labels=30, waiting=0, skipped=2, labels_to_next_run=4),
            "All images are labeled, but for 2 that were skipped",
        ),
        (StatusFacts(state="idle", labels=0, waiting=0, labels_to_next_run=9), "9 more labels to the next run"),
        (StatusFacts(state="paused"), "Assist is paused"),
        (StatusFacts(state="stopped", prelabeled=1), "Assist is stopped; 1 image pre-labeled"),
        (StatusFacts(state="paused", prelabeled=3, suggested=5), "Assist is paused; 3 images suggested"),
        (StatusFacts(state="failed", last_error="The disk is full."), "Assist stopped: The disk is full."),
    ],
)
def test_the_sentence(status: StatusFacts, summary: str) -> None:
    assert summarize(status) == summary


def test_times_are_rounded_up_to_what_an_estimate_can_tell() -> None:
    assert [duration(seconds) for seconds in (0.2, 25, 85, 95, 299, 700, 3601, 4800, 7200)] == [
        "about 10 s",
        "about 30 s",
        "about 90 s",
        "about 2 min",
        "about 5 min",
        "about 15 min",
        "about 1 h 15 min",
        "about 1 h 30 min",
        "about 2 h",
    ]
