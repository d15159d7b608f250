"""Pre-labels that are published while a session works: shown on its pages where nothing was begun."""

from collections.abc import Mapping, Sequence

from jlabel.model.run import Suggestion
from jlabel.session.pages import PageTable


class SuggestionFeed:
    """Passes published pre-labels on to the leased pages, each batch under a growing version.

    A screen sends with each gesture the version that it has shown. What came later is discarded for the items of the
    gesture (``discard_unseen``): the labeler answered without having seen it.

    Args:
        pages: the session's pages.

    Attributes:
        version: number of the last batch that changed a page; 0 for what the pages were handed out with.
    """

    def __init__(self, pages: PageTable) -> None:
        self._pages = pages
        self.version = 0

    def refresh(self, *, looked_at: bool = True) -> int:
        """Read the pre-labels of the leased items from the store and ``receive`` them."""
        pages = self._pages
        return self.receive(pages.store.suggestions(pages.session_id), looked_at=looked_at)

    def receive(self, found: Mapping[int, Suggestion], *, looked_at: bool = True) -> int:
        """Show suggestions that ``store.suggestions`` returned on items on which nothing was begun.

        Args:
            found: by item.
            looked_at: somebody has seen the page on screen without them, so that they can be undone.

        Returns:
            How many are new on the page on screen.
        """
        pages, version = self._pages, self.version + 1
        first = next(iter(pages.queue), None)
        counts = {
            state.page.token: len(state.add_suggestions(found, version, looked_at=looked_at and state is first))
            for state in pages.queue
        }
        if any(counts.values()):
            self.version = version
            pages.changed()
        return counts.get(pages.current.page.token, 0) if pages.current else 0

    def discard_unseen(self, seen_version: int, items: Sequence[int], *, page: str | None = None) -> None:
        """Drop the pre-labels of items of a page that came after ``seen_version``.

        Raises:
            NotFound: no such page, or an item that is not on it.
        """
        state = self._pages.state(page)
        state.drop_unseen(seen_version, state.pick(items))
