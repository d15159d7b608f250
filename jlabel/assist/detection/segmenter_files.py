"""Promptable segmenters out of local files: ONNX, run by onnxruntime, or TorchScript, run by torch.

A TorchScript file is a program: open only one that you trust. Neither kind is a pickle.

- ONNX: the encoder has one input, of any name, and the embedding as its first output. The decoder's inputs are
  ``image_embeddings``, ``point_coords`` and ``point_labels``, and where it has them ``mask_input`` (1, 1, 256, 256) and
  ``has_mask_input`` (1), both zero, and ``orig_im_size`` (2), that of the square; its outputs are ``iou_predictions``
  and ``low_res_masks`` or ``masks``.
- TorchScript: the encoder maps the picture to the embedding; the decoder maps the embedding, ``point_coords`` and
  ``point_labels`` to masks and the expected IoU.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from jlabel.assist.detection.promptable import LONG_SIDE, Array, Segmenter
from jlabel.assist.extra import need
from jlabel.errors import CheckpointError

_PROMPT = ("image_embeddings", "point_coords", "point_labels")
_IOU, _MASKS = "iou_predictions", ("low_res_masks", "masks")
_MASK_INPUT = 256


def open_segmenter(encoder: str | Path, decoder: str | Path) -> Segmenter:
    """Open a segmenter from two local files; by their names ONNX (``.onnx``) or TorchScript (anything else).

    Raises:
        CheckpointError: a file is missing, damaged, or no such network.
        MissingExtra: an ONNX file, and onnxruntime is not installed.
    """
    first, second = Path(encoder), Path(decoder)
    for path in (first, second):
        if not path.is_file():
            raise CheckpointError(f"There is no segmenter's file at {str(path)!r}. Give the path of one.")
    encode, side = _onnx_encoder(first) if first.suffix == ".onnx" else _script_encoder(first)
    decode = _onnx_decoder(second, side) if second.suffix == ".onnx" else _script_decoder(second)
    return Segmenter(encoder=encode, decoder=decode, name=str(second), side=side)


def _onnx_encoder(path: Path) -> tuple[Callable[[Array], Array], int]:
    session = _session(path)
    inputs = session.get_inputs()
    shape = inputs[0].shape if len(inputs) == 1 else []
    if len(shape) != 4:  # noqa: PLR2004 -- 1, 3, side, side
        raise _unfit(path, f"an encoder has one input (1, 3, side, side), not {[each.name for each in inputs]}")
    side = shape[-1] if isinstance(shape[-1], int) else LONG_SIDE
    return lambda picture: np.asarray(session.run(None, {inputs[0].name: picture})[0]), side


def _onnx_decoder(path: Path, side: int) -> Callable[[Array, Array, Array], tuple[Array, Array]]:
    session = _session(path)
    taken = {each.name for each in session.get_inputs()}
    returned = {each.name for each in session.get_outputs()}
    masks = next((name for name in _MASKS if name in returned), None)
    rest = {
        "mask_input": np.zeros((1, 1, _MASK_INPUT, _MASK_INPUT), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array([side, side], np.float32),
    }
    lacking = sorted({*_PROMPT, _IOU} - taken - returned) + ([] if masks else [" or ".join(_MASKS)])
    unknown = sorted(taken - {*_PROMPT, *rest})
    if lacking or unknown:
        raise _unfit(path, f"its decoder lacks {lacking or 'nothing'} and takes {unknown or 'nothing'} besides")

    def decode(embedding: Array, corners: Array, labels: Array) -> tuple[Array, Array]:
        known = {**dict(zip(_PROMPT, (embedding, corners, labels), strict=True)), **rest}
        found = session.run([masks, _IOU], {name: known[name] for name in taken})
        return np.asarray(found[0]), np.asarray(found[1])

    return decode


def _session(path: Path) -> Any:  # noqa: ANN401 -- onnxruntime, imported lazily
    runtime = need("onnxruntime", extra="onnx")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3  # errors are raised; its warnings would go to the terminal
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has an exception for each code
        raise _unfit(path, _first_line(error)) from error


def _script_encoder(path: Path) -> tuple[Callable[[Array], Array], int]:
    module = _script(path, 1)
    return lambda picture: _numpy(module(torch.from_numpy(picture))), LONG_SIDE


def _script_decoder(path: Path) -> Callable[[Array, Array, Array], tuple[Array, Array]]:
    module = _script(path, len(_PROMPT))

    def decode(*prompt: Array) -> tuple[Array, Array]:
        masks, expected = module(*map(torch.from_numpy, prompt))
        return _numpy(masks), _numpy(expected)

    return decode


def _script(path: Path, inputs: int) -> Callable[..., Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # files of this kind exist and are read, whatever comes next
            module = torch.jit.load(str(path), map_location="cpu").eval()  # type: ignore[no-untyped-call]
        takes = len(module.forward.schema.arguments) - 1
    except (RuntimeError, AttributeError, ValueError) as error:
        raise _unfit(path, _first_line(error)) from error
    if takes != inputs:
        raise _unfit(path, f"it takes {takes} inputs, not {inputs}")

    def run(*args: torch.Tensor) -> Any:  # noqa: ANN401 -- what the file's network returns
        with torch.inference_mode():
            return module(*args)

    return run


def _numpy(values: torch.Tensor) -> Array:
    return values.float().numpy()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]


def _unfit(path: Path, reason: str) -> CheckpointError:
    return CheckpointError(
        f"The file {str(path)!r} is no segmenter that jlabel can use ({reason}). Export it to ONNX or TorchScript as "
        "jlabel/assist/detection/segmenter_files.py describes."
    )
