"""What is recorded of pictures' files at the latest when a label is submitted.

An export needs their sizes when the files are gone. A refresh needs the stamps of those that were overwritten before
they were labeled, to tell them from those that changed afterwards.
"""

import contextlib
from collections.abc import Mapping, Sequence

from jlabel.errors import ImageError, JlabelError
from jlabel.model.page import Task
from jlabel.store import Store


class SizeRecorder:
    """Records the sizes of one session's pictures, each once as long as its file stays as it is.

    Args:
        store: where the project lives.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recorded: set[int] = set()

    def record(self, sizes: Mapping[int, tuple[int, int]]) -> None:
        """Record (width, height) in pixels, as shown, by item: measured where pictures are decoded."""
        self._store.set_sizes(sizes)
        self._recorded |= sizes.keys()

    def measure(self, tasks: Sequence[Task], stamps: Mapping[int, str], *, anew: bool = False) -> None:
        """Read the sizes that are not on record from the files' headers, and record them with the stamps.

        A file that cannot be read, or a database that refuses, costs a size and not the label that was submitted.

        Args:
            tasks: whose labels were submitted.
            stamps: of those whose files were overwritten after they were listed, by item.
            anew: measure those on record too: their labels were mended, on pictures that may have another size.
        """
        if stamps:
            with contextlib.suppress(JlabelError):
                self._store.set_stamps(stamps)
        known = self._recorded - stamps.keys()
        unknown = [task for task in tasks if anew or (not (task.width and task.height) and task.item not in known)]
        if not unknown:
            return
        from jlabel.media.picture import size_of  # noqa: PLC0415 -- decoders are only loaded where one is needed

        sizes = {}
        for task in unknown:
            with contextlib.suppress(ImageError):
                sizes[task.item] = size_of(task.uri)
        if sizes:
            with contextlib.suppress(JlabelError):
                self.record(sizes)
