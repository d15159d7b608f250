"""Whole listings, read page by page from one state of the store where it can give that."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import TypeVar

from jlabel.model.item import ItemState
from jlabel.model.item_table import ItemTable
from jlabel.model.record import Record
from jlabel.model.run import Prediction, Run, RunKind, RunState
from jlabel.model.source import Source
from jlabel.model.training_label import TrainingLabel
from jlabel.store.ports import Store

_PAGE = 1000
_RUNS = 100
_OfItem = TypeVar("_OfItem", Record, TrainingLabel, Prediction)


def read_records(
    store: Store,
    project_id: int,
    *,
    states: Collection[ItemState] | None = None,
    items: Collection[int] | None = None,
) -> Iterator[Record]:
    """Yield a project's items with their current labels, in the order of item ids, a page in memory at a time.

    Args:
        store: the store.
        project_id: the project.
        states: only items in these states.
        items: only these items (at most some thousands).

    Raises:
        NotFound: no such project.
    """
    with store.snapshot() as view:
        yield from _by_item(
            lambda after: view.records(project_id, states=states, items=items, after=after, limit=_PAGE)
        )


def read_training_labels(store: Store, project_id: int, *, skipped: bool = False) -> Iterator[TrainingLabel]:
    """Yield the labels of a project's labeled items, in the order of item ids, a page in memory at a time.

    Args:
        store: the store.
        project_id: the project.
        skipped: skipped items too; their answer is the skip.
    """
    with store.snapshot() as view:
        yield from _by_item(lambda after: view.training_labels(project_id, skipped=skipped, after=after, limit=_PAGE))


def read_predictions(store: Store, run_id: int) -> Iterator[Prediction]:
    """Yield what a run predicted, in the order of item ids, a page in memory at a time."""
    with store.snapshot() as view:
        yield from _by_item(lambda after: view.predictions(run_id, after=after, limit=_PAGE))


def read_runs(
    store: Store, project_id: int, *, kind: RunKind | None = None, state: RunState | None = None
) -> Iterator[Run]:
    """Yield a project's runs, newest first, a page in memory at a time; with ``kind`` and ``state`` only such ones."""
    before = None
    while True:
        page = store.runs(project_id, kind=kind, state=state, limit=_RUNS, before=before)
        yield from page
        if len(page) < _RUNS:
            return
        before = page[-1].id


def read_item_table(store: Store, project_id: int) -> ItemTable:
    """Return all items of a project as a model sees them.

    Raises:
        NotFound: no such project.
    """
    with store.snapshot() as view:
        parts = [view.item_table(project_id)]
        while (after := parts[-1].next_after) is not None:
            parts.append(view.item_table(project_id, after=after))
    return parts[0] if len(parts) == 1 else ItemTable.join(parts)


def read_sources(store: Store, project_id: int) -> list[tuple[int, Source]]:
    """Return a project's sources with their ids, in the order added; an explicit list with the paths of its items."""
    with store.snapshot() as view:
        return [
            (number, source if source.pattern else replace(source, paths=tuple(_paths(view, number))))
            for number, source in view.sources(project_id)
        ]


def _by_item(read: Callable[[int], list[_OfItem]]) -> Iterator[_OfItem]:
    """Yield what a verb returns in pages, given the item after which a page begins."""
    after = 0
    while True:
        page = read(after)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].item


def _paths(view: Store, source_id: int) -> Iterator[str]:
    after = 0
    while page := view.source_paths(source_id, after=after):
        yield from (path for _, path in page)
        after = page[-1][0]
