"""TorchScript: the traced network with its facts as an extra file, run by torch without jlabel's own networks."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported.facts import KEY, Facts
from jlabel.assist.extra import need
from jlabel.errors import CheckpointError

if TYPE_CHECKING:
    import torch

NAME = f"{KEY}.json"
"""Of the extra file."""

Run = Callable[[NDArray[np.uint8]], Mapping[str, NDArray[Any]]]


def recognizes(start: bytes) -> bool:
    """Whether a file begins like an archive, which TorchScript is."""
    return start.startswith(b"PK")


def pack(module: "torch.nn.Module", facts: Facts) -> bytes:
    """Return a file: a module from (n, height, width, 3) uint8 pixels to a tuple of the outputs that the facts name."""
    torch = need("torch")
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the tracer, about fixed sizes; and that TorchScript is old
        sample = torch.zeros((2, facts.input.height, facts.input.width, 3), dtype=torch.uint8)
        traced = torch.jit.trace(module, (sample,), check_trace=False)
        torch.jit.save(traced, buffer, _extra_files={NAME: facts.to_json().encode()})
    return buffer.getvalue()


def open_file(path: Path) -> tuple[Facts, Run]:
    """Read a file.

    Raises:
        CheckpointError: it is damaged, or no model that jlabel exported.
        MissingExtra: torch is not installed.
    """
    facts = Facts.from_json(_text(path), str(path))
    torch = need("torch")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = torch.jit.load(str(path), map_location="cpu").eval()
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().split("\n")[0][:200]
        raise CheckpointError(f"The model {str(path)!r} is damaged ({reason}). Export it again.") from error

    def run(pixels: NDArray[np.uint8]) -> Mapping[str, NDArray[Any]]:
        with torch.inference_mode():
            found = module(torch.from_numpy(pixels))
        return {name: values.numpy() for name, values in zip(facts.outputs, found, strict=True)}

    return facts, run


def _text(path: Path) -> str:
    """Return the extra file, found without running anything of the archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(f"/extra/{NAME}")]
            if names:
                return archive.read(names[0]).decode()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CheckpointError(f"The model {str(path)!r} is damaged ({error}). Export it again.") from error
    raise CheckpointError(
        f"The file {str(path)!r} is an archive that jlabel did not export. Use one of p.assist.export_model()."
    )
