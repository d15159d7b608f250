"""The device that networks run on."""

from jlabel.assist.extra import need
from jlabel.errors import InputError


def device_of(wanted: str = "auto") -> str:
    """Return the device to compute on: CUDA, else Apple's MPS, else the processor.

    Args:
        wanted: ``"auto"``, or a device that is returned if it is available.

    Raises:
        InputError: a device that is unknown or not available.
        MissingExtra: torch is not installed.
    """
    torch = need("torch")
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, present in available.items() if present)
    kind = wanted.partition(":")[0]
    if not available.get(kind, False):
        present = ", ".join(name for name, ok in available.items() if ok)
        raise InputError(f"The device {wanted!r} is not there. This machine has: {present}. Use device='auto'.")
    return wanted
