"""What the model of a task is, before it becomes a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from jlabel.assist.exported.facts import Input
from jlabel.errors import AssistError
from jlabel.model.assist_settings import AssistSettings


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Where the model of a project is found.

    Attributes:
        folder: of the project's assist.
        settings: of the project.
    """

    folder: Path
    settings: AssistSettings


@dataclass(frozen=True, kw_only=True, eq=False)
class Built:
    """A network that is ready to be written.

    Attributes:
        module: (n, height, width, 3) uint8 pixels to a tuple of outputs, n rows each; normalization, network, head and
            calibration in one.
        outputs: their names.
        class_ids: of its classes, in the order of the columns.
        input: of the network.
        network: its name.
        hash: of the model, as the project's runs have it.
        suggests: confidence from which assist suggests answers where nothing is promised.
        rules: numbers by which answers are made of the outputs.
    """

    module: torch.nn.Module
    outputs: tuple[str, ...]
    class_ids: tuple[int, ...]
    input: Input
    network: str
    hash: str
    suggests: float
    rules: Mapping[str, float] = field(default_factory=dict)


def other_network(name: str) -> AssistError:
    """Return the error of a model whose network is not that of the settings any more."""
    return AssistError(
        f"The last model was trained on another network than {name!r}, which is set now. Train again with "
        "p.assist.train(wait=True)."
    )
