"""What is exported is read by the tools that people train with."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from jlabel import Box, Polygon, Project, Workspace
from jlabel.model.shapes.shape import Shape
from tests.pictures import make_pictures

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

BOXES = (Box(10, 20, 40, 80), Box(50.5, 10.25, 90.5, 30.75))
OUTLINE = ((10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 60.0))
HOLE = ((20.0, 20.0), (20.0, 30.0), (30.0, 30.0), (30.0, 20.0))
FAR = ((80.0, 10.0), (110.0, 10.0), (80.0, 40.0))
POLYGONS = (Polygon(rings=(OUTLINE,)), Polygon(rings=(FAR, ((70.0, 60.0), (90.0, 60.0), (90.0, 80.0)))))


def labeled(tmp_path: Path, task: str, shapes: tuple[Shape, ...]) -> Project:
    """Three pictures of 120 x 90: all the shapes on the first two, "No objects" on the third."""
    folder = make_pictures(tmp_path / "pictures", 3)
    project = Workspace(tmp_path / "labels").create_project("p", task=task, images=folder, labels=["cell", "dust"])
    with project.session(labeler="me", grid=1) as session:
        for _ in range(2):
            session.next_page()
            for number, shape in enumerate(shapes):
                session.draw(["cell", "dust"][number % 2], shape)
            session.submit()
        session.next_page()
        session.no_objects()
        session.submit()
    return project


@pytest.mark.parametrize(("task", "shapes"), [("boxes", BOXES), ("polygons", POLYGONS)])
def test_torchvision_reads_images_with_their_shapes(tmp_path: Path, task: str, shapes: tuple[Shape, ...]) -> None:
    datasets = pytest.importorskip("torchvision.datasets", reason="torchvision comes with jlabel[assist]")
    path = labeled(tmp_path, task, shapes).export("coco", tmp_path / "coco.json")
    data = datasets.CocoDetection(str(tmp_path / "pictures"), str(path))
    assert len(data) == 3
    found = [data[number] for number in range(3)]
    assert all(isinstance(image, Image.Image) and image.size == (120, 90) for image, _ in found)
    assert sorted(len(targets) for _, targets in found) == [0, 2, 2]
    for _, targets in found:
        for target, shape in zip(targets, shapes, strict=False):
            assert target["iscrowd"] == 0
            assert target["area"] == pytest.approx(shape.area(), abs=1e-6)
            if isinstance(shape, Box):
                wanted = [shape.x0, shape.y0, shape.x1 - shape.x0, shape.y1 - shape.y0]
                assert target["bbox"] == pytest.approx(wanted, abs=1e-6)


def test_pycocotools_shows_boxes_and_makes_masks_of_them(tmp_path: Path) -> None:
    coco = COCO(str(labeled(tmp_path, "boxes", BOXES).export("coco", tmp_path / "coco.json")))
    annotations = coco.loadAnns(coco.getAnnIds())
    assert len(annotations) == 4
    for annotation in annotations:
        mask, (x, y, width, height) = coco.annToMask(annotation), annotation["bbox"]
        assert mask.shape == (90, 120)
        assert int(mask.sum()) == pytest.approx(width * height, rel=0.1)
        assert mask[int(y + height / 2), int(x + width / 2)] == 1
    plt = pytest.importorskip("matplotlib.pyplot", reason="matplotlib comes with jlabel[demo]")
    plt.switch_backend("agg")
    coco.showAnns(annotations, draw_bbox=True)
    assert len(plt.gca().collections[0].get_paths()) == 8, "each outline and each box"
    plt.close()


def test_pycocotools_draws_the_polygons_that_were_drawn(tmp_path: Path) -> None:
    coco = COCO(str(labeled(tmp_path, "polygons", POLYGONS).export("coco", tmp_path / "coco.json")))
    image = coco.loadAnns(coco.getAnnIds())[0]["image_id"]  # not the first image: items are shuffled, and one is empty
    masks = [coco.annToMask(one) for one in coco.loadAnns(coco.getAnnIds(imgIds=[image]))]
    assert [mask.shape for mask in masks] == [(90, 120)] * 2
    for mask, shape in zip(masks, POLYGONS, strict=True):
        assert int(np.sum(mask)) == pytest.approx(shape.area(), rel=0.15)  # with the pixels on its edge
    assert masks[0][35, 35] == 1
    assert masks[0][35, 100] == masks[0][80, 35] == 0


def test_a_hole_stays_a_hole_for_pycocotools(tmp_path: Path) -> None:
    ring = (Polygon(rings=(OUTLINE,), holes=(HOLE,)),)
    coco = COCO(str(labeled(tmp_path, "polygons", ring).export("coco", tmp_path / "coco.json")))
    (annotation, _) = coco.loadAnns(coco.getAnnIds())
    mask = coco.annToMask(annotation)
    assert mask[45, 45] == 1
    assert mask[25, 25] == 0
    assert annotation["area"] == pytest.approx(2500 - 100)


@pytest.mark.filterwarnings("ignore::UserWarning:supervision", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("task", "shapes"), [("boxes", BOXES), ("polygons", POLYGONS)])
def test_supervision_reads_boxes_and_masks(tmp_path: Path, task: str, shapes: tuple[Shape, ...]) -> None:
    with warnings.catch_warnings():  # it says at import that OpenCV is not there, and does without
        warnings.simplefilter("ignore")
        supervision = pytest.importorskip("supervision")
    path = labeled(tmp_path, task, shapes).export("coco", tmp_path / "coco.json")
    data = supervision.DetectionDataset.from_coco(
        images_directory_path=str(tmp_path / "pictures"), annotations_path=str(path), force_masks=True
    )
    assert data.classes == ["cell", "dust"]
    found = [detections for _, _, detections in data]
    assert sorted(len(one) for one in found) == [0, 2, 2]
    for detections in found:
        for number in range(len(detections)):
            box, class_id, shape = detections.xyxy[number], detections.class_id[number], shapes[number]
            assert class_id == number % 2
            around = shape.bounds()
            assert box == pytest.approx(around, abs=1e-6)
            drawn = detections.mask[number].sum()  # with the pixels on its edge
            assert drawn == pytest.approx(shape.area(), rel=0.15)
