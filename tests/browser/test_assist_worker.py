"""All of assist: photographs are labeled by keys, the worker learns, pre-labels arrive, a killed worker is replaced."""

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from jlabel.assist.guarantee.ledger import lots
from jlabel.model.batch import Batch, BatchState
from jlabel.model.record import Origin
from jlabel.model.run import RunKind, RunState
from jlabel.store import read_predictions, read_records
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.test_grid import names, open_labeler, wait_names

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
CLASSES = ["dress", "shoes"]
LABELS = 280
"""So many labels, of 320 images, are enough to prove four of five."""
LIMIT = 300.0
START = "p.assist.start(target_precision=0.8, random_share=0.1, blind_share=0.0, fine_tune=False)"


@pytest.fixture
def project(lab: Lab, tmp_path: Path, realdata: Path) -> Iterator[Project]:
    """Photographs of dresses and shoes; whatever worker is left is stopped in the end."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in CLASSES:
        for file in sorted((realdata / "clothing" / "images").glob(f"{name}_*.jpg")):
            shutil.copy(file, folder)
    with Workspace(tmp_path / "labels") as workspace:
        made = workspace.create_project("p", task="multi-class", images=folder, labels=CLASSES)
        yield made
        made.assist.stop()


def until(notebook: Notebook, condition: Callable[[], bool], what: str) -> None:
    """Waits for what another process does."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"{what} never came"
        notebook.frame()


def rested(project: Project) -> bool:
    """Whether the worker has taken in all labels, and is not between two runs of a round."""
    status, newest = project.assist.status(), next(iter(project.assist.runs()), None)
    amid = newest is not None and (
        newest.kind is RunKind.VALIDATION or (newest.kind is RunKind.TRAINING and newest.adopted)
    )
    return status.state == "idle" and status.labels_to_next_run != 0 and not amid


def press_classes(notebook: Notebook) -> None:
    """Gives each image of a page its class with one key, and submits."""
    shown = names(notebook)
    if notebook.page.locator(".jl-badge").text_content() == "Clustered":
        notebook.page.keyboard.press("Escape")  # one by one: it opens with all images selected
    for name in shown:
        notebook.page.keyboard.press(str(CLASSES.index(name.split("_")[0]) + 1))
    notebook.page.locator(".jl-submit:enabled").wait_for()
    notebook.page.keyboard.press("Enter")
    wait_names(notebook, shown)


def accept(notebook: Notebook) -> None:
    """Gives images without a label theirs, and submits the page with its pre-labels as they stand."""
    shown = names(notebook)
    for place, name in enumerate(shown):
        cell = notebook.page.locator(".jl-cell").nth(place)
        if cell.get_attribute("data-done") is None:
            cell.click()
            notebook.page.keyboard.press(str(CLASSES.index(name.split("_")[0]) + 1))
    notebook.page.locator(".jl-submit:enabled").wait_for()
    notebook.page.keyboard.press("Enter")
    wait_names(notebook, shown)


def published(project: Project) -> list[int]:
    """The runs whose predictions are out, newest first."""
    runs = project.assist.runs()
    return [run.id for run in runs if run.kind is RunKind.INFERENCE and run.state is RunState.DONE]


def on_trial(project: Project) -> Batch | None:
    """The batch that is on trial."""
    batch = project.assist.status().batch
    return batch if batch is not None and batch.state is BatchState.TRIAL else None


def frozen(project: Project) -> list[int]:
    """The items of the newest batch."""
    batch = project.assist.status().batch
    return [one.item for one in read_predictions(project.store, batch.run)] if batch else []


def audited(project: Project) -> bool:
    """Whether all lots that were asked for are labeled."""
    batch = on_trial(project)
    if batch is None:
        return False
    asked = lots(batch, frozen(project))[: batch.asked].tolist()
    return all(one.answer.given for one in read_records(project.store, project.id, items=asked))


def of_batch(project: Project, shown: list[str]) -> bool:
    """Whether an image on screen is of the newest batch, so that its pre-label would come to it."""
    return bool({one.name for one in read_records(project.store, project.id, items=frozen(project))} & set(shown))


def pid(project: Project) -> int | None:
    lease = project.store.assist_lease(project.id)
    return lease.pid if lease is not None and lease.alive else None


def test_prelabels_arrive_while_labeling_and_a_killed_worker_is_replaced(lab: Lab, project: Project) -> None:
    notebook = open_labeler(lab, project)
    page = notebook.page
    notebook.eval(START)
    page.locator(".jl-progress:visible").wait_for(timeout=LIMIT * 1000)
    notebook.screenshot("assist-worker-embedding", ".jl-labeler")
    until(notebook, lambda: rested(project), "the end of the first look at the images")
    # By keys, until a batch was tried and audited. Its end is judged while an image of it is on the open page, which
    # nobody has touched: the worker rests meanwhile.
    while not project.assist.status().prelabeled:
        while not (trial := on_trial(project)):
            press_classes(notebook)
            until(notebook, lambda: rested(project), "the rounds")
            assert project.counts().labeled < LABELS, "no batch was ever tried"
        notebook.eval("p.assist.pause()")
        while not audited(project) or not of_batch(project, names(notebook)):
            press_classes(notebook)
            assert project.counts().labeled < LABELS, "no image of the batch came to the page"
        shown = names(notebook)
        notebook.eval("p.assist.resume()")
        until(notebook, lambda: project.assist.status().batch != trial and rested(project), "the end of the audit")
    arrived = page.locator(".jl-new-suggestions:not(:empty)")
    arrived.wait_for(timeout=LIMIT * 1000)
    assert (arrived.text_content() or "").endswith("arrived. Undo with Ctrl+Z")
    assert page.locator(".jl-cell[data-standing]").count() > 0
    assert names(notebook) == shown
    notebook.screenshot("assist-worker-arrived", ".jl-labeler")
    until(notebook, lambda: rested(project), "the end of the round")

    killed, before = pid(project), published(project)[0]
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(notebook, lambda: pid(project) not in {None, killed}, "another worker")
    until(notebook, lambda: rested(project), "its rest")
    accept(notebook)
    while page.locator(".jl-badge").text_content() == "Pre-labeled":
        accept(notebook)
    press_classes(notebook)
    until(notebook, lambda: rested(project) and published(project)[0] > before, "a round of the new worker")
    page.locator(".jl-assist-line", has_text=re.compile("more labels? to the next run")).wait_for(timeout=LIMIT * 1000)
    truly = [r.answer.class_ids == (CLASSES.index(r.name.split("_")[0]) + 1,) for r in project.records() if r.label]
    assert all(truly), "every key met its image"
    origins = {record.origin for record in project.records() if record.answer.given}
    assert origins == {Origin.HUMAN, Origin.ACCEPTED}
    until(
        notebook, lambda: not any(run.state is RunState.RUNNING for run in project.assist.runs()), "the end of its runs"
    )
    assert notebook.console_errors == []
