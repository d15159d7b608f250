"""A screen of a new kind: a counter without a session, whose message is one more entry in the vocabulary."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jlabel.errors import InputError
from jlabel.store import Store, watch_project
from jlabel.widgets.frame.bundle import module
from jlabel.widgets.frame.screen import Screen
from jlabel.widgets.protocol import COMMANDS, Message, Spec, checks

MOST = 9


@dataclass(frozen=True, kw_only=True)
class Count:
    """How much to add."""

    value: int


class Counter(Screen):
    """Counts, and shows how many images a project has left."""

    _esm = module(Path(__file__).with_name("toy.js"))

    def __init__(self, store: Store, project_id: int) -> None:
        self._store, self._project, self._count = store, project_id, 0
        COMMANDS.setdefault("count", Spec(value=Count, checks={"value": checks.count}, names={}))
        super().__init__(setup={"project": "p"}, handlers={"count": self._on_count})
        self.refresh()
        self.follow(watch_project(store, project_id, lambda _: self.refresh(), every=0.05))

    def describe(self) -> dict[str, Any]:
        return {"count": self._count, "remaining": self._store.counts(self._project).remaining}

    def _on_count(self, message: Message) -> None:
        if message.value.value > MOST:
            raise InputError(f"The counter takes steps of at most {MOST}.")
        self._count += message.value.value
