"""Runs, predictions, queues filled by a model, and what became of suggestions."""

import pytest
import sqlalchemy as sa

from jlabel.errors import InputError, NotFound
from jlabel.model.answer import Answer
from jlabel.model.assist_outcomes import AssistOutcomes
from jlabel.model.page import Queue
from jlabel.model.project import QueueCounts
from jlabel.model.record import Origin
from jlabel.model.run import AnnotationScore, Outcome, Prediction, RunKind, RunState
from jlabel.model.source import ListedFile
from jlabel.store import Store, read_records, read_training_labels
from jlabel.store.sql.engine import Database
from jlabel.store.sql.schema import item
from tests.store.helpers import SKIP, answer, answers, claimed, items, make_project

SURE = (AnnotationScore(confidence=0.9),)


def counted(outcomes: AssistOutcomes) -> dict[tuple[int, int, Outcome], int]:
    return {(count.run, count.class_id, count.outcome): count.number for count in outcomes.numbers}


def numbers(store: Store, project: int) -> list[int]:
    return [record.item for record in read_records(store, project)]


def published(store: Store, project: int, above: dict[int, int], *, blind: float = 0.0, random: float = 0.0) -> int:
    """Publish a run that is sure of ``above`` (class by item) and unsure of the rest."""
    run = store.start_run(project, RunKind.INFERENCE, reason="12 new labels").id
    store.write_predictions(
        run,
        (
            Prediction(item=i, answer=answer(above.get(i, 1)), confidence=0.9, scores=SURE, above=i in above)
            for i in numbers(store, project)
        ),
    )
    store.finish_run(run, adopted=True)
    store.publish(run, random_share=random, blind_share=blind)
    return run


def test_a_run_is_followed_and_ends_once(store: Store) -> None:
    project = make_project(store, 3).id
    asked = store.start_run(project, RunKind.TRAINING, reason="asked for", queued=True)
    assert asked.state is RunState.QUEUED
    under_way = store.update_run(asked.id, done=3, total=9, device="cpu", metrics={"loss": 0.5})
    assert (under_way.state, under_way.progress, under_way.device) == (RunState.RUNNING, (3, 9), "cpu")
    before = store.revision(project)
    assert store.cancel_run(asked.id).state is RunState.CANCELLED
    assert store.revision(project) > before
    assert store.finish_run(asked.id, metrics={"loss": 0.1}) == store.run(asked.id)
    assert (store.run(asked.id).state, store.run(asked.id).metrics) == (RunState.CANCELLED, {"loss": 0.5})
    failed = store.fail_run(store.start_run(project, RunKind.FINE_TUNING, reason="").id, "Killed")
    assert (failed.last_words, failed.ended_at is not None) == ("Killed", True)
    assert [run.id for run in store.runs(project)] == [failed.id, asked.id]
    with pytest.raises(InputError, match="cancelled and cannot be published"):
        store.publish(asked.id)
    with pytest.raises(NotFound, match="No run has the id 99"):
        store.update_run(99)


def test_runs_are_looked_up_by_what_they_are(store: Store) -> None:
    project, other = make_project(store, 3).id, make_project(store, 3, name="other").id
    store.start_run(other, RunKind.TRAINING, reason="")
    first = store.start_run(project, RunKind.FEATURIZATION, reason="")
    trainings = [store.start_run(project, RunKind.TRAINING, reason="").id for _ in range(5)]
    for run in trainings[:4]:
        store.finish_run(run)
    assert [run.id for run in store.runs(project, kind=RunKind.TRAINING, limit=2)] == trainings[:2:-1]
    assert [run.id for run in store.runs(project, kind=RunKind.TRAINING, state=RunState.DONE, limit=2)] == [
        *trainings[3:1:-1]
    ]
    assert [run.id for run in store.runs(project, kind=RunKind.TRAINING, before=trainings[1])] == trainings[:1]
    assert [run.id for run in store.runs(project, kind=RunKind.FEATURIZATION)] == [first.id]
    assert [run.id for run in store.latest_runs(project)] == [trainings[4], trainings[3], first.id]


def test_published_items_are_served_by_class_with_their_suggestions(store: Store) -> None:
    project = make_project(store, 30).id
    ids = numbers(store, project)
    above = {i: 1 + (n % 2) for n, i in enumerate(ids[:12])}
    run = published(store, project, above)
    assert store.queue_counts(project) == QueueCounts(manual=18, prelabeled=12)
    session = store.open_session(project, "me")
    first = claimed(store.claim(session, 9))
    assert first.queue is Queue.PRELABELED
    assert {task.item for task in first.tasks} == {i for i, c in above.items() if c == 1}
    assert {
        (t.suggestion.run, t.suggestion.class_ids, t.suggestion.confidence) for t in first.tasks if t.suggestion
    } == {(run, (1,), 0.9)}
    assert store.suggestions(session) == {task.item: task.suggestion for task in first.tasks}
    said = {**answers(first), first.tasks[0].item: answer(2), first.tasks[1].item: SKIP}
    store.submit(session, first.token, said, seconds=60)
    found = {record.item: (record.origin, record.run) for record in read_records(store, project, items=items(first))}
    assert found[first.tasks[0].item] == (Origin.EDITED, run)
    assert found[first.tasks[1].item] == (Origin.HUMAN, run)
    assert found[first.tasks[2].item] == (Origin.ACCEPTED, run)
    outcomes = store.assist_outcomes(project)
    assert counted(outcomes) == {
        (run, 1, Outcome.ACCEPTED): 4, (run, 1, Outcome.EDITED): 1, (run, 1, Outcome.REJECTED): 1
    }  # fmt: skip
    assert (outcomes.items, outcomes.seconds) == ({Queue.PRELABELED: 6}, {Queue.PRELABELED: pytest.approx(10)})
    page = store.undo_submission(session)
    assert page is not None
    assert {t.suggestion.run for t in page.tasks if t.suggestion} == {run}
    assert counted(store.assist_outcomes(project)) == {}


def test_blind_suggestions_are_recorded_and_not_shown(store: Store) -> None:
    project = make_project(store, 10).id
    run = published(store, project, dict.fromkeys(numbers(store, project), 1), blind=1.0)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    assert all(t.suggestion and t.suggestion.blind and not t.suggestion.class_ids for t in page.tasks)
    store.submit(session, page.token, {**answers(page), page.tasks[0].item: answer(2)}, seconds=9)
    assert {record.origin for record in read_records(store, project, items=items(page))} == {Origin.HUMAN}
    assert counted(store.assist_outcomes(project)) == {
        (run, 1, Outcome.BLIND_SAME): 8, (run, 1, Outcome.BLIND_OTHER): 1
    }  # fmt: skip
    assert all(label.blind and label.run == run and not label.random for label in read_training_labels(store, project))


def test_a_later_run_reaches_open_pages_but_not_what_was_begun_or_left_to_chance(store: Store) -> None:
    project = make_project(store, 30).id
    ids = numbers(store, project)
    session = store.open_session(project, "me")
    by_chance = claimed(store.claim(session, 4))
    store.arrange(project, random_share=0.0)  # the rest is chosen from now on
    page = claimed(store.claim(session, 4, queue=Queue.MANUAL))
    store.save_draft(session, page.tasks[0].item, Answer())
    before = store.revision(project)
    run = published(store, project, dict.fromkeys(ids, 2))
    assert store.revision(project) > before
    assert set(store.suggestions(session)) == {task.item for task in page.tasks[1:]}
    store.release(session, claimed(store.claim(session, 4, queue=Queue.PRELABELED)).token)
    later = published(store, project, dict.fromkeys(ids, 1))
    assert {(made.run, made.class_ids) for made in store.suggestions(session).values()} == {(run, (2,))}  # it stays
    fresh = claimed(store.claim(session, 4, queue=Queue.PRELABELED))
    assert {t.suggestion.run for t in fresh.tasks if t.suggestion} == {later}
    assert all(task.suggestion is None for p in store.pages(session)[:1] for task in p.tasks)
    store.submit(session, by_chance.token, answers(by_chance), seconds=1)
    store.submit(session, page.token, answers(page), seconds=1)
    assert {label.item for label in read_training_labels(store, project) if label.random} == set(items(by_chance))


def test_what_arrived_too_late_to_be_seen_has_no_part_in_the_label(store: Store) -> None:
    project = make_project(store, 6).id
    store.arrange(project, random_share=0.0)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 4))
    run = published(store, project, dict.fromkeys(numbers(store, project), 1))
    seen = items(page)[:2]
    store.submit(session, page.token, answers(page), seconds=4, shown=seen)
    found = {record.item: (record.origin, record.run) for record in read_records(store, project, items=items(page))}
    assert found == {i: (Origin.ACCEPTED, run) if i in seen else (Origin.HUMAN, None) for i in items(page)}
    assert counted(store.assist_outcomes(project)) == {(run, 1, Outcome.ACCEPTED): 2}


def test_items_that_come_after_a_publication_are_random_within_the_share_only(store: Store) -> None:
    project = make_project(store, 10).id
    published(store, project, {}, random=0.3)
    (source, _), *_ = store.sources(project)
    files = [ListedFile(path=f"new/{n}.jpg", size=1, stamp="1") for n in range(300)]
    assert store.add_items(project, source, files) == 300
    session = store.open_session(project, "me")
    pages = [claimed(store.claim(session, 100)) for _ in range(3)]
    for page in pages:
        store.submit(session, page.token, answers(page), seconds=1)
    random = sum(label.random for label in read_training_labels(store, project))
    assert 0 < random < 150


def test_clusters_priorities_and_chance_share_the_queue(store: Store, database: Database) -> None:
    project = make_project(store, 200).id
    ids = numbers(store, project)
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    counts = store.publish(
        run, clusters=dict.fromkeys(ids[:50], 3), priorities={i: -float(i) for i in ids}, random_share=0.5
    )
    assert 5 < counts.clustered < 45
    assert counts.manual == 200 - counts.clustered
    session = store.open_session(project, "me")
    assert claimed(store.claim(session, 9, queue=Queue.CLUSTERED)).queue is Queue.CLUSTERED
    store.publish(run, clusters={}, priorities={i: -float(i) for i in ids}, random_share=0.0)
    assert store.queue_counts(project).clustered == 0
    page = claimed(store.claim(session, 9))
    assert items(page) == sorted(items(page), reverse=True)
    store.arrange(project, random_share=1.0)
    page = claimed(store.claim(session, 9))
    with database.snapshot() as transaction:
        assert set(transaction.conn.scalars(sa.select(item.c.priority).where(item.c.id.in_(items(page))))) == {None}


def test_nothing_above_the_threshold_empties_the_pre_labeled_queue(store: Store) -> None:
    project = make_project(store, 20).id
    published(store, project, dict.fromkeys(numbers(store, project), 1))
    assert store.queue_counts(project).prelabeled == 20
    published(store, project, {})
    assert store.queue_counts(project) == QueueCounts(manual=20)


def test_predictions_of_strangers_are_refused(store: Store) -> None:
    project = make_project(store, 3).id
    run = store.start_run(project, RunKind.INFERENCE, reason="").id
    with pytest.raises(NotFound, match="no item with the id 77"):
        store.write_predictions(run, [Prediction(item=77, answer=answer(), confidence=1.0)])
    twice = Prediction(item=numbers(store, project)[0], answer=answer(), confidence=1.0)
    with pytest.raises(InputError, match="two things about one item"):
        store.write_predictions(run, [twice, twice])
