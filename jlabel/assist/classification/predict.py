"""Inference: the prediction for each waiting image, as the store takes it."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.outputs import Outputs
from jlabel.assist.classification.scores import Scores
from jlabel.model.answer import Annotation, Answer
from jlabel.model.run import AnnotationScore, Prediction

_DIGITS = 4


def predictions(
    scores: Scores,
    proven: NDArray[np.bool_],
    suggested: NDArray[np.bool_],
    outputs: Outputs,
    *,
    class_ids: tuple[int, ...],
    offered: frozenset[int],
) -> Iterator[Prediction]:
    """Yield a prediction for each item.

    Args:
        scores: of n items.
        proven: (n,) which are shown as proved.
        suggested: (n,) which are shown without a promise.
        outputs: of the classifier.
        class_ids: of the model's columns.
        offered: classes that may be proposed; an image of a retired class is recognized and left to people.
    """
    confidences = np.clip(np.round(scores.confidence, _DIGITS), 0, 1).tolist()
    labels = outputs.labels(scores, class_ids, offered)
    alternatives = outputs.alternatives(scores, class_ids, offered).tolist()
    for item, confidence, certain, offers, alternative, (ids, each) in zip(
        scores.items.tolist(), confidences, proven.tolist(), suggested.tolist(), alternatives, labels, strict=True
    ):
        passes = bool((certain or offers) and ids)
        yield Prediction(
            item=item,
            answer=_answer(ids),
            confidence=confidence,
            scores=tuple(_score(one, passes) for one in each),
            above=passes,
            alternative=alternative if passes else 0,
            proven=not (passes and offers),
        )


@lru_cache(maxsize=4096)
def _answer(class_ids: tuple[int, ...]) -> Answer:
    return Answer(annotations=tuple(Annotation(class_id=class_id) for class_id in class_ids))


@lru_cache(maxsize=20_002)
def _score(confidence: float, above: bool) -> AnnotationScore:  # noqa: FBT001 -- one call, above
    return AnnotationScore(confidence=confidence, above=above)
