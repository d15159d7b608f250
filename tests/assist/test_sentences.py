"""What is known of assist, in words."""

from datetime import UTC, datetime

import pytest

from jlabel.assist.sentences import duration, summarize
from jlabel.assist.status_facts import StatusFacts
from jlabel.model.run import Run, RunKind, RunState


def a_run(kind: RunKind = RunKind.FEATURIZATION) -> Run:
    return Run(id=1, project_id=1, kind=kind, state=RunState.RUNNING, reason="", started_at=datetime.now(UTC))


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
        (StatusFacts(state="idle", labels_to_next_run=1, accuracy=0.9, threshold=0.9), "1 more label to the next run"),
        (
            StatusFacts(state="idle", prelabeled=412, labels_to_next_run=12, accuracy=0.9, threshold=0.9),
            "412 images pre-labeled; 12 more labels to the next run",
        ),
        (
            StatusFacts(state="idle", labels_to_next_run=5, accuracy=0.9, labels_needed=40),
            "Nothing is pre-labeled yet: about 40 more labels are needed to prove 95%",
        ),
        (
            StatusFacts(state="idle", labels_to_next_run=5, accuracy=0.4),
            "Nothing is pre-labeled yet: the model is not sure enough; 5 more labels to the next run",
        ),
        (StatusFacts(state="idle", labels=30, waiting=0, labels_needed=118, accuracy=0.9), "All images are labeled"),
        (
            StatusFacts(state="idle", labels=30, waiting=0, skipped=2, labels_to_next_run=4),
            "All images are labeled, but for 2 that were skipped",
        ),
        (StatusFacts(state="idle", labels=0, waiting=0, labels_to_next_run=9), "9 more labels to the next run"),
        (StatusFacts(state="paused"), "Assist is paused"),
        (StatusFacts(state="stopped", prelabeled=1), "Assist is stopped; 1 image pre-labeled"),
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
