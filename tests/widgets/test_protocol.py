"""The vocabulary's kernel end: what the browser says is understood, everything else refused by name."""

import json
from pathlib import Path

import pytest

from jlabel.errors import MessageError
from jlabel.widgets.protocol import FIELDS, parse

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "messages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("data", VECTORS["valid"], ids=str)
def test_valid_messages_keep_their_fields(data: dict[str, object]) -> None:
    message = parse(data)
    assert (message.kind, message.seq, message.page) == (data["kind"], data["seq"], data["page"])
    for name, value in message.fields.items():
        assert list(value) == data[name] if isinstance(value, tuple) else value == data[name]


@pytest.mark.parametrize(
    "data", [*VECTORS["refused"], {"kind": "level", "seq": 1, "brightness": float("nan"), "contrast": 1}], ids=str
)
def test_everything_else_is_refused(data: object) -> None:
    with pytest.raises(MessageError, match=r"browser|message"):
        parse(data)


def test_the_vocabulary_is_the_design_s() -> None:
    assert set(FIELDS) == {"cell", "command", "view", "level", "select", "draw", "change", "remove"}
