"""Answers as JSON text in a column."""

import json

from jlabel.model.answer import Answer, answer_from_dict, answer_to_dict


def pack(answer: Answer) -> str:
    """Return ``answer`` as compact ASCII JSON, which any database encoding can hold."""
    return json.dumps(answer_to_dict(answer), separators=(",", ":"))


def unpack(text: str) -> Answer:
    """Read what ``pack`` wrote.

    Raises:
        AnswerError: written by a later jlabel, or damaged.
    """
    return answer_from_dict(json.loads(text))
