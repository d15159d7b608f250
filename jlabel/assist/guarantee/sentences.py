"""Why nothing is pre-labeled, in one sentence that names what would change it."""

from jlabel.assist.guarantee.ledger import LEAST, RANDOM, Ledger, Outlook
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.batch import Batch, BatchState


def explain(  # noqa: PLR0911 -- one a case
    ledger: Ledger,
    settings: AssistSettings,
    *,
    random: int,
    proposed: bool,
    outlook: Outlook | None = None,
    wanted: bool = True,
) -> str:
    """Return why nothing is proved at present; ``""`` where something is, or where nothing is to be proved.

    Args:
        ledger: of the project.
        settings: of its assist.
        random: items that chance drew and people answered or skipped.
        proposed: whether a batch could be proposed, and none was worth its audits.
        wanted: whether anything is to be proved.
        outlook: what a proof would take, where some images are sure enough.
    """
    if not settings.prelabel:
        return "Pre-labeling is switched off."
    if settings.threshold is not None:
        return "The threshold was set by hand: what is shown carries no promise."
    if not wanted:
        return "What is shown carries no promise; p.assist.configure(goal='promise') shows only what is proved."
    current = ledger.current
    if current is not None:
        return "" if current.state is BatchState.RELEASED else on_trial(current)
    last = ledger.batches[-1] if ledger.batches else None
    if last is not None and last.state is BatchState.STOPPED:
        return (
            f"Pre-labels were stopped: {last.wrong} of {last.shown} that people looked at were wrong. "
            "Another batch is tried after a fifth more labels."
        )
    if last is not None and last.state is BatchState.WITHDRAWN and not proposed:
        return "Pre-labels were withdrawn, because label classes were changed or another precision is asked for."
    if random < RANDOM:
        return f"Pre-labels are tried after {RANDOM - random} more images that chance draws were labeled."
    if last is not None and last.state is BatchState.DROPPED and not proposed:
        return (
            f"A batch of {last.size} images could not be proved: {last.errors} of {last.audited} that were drawn were "
            "not as the model said, or skipped. Another is tried after a fifth more labels; p.assist.suspects() lists "
            "labels that may be slips."
        )
    target = f"{settings.target_precision:.0%}"
    offers = (
        "suggestions without a promise are on offer"
        if settings.goal is Goal.FEWEST_KEYS
        else "p.assist.configure(goal='fewest-keys') offers suggestions without a promise"
    )
    if outlook is None:
        return f"At {target} nothing can be proved yet: no {LEAST} images are sure enough; {offers}."
    takes = f"{outlook.least} to {outlook.most}" if outlook.most > outlook.least else str(outlook.least)
    return f"At {target} a proof would take {takes} of the {outlook.size:,} images that are sure enough; {offers}."


def on_trial(batch: Batch) -> str:
    """Return the sentence about a batch on trial."""
    return (
        f"{batch.size:,} images are on trial: {batch.asked} of them, drawn by lot, come first and without what the "
        "model says. One that is skipped counts as wrong."
    )
