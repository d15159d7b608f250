"""A medium that is a file and a row of the table is listed, opened, shown, levelled, featurized and exported."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jlabel import Box, Workspace
from jlabel.assist.embeddings.featurize import framed
from jlabel.errors import ImageError
from jlabel.media.cache import DiskCache
from jlabel.media.display import Level
from jlabel.media.loader import Loader
from jlabel.media.picture import load, size_of
from jlabel.media.sources.parse import list_all, parse
from tests.media.toy import write_toy

pytestmark = pytest.mark.usefixtures("toy")
DARK = Level(gamma=3, brightness=3.68)
WAIT = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures of 64 x 32, each a dark ramp below a row that goes up to white."""
    (tmp_path / "pictures").mkdir()
    for number in range(3):
        values = np.linspace(0, 409, 64 * 32).astype(np.uint16).reshape(32, 64)
        values[0, :16] = np.linspace(0, 4095, 16)
        write_toy(tmp_path / "pictures" / f"{number}.toy", values)
    return tmp_path / "pictures"


def shown(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L")).astype(int)


def test_it_is_listed(folder: Path) -> None:
    assert [file.path for _, file in list_all(parse(folder))] == ["0.toy", "1.toy", "2.toy"]
    assert [file.path for _, file in list_all(parse(folder / "1.toy"))] == ["1.toy"]


def test_it_is_opened(folder: Path) -> None:
    uri = str(folder / "0.toy")
    assert size_of(uri) == (64, 32)
    picture = load(uri, size=(16, 16))
    assert picture.pixels.shape == (8, 16, 3)
    assert picture.pixels.dtype == np.uint8
    (folder / "0.toy").write_bytes((folder / "0.toy").read_bytes()[:100])
    with pytest.raises(ImageError, match="damaged"):
        load(uri)


def test_it_is_shown_in_a_grid_and_in_the_editor(folder: Path, tmp_path: Path) -> None:
    uri = str(folder / "0.toy")
    with Loader(workers=1, cache=DiskCache(tmp_path / "cache")) as loader:
        plain = loader.get(uri, "1", 64, 64).result(WAIT)
        lifted = loader.get(uri, "1", 64, 64, level=DARK).result(WAIT)
        part = loader.region(uri, "1", (0, 0, 64, 32), 128, 64, level=DARK).result(WAIT)
    assert (plain.width, plain.height, plain.full_width) == (64, 32, 64)
    assert shown(plain.data)[8:].max() < 40
    assert shown(lifted.data)[8:].mean() > 120
    assert (part.width, part.height, part.format) == (128, 64, "png")
    assert len(np.unique(shown(part.data))) > 80, "the level acts on 12 bits; 26 of 256 levels are left in eight"


def test_it_is_featurized(folder: Path) -> None:
    backbone: Any = SimpleNamespace(size=96, blank=lambda: np.zeros((96, 96, 3), np.uint8))
    square = framed(str(folder / "0.toy"), backbone)
    assert square.shape == (96, 96, 3)
    assert square[:20].max() == 0
    assert square[24:72].max() > 20


def test_it_is_labeled_and_exported(folder: Path, tmp_path: Path) -> None:
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="boxes", images=folder, labels=["bright"])
        with project.session(labeler="me", grid=1) as session:
            session.next_page()
            session.draw("bright", Box(0, 0, 4, 4))
            session.submit()
        document = json.loads(Path(project.export("coco", tmp_path / "o.json")).read_text(encoding="utf-8"))
    assert next((image["width"], image["height"]) for image in document["images"]) == (64, 32)
    assert len(document["annotations"]) == 1
