"""Pictures that were overwritten on disk since they were listed: shown as they are now, and said so once."""

from collections.abc import Sequence
from dataclasses import replace

from jlabel.media.stamp import current_stamp
from jlabel.model.page import Page, Task

_SHOWN = 3
"""Names in a sentence."""


class FileChanges:
    """Looks at the files of pages as they are opened, and remembers for which ones that was said already."""

    def __init__(self) -> None:
        self._listed: dict[int, str] = {}
        self._said: set[tuple[int, str]] = set()

    def open(self, page: Page) -> Page:
        """Return a page from the store whose tasks have the stamps that local files have now."""
        self._listed |= {task.item: task.stamp for task in page.tasks}
        return restamp(page)

    def submitted(self, tasks: Sequence[Task]) -> dict[int, str]:
        """Return the stamps, by item, of submitted tasks whose files are others than were listed; known from now on."""
        stamps = {task.item: task.stamp for task in tasks if task.stamp != self._listed.get(task.item, task.stamp)}
        self._listed |= stamps
        return stamps

    def sentence(self, page: Page) -> str:
        """Return what to say of a page that comes on screen; ``""`` where nothing is new."""
        fresh = [
            task
            for task in page.tasks
            if task.stamp != self._listed.get(task.item, task.stamp) and (task.item, task.stamp) not in self._said
        ]
        self._said |= {(task.item, task.stamp) for task in fresh}
        if not fresh:
            return ""
        names = ", ".join(repr(task.name) for task in fresh[:_SHOWN]) + (" and others" if len(fresh) > _SHOWN else "")
        were, are = ("it was", "is") if len(fresh) == 1 else ("they were", "are")
        return f"{names} changed on disk after {were} listed, and {are} shown as now. p.refresh() records it."


def restamp(page: Page) -> Page:
    """Return a page with the stamps that local files have now; the same one if none differs."""
    stamps = [current_stamp(task.uri, task.stamp) for task in page.tasks]
    if all(stamp == task.stamp for stamp, task in zip(stamps, page.tasks, strict=True)):
        return page
    tasks = (
        task if stamp == task.stamp else replace(task, stamp=stamp, width=0, height=0)
        for stamp, task in zip(stamps, page.tasks, strict=True)
    )
    return replace(page, tasks=tuple(tasks))
