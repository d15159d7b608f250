import pytest
import sqlalchemy as sa

from jlabel.errors import InputError, NotFound, ProjectPaused
from jlabel.model.page import Queue
from jlabel.store import Store, read_records
from jlabel.store.sql.engine import Database
from jlabel.store.sql.schema import SERVABLE, counter, item
from tests.store.conftest import Clock
from tests.store.helpers import SKIP, answer, answers, claimed, items, make_project


def test_pages_never_overlap_and_end(store: Store) -> None:
    project = make_project(store, 20).id
    sessions = [store.open_session(project, name) for name in ("me", "you", "me")]
    pages = [store.claim(sessions[i % 3], 9) for i in range(4)]
    assert [len(items(page)) for page in pages] == [9, 9, 2, 0]
    assert len(set(items(*pages))) == 20
    assert pages[3] is None
    assert store.counts(project).waiting == 0
    assert store.counts(project).remaining == 20


def test_a_page_carries_its_tasks(store: Store) -> None:
    project = make_project(store, 1).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    (task,) = page.tasks
    assert (page.labeler, page.queue, page.submission, len(page.token)) == ("me", Queue.MANUAL, None, 32)
    assert (task.name, task.uri, task.stamp, task.label) == ("000000.png", "/photos/000000.png", "1", None)
    assert not task.answer.given
    assert store.pages(session) == [page]


def test_bad_claims(store: Store) -> None:
    project = make_project(store, 9).id
    session = store.open_session(project, "me")
    for size in (0, -1, 101):
        with pytest.raises(InputError):
            store.claim(session, size)
    store.set_paused(project, True)
    with pytest.raises(ProjectPaused, match="masks"):
        store.claim(session, 9)
    store.set_paused(project, False)
    store.end_session(session)
    with pytest.raises(NotFound, match="ended"):
        store.claim(session, 9)
    with pytest.raises(NotFound):
        store.claim(10**9, 9)
    with pytest.raises(InputError):
        store.open_session(project, " ")


def test_a_lapsed_lease_is_served_to_another_with_no_draft_of_the_first(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    page = claimed(store.claim(mine, 9))
    store.save_draft(mine, page.tasks[0].item, answer())
    clock.now += 599
    assert store.claim(yours, 9) is None
    clock.now += 2
    taken = claimed(store.claim(yours, 9))
    assert set(items(taken)) == set(items(page))
    assert not any(task.answer.given for task in taken.tasks)
    assert store.renew(mine) == tuple(items(page))
    assert store.pages(mine) == []


def test_drafts_outlive_the_lease(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    mine = store.open_session(project, "me")
    page = claimed(store.claim(mine, 9))
    assert store.save_draft(mine, page.tasks[2].item, answer(2)) == 1
    assert store.save_draft(mine, page.tasks[2].item, SKIP) == 2
    clock.now += 601
    again = claimed(store.claim(store.open_session(project, "me"), 9))
    assert {task.item: task.answer for task in again.tasks if task.answer.given} == {page.tasks[2].item: SKIP}


def test_renewing_keeps_a_page_and_regains_a_free_one(store: Store, clock: Clock) -> None:
    project = make_project(store, 12).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    page = claimed(store.claim(mine, 9))
    clock.now += 500
    assert store.renew(mine, seconds={page.token: 12.5}) == ()
    clock.now += 500
    assert len(items(store.claim(yours, 9))) == 3
    clock.now += 601
    # Everybody's lease has lapsed; a claim of two takes some of them, and the rest comes back to me.
    taken = items(store.claim(store.open_session(project, "third"), 6))
    lost = set(store.renew(mine))
    assert lost == set(taken) & set(items(page))
    (left,) = store.pages(mine)
    assert items(left) == [number for number in items(page) if number not in lost]
    assert left.seconds == 12.5
    assert left.token == page.token


def test_a_released_page_goes_back(store: Store) -> None:
    project = make_project(store, 9).id
    mine, yours = store.open_session(project, "me"), store.open_session(project, "you")
    page = claimed(store.claim(mine, 9))
    store.release(mine, page.token)
    store.release(mine, page.token)
    assert store.pages(mine) == []
    assert set(items(store.claim(yours, 9))) == set(items(page))
    with pytest.raises(NotFound):
        store.release(mine, "0" * 32)


@pytest.mark.parametrize(("size", "cut"), [(1, [1] * 11), (4, [4, 4, 4]), (6, [6, 6]), (9, [9, 9])])
def test_another_grid_keeps_the_order_and_the_work(store: Store, size: int, cut: list[int]) -> None:
    project = make_project(store, 20).id
    session = store.open_session(project, "me")
    pages = [claimed(store.claim(session, number)) for number in (6, 5)]
    before = items(*pages)
    store.save_drafts(session, {before[7]: answer(2), before[0]: SKIP})
    cut_anew = store.repage(session, size)
    after = items(*cut_anew)
    assert [len(page.tasks) for page in cut_anew] == cut
    assert after[: len(before)] == before
    drafts = {task.item: task.answer for page in cut_anew for task in page.tasks if task.answer.given}
    assert drafts == {before[7]: answer(2), before[0]: SKIP}
    assert store.pages(session) == cut_anew
    assert not {page.token for page in pages} & {page.token for page in cut_anew}


def test_a_grid_without_pages_stays_empty(store: Store) -> None:
    project = make_project(store, 20).id
    assert store.repage(store.open_session(project, "me"), 4) == []
    assert store.counts(project).leased == 0


def test_queues_and_clusters_stay_apart(store: Store, database: Database) -> None:
    project = make_project(store, 20).id
    numbers = [record.item for record in read_records(store, project)]
    with database.connection() as conn, conn.begin():
        conn.execute(sa.update(item).where(item.c.id.in_(numbers[:3])).values(queue="prelabeled"))
        for group, part in ((2, numbers[3:6]), (1, numbers[6:10])):
            conn.execute(sa.update(item).where(item.c.id.in_(part)).values(queue="clustered", group_no=group))
        conn.execute(sa.update(counter).where(counter.c.shard == 0).values(prelabeled=3, clustered=7))
    session = store.open_session(project, "me")
    pages = [claimed(store.claim(session, 9)) for _ in range(4)]
    assert [(page.queue, set(items(page))) for page in pages[:3]] == [
        (Queue.PRELABELED, set(numbers[:3])),
        (Queue.CLUSTERED, set(numbers[6:10])),
        (Queue.CLUSTERED, set(numbers[3:6])),
    ]
    assert pages[3].queue is Queue.MANUAL
    assert store.claim(session, 9, queue=Queue.CLUSTERED) is None
    assert [(page.queue, len(page.tasks)) for page in store.repage(session, 4)] == [
        ("prelabeled", 3), ("clustered", 4), ("clustered", 3), ("manual", 4), ("manual", 4), ("manual", 2)
    ]  # fmt: skip


def test_the_next_session_adopts_what_an_ended_one_left(store: Store, clock: Clock) -> None:
    project = make_project(store, 30).id
    first = store.open_session(project, "me")
    pages = [claimed(store.claim(first, 9)) for _ in range(2)]
    store.save_draft(first, pages[1].tasks[0].item, answer())
    living, other = store.open_session(project, "me"), store.open_session(project, "you")
    assert store.adopt(living) == []  # this very process still holds them
    store.end_session(first)
    store.end_session(first)
    assert store.adopt(other) == []
    clock.now += 300
    adopted = store.adopt(living)
    assert [(page.token, items(page)) for page in adopted] == [(page.token, items(page)) for page in pages]
    assert adopted[1].tasks[0].answer == answer()
    assert store.adopt(living) == []
    clock.now += 400
    assert store.renew(living) == ()
    assert store.pages(first) == []
    store.submit(living, pages[0].token, answers(pages[0]), seconds=1)


def test_an_adopted_page_comes_without_what_others_took(store: Store, clock: Clock) -> None:
    project = make_project(store, 9).id
    first = store.open_session(project, "me")
    page = claimed(store.claim(first, 9))
    store.end_session(first)
    clock.now += 601
    taken = items(store.claim(store.open_session(project, "you"), 4))
    (adopted,) = store.adopt(store.open_session(project, "me"))
    assert set(items(adopted)) == set(items(page)) - set(taken)


def test_claims_read_the_partial_index(store: Store, database: Database) -> None:
    project = make_project(store, 3000).id
    query = (
        f"SELECT id FROM item WHERE project_id = {project} AND queue = 'manual' AND {SERVABLE} "
        "ORDER BY group_no, priority, rank LIMIT 9"
    )
    explain = "EXPLAIN QUERY PLAN" if store.dialect == "sqlite" else "EXPLAIN"
    with database.snapshot() as transaction:
        plan = "\n".join(str(row) for row in transaction.conn.exec_driver_sql(f"{explain} {query}"))
    assert "ix_item_servable" in plan
    assert "SORT" not in plan.upper().replace("SORT KEY", "")
    assert "TEMP B-TREE" not in plan


def test_pages_that_are_not_manual_have_a_size_of_their_own(store: Store, database: Database) -> None:
    project = make_project(store, 60).id
    numbers = [record.item for record in read_records(store, project)]
    with database.connection() as conn, conn.begin():
        conn.execute(sa.update(item).where(item.c.id.in_(numbers[:30])).values(queue="prelabeled", group_no=1))
        conn.execute(sa.update(item).where(item.c.id.in_(numbers[30:40])).values(queue="clustered", group_no=1))
        conn.execute(sa.update(counter).where(counter.c.shard == 0).values(prelabeled=30, clustered=10))
    session = store.open_session(project, "me")
    pages = [claimed(store.claim(session, 4, large=25)) for _ in range(4)]
    assert [(page.queue, len(page.tasks)) for page in pages] == [
        ("prelabeled", 25), ("prelabeled", 5), ("clustered", 10), ("manual", 4)
    ]  # fmt: skip
    assert [(page.queue, len(page.tasks)) for page in store.repage(session, 6, large=16)] == [
        ("prelabeled", 16), ("prelabeled", 14), ("clustered", 10), ("manual", 6)
    ]  # fmt: skip
    with pytest.raises(InputError, match="1 to 100 images, not 101"):
        store.claim(session, 9, large=101)


def test_each_kind_of_page_is_topped_up(store: Store, database: Database) -> None:
    project = make_project(store, 60).id
    numbers = [record.item for record in read_records(store, project)]
    with database.connection() as conn, conn.begin():
        conn.execute(sa.update(item).where(item.c.id.in_(numbers[:30])).values(queue="prelabeled", group_no=1))
        conn.execute(sa.update(counter).where(counter.c.shard == 0).values(prelabeled=30))
    session = store.open_session(project, "me")
    first, manual = claimed(store.claim(session, 9)), claimed(store.claim(session, 9, queue=Queue.MANUAL))
    grown = store.repage(session, 9, large=25)
    assert [(page.queue, len(page.tasks)) for page in grown] == [("prelabeled", 25), ("manual", 9)]
    assert items(grown[0])[:9] == items(first), "the page on screen grows, also where another kind comes next"
    assert items(grown[1]) == items(manual)
