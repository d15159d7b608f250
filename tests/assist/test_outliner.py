"""Outlines of drawn boxes by a model that the worker has trained, or a sentence that says why there are none."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from jlabel import Project, Workspace
from jlabel.assist.detection.feature_store import FeatureStore
from jlabel.assist.detection.polygons import ellipse
from jlabel.assist.embeddings.checkpoint import load_network, save_network
from jlabel.assist.outlining import outliner as outliners
from jlabel.assist.outlining.outliner import ELSEWHERE, NO_MODEL, NOT_BETTER, Outliner
from jlabel.assist.outlining.process import open_work, serve
from jlabel.assist.outlining.prompted import ImageFile, PromptedMasks
from jlabel.assist.paths import project_folder
from jlabel.errors import AssistError, CheckpointError, GeometryError, ImageError
from jlabel.model.page import Task
from jlabel.model.run import RunKind
from jlabel.model.shapes.polygon import Polygon
from tests.assist.outlined import LABELED, label, outlined, train, trained
from tests.assist.squares import make_squares
from tests.assist.workers import until

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Trained once; a test that changes its files puts them back."""
    return trained(tmp_path_factory.mktemp("outlined"))


@pytest.fixture
def file(project: Project) -> Iterator[Path]:
    """The model's file, which the test may damage."""
    path = project_folder(project.store, project.id) / "detector.pt"
    kept, times = path.read_bytes(), path.stat()
    yield path
    path.write_bytes(kept)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.fixture
def outliner(project: Project) -> Iterator[Outliner]:
    found = Outliner(project.store, project.id)
    yield found
    found.close()


@pytest.fixture(scope="module")
def tasks(project: Project) -> list[Task]:
    """Images with squares that nobody has labeled."""
    store, found = project.store, list[Task]()
    session = store.open_session(project.id, "looker")
    for _ in range(8):
        page = store.claim(session, 1)
        assert page is not None
        found += page.tasks
    return [task for task in found if outlined(task.name).annotations]


def true_squares(task: Task) -> list[Polygon]:
    return [one.shape for one in outlined(task.name).annotations if isinstance(one.shape, Polygon)]


def test_outlines_are_better_than_ellipses_and_valid(project: Project, tasks: list[Task], outliner: Outliner) -> None:
    assert not outliner.ready
    assert outliner.refresh(), "its reason has changed"
    assert (outliner.ready, outliner.reason) == (True, "")
    assert not outliner.refresh(), "nothing is new"
    masks, ellipses = [], []
    for task in tasks:
        for true in true_squares(task):
            found = outliner.outline(task, true.bounds())
            assert found.find_fault() is None
            x0, y0, x1, y1 = found.bounds()
            assert 0 <= x0 < x1 <= 160
            assert 0 <= y0 < y1 <= 120
            masks.append(found.iou(true))
            ellipses.append(ellipse(true.bounds()).iou(true))
    assert len(masks) > 5
    assert np.mean(masks) > np.mean(ellipses) + 0.1
    assert outliner.loaded


def test_a_new_training_is_taken_up(project: Project, tasks: list[Task], outliner: Outliner, file: Path) -> None:
    outliner.refresh()
    task = tasks[0]
    box = true_squares(task)[0].bounds()
    before = outliner.outline(task, box)
    state, about = load_network(file)
    save_network({key: 0 * value if key.startswith("masks.") else value for key, value in state.items()}, about, file)
    assert outliner.outline(task, box) != before, "also before anybody has looked"
    assert not outliner.refresh(), "it is new, and its outlines are to be had as before"
    save_network(state, {**about, "masks_better": False}, file)
    assert outliner.refresh()
    assert outliner.reason == NOT_BETTER


def test_why_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Workspace(tmp_path / "labels") as workspace:
        images = make_squares(tmp_path / "photos", 3)
        project = workspace.create_project("p", task="polygons", images=images, labels=["dark", "light"])
        found = Outliner(project.store, project.id)
        found.refresh()
        assert found.reason == NO_MODEL
        found.look_ahead(Task(item=1, name="0000.png", uri="nowhere"))
        run = project.store.start_run(project.id, RunKind.TRAINING, reason="Asked for.").id
        project.store.finish_run(run, adopted=True)
        assert found.refresh()
        assert found.reason == ELSEWHERE
        monkeypatch.setattr(outliners, "PACKAGES", ("torch", "no_such_package"))
        assert found.refresh()
        assert "no_such_package, which is not installed" in found.reason
        monkeypatch.undo()
        project.assist.configure(device="cpu")
        file = project_folder(project.store, project.id) / "detector.pt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"no zip archive")
        assert found.refresh()
        assert "damaged. Train it again" in found.reason
        found.close()
        found.close()


def test_a_file_that_is_damaged_or_goes_is_said_and_what_follows_is_answered(
    project: Project, tasks: list[Task], outliner: Outliner, file: Path
) -> None:
    outliner.refresh()
    task = tasks[0]
    box = true_squares(task)[0].bounds()
    good = outliner.outline(task, box)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="damaged"):
        outliner.outline(task, box)
    assert outliner.refresh()
    assert "damaged" in outliner.reason
    file.unlink()
    with pytest.raises(CheckpointError, match="gone"):
        outliner.outline(task, box)
    file.write_bytes(whole)
    assert outliner.refresh()
    assert outliner.outline(task, box) == good
    for wrong in [(500.0, 500.0, 600.0, 600.0), (10.0, 10.0, 10.0, 40.0)]:
        with pytest.raises(GeometryError):
            outliner.outline(task, wrong)
    with pytest.raises(ImageError):
        outliner.outline(Task(item=task.item, name="x", uri=str(file), stamp="other"), box)
    assert outliner.outline(task, box) == good


def test_a_process_that_dies_is_started_again(project: Project, tasks: list[Task], outliner: Outliner) -> None:
    outliner.refresh()
    task = tasks[0]
    box = true_squares(task)[0].bounds()
    good = outliner.outline(task, box)
    process = outliner._link._process
    assert process is not None
    process.kill()
    process.wait()
    assert outliner.outline(task, box) == good
    running = outliner._link._process
    assert running is not None
    outliner.close()
    until(lambda: running.poll() is not None, "the end of the process")
    with pytest.raises(AssistError, match="closed"):
        outliner.outline(task, box)


def test_stored_features_are_used_while_the_file_is_the_same(
    project: Project, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project_folder(project.store, project.id)
    masks = PromptedMasks(folder)
    masks.open("auto")
    computed = []
    model = masks._model
    assert model is not None
    features = type(model.detector).features

    def counted(*args: Any) -> Any:
        computed.append(1)
        return features(*args)

    monkeypatch.setattr(type(model.detector), "features", counted)
    task = tasks[0]
    box = [true_squares(task)[0].bounds()]
    pyramid = model.detector.pyramid
    assert FeatureStore(folder, pyramid, model.name).note == ""
    (found,) = masks.polygons(ImageFile(item=task.item, uri=task.uri, stamp=task.stamp), box)
    assert computed == []
    assert masks.polygons(ImageFile(item=task.item, uri=task.uri, stamp=task.stamp), box) == [found]
    (other,) = masks.polygons(ImageFile(item=task.item, uri=task.uri, stamp="overwritten"), box)
    assert computed == [1]
    assert other.iou(found) > 0.9, "stored ones are of half the precision"


def test_the_process_answers_what_goes_wrong_and_goes_on(tmp_path: Path) -> None:
    out, work = StringIO(), open_work(tmp_path)
    request = json.dumps({"backbone": "auto", "file": None, "boxes": []})
    serve([request, "no json", request], out, work)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["error"] for one in answers] == ["CheckpointError", "AssistError", "CheckpointError"]
    assert "is gone" in answers[0]["text"]
    assert "an error of its own" in answers[1]["text"]


def test_the_kernel_imports_no_torch_for_it() -> None:
    code = "import sys, jlabel.widgets.editor; print([n for n in ('torch', 'scipy', 'sklearn') if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_outlines_go_on_after_more_labels(project: Project, tasks: list[Task], outliner: Outliner) -> None:
    """Last, since it changes the project: the worker trains again, and the outlines are those of the new model."""
    outliner.refresh()
    task = tasks[-1]
    box = true_squares(task)[0].bounds()
    before = outliner.outline(task, box)
    label(project, 4)
    train(project, steps=400)
    about = load_network(project_folder(project.store, project.id) / "detector.pt")[1]
    assert about["labels"] > LABELED
    outliner.refresh()
    assert outliner.ready
    after = outliner.outline(task, box)
    assert after != before
    assert after.iou(true_squares(task)[0]) > ellipse(box).iou(true_squares(task)[0])
