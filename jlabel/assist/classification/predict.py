"""Inference: what is proposed for each waiting picture, as the store keeps it."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.multilabel import ASSIGNED
from jlabel.assist.classification.validation import Scores
from jlabel.model.answer import Annotation, Answer
from jlabel.model.run import Prediction

_DIGITS = 4


def propose(
    items: NDArray[np.int64],
    said: Scores,
    above: NDArray[np.bool_],
    *,
    class_ids: tuple[int, ...],
    offered: frozenset[int],
    exclusive: bool,
) -> Iterator[Prediction]:
    """Yield a prediction for each item.

    Args:
        items: (n,) item ids.
        said: what the model says about them.
        above: (n,) which pass the threshold.
        class_ids: of the model's columns.
        offered: classes that may be proposed; a retired one is recognised, and its picture left to people.
        exclusive: multi-class; otherwise multi-label.
    """
    scores = np.clip(np.round(said.scores, _DIGITS), 0, 1).tolist()
    if exclusive:
        for item, lead, score, sure in zip(items.tolist(), said.lead.tolist(), scores, above.tolist(), strict=True):
            known = lead in offered
            yield Prediction(
                item=item,
                answer=_answer((lead,) if known else ()),
                confidence=score,
                confidences=(score,) if known else (),
                above=bool(sure and known),
            )
        return
    ids = np.array(class_ids)
    usable = np.array([class_id in offered for class_id in class_ids])
    rounded = np.clip(np.round(said.probabilities, _DIGITS), 0, 1)
    for n, item in enumerate(items.tolist()):
        given = np.flatnonzero((said.probabilities[n] >= ASSIGNED) & usable)
        yield Prediction(
            item=item,
            answer=_answer(tuple(ids[given].tolist())),
            confidence=scores[n],
            confidences=tuple(rounded[n, given].tolist()),
            above=bool(above[n] and len(given)),
        )


@lru_cache(maxsize=4096)
def _answer(class_ids: tuple[int, ...]) -> Answer:
    return Answer(annotations=tuple(Annotation(class_id=class_id) for class_id in class_ids))
