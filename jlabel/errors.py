"""Every exception that jlabel raises.

The tree::

    JlabelError
    ├── InputError (also a ValueError)         what was passed in cannot be used
    │   ├── NameTaken                          a project name that is or was in use
    │   ├── LabelClassError                    label classes that are empty, double or ill-formed
    │   ├── GeometryError                      a shape that is empty, inverted, outside the image or not a number
    │   ├── AnswerError                        an answer that the task type does not allow
    │   ├── SourceError                        images that cannot be listed: missing, empty, nothing matches
    │   └── FormatError                        a document that cannot be read or written
    ├── NotFound (also a LookupError)          no such project, item, class, run or submission
    ├── NotAllowed                             a verb of the store that the actor's role does not have
    ├── ImageError                             a file that cannot be decoded; the item becomes unreadable
    ├── StoreError                             the database cannot do its work
    │   ├── NetworkFileSystemError             SQLite asked to live on a network file system
    │   ├── SchemaError                        a database written by another version
    │   └── StoreFull                          no room on the disk
    ├── QueueError                             the task queue refuses
    │   ├── LeaseLost                          the page's lease lapsed and others took its items
    │   ├── PageIncomplete                     a submission with unanswered items
    │   ├── Conflict                           the label changed since it was read
    │   └── ProjectPaused                      the project hands out no pages
    ├── ExportError                            an export that could not be written whole; nothing was left behind
    ├── AssistError                            a model cannot be trained, or pictures cannot be put through it
    │   └── CheckpointError                    weights or a checkpoint: missing, damaged or of another version
    ├── MessageError                           a message from the browser that is malformed; state untouched
    └── MissingExtra (also an ImportError)     an optional package that is not installed

    ExportWarning (also a UserWarning)         what an export left out or could not check

Each message names the thing, the value and the remedy, in one or two sentences that a person can be shown. A notebook
shows these alone; ``verbose()`` has it show the whole traceback.
"""

import traceback

__all__ = [
    "AnswerError",
    "AssistError",
    "CheckpointError",
    "Conflict",
    "ExportError",
    "ExportWarning",
    "FormatError",
    "GeometryError",
    "ImageError",
    "InputError",
    "JlabelError",
    "LabelClassError",
    "LeaseLost",
    "MessageError",
    "MissingExtra",
    "NameTaken",
    "NetworkFileSystemError",
    "NotAllowed",
    "NotFound",
    "PageIncomplete",
    "ProjectPaused",
    "QueueError",
    "SchemaError",
    "SourceError",
    "StoreError",
    "StoreFull",
    "verbose",
]

_shown_whole = False


def verbose(on: bool = True) -> None:  # noqa: FBT001, FBT002 -- the value itself
    """Have notebooks show the whole traceback of jlabel's errors, or with ``verbose(False)`` their sentences alone."""
    global _shown_whole  # noqa: PLW0603 -- one setting of the process
    _shown_whole = on


class JlabelError(Exception):
    """Base of every exception that jlabel raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows of this error; it asks every exception for them."""
        if _shown_whole:
            return "".join(traceback.format_exception(self)).splitlines()
        return [f"{type(self).__name__}: {self}"]


class InputError(JlabelError, ValueError):
    """What was passed in cannot be used."""


class NameTaken(InputError):
    """A project name that is in use, or was before its project was deleted."""


class LabelClassError(InputError):
    """Label classes that are empty, double, nested too deep or ill-formed."""


class GeometryError(InputError):
    """A shape that has no area, is inverted, lies outside the image or holds NaN."""


class AnswerError(InputError):
    """An answer that the task type does not allow."""


class SourceError(InputError):
    """Images that cannot be listed."""


class FormatError(InputError):
    """A document in a foreign format that cannot be read or written."""


class NotFound(JlabelError, LookupError):
    """No such project, item, class, run or submission."""


class NotAllowed(JlabelError):
    """A verb of the store that the actor's role does not have."""


class ImageError(JlabelError):
    """A file that cannot be decoded."""


class StoreError(JlabelError):
    """The database cannot do its work."""


class NetworkFileSystemError(StoreError):
    """SQLite was asked to live on a network file system, where its locks do not hold."""


class SchemaError(StoreError):
    """A database written by another version of jlabel."""


class StoreFull(StoreError):
    """There is no room left on the disk that holds the database."""


class QueueError(JlabelError):
    """The task queue refuses."""


class LeaseLost(QueueError):
    """The page's lease lapsed and its items are no longer this labeler's.

    Attributes:
        items: ids of the items that were lost.
    """

    def __init__(self, message: str, items: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.items = items


class PageIncomplete(QueueError):
    """A submission with unanswered items.

    Attributes:
        items: ids of the items without an answer.
    """

    def __init__(self, message: str, items: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.items = items


class Conflict(QueueError):
    """A label changed since it was read.

    Attributes:
        items: ids of the items that changed.
    """

    def __init__(self, message: str, items: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.items = items


class ProjectPaused(QueueError):
    """The project is paused and hands out no pages."""


class ExportError(JlabelError):
    """An export that could not be written whole; nothing was left behind."""


class AssistError(JlabelError):
    """A model cannot be trained, or pictures cannot be put through it."""


class CheckpointError(AssistError):
    """Weights or a checkpoint that are missing, damaged or of another version."""


class MessageError(JlabelError):
    """A message from the browser that is malformed or out of place."""


class ExportWarning(UserWarning):
    """What an export left out or could not check; a warning, since the rest was written."""


class MissingExtra(JlabelError, ImportError):
    """An optional package is not installed; the message names the extra that brings it."""
