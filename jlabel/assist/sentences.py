"""The status of a project's assist in words: each function makes a text of facts, and reads nothing."""

from jlabel.assist.status_facts import StatusFacts
from jlabel.model.run import RunKind

_MINUTE, _HOUR = 60, 3600
_DOING = {
    RunKind.FEATURIZATION: "Embedding images",
    RunKind.TRAINING: "Training on {labels} labels",
    RunKind.VALIDATION: "Proving the threshold",
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
    stay = f"; {_count(status.prelabeled, 'image')} pre-labeled" if status.prelabeled else ""
    return f"Assist is {status.state}{stay}"


def duration(seconds: float) -> str:
    """Return a time as people say it: ``25 s``, ``3 min``, ``1 h 20 min``."""
    whole = max(1, round(seconds))
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{round(whole / _MINUTE)} min"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


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
    if status.prelabeled:
        return f"{_count(status.prelabeled, 'image')} pre-labeled; {following}"
    if status.accuracy is None or status.threshold is not None:
        return following[:1].upper() + following[1:]
    if status.labels_needed is None:
        return f"Nothing is pre-labeled yet: the model is not sure enough; {following}"
    labels = _count(status.labels_needed, "more label")
    verb = "is" if status.labels_needed == 1 else "are"
    return f"Nothing is pre-labeled yet: about {labels} {verb} needed to prove {status.target:.0%}"


def _finished(status: StatusFacts) -> str:
    if not status.skipped:
        return "All images are labeled"
    verb = "was" if status.skipped == 1 else "were"
    return f"All images are labeled, but for {status.skipped:,} that {verb} skipped"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
