"""What the browser was told of the shapes on its pages: all of them once, then what each gesture changed."""

import itertools
from collections.abc import Callable, Collection
from typing import Any

from jlabel.model.answer import UNANSWERED, Annotation, Answer
from jlabel.model.answer_diff import find_difference
from jlabel.model.shapes.shape import shape_to_dict

Send = Callable[[dict[str, Any]], object]


class ShapeSync:
    """The shapes of each page as the browser has them, unless a message was lost.

    Every message bears a number, and the number of the one that it builds on: ``{kind: "shapes", page, number, since,
    splices: [{at, gone, put: [shape, …]}]}``; ``since`` is ``None`` where it begins from nothing. The state of a page
    names the newest number. So the browser (``widgets/editor/shape_sync.js``) notices what is lost or doubled, and asks
    for everything again.

    Args:
        send: sends a message to the browser.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._pages: dict[str, tuple[int, Answer]] = {}

    def tell(self, token: str, answer: Answer) -> int:
        """Tell what changed on a page since it was last told, and return the number of the newest message."""
        number, before = self._pages.get(token, (None, UNANSWERED))
        if number is not None and before.annotations == answer.annotations:
            return number
        return self._tell(token, number, before, answer)

    def tell_again(self) -> None:
        """Tell everything of every page, to a browser that knows nothing or missed something."""
        for token, (_, answer) in tuple(self._pages.items()):
            self._tell(token, None, UNANSWERED, answer)

    def keep(self, tokens: Collection[str]) -> None:
        """Forget all other pages."""
        self._pages = {token: told for token, told in self._pages.items() if token in tokens}

    def _tell(self, token: str, since: int | None, before: Answer, answer: Answer) -> int:
        number = next(self._numbers)
        splices = [
            {"at": splice.at, "gone": splice.gone, "put": [_describe(annotation) for annotation in splice.put]}
            for splice in find_difference(before, answer).splices
        ]
        self._pages[token] = (number, answer)
        self._send({"kind": "shapes", "page": token, "number": number, "since": since, "splices": splices})
        return number


def _describe(annotation: Annotation) -> dict[str, Any]:
    return {
        "uid": annotation.uid,
        "class_id": annotation.class_id,
        "shape": shape_to_dict(annotation.shape) if annotation.shape is not None else None,
        "made": str(annotation.made),
    }
