"""Assist for boxes: twenty images of blood cells are drawn, a detector learns, its boxes come to the open image."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jlabel import Box, Polygon, Project, Workspace
from jlabel.model.answer import Annotation, Answer, Made, answer_from_dict
from jlabel.model.record import Origin
from jlabel.model.run import RunKind, RunState
from jlabel.model.run_metrics import TrainingMetrics
from tests.browser.lab import Lab
from tests.browser.stage import READY, Stage, code_for
from tests.browser.test_editor_replay import Truth, boxes, polygons

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
LABELS = ["WBC", "RBC", "Platelets"]
IMAGES, TWENTY = 60, 20
LIMIT = 240.0
"""Seconds after which proposals are taken never to come: machines are shared."""
_SHOWN = """import json
from jlabel.model.answer import answer_to_dict
(item,) = w.session.answers
print(json.dumps(answer_to_dict(w.session.answers[item])))"""


@pytest.fixture
def project(tmp_path: Path, realdata: Path) -> Iterator[Project]:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for file in sorted((realdata / "cells" / "images").glob("*.jpg"))[:IMAGES]:
        shutil.copy(file, folder)
    with Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("p", task="boxes", images=folder, labels=LABELS)
        yield made
        made.assist.stop()


def draw(stage: Stage, shapes: list[tuple[int, Box]]) -> None:
    """Draws boxes with the mouse, each with the key of its class first."""
    count = len(shown(stage).annotations)
    for class_id, box in shapes:
        stage.press("Escape", str(class_id))
        stage.drag(box.x0, box.y0, box.x1, box.y1, steps=2)
        count += 1
    stage.page.wait_for_function("n => document.querySelectorAll('.jl-object').length === n", arg=count)


def shown(stage: Stage) -> Answer:
    """What the kernel has for the image on screen: what was drawn, and what is proposed."""
    return answer_from_dict(json.loads(stage.notebook.eval(_SHOWN)))


def true_boxes(truth: Truth, name: str) -> list[tuple[int, Box]]:
    return [(kind, box) for kind, box in truth[Path(name).name] if isinstance(box, Box)]


def finds(one: Annotation, true: list[tuple[int, Box]]) -> bool:
    return one.shape is not None and any(kind == one.class_id and box.iou(one.shape) >= 0.5 for kind, box in true)


def submit(stage: Stage, before: int) -> None:
    stage.press("Escape", "Enter")
    _until(lambda: stage.project.counts().labeled > before, "the submission")
    stage.turned()


def _until(condition: Any, what: str) -> None:
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.1)


def test_twenty_drawn_images_bring_boxes_to_the_open_one(lab: Lab, project: Project, realdata: Path) -> None:
    truth = boxes(realdata / "cells")
    stage = Stage(lab.open(code_for(project), wait=READY), project)
    stage.notebook.eval(f"p.assist.start(retrain_every={TWENTY}, random_share=0.0, device='cpu')")
    assert project.assist.settings.goal == "fewest-keys", "with shapes every image is looked at anyway"
    # The line of assist takes room from the stage when it comes: what is drawn at that moment is dropped.
    stage.page.locator(".jl-assist-line", has_text="more labels").wait_for()
    stage.page.locator(".jl-stage:not([data-refitting])").wait_for()
    stage.settled()
    for number in range(TWENTY):
        stage.press("r")
        draw(stage, true_boxes(truth, stage.name))
        submit(stage, number)
    page, name, item = stage.page, stage.name, stage.item
    # The image is open, nothing is drawn on it: the proposals arrive by themselves.
    page.locator(".jl-new-suggestions").wait_for(timeout=LIMIT * 1000)
    _until(lambda: shown(stage).annotations, "proposals")
    stage.settled()
    training = next(run for run in project.assist.runs() if run.kind is RunKind.TRAINING)
    assert training.state is RunState.DONE
    assert TrainingMetrics.from_json(training.metrics).labels == TWENTY
    proposed = shown(stage).annotations
    page.wait_for_function("n => document.querySelectorAll('.jl-object').length === n", arg=len(proposed))
    stage.notebook.screenshot("assist-boxes-arrived")
    true = true_boxes(truth, name)
    right = [one for one in proposed if finds(one, true)]
    assert len(right) >= len(true) / 4
    # Wrong ones are taken off in the list, what is missing is drawn.
    wrong = [one for one in proposed if not finds(one, true)][:3]
    for one in wrong:
        page.locator(f".jl-object[id$='-{one.uid}']").click()
        stage.press("Delete")
        page.locator(f".jl-object[id$='-{one.uid}']").wait_for(state="detached")
    missing = [
        (kind, box) for kind, box in true if not any(one.shape and one.shape.iou(box) >= 0.3 for one in proposed)
    ][:3]
    stage.press("Escape", "r")
    draw(stage, missing)
    submit(stage, TWENTY)
    (record,) = (one for one in project.records() if one.item == item)
    assert record.origin is (Origin.EDITED if wrong or missing else Origin.ACCEPTED)
    assert len(record.answer.annotations) == len(proposed) - len(wrong) + len(missing)
    counts = project.store.assist_outcomes(project.id).shapes
    assert sum(one.accepted for one in counts) == len(proposed) - len(wrong)
    assert sum(one.rejected for one in counts) == len(wrong)
    assert sum(one.added for one in counts) == len(missing)
    # The next image comes with its proposals, most of them where cells are.
    stage.look()
    following = shown(stage).annotations
    assert following
    stage.notebook.screenshot("assist-boxes-next")
    assert stage.notebook.console_errors == []
    frame = project.assist.predictions()
    assert set(frame["class"]) <= set(LABELS)
    assert frame["above"].any()


def test_outlined_nuclei_bring_outlines_to_the_open_image(lab: Lab, tmp_path: Path, realdata: Path) -> None:
    """Twenty images are outlined from Python, the open one in the browser: its proposals are worked through by keys."""
    truth = polygons(realdata / "nuclei")
    folder = tmp_path / "pictures"
    folder.mkdir()
    some = [name for name in sorted(truth) if 8 <= len(truth[name]) <= 30]  # enough to learn from, few enough to draw
    for name in some[: TWENTY + 8]:
        shutil.copy(realdata / "nuclei" / "images" / name, folder)
    with Workspace(tmp_path / "labels") as workspace:
        project = workspace.create_project("p", task="polygons", images=folder, labels=["nucleus"])
        stage = Stage(lab.open(code_for(project), wait=READY), project)
        stage.notebook.eval(f"p.assist.start(retrain_every={TWENTY}, random_share=0.0, device='cpu')")
        with project.session(labeler="robot") as session:
            for _ in range(TWENTY):
                page = session.next_page(1)
                assert page is not None
                for class_id, shape in truth[Path(page.tasks[0].name).name]:
                    session.draw(class_id, shape)
                session.submit()
        notebook, item = stage.page, stage.item
        notebook.locator(".jl-new-suggestions").wait_for(timeout=LIMIT * 1000)
        _until(lambda: shown(stage).annotations, "proposals")
        stage.settled()
        proposed = shown(stage).annotations
        assert all(isinstance(one.shape, Polygon) and one.shape.find_fault() is None for one in proposed)
        notebook.wait_for_function("n => document.querySelectorAll('.jl-object').length === n", arg=len(proposed))
        stage.notebook.screenshot("assist-polygons-arrived")
        # By keys alone: the least sure one is rejected, the next accepted, the rest by submitting.
        least = min(proposed, key=lambda one: confidence(project, item, one.uid)).uid
        stage.press("Tab", "Delete")
        notebook.locator(f".jl-object[id$='-{least}']").wait_for(state="detached")
        stage.press("Enter")
        _until(lambda: any(one.made is Made.ACCEPTED for one in stage.drafts()), "the accepted one")
        submit(stage, TWENTY)
        (record,) = (one for one in project.records() if one.item == item)
        assert {one.uid for one in record.answer.annotations} == {one.uid for one in proposed} - {least}
        (counts,) = project.store.assist_outcomes(project.id).shapes
        assert (counts.accepted, counts.rejected, counts.added) == (len(proposed) - 1, 1, 0)
        assert stage.notebook.console_errors == []
        project.assist.stop()


def confidence(project: Project, item: int, uid: str) -> float:
    """How sure the newest predictions are of a shape."""
    runs = [one for one in project.assist.runs() if one.kind is RunKind.INFERENCE and one.state is RunState.DONE]
    for made in project.store.predictions(runs[0].id, limit=1000):
        for one, score in zip(made.answer.annotations, made.scores, strict=True):
            if made.item == item and one.uid == uid:
                return score.confidence
    raise AssertionError(f"nothing was predicted for {uid}")
