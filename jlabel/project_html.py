"""A project as a notebook shows it: how far it is, its label classes, and some of its images."""

import base64
import contextlib
import html
import time
from concurrent.futures import TimeoutError as TooSlow

from jlabel.errors import ImageError
from jlabel.media.loader import Loader
from jlabel.model.item import ItemState
from jlabel.model.label_class import LabelClass
from jlabel.model.project import Counts
from jlabel.model.task import TaskType
from jlabel.store import Store

THUMBNAILS = 6
"""Images in the strip."""
SIDE = 72
"""Pixels that a thumbnail fits inside."""
SECONDS = 2.0
"""After which those that are not decoded are left out: images may be large, or far away."""
_SHOWN_CLASSES = 12
_SHOWN_STATES = (ItemState.WAITING, ItemState.LABELED, ItemState.SKIPPED)
_PARTS = (("labeled", "#2e7d32"), ("skipped", "#f9a825"), ("unreadable", "#c62828"), ("removed", "#9e9e9e"))
"""States with a part of the bar, and its colour; what is left of the bar is still to be labeled."""


def to_html(store: Store, project_id: int, name: str, task: TaskType, loader: Loader) -> str:
    """Return the HTML of a project, which needs no script and fits a light and a dark page."""
    counts = store.counts(project_id)
    return (
        '<div style="max-width:40em;line-height:1.5">'
        f"<div><b>{html.escape(name)}</b> · {html.escape(task)} · {_sentence(counts)}</div>"
        f"{_bar(counts)}{_classes(store.classes(project_id))}{_strip(store, project_id, loader)}</div>"
    )


def _sentence(counts: Counts) -> str:
    text = f"{counts.labeled:,} of {counts.total:,} labeled"
    others = {"skipped": counts.skipped, "unreadable": counts.unreadable, "removed": counts.removed}
    others["missing"] = counts.missing
    return text + "".join(f", {count:,} {state}" for state, count in others.items() if count)


def _bar(counts: Counts) -> str:
    total = max(counts.total, 1)
    parts = "".join(
        f'<span style="width:{100 * getattr(counts, state) / total:.2f}%;background:{color}" title="{state}"></span>'
        for state, color in _PARTS
    )
    return (
        f'<div role="img" aria-label="{_sentence(counts)}" style="display:flex;height:8px;margin:4px 0;'
        f'border-radius:4px;overflow:hidden;background:rgba(128,128,128,.3)">{parts}</div>'
    )


def _classes(classes: tuple[LabelClass, ...]) -> str:
    chips = [
        '<span style="white-space:nowrap;margin-right:.8em"><span style="display:inline-block;width:.7em;height:.7em;'
        f'border-radius:2px;background:{html.escape(each.color)}"></span> <bdi>{html.escape(each.path)}</bdi></span>'
        for each in classes[:_SHOWN_CLASSES]
    ]
    more = len(classes) - len(chips)
    return f"<div>{' '.join(chips)}{f'and {more} more' if more else ''}</div>"


def _strip(store: Store, project_id: int, loader: Loader) -> str:
    """Return the first images that are decoded in time."""
    found = store.records(project_id, states=_SHOWN_STATES, limit=4 * THUMBNAILS)
    records = [each for each in found if not each.missing][:THUMBNAILS]
    futures = [(each, loader.get(each.uri, each.stamp, 2 * SIDE, 2 * SIDE)) for each in records]
    until = time.monotonic() + SECONDS
    images = []
    for record, future in futures:
        with contextlib.suppress(ImageError, TooSlow):
            made = future.result(max(0.0, until - time.monotonic()))
            data = base64.b64encode(made.data).decode("ascii")
            images.append(
                f'<img src="data:image/{made.format};base64,{data}" alt="{html.escape(record.name)}" '
                f'title="{html.escape(record.name)}" style="max-width:{SIDE}px;max-height:{SIDE}px;margin:0">'
            )
    if not images:
        return ""
    return f'<div style="display:flex;gap:4px;align-items:center;margin-top:4px">{"".join(images)}</div>'
