"""ONNX: the graph with its facts as metadata, run by onnxruntime without torch."""

import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported.facts import KEY, Facts
from jlabel.assist.extra import need
from jlabel.errors import AssistError, CheckpointError

if TYPE_CHECKING:
    import torch

INPUT = "image"
_OPSET = 17

Run = Callable[[NDArray[np.uint8]], Mapping[str, NDArray[Any]]]


def pack(module: "torch.nn.Module", facts: Facts) -> bytes:
    """Return a file: the input ``image``, (n, height, width, 3) uint8, and the outputs that the facts name.

    Raises:
        AssistError: a part of the network has no form in ONNX.
        MissingExtra: onnx is not installed.
    """
    torch, onnx = need("torch"), need("onnx", extra="onnx")
    size = (2, facts.input.height, facts.input.width, 3)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter without torch.export needs no further package, and is done in seconds.
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                module,
                (torch.zeros(size, dtype=torch.uint8),),
                buffer,
                input_names=[INPUT],
                output_names=list(facts.outputs),
                dynamic_axes={name: {0: "n"} for name in (INPUT, *facts.outputs)},
                opset_version=_OPSET,
                dynamo=False,
            )
        except Exception as error:  # the exporter raises whatever an operation of a network leads to
            reason = str(error).strip().split("\n")[0][:200]
            raise AssistError(
                f"The network {facts.network!r} cannot be written as ONNX ({reason}). Use format='torchscript'."
            ) from error
    model = onnx.load_model_from_string(buffer.getvalue())
    model.producer_name, model.producer_version = KEY, facts.jlabel
    model.metadata_props.add(key=KEY, value=facts.to_json())
    return bytes(model.SerializeToString())


def open_file(path: Path) -> tuple[Facts, Run]:
    """Read a file.

    Raises:
        CheckpointError: it is damaged, or no model that jlabel exported.
        MissingExtra: onnxruntime is not installed.
    """
    runtime = need("onnxruntime", extra="onnx")
    options = runtime.SessionOptions()
    options.log_severity_level = 3  # errors are raised; its warnings would go to the terminal
    try:
        session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has an exception for each code
        reason = str(error).strip().split("\n")[0][:200]
        raise CheckpointError(
            f"The file {str(path)!r} is no model, or damaged ({reason}). Export it again with p.assist.export_model()."
        ) from error
    text = session.get_modelmeta().custom_metadata_map.get(KEY)
    if text is None:
        raise CheckpointError(
            f"The file {str(path)!r} is a network that jlabel did not export. Use one of p.assist.export_model()."
        )
    facts = Facts.from_json(text, str(path))
    if [one.name for one in session.get_outputs()] != list(facts.outputs):
        raise CheckpointError(f"The model {str(path)!r} is damaged: its outputs are others. Export it again.")
    return facts, lambda pixels: dict(zip(facts.outputs, session.run(None, {INPUT: pixels}), strict=True))
