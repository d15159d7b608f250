"""The one place that says what is missing when an extra of assist is not installed."""

from importlib import import_module
from types import ModuleType

from jlabel.errors import MissingExtra


def need(name: str = "torch", *, extra: str = "assist") -> ModuleType:
    """Import an optional package.

    Args:
        name: the module: ``torch``, ``torchvision``, ``scipy``, ``sklearn``, ``threadpoolctl`` or ``onnxruntime``.
        extra: that brings it.

    Raises:
        MissingExtra: it is not installed, or its installation is broken.
    """
    try:
        return import_module(name)
    except (ImportError, OSError) as error:  # OSError: a shared library that torch links to is missing
        root = name.partition(".")[0]
        raise MissingExtra(
            f"Assist needs {root}, which cannot be imported ({error}). Install it with: pip install 'jlabel[{extra}]'"
        ) from error
