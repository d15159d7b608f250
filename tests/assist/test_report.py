"""The report, from a store that was driven as people and the worker drive it."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jlabel.assist.classification.linear_head import Head
from jlabel.assist.classification.outputs import EXCLUSIVE
from jlabel.assist.classification.train import HeldOut, Trained
from jlabel.assist.classification.validation import validate
from jlabel.assist.report import plots
from jlabel.assist.report.html import lines
from jlabel.assist.report.outcomes import shape_tallies
from jlabel.assist.report.summary import NO_OBJECTS, Report, report
from jlabel.errors import NotFound
from jlabel.model.answer import Annotation, Answer
from jlabel.model.assist_outcomes import ShapeCount
from jlabel.model.label_class import make_classes
from jlabel.model.page import Page, Queue
from jlabel.model.run import AnnotationScore, Prediction, RunKind
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType
from jlabel.store import Store, open_store, read_records

EVIL = "<b>cat</b> & $x_1$ $"
PLAIN = "dog"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "labels", clock=Clock()) as opened:
        yield opened


def make(store: Store, number: int = 60, task: TaskType = TaskType.MULTI_CLASS) -> int:
    files = [ListedFile(path=f"{n:03}.png", size=1, stamp="1") for n in range(number)]
    source = Source(root="/photos", pattern="**")
    name = "<i>pets</i>"
    return store.create_project(name=name, task=task, classes=make_classes([EVIL, PLAIN]), sources=[(source, files)]).id


def said(class_id: int) -> Answer:
    return Answer(annotations=(Annotation(class_id=class_id),))


def validated(
    store: Store, project: int, *, labels: int = 300, target: float = 0.95, threshold: float | None = None
) -> int:
    """A validation run as the worker records one, of a model that is right when it is sure."""
    rng = np.random.default_rng(0)
    p = 1 - 0.5 * np.linspace(1, 0, labels) ** 4
    truth = rng.random(labels) < p
    held = HeldOut(
        index=np.arange(labels),
        probabilities=np.stack([p, 1 - p], axis=1),
        targets=np.stack([truth, ~truth], axis=1).astype(float),
    )
    head = Head(
        class_ids=(1, 2),
        weight=np.zeros((2, 2), np.float32),
        bias=np.zeros(2, np.float32),
        temperature=1.0,
        outputs=EXCLUSIVE,
        backbone="b",
    )
    trained = Trained(head=head, held=held, every=held, strength=5.0, surprise=0.1)
    waiting = EXCLUSIVE.decide(np.stack([np.linspace(0.4, 1, 500), np.linspace(0.6, 0, 500)], axis=1), (1, 2))
    found = replace(
        validate(trained, waiting, waiting.only(np.zeros(500, bool))).metrics,
        target=target,
        labels=labels,
        threshold=threshold,
    )
    run = store.start_run(project, RunKind.VALIDATION, reason="12 new labels").id
    store.finish_run(run, metrics=found.to_json(), adopted=True)
    return run


def published(store: Store, project: int, above: dict[int, int], *, blind: float = 0.0) -> int:
    run = store.start_run(project, RunKind.INFERENCE, reason="12 new labels").id
    made = (
        Prediction(item=i, answer=said(c), confidence=0.97, scores=(AnnotationScore(confidence=0.97),), above=True)
        for i, c in above.items()
    )
    store.write_predictions(run, made)
    store.finish_run(run)
    store.publish(run, random_share=0.0, blind_share=blind)
    return run


def ids(store: Store, project: int) -> list[int]:
    return [record.item for record in read_records(store, project)]


def taken(store: Store, session: int) -> Page:
    page = store.claim(session, 6)
    assert page is not None
    return page


def judged(store: Store, blind: float = 0.0) -> tuple[int, int, int]:
    """Two pages of pre-labels, one by one: four stand, one is corrected, one skipped; then all six corrected."""
    project = make(store)
    validated(store, project)
    items = ids(store, project)
    run = published(store, project, dict.fromkeys(items[:6], 1) | dict.fromkeys(items[6:12], 2), blind=blind)
    session = store.open_session(project, "me")
    page = taken(store, session)
    mine = [task.item for task in page.tasks]
    first = 1 if set(mine) == set(items[:6]) else 2
    answers = dict.fromkeys(mine, said(first)) | {mine[0]: said(3 - first), mine[1]: Answer(skipped="blurred")}
    store.submit(session, page.token, answers, seconds=6)
    page = taken(store, session)
    store.submit(session, page.token, {task.item: said(first) for task in page.tasks}, seconds=12)
    return project, run, first


def test_a_project_without_assist_has_an_empty_report(store: Store) -> None:
    project = make(store)
    found = report(store, project)
    assert (found.tallies, found.pace, found.validations, found.curve) == ((), (), (), ())
    assert (found.target, found.total.items, found.validation) == (0.95, 0, None)
    assert lines(found)[0].startswith("Nothing has been validated yet")
    assert list(found.to_frame().columns[:3]) == ["run", "class", "promised"]
    assert "No pre-label has been judged yet" in found._repr_html_()
    with pytest.raises(NotFound):
        report(store, 99)


def test_pre_labels_are_counted_by_run_and_class(store: Store) -> None:
    project, run, first = judged(store)
    found = report(store, project)
    name = {1: EVIL, 2: PLAIN}
    one, two = (next(t for t in found.tallies if t.class_name == name[c]) for c in (first, 3 - first))
    assert (one.run, one.accepted, one.edited, one.rejected, one.promised) == (run, 4, 1, 1, 0.95)
    assert (two.run, two.accepted, two.edited, two.rejected, two.promised) == (run, 0, 6, 0, 0.95)
    assert str(found.total.shown).startswith("33.3% (")
    assert found.total.sway is None
    assert [t.items for t in found.by_run] == [12]
    assert {t.class_name: t.items for t in found.by_class} == {EVIL: 6, PLAIN: 6}
    frame: Any = found.to_frame().set_index("class")
    assert frame.loc[name[first], ["shown", "accepted", "edited", "rejected"]].tolist() == [6, 4, 1, 1]
    assert frame.loc[name[first], "precision"] == pytest.approx(4 / 6)
    assert frame.loc[name[first], "low"] < 4 / 6 < frame.loc[name[first], "high"]


def test_a_submission_taken_back_does_not_count(store: Store) -> None:
    project, _, _ = judged(store)
    session = store.open_session(project, "you")
    before = report(store, project).total.items
    extra = ids(store, project)[12:18]
    published(store, project, dict.fromkeys(extra, 1))
    page = taken(store, session)
    store.submit(session, page.token, {task.item: said(1) for task in page.tasks}, seconds=1)
    assert report(store, project).total.items == before + 6
    store.undo_submission(session)
    assert report(store, project).total.items == before


def test_withheld_pre_labels_measure_the_sway(store: Store) -> None:
    project, _, _ = judged(store)
    items = ids(store, project)[12:18]
    published(store, project, dict.fromkeys(items, 2), blind=1.0)
    session = store.open_session(project, "you")
    page = taken(store, session)
    store.submit(session, page.token, {t.item: said(2 if n else 1) for n, t in enumerate(page.tasks)}, seconds=24)
    both = report(store, project).total
    assert (both.blind.right, both.blind.n, both.shown.n) == (5, 6, 12)
    assert both.sway == pytest.approx(4 / 12 - 5 / 6)
    assert any("-50.0 points" in line for line in lines(report(store, project)))


def test_time_is_by_queue(store: Store) -> None:
    project, _, _ = judged(store)
    session = store.open_session(project, "you")
    page = taken(store, session)
    assert page.queue is Queue.MANUAL
    store.submit(session, page.token, {task.item: said(1) for task in page.tasks}, seconds=18)
    found = report(store, project)
    assert {one.queue: one.items for one in found.pace} == {Queue.MANUAL: 6, Queue.PRELABELED: 12}
    assert found.seconds == {Queue.MANUAL: pytest.approx(3.0), Queue.PRELABELED: pytest.approx(1.5)}
    assert "2.0 times as fast" in " ".join(lines(found))


def test_the_promise_is_that_of_the_validation_before_the_run(store: Store) -> None:
    project, run, _ = judged(store)
    validated(store, project, target=0.8)
    later = published(store, project, dict.fromkeys(ids(store, project)[12:18], 1))
    session = store.open_session(project, "you")
    page = taken(store, session)
    store.submit(session, page.token, {task.item: said(1) for task in page.tasks}, seconds=1)
    found = report(store, project)
    assert {one.run: one.promised for one in found.tallies} == {run: 0.95, later: 0.8}
    assert found.total.promised is None
    assert "promised: several" in " ".join(lines(found))


def test_the_curve_and_the_threshold_are_the_newest_validations(store: Store) -> None:
    project = make(store)
    validated(store, project, labels=40)
    early = report(store, project)
    assert early.validation is not None
    assert early.validation.threshold is None
    validated(store, project, threshold=0.9)
    found = report(store, project)
    assert [one.labels for one in found.validations] == [40, 300]
    newest = found.validation
    assert newest is not None
    assert newest.threshold == 0.9
    assert [point.threshold for point in found.curve] == sorted((p.threshold for p in found.curve), reverse=True)
    assert newest.accuracy is not None
    at = min(found.curve, key=lambda point: abs(point.threshold - 0.9))
    assert at.bound < at.precision


def test_no_objects_has_a_name(store: Store) -> None:
    project = make(store, task=TaskType.MULTI_LABEL)
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    items = ids(store, project)[:6]
    store.write_predictions(
        run, (Prediction(item=i, answer=Answer(empty=True), confidence=0.9, above=True) for i in items)
    )
    store.finish_run(run)
    store.publish(run, random_share=0.0, blind_share=0.0)
    session = store.open_session(project, "me")
    page = taken(store, session)
    store.submit(session, page.token, {task.item: Answer(empty=True) for task in page.tasks}, seconds=1)
    assert [(one.class_name, one.accepted) for one in report(store, project).tallies] == [(NO_OBJECTS, 6)]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- the parser's signature
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_names_are_escaped(store: Store) -> None:
    project, _, _ = judged(store)
    page = Tags()
    page.feed(report(store, project)._repr_html_())
    assert EVIL in page.text
    assert "<i>pets</i>" in page.text
    assert not page.tags & {"b", "i", "script"}


def test_plots_show_the_reports_figures(store: Store, tmp_path: Path) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    project, _, _ = judged(store)
    validated(store, project)
    found = report(store, project)
    figure = found.plot()
    axes: list[Any] = figure.axes
    curve, precision, outcomes, pace = axes
    assert [ax.get_title() for ax in axes] == [
        "What a threshold would give", "Promised and measured", "What became of pre-labels", "Time of a person"
    ]  # fmt: skip
    assert curve.lines[0].get_xdata().tolist() == pytest.approx([100 * point.coverage for point in found.curve])
    assert curve.lines[0].get_ydata().tolist() == pytest.approx([100 * point.precision for point in found.curve])
    assert precision.lines[0].get_ydata() == pytest.approx([95, 95])
    assert [bar.get_width() for bar in outcomes.patches] == [
        getattr(one, name) for name in ("accepted", "edited", "rejected") for one in found.by_class
    ]
    assert [bar.get_height() for bar in pace.patches] == [pytest.approx(1.5)]
    figure.savefig(tmp_path / "report.png")
    assert pyplot.get_fignums() == []  # a notebook would show it twice


def test_plots_take_axes_and_need_no_data(store: Store, tmp_path: Path) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    empty: Report = report(store, make(store))
    empty.plot().savefig(tmp_path / "empty.png")
    figure, axes = pyplot.subplots(1, 2)
    assert plots.pace(empty, axes[1]) is figure
    assert axes[1].get_title() == "Time of a person"
    pyplot.close(figure)
    alone = plots.curve(empty)
    assert len(alone.axes) == 1


def test_shapes_are_told_by_class_over_all_runs() -> None:
    counts = [
        ShapeCount(run=1, class_id=1, accepted=3, moved=2, ious=(0.5, 0.7)),
        ShapeCount(run=2, class_id=1, accepted=1, moved=1, rejected=1, ious=(0.9,)),
        ShapeCount(run=2, class_id=2, reclassed=1, added=4),
    ]
    cat, dog = shape_tallies(counts, {1: EVIL, 2: PLAIN})
    assert (cat.proposed, cat.accepted, cat.moved, cat.median_iou, cat.rejected) == (8, 4, 3, 0.7, 1)
    assert (dog.class_name, dog.proposed, dog.reclassed, dog.added, dog.median_iou) == (PLAIN, 1, 1, 4, None)
    shown = Report(project="p", target=0.9, tallies=(), pace=(), validations=(), curve=(), shapes=(cat, dog))
    page = shown._repr_html_()
    assert "<h4>Shapes</h4>" in page
    assert "<b>" not in page
    assert "<td>8</td><td>4</td><td>3</td><td>0.70</td><td>0</td><td>1</td><td>0</td>" in page
    frame = shown.shapes_to_frame()
    assert list(frame["added"]) == [0, 4]
    assert list(frame.columns)[:2] == ["class", "proposed"]
