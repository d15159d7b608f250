"""The status of a project's assist in words: each function makes a text of facts, and reads nothing."""

import math

from jlabel.assist.status_facts import StatusFacts
from jlabel.model.batch import BatchState
from jlabel.model.run import RunKind

_MINUTE, _HOUR = 60, 3600
_STEPS = ((1.5 * _MINUTE, 10), (10 * _MINUTE, _MINUTE), (_HOUR, 5 * _MINUTE), (math.inf, 15 * _MINUTE))
"""Up to so many seconds, to so many."""
_DOING = {
    RunKind.FEATURIZATION: "Embedding images",
    RunKind.TRAINING: "Training on {labels} labels",
    RunKind.VALIDATION: "Judging the model",
    RunKind.INFERENCE: "Pre-labeling images",
    RunKind.FINE_TUNING: "Fine-tuning the network",
}


def summarize(status: StatusFacts) -> str:
    """Return the sentence for a status; ``""`` when assist is off."""
    match status.state:
        case "off":
            return ""
        case "starting":
            return "Assist is starting"
        case "failed":
            return f"Assist stopped: {status.last_error}"
        case "working":
            return _working(status)
        case "idle":
            return _idle(status)
    return f"Assist is {status.state}; {_shown(status)}" if status.prelabeled else f"Assist is {status.state}"


def duration(seconds: float) -> str:
    """Return an estimated time as it deserves: rounded up to 10 s, a minute, 5 minutes or a quarter of an hour."""
    step = next(step for limit, step in _STEPS if seconds <= limit)
    whole = max(1, math.ceil(seconds / step)) * step
    if whole < 2 * _MINUTE:
        return f"about {whole} s"
    hours, minutes = whole // _HOUR, whole % _HOUR // _MINUTE
    return "about " + " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number)


def _working(status: StatusFacts) -> str:
    if status.run is None:
        return "The run that was asked for is about to begin"
    text = _DOING[status.run.kind].format(labels=f"{status.labels:,}")
    if status.total:
        text += f": {status.done:,} of {status.total:,}"
        if status.seconds_left is not None and status.seconds_left >= 1:
            text += f", {duration(status.seconds_left)} left"
    return text


def _idle(status: StatusFacts) -> str:
    if status.waiting == 0 and status.labels:
        return _finished(status)
    following = ""
    if status.labels_to_next_run is not None:
        following = (
            f"{_count(status.labels_to_next_run, 'more label')} to the next run"
            if status.labels_to_next_run
            else "the next run is due"
        )
    news = _news(status)
    return f"{news}; {following}" if news and following else news or following[:1].upper() + following[1:]


def _news(status: StatusFacts) -> str:
    """Return what is pre-labeled, suggested or on trial."""
    batch = status.batch
    if status.prelabeled:
        return _shown(status)
    if batch is not None and batch.state is BatchState.TRIAL:
        return f"{_count(batch.size, 'image')} on trial: the {batch.asked} drawn ones come first"
    if batch is not None and batch.state is BatchState.STOPPED:
        return f"Pre-labels were stopped: {batch.wrong} of {batch.shown} were wrong"
    return "" if status.accuracy is None else "Nothing is pre-labeled yet"


def _shown(status: StatusFacts) -> str:
    """Return how many images are pre-labeled, or suggested where nothing of them is proved."""
    proven = status.batch is not None and status.batch.state is BatchState.RELEASED
    kind = "suggested" if status.suggested and not proven else "pre-labeled"
    return f"{_count(status.prelabeled, 'image')} {kind}"


def _finished(status: StatusFacts) -> str:
    if not status.skipped:
        return "All images are labeled"
    verb = "was" if status.skipped == 1 else "were"
    return f"All images are labeled, but for {status.skipped:,} that {verb} skipped"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
