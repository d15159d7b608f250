"""The gate for messages of the browser: each is read into its typed value, or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.shapes.parse import short
from jlabel.widgets.protocol import checks
from jlabel.widgets.protocol.vocabulary import COMMANDS, MESSAGES, Spec

_TOKEN = re.compile(r"[0-9a-f]{32}")
_VIEW = re.compile(r"[0-9a-f]{16}")
_ENVELOPE = {"kind", "seq", "view", "page"}
_CONTEXT: Mapping[str, checks.Check] = {"seconds": checks.number(0, 1e7), "seen_version": checks.count}
"""Fields that cells and commands may have whatever they are."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message from the browser, checked.

    Attributes:
        kind: of the vocabulary.
        name: a command's name, else the kind; handlers are found by it.
        seq: the view's count.
        view: id of the view that sent it, made in the browser.
        page: token of the page that it concerns; ``None`` where it concerns none.
        value: its content, of the type that the vocabulary gives the name.
        seconds: time spent on the page, in seconds, where it was sent.
        seen_version: the last version of suggestions that was on screen, where it was sent.
    """

    kind: str
    name: str
    seq: int
    view: str
    page: str | None
    value: Any
    seconds: float | None = None
    seen_version: int | None = None


def parse(data: object) -> Message:
    """Check a message from the browser.

    Raises:
        MessageError: not of the vocabulary; nothing of it may be used.
        GeometryError: a shape without area.
    """
    if not isinstance(data, Mapping):
        raise MessageError(f"The browser sent {short(data)}, which is not a message.")
    kind, name, spec = _find(data)
    view = sender(data)
    if view is None:
        raise MessageError(f"The browser named its view {short(data.get('view'))}, which is no view. Reload the page.")
    page = data.get("page")
    if page is not None and not (isinstance(page, str) and _TOKEN.fullmatch(page)):
        raise MessageError(f"The browser named a page {short(page)}, which is not one. Reload the page.")
    envelope = _ENVELOPE | ({"name"} if kind == "command" else set())
    context = _CONTEXT if kind in {"cell", "command"} else {}
    strange = set(data) - envelope - set(spec.checks) - set(context)
    if strange:
        raise MessageError(f"The message {name!r} has the unknown field {short(min(map(str, strange)))}.")
    missing = next((field for field in spec.required if data.get(field) is None), None)
    if missing:
        raise MessageError(f"The message {name!r} lacks the field {missing!r}. Reload the page.")
    return Message(
        kind=kind,
        name=name,
        seq=checks.count(data.get("seq"), "seq"),
        view=view,
        page=page,
        value=spec.make(_checked(data, spec.checks, name)),
        **_checked(data, context, name),
    )


def sequence(data: object) -> int:
    """Return the browser's count of a message, also of one that is refused; 0 where it has none."""
    number = data.get("seq") if isinstance(data, Mapping) else 0
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53 else 0


def sender(data: object) -> str | None:
    """Return the id of the view that sent a message, also of one that is refused; ``None`` where it names none."""
    view = data.get("view") if isinstance(data, Mapping) else None
    return view if isinstance(view, str) and _VIEW.fullmatch(view) else None


def _find(data: Mapping[str, Any]) -> tuple[str, str, Spec]:
    kind, name = data.get("kind"), data.get("name")
    if kind == "command":
        if not isinstance(name, str) or name not in COMMANDS:
            raise MessageError(f"The browser sent the unknown command {short(name)}. Reload the page.")
        return kind, name, COMMANDS[name]
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise MessageError(f"The browser sent a message of the unknown kind {short(kind)}. Reload the page.")
    return kind, kind, MESSAGES[kind]


def _checked(data: Mapping[str, Any], fields: Mapping[str, checks.Check], name: str) -> dict[str, Any]:
    return {
        field: check(data[field], f"{name}.{field}") for field, check in fields.items() if data.get(field) is not None
    }
