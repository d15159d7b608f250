"""Networks on disk: versioned, checked, and never a pickle."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jlabel.assist.extra import need
from jlabel.atomic_write import replacing
from jlabel.errors import CheckpointError, StoreFull

VERSION = 1


def _check_version(version: object, path: Path) -> None:
    if version != VERSION:
        raise CheckpointError(
            f"The model {str(path)!r} is of version {version!r}; this jlabel reads {VERSION}. Train it again."
        )


def save_network(state: Mapping[str, Any], about: Mapping[str, Any], path: Path) -> None:
    """Write a network's tensors and what is needed to rebuild it, whole or not at all.

    Args:
        state: its ``state_dict``.
        about: plain JSON values: ``architecture``, ``size``, ``mean``, ``std``.
        path: where.

    Raises:
        StoreFull: the disk is full or the folder cannot be written.
    """
    torch = need("torch")
    try:
        with replacing(path) as file:
            torch.save({"jlabel_network": VERSION, "about": dict(about), "state": dict(state)}, file)
    except (OSError, RuntimeError) as error:  # torch wraps a full disk in a RuntimeError
        raise StoreFull(f"The network {str(path)!r} cannot be written: {error}. Make room and go on.") from error


def load_network(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read tensors with ``weights_only=True``: what ``save_network`` wrote, or a bare state dict.

    Returns:
        The state dict, and ``about``, empty for a bare one.

    Raises:
        CheckpointError: missing, damaged, holding anything but tensors, or of another version.
    """
    torch = need("torch")
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file of weights at {str(path)!r}. Give the path of one.") from error
    except Exception as error:  # the unpickler and the zip reader raise whatever comes to hand
        first = str(error).strip().split("\n")[0][:200]
        raise CheckpointError(
            f"The weights {str(path)!r} are damaged or hold more than tensors ({first}). Save a plain state_dict."
        ) from error
    if isinstance(data, dict) and "jlabel_network" in data:
        if data["jlabel_network"] != VERSION:
            raise CheckpointError(
                f"The weights {str(path)!r} are of version {data['jlabel_network']!r}; this jlabel reads {VERSION}. "
                "Update jlabel, or train again."
            )
        return dict(data["state"]), dict(data["about"])
    if not isinstance(data, dict) or not data or not all(isinstance(v, torch.Tensor) for v in data.values()):
        raise CheckpointError(f"The weights {str(path)!r} are no state_dict. Save the network's state_dict().")
    return dict(data), {}
