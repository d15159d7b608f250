"""A picture of 300 megapixels in the editor: only what the view needs is decoded and sent."""

import base64
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jlabel import Workspace
from jlabel.media.loader import Loader
from jlabel.media.recent import recent
from jlabel.widgets.editor import Editor
from tests.widgets.conftest import Browser

WIDTH, HEIGHT = 20_000, 15_000
STAGE = {"width": 900, "height": 600, "ratio": 1}
PEAK = """
import resource, sys
from jlabel.media.thumbnail import region, thumbnail
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
thumbnail(sys.argv[1], "1", 900, 600)
region(sys.argv[1], (0, 0, 9000, 6000), 900, 600)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one JPEG, a grey ramp in tiles; grey, so that the test itself takes a third of the memory."""
    folder = tmp_path_factory.mktemp("large")
    tile = Image.linear_gradient("L").resize((1000, 1000))
    picture = Image.new("L", (WIDTH, HEIGHT))
    for y in range(0, HEIGHT, 1000):
        for x in range(0, WIDTH, 1000):
            picture.paste(tile, (x, y))
    picture.save(folder / "large.jpg", quality=80)
    return folder


@pytest.fixture
def browser(large: Path, tmp_path: Path) -> Iterator[Browser]:
    with Workspace(tmp_path / "labels") as workspace, Loader(workers=1) as loader:
        project = workspace.create_project("p", task="boxes", images=large, labels=["thing"])
        editor = Editor(project.session(labeler="me", grid=1), loader)
        browser = Browser(editor)
        browser.view()
        yield browser
        editor.close()


def sent(browser: Browser) -> Image.Image:
    """The picture that the canvas in front was last given, as the browser gets it."""
    images = browser.labeler.body.stage.canvases[browser.page["canvas"]].pictures
    (image,) = images
    data = base64.b64decode(bytes(image.value).split(b",", 1)[1])
    assert len(data) < 1_000_000
    return Image.open(io.BytesIO(data))


def test_opening_and_zooming_send_what_the_view_needs(browser: Browser) -> None:
    view = browser.page["view"]
    assert (view["width"], view["height"]) == (WIDTH, HEIGHT)
    assert sent(browser).size == (800, 600), "the whole picture, as large as the stage"
    # 100 % around the tile that begins at 7000, 8000
    closer = {**view, "scale": 1, "x": -7000, "y": -8000}
    browser.send("view", browser.state["current"], **STAGE, viewport=closer)
    part = sent(browser)
    assert part.size == (900, 600)
    column = np.asarray(part)[:, 450]
    assert all(abs(int(column[y]) - y * 255 / 1000) < 8 for y in (10, 300, 590))
    # panned by a tile: no new decode
    decoded = recent.size
    browser.send("view", browser.state["current"], **STAGE, viewport={**closer, "x": -8000})
    assert sent(browser).size == (900, 600)
    assert recent.size == decoded
    # 3200 %: pixels as they are, the browser's canvas makes them squares
    browser.send("view", browser.state["current"], **STAGE, viewport={**view, "scale": 32, "x": -32 * 7000, "y": 0})
    assert sent(browser).size[0] <= 30


def test_what_is_shown_small_is_never_decoded_whole(large: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(large / "large.jpg")], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) * 1024 < WIDTH * HEIGHT / 2, "bytes; decoded whole it takes one a pixel at least"
