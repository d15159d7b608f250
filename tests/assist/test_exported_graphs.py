"""What is computed in a model's file is what the project computes: smoothing, calibration, which boxes are one."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from jlabel.assist.classification.model_file import SavedHead, checksum  # noqa: E402
from jlabel.assist.detection.alignment import Alignment  # noqa: E402
from jlabel.assist.detection.calibration import Calibration  # noqa: E402
from jlabel.assist.detection.detections import detections  # noqa: E402
from jlabel.assist.detection.frame import Frame  # noqa: E402
from jlabel.assist.detection.head import Head  # noqa: E402
from jlabel.assist.detection.pyramid import Pyramid  # noqa: E402
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite  # noqa: E402
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings, smoothed, unit  # noqa: E402
from jlabel.assist.exported.answers import distinct  # noqa: E402
from jlabel.assist.exported.classifier_graph import ClassifierGraph  # noqa: E402
from jlabel.assist.exported.detector_graph import DetectorGraph  # noqa: E402
from tests.assist.networks import network  # noqa: E402

pytestmark = pytest.mark.model


def classifier(stored: np.ndarray, *, smooth: bool = True) -> ClassifierGraph:
    """A graph over embeddings of 24 numbers."""
    features = NormalizedEmbeddings(stored, smooth=smooth)
    saved = SavedHead(
        class_ids=(1, 2), weight=np.ones((24, 2), np.float32), bias=np.zeros(2, np.float32), temperature=1.0,
        backbone="", hash="", center=features.center, smooth=smooth, rows=np.arange(len(stored)), checksum="",
    )  # fmt: skip
    return ClassifierGraph(network(), saved, stored, exclusive=True)


def embeddings(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, 24)) + 3 * rng.normal(size=(5, 24))[rng.integers(0, 5, count)]).astype(np.float16)


def prepared(graph: ClassifierGraph, vectors: np.ndarray) -> np.ndarray:
    plain = unit(unit(vectors) - graph.center.numpy())
    return np.asarray(graph._smoothed(torch.from_numpy(plain)))


@pytest.mark.parametrize("count", [1, 2, 3, 11, 12, 300, 2500])
def test_an_image_of_the_project_is_prepared_as_there(count: int) -> None:
    stored = embeddings(count)
    expected = NormalizedEmbeddings(stored).rows(slice(None))
    assert prepared(classifier(stored), stored) == pytest.approx(expected, abs=2e-3 if count > 2048 else 1e-5)


def test_copies_of_an_image_are_neighbours_of_each_other_as_in_the_project() -> None:
    stored = embeddings(60)
    stored[1::2] = stored[::2]
    expected = NormalizedEmbeddings(stored).rows(slice(None))
    assert prepared(classifier(stored), stored) == pytest.approx(expected, abs=1e-5)


def test_a_new_image_is_drawn_towards_the_projects() -> None:
    stored, fresh = embeddings(100), embeddings(1, seed=7)
    graph = classifier(stored)
    plain = unit(unit(np.concatenate([stored, fresh])) - graph.center.numpy())
    assert prepared(graph, fresh)[0] == pytest.approx(smoothed(plain)[-1], abs=1e-5)


def test_where_nothing_is_smoothed_no_embedding_goes_along() -> None:
    stored = embeddings(50)
    graph = classifier(stored, smooth=False)
    assert not hasattr(graph, "neighbors")
    assert prepared(graph, stored) == pytest.approx(NormalizedEmbeddings(stored, smooth=False).rows(slice(None)))


def test_a_checksum_knows_rows_that_changed() -> None:
    stored = embeddings(50)
    assert checksum(stored) == checksum(stored.copy())
    assert checksum(stored) != checksum(stored[::-1])


@pytest.mark.parametrize(
    ("own", "twins"),
    [
        ([], []),
        ([0.1, 0.5, 1.0], [0.05, 0.4, 1.0]),
        ([0.02, 0.3, 0.3, 0.300001, 0.9, 1.0], [0.02, 0.1, 0.2, 0.5, 0.5, 1.0]),
    ],
)
def test_confidences_are_those_of_the_detector(own: list[float], twins: list[float]) -> None:
    frame = Frame(width=64, height=64)
    pyramid = Pyramid(EfficientNetLite(0).eval(), frame)
    alignment = Alignment(np.array(own, np.float32).astype(np.float64), np.array(twins))
    calibration = Calibration(slope=1.7, offset=-0.4)
    graph = DetectorGraph(pyramid, Head(pyramid.levels, 2).eval(), alignment, calibration)
    scores = np.sort(np.concatenate([np.linspace(0, 1, 400), own])).astype(np.float32)
    found = graph._calibrated(graph._aligned(torch.from_numpy(scores)[None]))[0].numpy()
    assert found == pytest.approx(calibration(alignment(scores)), abs=1e-5)


def test_boxes_that_overlap_are_left_out_as_by_torchvision() -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 60, (400, 2)).astype(np.float32)
    boxes = np.concatenate([corners, corners + rng.uniform(5, 40, (400, 2)).astype(np.float32)], axis=1)
    scores = np.sort(rng.uniform(0.05, 1, 400).astype(np.float32))[::-1].copy()
    expected = detections(torch.from_numpy(scores)[:, None], torch.from_numpy(boxes), overlap=0.5, by_class=False)
    kept = distinct(boxes, overlap=0.5, most=300)
    assert scores[kept].tolist() == expected.scores.tolist()
    assert distinct(boxes, overlap=0.5, most=7) == kept[:7]
    assert distinct(boxes[:0], overlap=0.5, most=7) == []
