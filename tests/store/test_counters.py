import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jlabel.model.project import Counts
from jlabel.store import Store, read_records
from jlabel.store.sql.engine import Database
from tests.store.conftest import Clock, check_counters
from tests.store.helpers import SKIP, answer, answers, claimed, expected, files, items, make_project


def test_the_revision_grows_on_each_write_and_on_no_read(store: Store) -> None:
    project = make_project(store, 30).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    done = store.submit(session, page.token, answers(page), seconds=1)
    source = store.sources(project)[0][0]
    writes = [
        lambda: store.open_session(project, "you"),
        lambda: store.claim(session, 4),
        lambda: store.repage(session, 6),
        lambda: store.save_draft(session, 1, answer()),
        lambda: store.clear_draft(session, 1),
        lambda: store.release(session, store.pages(session)[0].token),
        lambda: store.amend(
            session,
            done.id,
            answers(page, 2),
            expected=expected(store.open_submission(session, done.id)),
            seconds=1,
        ),
        lambda: store.undo_submission(session),
        lambda: store.undo_submission(session),
        lambda: store.mark_unreadable(items(*store.pages(session))[0], "x"),
        lambda: store.set_sizes({1: (3, 4)}),
        lambda: store.set_stamps({1: "2"}),
        lambda: store.reconcile(project, source, files(31)),
        lambda: store.add_classes(project, ["new"]),
        lambda: store.change_class(project, 3, path="newer"),
        lambda: store.retire_class(project, 3),
        lambda: store.set_paused(project, True),
        lambda: store.set_instructions(project, "x"),
        lambda: store.end_session(session),
        lambda: store.adopt(store.open_session(project, "me")),
    ]
    for number, write in enumerate(writes):
        before = store.revision(project)
        write()
        assert store.revision(project) > before, number
    other = make_project(store, 3, name="other")
    before = store.revision(project)
    store.open_session(other.id, "me")
    reads = [
        store.projects,
        lambda: store.counts(project),
        lambda: list(read_records(store, project)),
        lambda: store.pages(session),
        lambda: store.submissions(project, "me"),
        lambda: store.labelers(project),
        lambda: store.history(1),
        lambda: store.renew(session),
        lambda: store.clear_draft(session, 31),
    ]
    for number, read in enumerate(reads):
        read()
        assert store.revision(project) == before, number


def test_reading_counts_reads_only_the_shards(store: Store) -> None:
    made = make_project(store, 30)
    assert store.counts(made.id) == Counts(waiting=30)
    assert store.counts(made.id).total == 30
    assert store.counts(made.id + 1) == Counts()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_counters_are_right_after_any_work(store: Store, database: Database, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    project = make_project(store, 40, name=f"p{len(store.projects())}").id
    ((source, _),) = store.sources(project)
    sessions = [store.open_session(project, name) for name in ("a", "b")]
    for _ in range(25):
        who = chance.choice(sessions)
        pages = store.pages(who)
        match chance.randrange(9):
            case 0 | 1:
                store.claim(who, chance.choice([1, 4, 9]))
            case 2 | 3 if pages:
                page = chance.choice(pages)
                said = {n: chance.choice([answer(1), answer(2), SKIP]) for n in items(page)}
                store.renew(who)
                if page in store.pages(who):
                    store.submit(who, page.token, said, seconds=1)
            case 4:
                store.undo_submission(who)
            case 5:
                clock.now += chance.choice([10, 700])
            case 6 if pages:
                if chance.random() < 0.5:
                    store.release(who, pages[0].token)
                else:
                    store.repage(who, 4)
            case 7:
                store.mark_unreadable(chance.choice([r.item for r in read_records(store, project)]), "x")
            case 8:
                start = chance.randrange(40)
                store.reconcile(project, source, files(30, start=start, stamp=chance.choice("12")))
        check_counters(database)
