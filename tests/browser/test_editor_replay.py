"""True shapes of real images, drawn again with the mouse and read back from the store."""

import json
import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jlabel import Box, Polygon, Workspace
from jlabel.model.shapes.box import box_around
from jlabel.model.shapes.shape import Shape
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for

pytestmark = pytest.mark.realdata

PICTURES = 10
ON_ONE = 15  # shapes at each level on one picture
EACH = 50  # shapes at each of the two zoom levels
APART = 8.0  # CSS pixels; a click nearer to the first point finishes an outline, one nearer than 3 to the last is none
Truth = dict[str, list[tuple[int, Shape]]]


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x, y, x + width, y + height)


def boxes(folder: Path) -> Truth:
    """The boxes of each image: (number of the class from 1, shape)."""
    return _truth(folder, lambda a: _box(*a["bbox"]))


def polygons(folder: Path) -> Truth:
    """The polygons of one part of each image."""

    def read(annotation: dict[str, list[list[float]]]) -> Shape | None:
        (flat, *more) = annotation["segmentation"]
        ring = tuple(zip(flat[::2], flat[1::2], strict=True))
        shape = None if more or len(ring) < 4 else Polygon(rings=(ring,))
        return shape if shape and not shape.find_fault() else None

    return _truth(folder, read)


def sizes(folder: Path) -> dict[str, int]:
    """The larger side of each image, pixels."""
    document = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    return {Path(image["file_name"]).name: max(image["width"], image["height"]) for image in document["images"]}


def _truth(folder: Path, read: Callable[..., Shape | None]) -> Truth:
    document = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    names = {image["id"]: Path(image["file_name"]).name for image in document["images"]}
    found: Truth = defaultdict(list)
    for annotation in document["annotations"]:
        shape = read(annotation)
        if shape is not None:
            found[names[annotation["image_id"]]].append((annotation["category_id"], shape))
    return found


def inside(shapes: list[tuple[int, Shape]], view: tuple[float, float, float, float]) -> Iterator[tuple[int, Shape]]:
    for class_id, shape in shapes:
        box = shape if isinstance(shape, Box) else box_around(shape)
        x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
        if x0 >= view[0] and y0 >= view[1] and x1 <= view[2] and y1 <= view[3]:
            yield class_id, shape


def draw_box(stage: Stage, shape: Shape) -> bool:
    assert isinstance(shape, Box)
    stage.drag(shape.x0, shape.y0, shape.x1, shape.y1, steps=3)
    return True


def clickable(shape: Shape, scale: float) -> bool:
    """Whether a person can click the points one by one, at so many CSS pixels an image pixel."""
    if isinstance(shape, Box):
        return True
    assert isinstance(shape, Polygon)
    ring = [(x * scale, y * scale) for x, y in shape.rings[0]]
    gap = min(math.dist(point, before) for point, before in zip(ring, (ring[-1], *ring), strict=False))
    return gap >= 4 and min(math.dist(ring[0], point) for point in ring[1:]) >= APART


def draw_polygon(stage: Stage, shape: Shape) -> bool:
    """Click the points one by one and press Enter; leave out an outline finer than a person can click."""
    assert isinstance(shape, Polygon)
    if not clickable(shape, stage.scale):
        return False
    for point in shape.rings[0]:
        stage.click(*point)
    stage.press("Enter")
    return True


@pytest.mark.parametrize(
    ("name", "task"),
    [("cells", "boxes"), ("nuclei", "polygons")],
)
def test_true_shapes_come_back_from_the_store(lab: Lab, realdata: Path, tmp_path: Path, name: str, task: str) -> None:
    draw, key = (draw_box, "r") if task == "boxes" else (draw_polygon, "p")
    truth = (boxes if task == "boxes" else polygons)(realdata / name)
    # those with the most shapes that can be drawn on a stage of about 560 CSS pixels
    size = sizes(realdata / name)
    fine = {image: sum(clickable(s, 560 / size[image]) for _, s in truth[image]) for image in truth}
    chosen = sorted(fine, key=lambda image: -fine[image])[:PICTURES]
    folder = tmp_path / "pictures"
    folder.mkdir()
    for image in chosen:
        shutil.copy(realdata / name / "images" / image, folder)
    labels = ["WBC", "RBC", "Platelets"] if task == "boxes" else ["nucleus"]
    workspace = Workspace(tmp_path / "labels")
    project = workspace.create_project("p", task=task, images=folder, labels=labels)
    stage = Stage(lab.open(code_for(project), wait=READY), project)
    drawn = {False: 0, True: 0}
    overlaps = []
    for _ in range(PICTURES):
        for enlarged in (False, True):
            if drawn[enlarged] >= EACH:
                continue
            if enlarged:
                stage.zoom(1.5, stage.view.width / 2, stage.view.height / 2)
            stage.press(key)
            count = 0
            for class_id, shape in inside(truth[Path(stage.name).name], stage.visible()):
                if drawn[enlarged] >= EACH or count >= ON_ONE:
                    break
                before = len(stage.drafts())
                stage.press("Escape", str(class_id))  # nothing of the last shape is to be taken by the next press
                if not draw(stage, shape):
                    continue
                found = stage.wait(lambda shapes, before=before: len(shapes) == before + 1)  # type: ignore[misc]
                assert found[-1].class_id == class_id
                assert found[-1].shape is not None
                overlaps.append(found[-1].shape.iou(shape))
                drawn[enlarged] += 1
                count += 1
            if count and drawn[enlarged] >= EACH:
                stage.notebook.screenshot(f"replay-{name}{'-enlarged' if enlarged else ''}")
        if min(drawn.values()) >= EACH or stage.project.counts().remaining == 1:
            break
        if not stage.drafts():
            stage.press("n")
        stage.press("Enter")
        stage.turned()
    assert drawn == {False: EACH, True: EACH}
    assert min(overlaps) > 0.98, sorted(overlaps)[:10]
    assert stage.notebook.console_errors == []
