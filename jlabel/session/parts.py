"""What a session consists of, for screens."""

from dataclasses import dataclass

from jlabel.session.navigation import Navigator
from jlabel.session.pages import PageTable
from jlabel.session.sizes import SizeRecorder
from jlabel.session.suggestions import SuggestionFeed
from jlabel.store import Store


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of one session. A screen shows and does more with them than ``Session`` offers from Python.

    Attributes:
        store: where the project lives.
        id: the store's id of the session.
        pages: the open pages, their answers and their leases.
        suggestions: pre-labels that are published meanwhile.
        navigator: the way through the pages.
        sizes: records the sizes of pictures.
    """

    store: Store
    id: int
    pages: PageTable
    suggestions: SuggestionFeed
    navigator: Navigator
    sizes: SizeRecorder
