"""A project whose images are at the top of an fsspec file system, from creation to export."""

import csv
import json
from pathlib import Path

import fsspec
import pytest

from jlabel import Box, Workspace
from jlabel.media.loader import Loader
from tests.media.pictures import encoded, quarters

NAMES = ("a.png", "b c.png", "x/d.png", "x/y/é.png")


@pytest.fixture
def memory() -> None:
    system = fsspec.filesystem("memory")
    system.rm("/", recursive=True)
    for name in NAMES:
        with system.open(f"/{name}", "wb") as file:
            file.write(encoded(quarters(), "PNG"))


@pytest.mark.parametrize("images", ["memory://", "memory://**", [f"memory://{name}" for name in NAMES], "memory:///"])
def test_labels_are_drawn_and_exported(tmp_path: Path, memory: None, images: str | list[str]) -> None:
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="boxes", images=images, labels=["cat"])
        seen = set()
        with project.session(labeler="me", grid=1) as session, Loader(workers=1) as loader:
            for _ in NAMES:
                page = session.next_page()
                assert page is not None
                (task,) = page.tasks
                seen.add(task.uri)
                assert loader.get(task.uri, task.stamp, 32, 32).result(30).full_width == 64
                session.draw("cat", Box(1, 2, 30, 20))
                session.submit()
        assert seen == {f"memory://{name}" for name in NAMES}
        project.refresh()
        frame = project.to_frame()
        assert not frame.missing.any()
        assert set(frame.path) == seen
        document = json.loads(Path(project.export("coco", tmp_path / "o.json")).read_text(encoding="utf-8"))
        assert [(image["width"], image["height"]) for image in document["images"]] == [(64, 32)] * 4
        assert len(document["annotations"]) == 4


def test_classes_are_exported_as_a_table(tmp_path: Path, memory: None) -> None:
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="multi-class", images="memory://", labels=["cat", "dog"])
        with project.session(labeler="me", grid=4) as session:
            session.next_page()
            session.apply("cat")
            session.submit()
        with Path(project.export("csv", tmp_path / "o.csv")).open(encoding="utf-8", newline="") as file:
            assert {row[0] for row in csv.reader(file)} >= {f"memory://{name}" for name in NAMES}
