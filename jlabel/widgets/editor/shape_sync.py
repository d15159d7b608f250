"""The shapes of the pages as the browser has them: all of them once, then what each gesture changed."""

import itertools
from collections.abc import Callable, Collection
from typing import Any

from jlabel.model.answer import UNANSWERED, Annotation, Answer
from jlabel.model.answer_diff import Difference, find_difference
from jlabel.session.page_state import PageState

Send = Callable[[dict[str, Any]], object]


class ShapeSync:
    """Sends the browser the shapes of each page, as differences to what it was sent before.

    Every message has a number, and the number of the one that it builds on: ``{kind: "shapes", page, number, since,
    splices: [{at, gone, put: [shape, …]}]}``; ``since`` is ``None`` where it starts from nothing. The state of a page
    names the newest number. So the browser (``widgets/editor/shape_sync.js``) notices a message that was lost or
    doubled, and asks for everything again.

    Args:
        send: sends a message to the browser.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._pages: dict[str, tuple[int, Answer, PageState]] = {}

    def sync(self, state: PageState) -> int:
        """Send what changed on a page of one image since the last message; return the number of the newest one."""
        token = state.page.token
        item, answer = next(iter(state.answers.items()), (0, UNANSWERED))
        if token not in self._pages:
            return self._post(state, None, answer, find_difference(UNANSWERED, answer))
        number, before, _ = self._pages[token]
        if before.annotations == answer.annotations:
            return number
        return self._post(state, number, answer, state.difference_since(item, before))

    def send_all(self) -> None:
        """Send all shapes of every page, to a browser that has none or missed a message."""
        for _, answer, state in tuple(self._pages.values()):
            self._post(state, None, answer, find_difference(UNANSWERED, answer))

    def keep(self, tokens: Collection[str]) -> None:
        """Forget all other pages."""
        self._pages = {token: sent for token, sent in self._pages.items() if token in tokens}

    def _post(self, state: PageState, since: int | None, answer: Answer, difference: Difference) -> int:
        number, token = next(self._numbers), state.page.token
        splices = [
            {"at": splice.at, "gone": splice.gone, "put": [_describe(annotation, state) for annotation in splice.put]}
            for splice in difference.splices
        ]
        self._pages[token] = (number, answer, state)
        self._send({"kind": "shapes", "page": token, "number": number, "since": since, "splices": splices})
        return number


def _describe(annotation: Annotation, state: PageState) -> dict[str, Any]:
    item = next(iter(state.items), 0)
    confidence = state.proposals(item).get(annotation.uid)
    return {
        "uid": annotation.uid,
        "class_id": annotation.class_id,
        "shape": annotation.shape.to_dict() if annotation.shape is not None else None,
        "made": str(annotation.made),
        "confidence": None if confidence is None else round(confidence, 4),
        "proposal": state.is_untouched(item, annotation),
    }
