"""Featurization while somebody labels: its pace with rounds in between, beside that of the bare network."""

import csv
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

import jlabel as jl
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.featurize import framed
from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from tests.assist.workers import runs_of, worker_in
from tests.benchmarks.rows import Row, row
from tests.fixtures.realdata import FOLDER

EVERY = 1.5
"""Seconds between two pages of nine: as quick as a labeler is with pages of what looks alike."""


def rows(*, quick: bool = False) -> list[Row]:
    """The pace, and what came of it while images were embedded."""
    with (FOLDER / "clothing" / "labels.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    rng = np.random.default_rng(0)
    lines = [lines[n] for n in rng.permutation(len(lines))[: 256 if quick else 768]]
    truth = {Path(line["image"]).name: line["label"] for line in lines}
    images = [str(FOLDER / "clothing" / line["image"]) for line in lines]
    before = _bare(images[:96])
    with tempfile.TemporaryDirectory() as folder, jl.Workspace(folder) as workspace:
        names = sorted(set(truth.values()))
        project = workspace.create_project("p", task="multi-class", images=images, labels=names)
        project.assist.configure(fine_tune=False)
        stop = threading.Event()
        labeler = threading.Thread(target=_label, args=(project, truth, stop))
        labeler.start()
        with worker_in(project) as worker:
            threading.Thread(target=_end, args=(project, stop)).start()
            worker.run()
        stop.set()
        labeler.join()
        (embedding,) = runs_of(project, RunKind.FEATURIZATION, RunState.DONE)
        assert embedding.ended_at is not None
        rounds = [run for run in runs_of(project, RunKind.INFERENCE) if run.started_at < embedding.ended_at]
        seconds = (embedding.ended_at - embedding.started_at).total_seconds()
        done, labels = embedding.metrics["done"], project.counts().labeled
    bare = float(np.mean([before, _bare(images[-96:])]))
    return [
        row("featurization with rounds between", done / seconds, "images/s", baseline=bare, target=">= 0.85x"),
        row(f"rounds meanwhile, of {labels} labels", len(rounds), "rounds"),
    ]


def _bare(images: list[str]) -> float:
    """Images a second of the network alone."""
    backbone = open_backbone()
    pixels = np.stack([framed(image, backbone) for image in images])
    backbone.embed(pixels[:8])
    begun = time.perf_counter()
    backbone.embed(pixels)
    return len(images) / (time.perf_counter() - begun)


def _label(project: Project, truth: dict[str, str], stop: threading.Event) -> None:
    session = project.session(labeler="me")
    while not stop.wait(EVERY):
        page = session.next_page(9)
        if page is None:
            return
        for task in page.tasks:
            session.apply(truth[Path(task.name).name], [task.item])
        session.submit()


def _end(project: Project, stop: threading.Event) -> None:
    """Stop labeling when all images are embedded, so that the worker comes to rest."""
    while not runs_of(project, RunKind.FEATURIZATION, RunState.DONE) and not stop.wait(0.5):
        pass
    stop.set()


if __name__ == "__main__":
    for line in rows(quick=True):
        print(line)
