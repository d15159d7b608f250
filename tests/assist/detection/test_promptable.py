"""A promptable segmenter out of files made here: it finds the bright pixels in a box, under SAM's convention."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from jlabel.assist.detection.promptable import Embedding, Segmenter, prompt_polygon
from jlabel.assist.detection.segmenter_files import open_segmenter
from jlabel.errors import CheckpointError, GeometryError, MissingExtra
from jlabel.model.shapes.polygon import Polygon

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore:`torch.jit:FutureWarning")]
SIZE = (120, 60)
TRUE = Polygon((((30.0, 15.0), (60.0, 15.0), (60.0, 45.0), (30.0, 45.0)),))
BOX = (28.0, 13.0, 62.0, 47.0)


class Encoder(torch.nn.Module):
    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(image.mean(dim=1, keepdim=True), 4)


class Decoder(torch.nn.Module):
    """Bright cells in the box, and as a second mask, of which it expects less, all others."""

    def forward(
        self, image_embeddings: torch.Tensor, point_coords: torch.Tensor, point_labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        line = (torch.arange(256).float() + 0.5) * 4
        across = ((line > point_coords[0, 0, 0]) & (line < point_coords[0, 1, 0]))[None, :]
        down = ((line > point_coords[0, 0, 1]) & (line < point_coords[0, 1, 1]))[:, None]
        boxed = point_labels[0, 0] == 2 and point_labels[0, 1] == 3
        bright = (image_embeddings[0, 0] > 0) & across & down if bool(boxed) else image_embeddings[0, 0] > 9
        logits = torch.where(bright, 8.0, -8.0)
        return torch.stack([-logits, logits])[None], torch.tensor([[0.1, 0.9]])


def script(folder: Path) -> tuple[Path, Path]:
    paths = folder / "encoder.pt", folder / "decoder.pt"
    for path, module in zip(paths, (Encoder(), Decoder()), strict=True):
        torch.jit.save(torch.jit.script(module), str(path))
    return paths


def onnx(folder: Path) -> tuple[Path, Path]:
    """The same without the box, which the caller sees to, but with all of SAM's inputs and outputs."""
    from onnx import TensorProto, checker, helper, save

    def value(name: str, *shape: int | str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def keep(path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any], constants: list[Any]) -> Path:
        graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        checker.check_model(model)
        save(model, str(path))
        return path

    encoder = keep(
        folder / "encoder.onnx",
        [
            helper.make_node("AveragePool", ["picture"], ["pooled"], kernel_shape=[4, 4], strides=[4, 4]),
            helper.make_node("ReduceMean", ["pooled"], ["embedding"], axes=[1], keepdims=1),
        ],
        [value("picture", 1, 3, 1024, 1024)],
        [value("embedding", 1, 1, 256, 256)],
        [],
    )
    prompt = [
        value("image_embeddings", 1, 1, 256, 256), value("point_coords", 1, "n", 2), value("point_labels", 1, "n"),
        value("mask_input", 1, 1, 256, 256), value("has_mask_input", 1), value("orig_im_size", 2),
    ]  # fmt: skip
    decoder = keep(
        folder / "decoder.onnx",
        [
            helper.make_node("Mul", ["image_embeddings", "steep"], ["scaled"]),
            helper.make_node("Add", ["scaled", "mask_input"], ["low_res_masks"]),
            helper.make_node("ReduceMean", ["low_res_masks"], ["expected"], axes=[2, 3], keepdims=0),
            helper.make_node("Identity", ["expected"], ["iou_predictions"]),
            helper.make_node("Identity", ["low_res_masks"], ["masks"]),
        ],
        prompt,
        [value("masks", 1, 1, 256, 256), value("iou_predictions", 1, 1), value("low_res_masks", 1, 1, 256, 256)],
        [helper.make_tensor("steep", TensorProto.FLOAT, [1], [8.0])],
    )
    return encoder, decoder


@pytest.fixture(params=["torchscript", "onnx"])
def segmenter(request: pytest.FixtureRequest, tmp_path: Path) -> Segmenter:
    if request.param == "onnx":
        pytest.importorskip("onnx")
        pytest.importorskip("onnxruntime")
        return open_segmenter(*onnx(tmp_path))
    return open_segmenter(*script(tmp_path))


def picture(factor: int = 1) -> np.ndarray:
    pixels = np.zeros((60 * factor, 120 * factor, 3), np.uint8)
    pixels[15 * factor : 45 * factor, 30 * factor : 60 * factor] = 255
    pixels[:10, 100 * factor :] = 255
    return pixels


@pytest.mark.parametrize("factor", [1, 3])
def test_a_box_becomes_the_polygon_in_it(segmenter: Segmenter, factor: int) -> None:
    embedding = segmenter.encode(picture(factor), SIZE)
    assert embedding.shown == (1024, 512)
    found = prompt_polygon(segmenter, embedding, BOX)
    assert found.iou(TRUE) > 0.95
    assert len(found.rings) == 1, "what is bright far from the box is another object"
    assert len(found.rings[0]) <= 8


def test_where_nothing_is_found_there_is_an_ellipse(segmenter: Segmenter) -> None:
    embedding = segmenter.encode(np.zeros((60, 120, 3), np.uint8), SIZE)
    assert prompt_polygon(segmenter, embedding, BOX).bounds() == pytest.approx(BOX)
    with pytest.raises(GeometryError):
        prompt_polygon(segmenter, embedding, (500, 500, 520, 520))


def test_boxes_are_decoded_in_the_squares_pixels_and_the_picture_is_normalised() -> None:
    seen: list[np.ndarray] = []

    def decoder(*prompt: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.extend(prompt)
        return np.zeros((1, 1, 64, 64), np.float32), np.zeros((1, 1), np.float32)

    segmenter = Segmenter(encoder=lambda square: seen.append(square) or square, decoder=decoder, name="spy", side=256)
    embedding = segmenter.encode(np.full((30, 60, 3), 255, np.uint8), (600, 300))
    mask = segmenter.decode(embedding, (150, 100, 250, 200))
    square, _, corners, labels = seen
    assert square.shape == (1, 3, 256, 256)
    assert square[0, :, 0, 0] == pytest.approx(
        [(255 - 123.675) / 58.395, (255 - 116.28) / 57.12, (255 - 103.53) / 57.375]
    )
    assert (square[0, :, 128:] == 0).all()
    assert corners[0].tolist() == [pytest.approx([64, 42.667], abs=1e-2), pytest.approx([106.667, 85.333], abs=1e-2)]
    assert labels.tolist() == [[2, 3]]
    assert mask.probability == pytest.approx(0.5)
    assert mask.region[0] <= 100
    assert mask.region[2] >= 300


def test_a_missing_or_odd_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    encoder, decoder = script(tmp_path)
    with pytest.raises(CheckpointError, match=r"no segmenter's file at .*gone\.pt.*Give the path"):
        open_segmenter(tmp_path / "gone.pt", decoder)
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"no network")
    with pytest.raises(CheckpointError, match=r"junk\.pt.*Export it"):
        open_segmenter(encoder, junk)
    with pytest.raises(CheckpointError, match="takes 1 inputs, not 3"):
        open_segmenter(encoder, encoder)


def test_an_odd_onnx_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    encoder, decoder = onnx(tmp_path)
    junk = tmp_path / "junk.onnx"
    junk.write_bytes(b"no network")
    with pytest.raises(CheckpointError, match=r"junk\.onnx.*Export it"):
        open_segmenter(encoder, junk)
    with pytest.raises(CheckpointError, match=r"encoder\.onnx.*lacks .*iou_predictions.*picture"):
        open_segmenter(encoder, encoder)
    with pytest.raises(CheckpointError, match=r"decoder\.onnx.*one input"):
        open_segmenter(decoder, decoder)


@pytest.mark.parametrize(
    "decoder",
    [
        lambda *_: (np.zeros((64, 64)), np.zeros(1)),
        lambda *_: (np.zeros((1, 2, 64, 64)), np.zeros((1, 3))),
        lambda *_: 1 / 0,
    ],
)
def test_a_decoder_that_does_something_else_is_an_error_of_its_file(decoder: Callable[..., Any]) -> None:
    segmenter = Segmenter(encoder=lambda square: square, decoder=decoder, name="odd.onnx", side=64)
    embedding = Embedding(values=np.zeros((1, 1, 4, 4), np.float32), size=SIZE, shown=(64, 32))
    with pytest.raises(CheckpointError, match=r"odd\.onnx.*Export"):
        segmenter.decode(embedding, BOX)


def test_without_onnxruntime_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "encoder.onnx"
    path.write_bytes(b"")
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "onnxruntime":
            raise ImportError("no module named onnxruntime")
        return real(name, *args, **kwargs)

    monkeypatch.setattr("jlabel.assist.extra.import_module", missing)
    with pytest.raises(MissingExtra, match=r"pip install 'jlabel\[onnx\]'"):
        open_segmenter(path, path)
