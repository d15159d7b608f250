"""The port of a format: how it writes labels to files, how it reads them back, and what it cannot hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jlabel.errors import FormatError
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.record import Record
from jlabel.model.task import TaskType

Content = str | bytes | Iterable[str | bytes]
"""A file's content: text (UTF-8), bytes, or chunks of either."""
Files = Mapping[str, bytes]
"""What is read: bytes by path below the folder, with ``/``; a format of one file has it under ``""``."""
Sizes = Mapping[str, tuple[int, int]]
"""(width, height) in pixels by image name, for documents that hold fractions and no sizes."""
Options = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class LabelSet:
    """What a format writes.

    Attributes:
        task: the project's.
        classes: all of the project's, also retired ones.
        records: all items of the project, labeled or not, in the order of their ids; may be iterated once.
        notes: sentences that a format adds while it writes: what it left out, and why. Who exports is shown them.
    """

    task: TaskType
    classes: Sequence[LabelClass]
    records: Iterable[Record]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ImageLabels:
    """One image as a document names and labels it.

    Attributes:
        name: path or URL as written in the document.
        width: pixels; 0 while unknown.
        height: pixels; 0 while unknown.
        answer: its class ids are keys of ``ReadLabels.classes``.
    """

    name: str
    width: int = 0
    height: int = 0
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class ReadLabels:
    """What a format read.

    Attributes:
        task: as asked for, or what the document looks like.
        images: in the document's order.
        classes: class path by id, as the document numbers them.
        left_out: how many of each kind of thing in the document were not taken, by a word for the kind.
    """

    task: TaskType
    images: tuple[ImageLabels, ...]
    classes: Mapping[int, str]
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Option:
    """A choice that a format leaves to its user.

    Attributes:
        name: of the keyword argument, and of ``--option name=value`` on the command line.
        default: used where nothing is chosen; its type is the option's type (``str``, ``int``, ``float`` or ``bool``).
        summary: what it chooses, as a phrase.
    """

    name: str
    default: str | float | bool
    summary: str

    def parse(self, text: str) -> str | float | bool:
        """Read a value from the command line.

        Raises:
            FormatError: not of the option's type.
        """
        try:
            return {"yes": True, "no": False}[text] if isinstance(self.default, bool) else type(self.default)(text)
        except (KeyError, ValueError):
            kind = "yes or no" if isinstance(self.default, bool) else f"a value such as {self.default!r}"
            raise FormatError(f"The option {self.name} takes {kind}, not {text!r}.") from None


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format, as the table ``jlabel.formats.registry.FORMATS`` lists it.

    Attributes:
        name: what a user asks for: ``p.export(name, path)``.
        summary: what it is, as a phrase.
        tasks: the task types whose labels it holds.
        write: makes the files of a label set: (path below the folder, content) pairs, or one pair with the path ``""``
            where ``folder`` is false. Raises ``FormatError`` for a task type that is not in ``tasks``, before the first
            pair, and for labels that it cannot hold.
        read: the inverse: files, task type (``None``: found out), sizes of images, options. Raises ``FormatError``.
        cannot_hold: a sentence for each thing that a project holds and these files do not.
        folder: whether it is a folder of files instead of one file.
        needs_sizes: whether labeled images must have a width and a height.
        options: what a user may choose.
    """

    name: str
    summary: str
    tasks: frozenset[TaskType]
    write: Callable[[LabelSet, Options], Iterable[tuple[str, Content]]]
    read: Callable[[Files, TaskType | None, Sizes, Options], ReadLabels]
    cannot_hold: tuple[str, ...]
    folder: bool = False
    needs_sizes: bool = False
    options: tuple[Option, ...] = ()

    def option(self, name: str) -> Option:
        """Return the option of this name.

        Raises:
            FormatError: there is none.
        """
        for option in self.options:
            if option.name == name:
                return option
        known = ", ".join(option.name for option in self.options)
        remedy = f"Choose from {known}." if known else "It has no options: leave it out."
        raise FormatError(f"The format {self.name!r} has no option {name!r}. {remedy}")

    def complete(self, given: Options) -> dict[str, Any]:
        """Return ``given`` with the defaults of all other options.

        Raises:
            FormatError: an unknown option, or a value of another type than the default's.
        """
        for name, value in given.items():
            default = self.option(name).default
            if not isinstance(value, type(default)):
                raise FormatError(f"The option {name} takes a value such as {default!r}, not {value!r}.")
        return {option.name: option.default for option in self.options} | dict(given)
