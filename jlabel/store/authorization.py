"""A store as one actor may use it: the one place that all verbs pass, and that checks the actor's role."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

from jlabel.model.roles import Actor, check_allowed
from jlabel.store.ports import Store, verbs


def authorize(store: Store, actor: Actor) -> Store:
    """Return a store with the verbs of the actor's role; the others raise ``NotAllowed``.

    It costs next to nothing, so that a service can make one for each request.
    """
    return cast("Store", _AuthorizedStore(store, actor))


class _AuthorizedStore:
    """Passes every verb on after a look into the table of roles; its verbs are made below, from those of the port."""

    def __init__(self, store: Store, actor: Actor) -> None:
        self._store, self.actor = store, actor

    @property
    def folder(self) -> Path | None:
        return self._store.folder

    @property
    def dialect(self) -> str:
        return self._store.dialect

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        with self._store.snapshot() as view:
            yield authorize(view, self.actor)

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._store)


def _checked(name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(verb)
    def call(self: _AuthorizedStore, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- as the verb has them
        check_allowed(self.actor, name)
        return getattr(self._store, name)(*args, **kwargs)

    return call


for _name, _verb in verbs().items():
    setattr(_AuthorizedStore, _name, _checked(_name, _verb))
