"""The labelers that are open in this kernel: running a cell again moves the page there and shows no second one."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from jlabel.errors import InputError
from jlabel.model.submission import Submission
from jlabel.model.task import TaskType
from jlabel.session.auto_submit import check_auto_submit
from jlabel.session.page_sizes import check_large, check_size, remembered_large
from jlabel.session.session import Session

if TYPE_CHECKING:
    from jlabel.media.loader import Loader
    from jlabel.store import Store
    from jlabel.widgets.frame.labeling_screen import LabelingScreen

MIN_HEIGHT = 300
"""Least height of a labeler in CSS pixels."""
_MOVED = "The labeler moved to the cell that was run last. Your work went with it."
_open: dict[tuple[str, int, str], "LabelingScreen"] = {}
_loaders: list["Loader"] = []


def open_labeler(
    key: tuple[str, int, str],
    task: TaskType,
    start: Callable[[int, int | None], Session],
    store: "Store",
    *,
    grid: int,
    large: int | None,
    auto_submit: bool | None,
    on_submit: Callable[[Submission], object] | None,
    height: float | None,
) -> "LabelingScreen":
    """Return a new labeler; the one that was open under its key takes no more gestures.

    Args:
        key: workspace, project and person.
        task: of the project.
        start: opens the session, with the number of images on a manual page and, where it may differ, on others.
        store: where the project lives.
        grid: as for ``Project.label``, as are the others.
        large: see there.
        auto_submit: see there.
        on_submit: see there.
        height: see there.

    Raises:
        InputError: another grid, a height that is none, or ``auto_submit`` for another task than multi-class.
    """
    # Widgets are only loaded where they are shown.
    from jlabel.assist.outlining.outliner import Outliner  # noqa: PLC0415
    from jlabel.widgets.editor import Editor  # noqa: PLC0415
    from jlabel.widgets.grid import Grid  # noqa: PLC0415

    check_size(grid)  # before the earlier labeler is closed
    if large is not None:
        check_large(large)
    check_auto_submit(task, on=auto_submit is True)
    if height is not None and not MIN_HEIGHT <= height < math.inf:
        raise InputError(
            f"A labeler cannot be {height!r} pixels high. Give a number from {MIN_HEIGHT}, or leave it out."
        )
    if key in _open:
        _open.pop(key).retire(_MOVED)
    session = start(
        1 if task.has_shapes else grid, (large or remembered_large(store, *key[1:])) if task.large_grids else None
    )
    if large is not None and task.large_grids:
        session.parts.pages.sizes.change(large=large)  # to be remembered
    if on_submit is not None:
        session.on_submit(on_submit)
    if auto_submit is not None:
        session.set_auto_submit(on=auto_submit)
    if task.has_shapes:
        outliner = Outliner(store, key[1]) if task == TaskType.POLYGONS else None
        _open[key] = Editor(session, loader(), height=height, outliner=outliner)
    else:
        _open[key] = Grid(session, loader(), height=height)
    return _open[key]


def loader() -> "Loader":
    """Return what decodes pictures for all that this kernel shows."""
    from jlabel.media.cache import DiskCache  # noqa: PLC0415 -- Pillow is only loaded where pictures are shown
    from jlabel.media.loader import Loader  # noqa: PLC0415

    if not _loaders:
        _loaders.append(Loader(cache=DiskCache()))
    return _loaders[0]
