"""What is computed once: views in memory, features on disk with the size of the image."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from jlabel.assist.detection.examples import LabeledImage
from jlabel.assist.detection.feature_store import FeatureStore
from jlabel.assist.detection.frame import Frame
from jlabel.assist.detection.labeled import LabeledItem
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.view_cache import ViewCache
from jlabel.assist.detection.views import plain_view, render
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.network import Network
from jlabel.media.picture import load
from jlabel.model.answer import Answer
from jlabel.model.item_table import ItemTable
from jlabel.model.training_label import TrainingLabel

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def pyramid() -> Pyramid:
    network = open_backbone("lite0", device="cpu")
    assert isinstance(network, Network)
    return Pyramid(network.module, Frame(width=96, height=64))


def labeled(item: int, boxes: list[list[float]]) -> LabeledItem:
    pixels = np.random.default_rng(item).integers(0, 255, (60, 90, 3)).astype(np.uint8)
    image = LabeledImage(
        (90, 60), np.array(boxes, np.float32).reshape(-1, 4), np.zeros(len(boxes), np.int64), lambda: pixels
    )
    label = TrainingLabel(item=item, answer=Answer(empty=True), labeler="me", at=None)  # type: ignore[arg-type]
    return LabeledItem(item=item, label=label, image=image)


class Clock:
    """One second a look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_views_are_computed_once_and_those_of_new_labels_catch_up(pyramid: Pyramid) -> None:
    views, first = ViewCache(pyramid), [labeled(n, [[10, 10, 40, 40]]) for n in range(3)]
    views.update(first, seconds=7, clock=Clock())
    assert len(views) == 9  # three plain ones, and one a second
    kept = views.plain(0)
    more = [*first, labeled(3, [[5, 5, 20, 20]])]
    views.update(more, seconds=3, clock=Clock())
    assert views.plain(0) is kept
    assert len(views.examples([3])) == 3, "the newest has the fewest views and comes first"
    assert len(views.examples([0, 1, 2, 3])) == len(views) == 12


def test_a_label_that_changed_is_seen_anew(pyramid: Pyramid) -> None:
    views, one = ViewCache(pyramid), labeled(1, [[10, 10, 40, 40]])
    views.update([one], seconds=0, clock=Clock())
    before = views.plain(1)
    changed = replace(one, image=labeled(1, [[10, 10, 40, 40], [50, 10, 70, 30]]).image)
    views.update([changed], seconds=0, clock=Clock())
    after = views.plain(1)
    assert before is not None
    assert after is not None
    assert (len(before.boxes), len(after.boxes)) == (1, 2)
    views.update([], seconds=5, clock=Clock())
    assert len(views) == 0


def test_memory_is_bounded(pyramid: Pyramid) -> None:
    views = ViewCache(pyramid, memory=2 * pyramid.dim * 5)
    views.update([labeled(n, []) for n in range(2)], seconds=1000, clock=Clock())
    assert len(views) == 5


def make_items(folder: Path, sizes: list[tuple[int, int]]) -> ItemTable:
    for n, (width, height) in enumerate(sizes):
        pixels = np.random.default_rng(n).integers(0, 255, (height, width, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{n}.png")
    count = len(sizes)
    return ItemTable(
        items=tuple(range(1, count + 1)),
        stamps=("1",) * count,
        waiting=(True,) * count,
        ranks=tuple(range(count))[::-1],
        sources=(1,) * count,
        paths=tuple(f"{n}.png" for n in range(count)),
        roots={1: str(folder)},
    )


def test_features_are_stored_with_the_exact_size_of_each_image(pyramid: Pyramid, tmp_path: Path) -> None:
    sizes = [(90, 60), (1025, 7), (3, 2049), (1023, 1024)]
    items = make_items(tmp_path, sizes)
    store = FeatureStore(tmp_path / "assist", pyramid, "n")
    assert [one.item for one in store.missing(replace(items, leased=frozenset({2})), {3})] == [2, 3, 4, 1]
    store.prepare(store.missing(items, set()), progress=lambda _: None, cancel=lambda: False)
    again = FeatureStore(tmp_path / "assist", pyramid, "n")
    again.refresh(items)
    assert again.missing(items, set()) == []
    assert again.known([4, 9, 1]) == [4, 1]
    assert [again.read(item)[1] for item in (1, 2, 3, 4)] == sizes
    shown = render(
        load(str(tmp_path / "0.png")).pixels, plain_view((90, 60), pyramid.frame), pyramid.frame, pyramid.blank
    )
    np.testing.assert_array_equal(again.read(1)[0], pyramid.features(shown[None])[0])


def test_a_full_store_takes_no_more_and_another_frame_begins_anew(pyramid: Pyramid, tmp_path: Path) -> None:
    items = make_items(tmp_path, [(90, 60)] * 5)
    store = FeatureStore(tmp_path / "assist", pyramid, "n", bytes_=2 * (pyramid.dim + 4) * 3)
    files = store.missing(items, {1})
    assert [one.item for one in files] == [1, 5, 4], "labeled ones first, then by rank"
    store.prepare(files, progress=lambda _: None, cancel=lambda: False)
    assert store.missing(items, {1}) == []
    FeatureStore(tmp_path / "assist", pyramid, "other")
    assert [path.name for path in (tmp_path / "assist" / "features").iterdir()] == ["other"]
