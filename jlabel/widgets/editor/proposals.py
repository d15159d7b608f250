"""Proposed shapes as an editor shows them: how many there are, and how sure the model is of each."""

from collections.abc import Iterable

from jlabel.model.answer import Annotation
from jlabel.session.page_state import PageState
from jlabel.widgets.frame.state import ProposalsData


def describe_proposals(state: PageState, item: int) -> ProposalsData | None:
    """Return what the toolbar shows of the shapes proposed for an image; ``None`` where there are none to show."""
    made, answer = state.suggestions.get(item), state.answers.get(item)
    if made is None or answer is None or answer.skipped is not None or answer.empty or not state.proposals(item):
        return None
    marks = [score.above for score in made.scores] or [True] * len(made.confidences)
    pairs = sorted(zip(made.confidences, marks, strict=True), reverse=True)
    here = [one for one in answer.annotations if one.uid in state.proposals(item)]
    return {
        "above": [confidence for confidence, above in pairs if above],
        "below": [confidence for confidence, above in pairs if not above],
        "shown": len(here),
        "untouched": len(untouched(state, item, here)),
        "least": state.level.least,
        "unproven": state.level.unproven,
        "proven": made.proven,
    }


def untouched(state: PageState, item: int, annotations: Iterable[Annotation]) -> dict[str, float]:
    """Return the confidences of those shapes that are untouched proposals, by name."""
    confidences = state.proposals(item)
    return {one.uid: confidences[one.uid] for one in annotations if confidences and state.is_untouched(item, one)}
