"""The kinds of files that a model is exported to, in one table; a file is recognized by its content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported import onnx_file, torchscript_file
from jlabel.assist.exported.facts import Facts
from jlabel.errors import InputError

if TYPE_CHECKING:
    import torch

Run = Callable[[NDArray[np.uint8]], Mapping[str, NDArray[Any]]]


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """One row of the table.

    Attributes:
        pack: returns the bytes of a file of a network and its facts.
        open: reads a file: its facts, and a function from (n, h, w, 3) uint8 pixels to the outputs by name.
        recognizes: whether a file begins like one of this kind.
    """

    pack: "Callable[[torch.nn.Module, Facts], bytes]"
    open: Callable[[Path], tuple[Facts, Run]]
    recognizes: Callable[[bytes], bool]


FORMATS: dict[str, FileFormat] = {
    "torchscript": FileFormat(
        pack=torchscript_file.pack, open=torchscript_file.open_file, recognizes=torchscript_file.recognizes
    ),
    # Its first bytes are those of any protocol buffer: it is the last that is asked.
    "onnx": FileFormat(pack=onnx_file.pack, open=onnx_file.open_file, recognizes=lambda _: True),
}


def find_format(name: str) -> FileFormat:
    """Return a format by its name.

    Raises:
        InputError: there is none.
    """
    if name not in FORMATS:
        raise InputError(f"A model is not exported to {name!r}. Use {' or '.join(map(repr, sorted(FORMATS)))}.")
    return FORMATS[name]


def open_file(path: Path) -> tuple[Facts, Run]:
    """Read a file of any format.

    Raises:
        CheckpointError: it is damaged, or no model that jlabel exported.
        MissingExtra: what runs it is not installed.
    """
    with path.open("rb") as file:
        start = file.read(16)
    return next(one for one in FORMATS.values() if one.recognizes(start)).open(path)
