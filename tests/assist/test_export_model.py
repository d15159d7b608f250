"""A model that left its project predicts as the project does: by ``jl.load_model`` and by the README's own lines."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from PIL import Image

import jlabel as jl
from jlabel.assist.classification.finetuned import NETWORK, Finetuned, write_about
from jlabel.assist.classification.model_file import FILE
from jlabel.assist.detection import learner as learners
from jlabel.assist.detection import model_file as detectors
from jlabel.assist.detection.train import Budget
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.checkpoint import save_network
from jlabel.assist.embeddings.embedding_table import FOLDER
from jlabel.assist.embeddings.network import Network
from jlabel.assist.paths import made_folder, project_folder
from jlabel.errors import AssistError, CheckpointError, ExportError, ImageError, InputError, MissingExtra
from jlabel.model.assist_settings import Goal
from jlabel.model.run import RunKind, RunState
from jlabel.project import Project
from jlabel.store import read_records
from tests.assist.squares import make_squares, true_answer
from tests.assist.workers import _in_a_hurry as _in_a_hurry  # noqa: PLC0414 -- fixtures
from tests.assist.workers import answer_page, make_backbone, runs_of, truth, work_once

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
FORMATS = ("onnx", "torchscript")
NEAR = 1e-3
TURNED = 6
"""The EXIF orientation of a picture that is shown on its side."""


def make_photos(folder: Path, count: int, *, kinds: int) -> Path:
    """Pictures of all sorts, number ``n`` of kind ``n % kinds``: large and turned ones, small and grey ones."""
    folder.mkdir(parents=True)
    for number in range(count):
        rng = np.random.default_rng(number)
        width, height = [(80, 64), (400, 300), (40, 30), (200, 260)][number % 4]
        ground = np.array([(190, 60, 60), (60, 80, 190), (70, 180, 80)][number % kinds])
        pixels = ground + rng.normal(0, 60, (height // 4, width // 4, 3)).repeat(4, 0).repeat(4, 1)
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        path = folder / f"{number:04d}"
        if number % 4 == 1:
            exif = Image.Exif()
            exif[274] = TURNED
            image.save(path.with_suffix(".jpg"), exif=exif, quality=90)
        elif number % 8 == 3:
            image.convert("L").save(path.with_suffix(".png"))
        else:
            image.save(path.with_suffix(".jpg" if number % 3 else ".png"))
    return folder


def unsure(name: str) -> int:
    """The class of a picture; every fifth is called by the other one, so that a model is sure of nothing."""
    return truth(name) if int(Path(name).stem) % 5 else 3 - truth(name)


def several(name: str) -> tuple[int, ...]:
    """The classes of a picture of three kinds; every seventh has none."""
    number = int(Path(name).stem)
    return [(1,), (2,), (1, 2)][number % 3] if number % 7 else ()


def label(project: Project, pages: int, said: Callable[[str], int | tuple[int, ...]]) -> None:
    with project.session(labeler="me") as session:
        for _ in range(pages):
            answer_page(session, said)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_backbone(tmp_path_factory.mktemp("network") / "tiny.pt"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jl.Workspace]:
    with jl.Workspace(tmp_path_factory.mktemp("space") / "labels") as opened:
        yield opened


@pytest.fixture(scope="module")
def one_class(workspace: jl.Workspace, weights: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    photos = make_photos(tmp_path_factory.mktemp("one") / "Bilder für später", 72, kinds=2)
    made = workspace.create_project("one", task="multi-class", images=photos, labels=["rot", "bläulich"])
    made.assist.configure(backbone=weights, device="cpu", threshold=0.7)
    label(made, 4, unsure)
    work_once(made)
    return made


@pytest.fixture(scope="module")
def many_classes(workspace: jl.Workspace, weights: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    photos = make_photos(tmp_path_factory.mktemp("many") / "photos", 72, kinds=3)
    made = workspace.create_project("many", task="multi-label", images=photos, labels=["a", "b"])
    made.assist.configure(backbone=weights, device="cpu", goal=Goal.FEWEST_KEYS)
    label(made, 4, several)
    work_once(made)
    return made


@pytest.fixture(scope="module")
def squares(workspace: jl.Workspace, tmp_path_factory: pytest.TempPathFactory) -> Project:
    photos = make_squares(tmp_path_factory.mktemp("boxes") / "photos", 60)
    made = workspace.create_project("squares", task="boxes", images=photos, labels=["dark", "light"])
    made.assist.configure(goal=Goal.FEWEST_KEYS, device="cpu")
    session = made.store.open_session(made.id, "me")
    for _ in range(20):
        page = made.store.claim(session, 1)
        assert page is not None
        made.store.submit(session, page.token, {page.tasks[0].item: true_answer(page.tasks[0].name)}, seconds=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learners, "Budget", lambda **_: Budget(seconds=6.0, clock=time.process_time))
        work_once(made)
    return made


def uris(project: Project) -> dict[str, str]:
    """Where the images of a project are, by name."""
    return {record.name: record.uri for record in read_records(project.store, project.id)}


def stored(project: Project) -> dict[str, list[dict[str, Any]]]:
    """What the worker predicted, by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in project.assist.predictions().to_dict("records"):
        found.setdefault(row["name"], []).append({str(key): value for key, value in row.items()})
    return found


def compare(project: Project, predict: Callable[[list[str]], list[list[dict[str, Any]]]]) -> None:
    """Asserts that predictions are those of the project."""
    expected, where = stored(project), uris(project)
    records = read_records(project.store, project.id)
    names = [record.name for record in records if not record.answer.given]  # those without a box among them
    for name, answer in zip(names, predict([where[name] for name in names]), strict=True):
        rows = expected.get(name, [])
        assert [one["label"] for one in answer] == [row["class"] for row in rows], name
        for one, row in zip(answer, rows, strict=True):
            assert one["confidence"] == pytest.approx(row["confidence"], abs=NEAR), name
            assert one["above"] == row["above"], name
            if "box" in one:
                box = (row["x"], row["y"], row["x"] + row["width"], row["y"] + row["height"])
                assert one["box"] == pytest.approx(box, abs=0.11)
    assert len(names) > 25
    assert expected


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("which", ["one_class", "many_classes", "squares"])
def test_it_predicts_what_the_project_predicted(
    which: str, format_: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    project: Project = request.getfixturevalue(which)
    path = project.assist.export_model(tmp_path / "für später" / f"mödel.{format_}", format=format_)
    assert path == (tmp_path / "für später" / f"mödel.{format_}").resolve()
    model = jl.load_model(path)
    assert model.task == project.task
    assert model.classes == tuple(one.path for one in project.classes)
    compare(project, model.predict)
    assert model.report["training"]["labels"] > 10
    (validation, *_) = runs_of(project, RunKind.VALIDATION, RunState.DONE)[::-1]
    assert model.report["validation"]["accuracy"] == validation.metrics["accuracy"]
    assert model.report["validation"]["suspects"] == []
    assert model.facts.hash in {run.model_hash for run in project.assist.runs()}
    assert repr(model).startswith("ExportedModel(")


# In an environment without jlabel

BARE = """
import importlib.abc, json, sys
class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "torchvision", "jlabel", "onnx", "scipy", "sklearn", "pandas", "fsspec"}:
            raise ImportError(f"{name} is not installed here")
sys.meta_path.insert(0, Refuse())
"""


def bare(model: Path, call: str, paths: list[str]) -> Any:
    """Runs the blocks of the README, with a model in place of theirs, where there is little else than onnxruntime."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Take the model along")[1].split("\n## ")[0]
    blocks = [one for one in re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL) if "jl." not in one]
    assert len(blocks) == 2
    code = "\n".join(blocks).replace('"out/masks.onnx"', repr(str(model)))
    script = f"{BARE}\n{code}\nprint(json.dumps([{call}(path) for path in {paths!r}]))"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("which", ["one_class", "many_classes"])
def test_the_readmes_lines_give_the_same_probabilities(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    project: Project = request.getfixturevalue(which)
    path = project.assist.export_model(tmp_path / "mödel.onnx")
    expected, where = stored(project), uris(project)
    names = sorted(expected)
    for name, found in zip(names, bare(path, "probabilities", [where[name] for name in names]), strict=True):
        for row in expected[name]:
            assert found[row["class"]] == pytest.approx(row["confidence"], abs=NEAR), name
        if which == "one_class":
            assert max(found, key=lambda one: found[one]) == expected[name][0]["class"]


def test_the_readmes_lines_give_the_same_boxes(squares: Project, tmp_path: Path) -> None:
    path = squares.assist.export_model(tmp_path / "squares.onnx")
    expected, where = stored(squares), uris(squares)
    names = sorted(expected)
    for name, found in zip(names, bare(path, "boxes", [where[name] for name in names]), strict=True):
        rows = expected[name]
        assert [kind for _, _, kind in found] == [row["class"] for row in rows]
        for (box, confidence, _), row in zip(found, rows, strict=True):
            assert confidence == pytest.approx(row["confidence"], abs=NEAR)
            assert box == pytest.approx(
                [row["x"], row["y"], row["x"] + row["width"], row["y"] + row["height"]], abs=0.11
            )


def test_an_onnx_file_needs_neither_torch_nor_a_store(one_class: Project, tmp_path: Path) -> None:
    path = one_class.assist.export_model(tmp_path / "m.onnx")
    image = next(iter(uris(one_class).values()))
    code = (
        f"import sys; sys.modules['torch'] = None; import jlabel as jl; print(jl.load_model({str(path)!r}).predict("
        f"{image!r})); print([n for n in ('sqlalchemy', 'ipywidgets', 'pandas', 'sklearn') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONUTF8": "1"}
    )
    shown, loaded = done.stdout.splitlines()
    assert "confidence" in shown
    assert loaded == "[]"


# What it takes


def test_it_takes_paths_images_and_arrays_one_or_many(one_class: Project, tmp_path: Path) -> None:
    model = jl.load_model(one_class.assist.export_model(tmp_path / "m.onnx"))
    path = tmp_path / "größe.png"
    pixels = np.random.default_rng(0).integers(0, 256, (50, 90, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    one = model.predict(str(path))
    assert len(one) == 1
    assert set(one[0]) == {"label", "confidence", "above"}
    assert model.predict(path) == one
    assert model.predict(pixels) == one
    assert model.predict(Image.fromarray(pixels)) == one
    assert model.predict(f"file://{path}") == one
    assert model.predict([path, pixels, Image.open(path)]) == [one] * 3
    assert model.predict(image for image in (path, pixels)) == [one] * 2
    assert model.predict(np.stack([pixels] * 11)) == [one] * 11, "more than a batch"
    assert model.predict([]) == []
    clear = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    assert model.predict(clear) == one, "RGBA"
    grey = pixels[..., 0]
    assert model.predict(grey) == model.predict(grey[..., None]) == model.predict(np.stack([grey] * 3, axis=-1))
    deep = tmp_path / "deep.png"
    Image.fromarray(grey.astype(np.uint16) * 16).save(deep)
    assert model.predict(grey.astype(np.uint16) * 16) == model.predict(deep)
    assert model.predict(np.dstack([grey.astype(np.uint16)] * 3))
    for odd in (None, 3, [None], [3], object(), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4, 3), np.uint8),
                np.zeros((4, 4), bool), np.zeros(5), b"x"):  # fmt: skip
        with pytest.raises(InputError):
            model.predict(odd)


def test_a_damaged_image_is_named_and_stops_the_rest_only_if_asked(one_class: Project, tmp_path: Path) -> None:
    model = jl.load_model(one_class.assist.export_model(tmp_path / "m.onnx"))
    whole = np.zeros((30, 30, 3), np.uint8)
    (tmp_path / "nö picture.jpg").write_bytes(b"\xff\xd8\xff nothing")
    Image.effect_noise((400, 400), 90).save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:3000])
    with pytest.raises(ImageError, match="nö picture"):
        model.predict([whole, tmp_path / "nö picture.jpg"])
    with pytest.raises(ImageError, match="absent"):
        model.predict(tmp_path / "absent.jpg")
    with pytest.raises(ImageError, match="Image 1"):
        model.predict([whole, Image.open(tmp_path / "cut.png")])
    found = model.predict([tmp_path / "nö picture.jpg", whole, tmp_path / "cut.png"], keep_errors=True)
    assert [type(one) for one in found] == [ImageError, list, ImageError]
    assert found[1] == model.predict(whole)
    assert [type(one) for one in model.predict([tmp_path / "absent.jpg"], keep_errors=True)] == [ImageError]


def test_a_threshold_comes_along_and_another_can_be_given(one_class: Project, squares: Project, tmp_path: Path) -> None:
    model = jl.load_model(one_class.assist.export_model(tmp_path / "m.onnx"))
    images = list(uris(one_class).values())[:20]
    assert model.threshold == 0.7
    assert model.facts.threshold_from == "Set by hand."

    def above(**given: Any) -> list[bool]:
        return [one["above"] for (one,) in model.predict(images, **given)]

    sure = [one["confidence"] for (one,) in model.predict(images)]
    assert above() == [one >= 0.7 for one in sure]
    assert above(threshold=0.0) == [True] * 20
    assert above(threshold=1.1) == [False] * 20
    labels = [one["label"] for (one,) in model.predict(images)]
    assert above(threshold={"rot": 0.0}) == [one == "rot" for one in labels]
    with pytest.raises(InputError, match="green"):
        model.predict(images, threshold={"green": 0.5})

    before = one_class.assist.settings
    try:
        one_class.assist.configure(threshold={"rot": 0.6})
        model = jl.load_model(one_class.assist.export_model(tmp_path / "m.onnx"))
        assert model.threshold == {"rot": 0.6}
        one_class.assist.configure(threshold=None, goal=Goal.PROMISE)
        model = jl.load_model(one_class.assist.export_model(tmp_path / "m.onnx"))
        assert model.threshold is None
        assert "too few" in model.facts.threshold_from
        assert not any(above())
    finally:
        one_class.assist.configure(threshold=before.threshold, goal=before.goal)
    boxes = jl.load_model(squares.assist.export_model(tmp_path / "b.onnx"))
    assert isinstance(boxes.threshold, float)
    assert 0 < boxes.threshold <= 1


def test_a_retired_class_is_recognized_and_not_returned(one_class: Project, tmp_path: Path) -> None:
    path = one_class.assist.export_model(tmp_path / "m.onnx")
    model = jl.load_model(path)
    images = list(uris(one_class).values())[:20]
    before = [one for (one,) in model.predict(images)]
    classes = [{**vars(one), "offered": one.path != "rot"} for one in model.facts.classes]
    change_facts(path, lambda facts: facts | {"classes": classes})
    for one, was in zip(jl.load_model(path).predict(images), before, strict=True):
        gone = was["label"] == "rot"
        assert one == [was | {"label": None, "above": False}] if gone else [was]


def test_a_large_picture_and_a_small_one_of_boxes(squares: Project, tmp_path: Path) -> None:
    onnx = squares.assist.export_model(tmp_path / "b.onnx")
    script = squares.assist.export_model(tmp_path / "b.pt", format="torchscript")
    first = next(iter(uris(squares).values()))
    for factor in (5, 0.5):
        path = tmp_path / f"{factor}.png"
        with Image.open(first) as image:
            image.resize((round(160 * factor), round(120 * factor))).save(path)
        found, twin = jl.load_model(onnx).predict(path), jl.load_model(script).predict(path)
        assert [one["label"] for one in found] == [one["label"] for one in twin]
        for one, other in zip(found, twin, strict=True):
            assert one["confidence"] == pytest.approx(other["confidence"], abs=NEAR)
            assert one["box"] == pytest.approx(other["box"], abs=0.11)
            assert 0 <= one["box"][0] < one["box"][2] <= 160 * factor
        (lines,) = bare(onnx, "boxes", [str(path)])
        assert [kind for *_, kind in lines] == [one["label"] for one in found]


# A network that was trained on


def test_a_fine_tuned_network_goes_along(weights: str, tmp_path: Path) -> None:
    photos = make_photos(tmp_path / "photos", 48, kinds=2)
    with jl.Workspace(tmp_path / "labels") as opened:
        project = opened.create_project("tuned", task="multi-class", images=photos, labels=["red", "blue"])
        project.assist.configure(backbone=weights, device="cpu", fine_tune=True, threshold=0.6)
        network = open_backbone(weights, device="cpu")
        assert isinstance(network, Network)
        state = {
            key: value * 1.1 if key.endswith("_project_conv.weight") else value for key, value in network.state.items()
        }
        folder = made_folder(project.store, project.id)
        save_network(state, {"architecture": "lite0", "size": network.size}, folder / NETWORK)
        write_about(folder, weights, Finetuned(labels=0, seen=frozenset()))
        label(project, 2, unsure)
        work_once(project)
        path = project.assist.export_model(tmp_path / "tuned.onnx")
        compare(project, jl.load_model(path).predict)
        (folder / NETWORK).unlink()
        with pytest.raises(AssistError, match="another network"):
            project.assist.export_model(path)


# What goes wrong


def test_what_cannot_be_exported_says_why(one_class: Project, squares: Project, weights: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'onnx' or 'torchscript'"):
        one_class.assist.export_model(tmp_path / "m", format="pickle")
    with pytest.raises(ExportError, match="folder"):
        one_class.assist.export_model(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError):
        one_class.assist.export_model(tmp_path / "file" / "m.onnx")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file"], "nothing is left behind"
    for project, other in ((one_class, "lite2"), (squares, weights)):
        backbone = project.assist.settings.backbone
        try:
            project.assist.configure(backbone=other)
            with pytest.raises(AssistError, match="another network"):
                project.assist.export_model(tmp_path / "m.onnx")
        finally:
            project.assist.configure(backbone=backbone)


def test_a_model_on_another_machine_is_not_called_none(one_class: Project, squares: Project, tmp_path: Path) -> None:
    for project, name in ((one_class, FILE), (squares, detectors.FILE)):
        path = project_folder(project.store, project.id) / name
        away = path.rename(tmp_path / name)
        try:
            with pytest.raises(AssistError, match="not on this machine"):
                project.assist.export_model(tmp_path / "m.onnx")
        finally:
            away.rename(path)


def test_a_network_without_a_form_in_onnx_is_named(
    one_class: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr("torch.onnx.export", fail)
    with pytest.raises(AssistError, match="format='torchscript'"):
        one_class.assist.export_model(tmp_path / "m.onnx")


@pytest.mark.parametrize("task", ["multi-class", "multi-label", "boxes"])
def test_nothing_is_trained_yet(workspace: jl.Workspace, weights: str, tmp_path: Path, task: str) -> None:
    photos = make_squares(tmp_path / "photos", 3)
    project = workspace.create_project(f"new {task}", task=task, images=photos, labels=["a", "b"])
    project.assist.configure(backbone="auto" if task == "boxes" else weights, device="cpu")
    with pytest.raises(AssistError, match=r"p\.assist\.train\(wait=True\)"):
        project.assist.export_model(tmp_path / "m.onnx")


def test_polygons_have_no_export_so_far(workspace: jl.Workspace, tmp_path: Path) -> None:
    photos = make_squares(tmp_path / "photos", 3)
    project = workspace.create_project("outlines", task="polygons", images=photos, labels=["a"])
    with pytest.raises(InputError):
        project.assist.export_model(tmp_path / "m.onnx")


def test_what_was_trained_is_damaged(one_class: Project, squares: Project, tmp_path: Path) -> None:
    for project, name in ((one_class, FILE), (squares, detectors.FILE)):
        path = project_folder(project.store, project.id) / name
        whole = path.read_bytes()
        try:
            path.write_bytes(whole[: len(whole) // 2])
            with pytest.raises(CheckpointError):
                project.assist.export_model(tmp_path / "m.onnx")
        finally:
            path.write_bytes(whole)
    (folder,) = (project_folder(one_class.store, one_class.id) / FOLDER).glob("*")
    vectors = folder / "vectors.f16"
    whole = vectors.read_bytes()
    try:
        vectors.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
        with pytest.raises(CheckpointError, match="Train it again"):
            one_class.assist.export_model(tmp_path / "m.onnx")
    finally:
        vectors.write_bytes(whole)


def test_foreign_and_damaged_files_are_refused(one_class: Project, tmp_path: Path) -> None:
    import onnx
    import torch

    odd = tmp_path / "odd"
    with pytest.raises(CheckpointError, match="no model at"):
        jl.load_model(odd)
    with pytest.raises(CheckpointError, match="no model at"):
        jl.load_model(tmp_path)
    for format_ in FORMATS:
        whole = one_class.assist.export_model(tmp_path / "m", format=format_).read_bytes()
        for part in (whole[:20], whole[:5000], whole[: len(whole) // 2], whole[:-200]):
            odd.write_bytes(part)
            with pytest.raises(CheckpointError):
                jl.load_model(odd)
    for content in (b"", b"\n", b"PK", b"{}", b"just a text", bytes(range(256)) * 20):
        odd.write_bytes(content)
        with pytest.raises(CheckpointError):
            jl.load_model(odd)
    torch.save({"a": torch.zeros(2)}, odd)
    with pytest.raises(CheckpointError, match="did not export"):
        jl.load_model(odd)
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    shape = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in "xy"]
    graph = onnx.helper.make_graph([node], "g", shape[:1], shape[1:])
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    odd.write_bytes(made.SerializeToString())
    with pytest.raises(CheckpointError, match="did not export"):
        jl.load_model(odd)


def change_facts(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Writes other facts into an ONNX file."""
    import onnx

    model = onnx.load(path)
    (entry,) = model.metadata_props
    made = change(json.loads(entry.value))
    entry.value = made if isinstance(made, str) else json.dumps(made)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda facts: facts | {"jlabel_model": 99}, "version 99"),
        (lambda facts: facts | {"task": "cuboids"}, "cuboids"),
        (lambda facts: facts | {"outputs": ["a", "b"]}, "damaged"),
        (lambda facts: facts | {"input": {"width": "x"}}, "damaged"),
        (lambda facts: facts | {"classes": [{"id": 1}]}, "damaged"),
        (lambda facts: {key: value for key, value in facts.items() if key != "rules"}, "damaged"),
        (lambda _: [], "damaged"),
        (lambda _: "no json", "damaged"),
    ],
)
def test_odd_facts_are_refused(
    one_class: Project, tmp_path: Path, change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    path = one_class.assist.export_model(tmp_path / "m.onnx")
    change_facts(path, change)
    with pytest.raises(CheckpointError, match=said):
        jl.load_model(path)


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_a_missing_package_is_named_with_its_extra(
    one_class: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    path = one_class.assist.export_model(tmp_path / "m.onnx")
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=r"jlabel\[onnx\]"):
        one_class.assist.export_model(path) if missing == "onnx" else jl.load_model(path)
