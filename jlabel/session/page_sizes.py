"""How many images a page has: one number for manual pages, another for those that are pre-labeled or grouped."""

from jlabel.errors import InputError
from jlabel.model.page import Queue
from jlabel.model.task import GRIDS, LARGE_GRIDS
from jlabel.store import Store

LARGE = 9
"""Images on a pre-labeled or clustered page of a screen whose labeler has chosen nothing."""
_KEY = "large"
"""Of the habit in the store."""


class PageSizes:
    """The sizes of the pages of one labeler in one project.

    Args:
        store: where the choice of large pages is kept.
        project_id: the project.
        labeler: whose pages.
        small: images on a manual page: 1, 4, 6 or 9.
        large: on the others: 9, 16 or 25; ``None``: as many as on a manual page.

    Attributes:
        small: as given, or as changed.

    Raises:
        InputError: another size.
    """

    def __init__(self, store: Store, project_id: int, labeler: str, *, small: int, large: int | None = None) -> None:
        self._store = store
        self._project = project_id
        self._labeler = labeler
        self.small = check_size(small)
        self._large = None if large is None else check_large(large)

    @property
    def large(self) -> int:
        """Images on a page that is not manual."""
        return self._large or self.small

    def of(self, queue: Queue) -> int:
        """Return how many images a page of a queue has."""
        return self.small if queue is Queue.MANUAL else self.large

    def change(self, *, small: int | None = None, large: int | None = None) -> None:
        """Set one size or both; the large one is remembered for this labeler in this project.

        Raises:
            InputError: another size; nothing was changed.
        """
        if small is not None:
            check_size(small)
        if large is not None:
            self._large = check_large(large)
            habits = self._store.habits(self._project, self._labeler)
            if habits.get(_KEY) != large:
                self._store.set_habits(self._project, self._labeler, {**habits, _KEY: large})
        self.small = small or self.small


def remembered_large(store: Store, project_id: int, labeler: str) -> int:
    """Return how many images a labeler chose last for large pages; 9 before the first choice."""
    chosen = store.habits(project_id, labeler).get(_KEY)
    return chosen if chosen in LARGE_GRIDS else LARGE


def check_size(size: int) -> int:
    """Return ``size`` if a manual page can have so many images.

    Raises:
        InputError: not 1, 4, 6 or 9.
    """
    if size not in GRIDS:
        raise InputError(f"A page has 1, 4, 6 or 9 images, not {size!r}.")
    return size


def check_large(size: int) -> int:
    """Return ``size`` if a pre-labeled or clustered page can have so many images.

    Raises:
        InputError: not 9, 16 or 25.
    """
    if size not in LARGE_GRIDS:
        raise InputError(f"A page that is pre-labeled or grouped has 9, 16 or 25 images, not {size!r}.")
    return size
