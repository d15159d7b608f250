"""The kernel's end of the protocol: each message of the browser becomes its typed value, all else is refused."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from jlabel.errors import MessageError
from jlabel.model.answer import Annotation, Made
from jlabel.session.viewport import Viewport
from jlabel.widgets.protocol import COMMANDS, KINDS, MESSAGES, parse, sequence
from jlabel.widgets.protocol.gate import Message

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "messages.json").read_text(encoding="utf-8"))


def plain(value: Any) -> Any:
    """A value as it was on the wire."""
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, Viewport):
        return asdict(value)
    if isinstance(value, Annotation):
        assert value.made is Made.COPIED
        return {"uid": value.uid, "class_id": value.class_id, "shape": plain(value.shape)}
    if isinstance(value, Mapping) and all(hasattr(one, "to_dict") for one in value.values()):
        return [{"uid": uid, "shape": plain(shape)} for uid, shape in value.items()]
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items() if one != ()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def field(message: Message, name: str) -> Any:
    spec = (COMMANDS if message.kind == "command" else MESSAGES)[message.name]
    if name in spec.checks:
        return plain(getattr(message.value, spec.names.get(name, name)))
    return getattr(message, name)


@pytest.mark.parametrize("data", VECTORS["valid"], ids=str)
def test_valid_messages_keep_their_fields(data: dict[str, object]) -> None:
    message = parse(data)
    assert {name: field(message, name) for name in data} == data


def test_the_vectors_hold_every_message() -> None:
    assert {one.get("name", one["kind"]) for one in VECTORS["valid"]} == {*MESSAGES, *COMMANDS}


@pytest.mark.parametrize(
    "data", [*VECTORS["refused"], {"kind": "level", "seq": 1, "brightness": float("nan"), "contrast": 1}], ids=str
)
def test_everything_else_is_refused(data: object) -> None:
    with pytest.raises(MessageError, match=r"browser|message"):
        parse(data)


def test_the_number_of_a_refused_message_is_read() -> None:
    assert [sequence(data) for data in ({"seq": 7}, {"seq": True}, {"seq": -1}, {}, None, "7")] == [7, 0, 0, 0, 0, 0]


def test_the_vocabulary_is_the_design_s() -> None:
    kinds = {"cell", "command", "view", "level", "select", "draw", "change", "remove", "painted"}
    assert set(KINDS) == {"command", *MESSAGES} == kinds
