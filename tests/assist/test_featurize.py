"""Featurization over real files."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from PIL import Image

from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.featurize import featurize, framed
from jlabel.assist.learner import ItemFile, Progress
from jlabel.errors import AssistError, ImageError
from jlabel.media.resample import enlarged
from tests.assist.networks import Colours, network
from tests.pictures import colour, make_pictures

pytestmark = pytest.mark.model


@pytest.fixture
def subjects(tmp_path: Path) -> list[ItemFile]:
    folder = make_pictures(tmp_path / "images", 30)
    return [ItemFile(item=n + 1, uri=str(path), stamp="1") for n, path in enumerate(sorted(folder.iterdir()))]


def shelf_in(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path / "shelf", backbone=network().hash, dim=24)


def test_every_picture_gets_its_own_embedding(tmp_path: Path, subjects: list[ItemFile]) -> None:
    told: list[Progress] = []
    embeddings = shelf_in(tmp_path)
    outcome = featurize(subjects, network(), embeddings, progress=told.append)
    assert (outcome.done, outcome.unreadable, outcome.cancelled) == (30, (), False)
    assert told[-1].done == told[-1].total == 30
    assert told[-1].rate > 0
    assert [p.done for p in told] == sorted(p.done for p in told)
    again = shelf_in(tmp_path)
    direct = network().embed(np.stack([framed(s.uri, network()) for s in subjects]))
    assert again.matrix[again.rows([s.item for s in subjects])] == pytest.approx(direct, abs=0.01)


def test_it_resumes_and_does_only_what_changed(tmp_path: Path, subjects: list[ItemFile]) -> None:
    featurize(subjects[:12], network(), shelf_in(tmp_path))
    again = featurize(subjects, network(), shelf_in(tmp_path))
    assert again.done == 18
    changed = [ItemFile(item=s.item, uri=s.uri, stamp="2") if s.item == 4 else s for s in subjects]
    assert featurize(changed, network(), shelf_in(tmp_path)).done == 1
    assert featurize(changed, network(), shelf_in(tmp_path)).done == 0


def test_unreadable_pictures_are_reported_and_the_rest_is_done(tmp_path: Path, subjects: list[ItemFile]) -> None:
    Path(subjects[5].uri).write_bytes(b"<html>no picture</html>")
    Path(subjects[8].uri).unlink()
    outcome = featurize(subjects, network(), shelf_in(tmp_path))
    assert outcome.done == 28
    assert [item for item, _ in outcome.unreadable] == [6, 9]
    assert all(reason for _, reason in outcome.unreadable)


def test_all_unreadable_is_an_outcome(tmp_path: Path, subjects: list[ItemFile]) -> None:
    for subject in subjects:
        Path(subject.uri).write_bytes(b"")
    outcome = featurize(subjects, network(), shelf_in(tmp_path))
    assert (outcome.done, len(outcome.unreadable)) == (0, 30)
    assert featurize([], network(), shelf_in(tmp_path)).done == 0


def test_cancelling_keeps_what_is_done(tmp_path: Path, subjects: list[ItemFile]) -> None:
    asked = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 3

    outcome = featurize(subjects, network(batch=4), shelf_in(tmp_path), cancel=cancel)
    assert outcome.cancelled
    assert outcome.done == len(shelf_in(tmp_path)) == 12


def test_a_failing_network_keeps_what_is_done(tmp_path: Path, subjects: list[ItemFile]) -> None:
    class Third(Colours):
        calls = 0

        def forward(self, x: object) -> object:  # type: ignore[override]
            Third.calls += 1
            if Third.calls > 2:
                raise RuntimeError("lost the device")
            return super().forward(x)  # type: ignore[arg-type]

    with pytest.raises(AssistError, match="lost the device"):
        featurize(subjects, network(Third()), shelf_in(tmp_path))
    assert len(shelf_in(tmp_path)) == 8


@pytest.mark.parametrize(("width", "height"), [(120, 60), (60, 120), (10, 5), (3, 400)])
def test_a_picture_lies_whole_in_the_middle(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "one.png"
    Image.new("RGB", (width, height), colour(1)).save(path)
    square = framed(str(path), network())
    inside = np.asarray((np.abs(square.astype(int) - colour(1)) <= 2).all(axis=2))
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    tall, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert max(tall, wide) == 32
    assert abs(min(tall, wide) - max(1, 32 * min(width, height) / max(width, height))) <= 1
    assert abs(int(rows[0]) - (31 - int(rows[-1]))) <= 1
    assert (square[~inside] == 127).all()


def test_enlarging_is_bilinear() -> None:
    pixels = np.array([[[0, 0, 0], [100, 200, 40]]], dtype=np.uint8)
    wide = enlarged(pixels, (4, 2))
    assert wide.shape == (2, 4, 3)
    assert wide[0, :, 0].tolist() == [0, 25, 75, 100]


def test_a_file_that_is_no_picture_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        framed(str(tmp_path / "absent.jpg"), network())
