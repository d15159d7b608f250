"""The file of a trained detector, and what it says about itself, read in a millisecond and without torch."""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

from jlabel.errors import CheckpointError

FILE = "detector.pt"
BACKBONE = "lite0"
"""The network of ``backbone="auto"``: at this budget a study found the larger Lite2 to be worse."""


def read_about(path: Path) -> dict[str, Any] | None:
    """Return what ``save_model`` wrote beside the tensors; ``None`` where there is no file.

    Raises:
        CheckpointError: the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = (one for one in archive.namelist() if one.endswith("data.pkl"))
            with archive.open(name) as file:
                about = _Reader(file).load()["about"]
    except FileNotFoundError:
        return None
    except Exception as error:  # the zip reader and the unpickler raise whatever comes to hand
        raise CheckpointError(f"The model {str(path)!r} is damaged. Train it again with p.assist.train().") from error
    return dict(about)


class _Tensor:
    """What stands for anything that is no plain value; its arguments are dropped."""

    def __init__(self, *args: object) -> None:
        del args


class _Reader(pickle.Unpickler):
    """Reads plain values; of nothing else that a file names is anything loaded or called."""

    def find_class(self, module: str, name: str) -> type:
        return OrderedDict if (module, name) == ("collections", "OrderedDict") else _Tensor

    def persistent_load(self, pid: object) -> None:
        """Return nothing for the numbers of a tensor."""
