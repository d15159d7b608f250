"""Every verb of the store's port has its roles, and a store opened by an actor has the verbs of its role only."""

import inspect
import typing
from collections.abc import Iterable
from pathlib import Path
from types import UnionType

import pytest

from jlabel.errors import NotAllowed
from jlabel.model.roles import VERBS, Actor, Role
from jlabel.store import Store, open_store
from jlabel.store.authorization import authorize
from jlabel.store.ports import verbs

STREAMS = {"create_project", "add_items", "reconcile", "write_predictions"}
"""Verbs that take a stream, which an adapter writes by hand."""


class Reached(Exception):
    """The verb itself was called."""


class Inner:
    """A store all of whose verbs say that they were reached."""

    def __getattr__(self, name: str) -> object:
        def call(*_args: object, **_kwargs: object) -> None:
            raise Reached(name)

        return call


def test_the_table_has_every_verb_and_no_other() -> None:
    assert set(VERBS) == set(verbs())
    assert all(Role.OWNER in roles for roles in VERBS.values())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_passes_the_table(verb: str, role: Role) -> None:
    store = authorize(typing.cast("Store", Inner()), Actor(name="ann", role=role))
    if role in VERBS[verb]:
        with pytest.raises(Reached, match=verb):
            getattr(store, verb)(1)
        return
    with pytest.raises(NotAllowed, match=rf"'ann' is {role} here, and {verb} is for: owner"):
        getattr(store, verb)(1)


def test_a_verb_that_the_table_does_not_know_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(VERBS, "claim")
    store = authorize(typing.cast("Store", Inner()), Actor())
    with pytest.raises(NotAllowed, match="claim is for: nobody"):
        store.claim(1, 9)


def test_a_workspace_is_opened_in_a_role(tmp_path: Path) -> None:
    with open_store(tmp_path, actor=Actor(name="vera", role=Role.VIEWER)) as store:
        assert store.actor.name == "vera"
        assert store.projects() == []
        with pytest.raises(NotAllowed, match="owner"):
            store.delete_project(1)
        with store.snapshot() as view, pytest.raises(NotAllowed, match="'vera' is viewer here"):
            view.set_sizes({1: (2, 3)})


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_a_verb_can_be_sent_over_a_wire(verb: str) -> None:
    """Its type hints name JSON data and values of the model; no callbacks, no iterators but the named streams."""
    call = verbs()[verb]
    parameters = list(inspect.signature(call).parameters.values())[1:]
    assert all(p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) for p in parameters)
    for name, hint in typing.get_type_hints(call).items():
        for part in parts(hint):
            if part is Iterable and (verb in STREAMS or name == "items"):
                continue
            module = getattr(part, "__module__", "")
            plain = part in (int, float, str, bool, type(None), dict, list, tuple, typing.Any, ...)
            abstract = module == "collections.abc" and part.__name__ in ("Mapping", "Sequence", "Collection")
            assert plain or abstract or module.startswith("jlabel.model."), (name, part)


def parts(hint: typing.Any) -> typing.Iterator[typing.Any]:
    """The types that a hint is made of."""
    origin = typing.get_origin(hint)
    if origin is None:
        yield hint
        return
    if origin not in (typing.Union, UnionType):
        yield origin
    for argument in typing.get_args(hint):
        yield from parts(argument)
