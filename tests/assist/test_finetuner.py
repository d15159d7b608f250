"""Fine-tuning beside the rounds, what is kept of it, and what odd files get."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from jlabel.assist.classification.finetune import FinetuneResult
from jlabel.assist.classification.finetuned import ABOUT, NETWORK
from jlabel.assist.classification.learner import Classifier
from jlabel.assist.classification.outputs import EXCLUSIVE
from jlabel.assist.compute.local import LocalCompute
from jlabel.assist.paths import made_folder
from jlabel.assist.run_recorder import RunRecorder
from jlabel.assist.worker.featurizer import Featurizer
from jlabel.assist.worker.finetuner import Finetuner
from jlabel.errors import AssistError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from tests.assist.networks import Colours, network
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, make_backbone, runs_of, until, work_once, worker_in
from tests.assist.workers import backbone as backbone  # noqa: PLC0414
from tests.assist.workers import project as project  # noqa: PLC0414

pytestmark = pytest.mark.model

DONE = RunState.DONE


def label_pages(project: Project, pages: int) -> None:
    session = project.session(labeler="me")
    for _ in range(pages):
        answer_page(session)
    session.close()


def test_it_is_due_on_an_accelerator_or_when_asked_for() -> None:
    finetuner = Finetuner(LocalCompute())
    assert finetuner.due(100, AssistSettings(), "cuda")
    assert not finetuner.due(100, AssistSettings(), "cpu")
    assert finetuner.due(100, AssistSettings(fine_tune=True), "cpu")
    assert not finetuner.due(99, AssistSettings(fine_tune=True), "cpu")
    assert not finetuner.due(100, AssistSettings(fine_tune=False), "cuda")
    finetuner.labels = 100
    assert not finetuner.due(199, AssistSettings(), "cuda")
    assert finetuner.due(200, AssistSettings(), "cuda")


def test_asked_for_it_runs_for_real_and_says_what_came_of_it(project: Project) -> None:
    label_pages(project, 6)
    store = project.store
    asked = store.start_run(project.id, RunKind.FINE_TUNING, reason="Asked for.", queued=True)
    work_once(project)
    run = store.run(asked.id)
    assert (run.state, run.device) == (DONE, "cpu")
    assert run.metrics["labels"] == 54
    assert run.metrics["used"] < 54  # half of the proving labels are kept back
    assert run.metrics["epochs"] >= 1
    assert run.adopted or "not adopted" in run.why_not


def test_an_adopted_network_embeds_again_and_its_labels_prove_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jlabel.assist.embeddings.backbone import open_backbone

    def better(uris: list[str], *_args: object, path: Path, **_more: object) -> FinetuneResult:
        made = make_backbone(path, size=48)  # another network: its embeddings are not those of the first
        return FinetuneResult(
            backbone=open_backbone(made), path=made, accuracy=0.9, baseline=0.8, epochs=3, reason="It was adopted."
        )

    monkeypatch.setattr("jlabel.assist.classification.finetune.finetune", better)
    label_pages(project, 4)
    store = project.store
    store.start_run(project.id, RunKind.FINE_TUNING, reason="Asked for.", queued=True)
    work_once(project)
    (tuned,) = runs_of(project, RunKind.FINE_TUNING)
    assert tuned.adopted
    last = runs_of(project, RunKind.FEATURIZATION)[-1]
    assert (last.reason, last.metrics["done"]) == ("The network was fine-tuned.", 60)
    training = runs_of(project, RunKind.TRAINING)[-1]
    assert training.metrics["labels"] == 36
    assert training.metrics["random"] == 36 - tuned.metrics["used"]
    # The next process takes it over, and what it may not prove with.
    work_once(project)
    again = runs_of(project, RunKind.FEATURIZATION)[-1]
    assert (again.model_hash, again.metrics.get("done", 0)) == (tuned.model_hash, 0)
    assert runs_of(project, RunKind.TRAINING)[-1].metrics["random"] == training.metrics["random"]


@pytest.mark.parametrize("damage", ["garbage", "another version", "no sidecar"])
def test_a_damaged_fine_tuned_network_is_thrown_away_and_said(project: Project, damage: str) -> None:
    folder = made_folder(project.store, project.id)
    base = project.assist.settings.backbone
    (folder / ABOUT).write_text(json.dumps({"base": base, "labels": 3, "seen": [1]}))
    (folder / NETWORK).write_bytes(b"garbage")
    if damage == "another version":
        torch.save({"jlabel_network": 99, "about": {}, "state": {}}, folder / NETWORK)
    elif damage == "no sidecar":
        (folder / ABOUT).unlink()
    work_once(project)
    (run,) = runs_of(project, RunKind.FEATURIZATION, DONE)
    assert "was thrown away" in run.metrics["notes"][0]
    assert run.metrics["done"] == 60
    assert not (folder / NETWORK).exists()


def test_embeddings_of_another_version_are_made_again(project: Project) -> None:
    work_once(project)
    (about,) = made_folder(project.store, project.id).glob("embeddings/*/about.json")
    about.write_text('{"jlabel_shelf": 99}')
    work_once(project)
    run = runs_of(project, RunKind.FEATURIZATION)[-1]
    assert run.metrics["done"] == 60
    assert "another backbone or version" in run.metrics["notes"][0]


def test_a_failing_fine_tuning_leaves_the_rounds_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(*_args: object, **_more: object) -> None:
        raise AssistError("Fine-tuning ran out of memory on cuda.")

    monkeypatch.setattr("jlabel.assist.classification.finetune.finetune", astray)
    label_pages(project, 3)
    store = project.store
    store.start_run(project.id, RunKind.FINE_TUNING, reason="Asked for.", queued=True)
    with worker_in(project) as worker:
        worker.run()
        until(lambda: not worker.finetuner.busy)
    (run,) = runs_of(project, RunKind.FINE_TUNING)
    assert (run.state, run.last_words) == (RunState.FAILED, "Fine-tuning ran out of memory on cuda.")
    assert runs_of(project, RunKind.INFERENCE, DONE)


def test_short_memory_halves_the_batch_and_the_run_says_so(project: Project, tmp_path: Path) -> None:
    class Small(Colours):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if len(x) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return super().forward(x)

    store = project.store
    learner = Classifier(EXCLUSIVE, network(Small(), batch=8), tmp_path / "assist", base="test")
    featurizer = Featurizer(store, project.id, learner, LocalCompute())
    with RunRecorder(store, project.id).run(RunKind.FEATURIZATION, "Test.") as handle:
        featurizer.prepare(handle, lambda: False)
    (run,) = runs_of(project, RunKind.FEATURIZATION, DONE)
    assert run.metrics["notes"][-1].endswith("the batch was halved to 2.")
    assert run.metrics["done"] == 60
    featurizer.refresh()
    assert np.isfinite(learner.table.features.rows(slice(None))).all()
