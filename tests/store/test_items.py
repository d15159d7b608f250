import pytest

from jlabel.errors import NotFound, SourceError
from jlabel.model.item import ItemState, Refresh
from jlabel.model.source import ListedFile, Source
from jlabel.store import Store, read_records, read_sources
from tests.store.helpers import SOURCE, answers, claimed, files, items, make_project


def test_items_keep_the_listing_s_order_and_are_served_in_a_random_one(store: Store) -> None:
    project = make_project(store, 200).id
    records = list(read_records(store, project))
    assert [record.name for record in records] == [f"{i:06}.png" for i in range(200)]
    assert records[3].uri == "/photos/000003.png"
    served = items(store.claim(store.open_session(project, "me"), 100))
    assert served != sorted(served)


def test_a_path_listed_twice_is_one_item(store: Store) -> None:
    project = make_project(store, 5).id
    ((source, _),) = store.sources(project)
    assert store.add_items(project, source, [*files(7), *files(7)]) == 2
    assert store.counts(project).total == 7


def test_an_explicit_list_names_its_items(store: Store) -> None:
    project = make_project(store, 0).id
    source = store.add_source(project, Source(root="/list"))
    store.add_items(project, source, files(2))
    assert read_sources(store, project)[1] == (source, Source(root="/list", paths=("000000.png", "000001.png")))
    assert store.sources(project)[0][1] == SOURCE


def test_a_name_that_is_not_text_is_refused(store: Store) -> None:
    project = make_project(store, 1).id
    ((source, _),) = store.sources(project)
    with pytest.raises(SourceError, match="Rename"):
        store.add_items(project, source, [ListedFile(path="\udcff.png", size=1, stamp="")])


def test_refresh_finds_what_changed(store: Store) -> None:
    project = make_project(store, 30).id
    ((source, _),) = store.sources(project)
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 9))
    store.submit(session, page.token, answers(page), seconds=9)
    labeled = set(items(page))
    assert store.reconcile(project, source, files(30)) == Refresh()
    # The first ten vanish, the last ten change, and one is new.
    later = [*files(10, start=10), *files(10, start=20, stamp="2"), ListedFile(path="new.png", size=1, stamp="1")]
    assert store.reconcile(project, source, later) == Refresh(added=1, changed=10, vanished=10)
    by_name = {record.name: record for record in read_records(store, project)}
    assert by_name["000003.png"].missing
    assert by_name["000025.png"].stamp == "2"
    assert {record.item for record in by_name.values() if record.label is not None} == labeled
    counts = store.counts(project)
    assert counts.missing == sum(1 for r in by_name.values() if r.missing and r.label is None)
    served: list[int] = []
    while (page_or_none := store.claim(session, 9)) is not None:
        served += items(page_or_none)
    assert {r.name for r in by_name.values() if r.item in served and r.missing} == set()
    assert len(served) == counts.waiting
    back = store.reconcile(project, source, [*files(10), *later])
    assert back == Refresh(returned=10)
    assert store.counts(project).missing == 0


def test_an_empty_listing_changes_nothing_and_says_so(store: Store) -> None:
    project = make_project(store, 9).id
    ((source, _),) = store.sources(project)
    before = store.counts(project), store.revision(project)
    assert store.reconcile(project, source, []) == Refresh(empty=True)
    assert (store.counts(project), store.revision(project)) == before


def test_a_changed_file_of_an_unreadable_item_waits_again(store: Store) -> None:
    project = make_project(store, 3).id
    ((source, _),) = store.sources(project)
    first = next(read_records(store, project)).item
    store.set_sizes({first: (640, 480)})
    assert store.mark_unreadable(first, "truncated")
    record = next(read_records(store, project, states=[ItemState.UNREADABLE]))
    assert (record.item, record.reason, record.width, record.height) == (first, "truncated", 640, 480)
    assert store.reconcile(project, source, files(3, stamp="2")).changed == 3
    again = next(read_records(store, project))
    assert (again.state, again.reason, again.width) == (ItemState.WAITING, "", 0)


def test_a_file_that_was_gone_and_came_back_unchanged_waits_again(store: Store) -> None:
    project = make_project(store, 3).id
    ((source, _),) = store.sources(project)
    first = next(read_records(store, project)).item
    assert store.mark_unreadable(first, "gone")
    assert store.reconcile(project, source, files(2, start=1)).vanished == 1
    assert store.reconcile(project, source, files(3)) == Refresh(returned=1)
    again = next(read_records(store, project))
    assert (again.state, again.reason, again.missing) == (ItemState.WAITING, "", False)
    assert (store.counts(project).waiting, store.counts(project).unreadable) == (3, 0)


def test_an_unreadable_item_leaves_its_page(store: Store) -> None:
    project = make_project(store, 3).id
    session = store.open_session(project, "me")
    page = claimed(store.claim(session, 2))
    bad, good = items(page)
    assert store.mark_unreadable(bad, "truncated")
    assert not store.mark_unreadable(bad, "again")
    assert [items(held) for held in store.pages(session)] == [[good]]
    # The labeler's page may still name it: it is not held against the submission.
    assert store.submit(session, page.token, answers(page), seconds=1).items == (good,)
    assert not store.mark_unreadable(good, "deleted later")
    last = claimed(store.claim(session, 2))
    (item,) = items(last)
    store.mark_unreadable(item, "truncated")
    assert store.pages(session) == []
    assert store.claim(session, 2) is None
    with pytest.raises(NotFound):
        store.mark_unreadable(10**9, "")


def test_sources_of_other_projects_are_refused(store: Store) -> None:
    one, two = make_project(store, 1), make_project(store, 1, name="two")
    ((source, _),) = store.sources(two.id)
    for call in (store.add_items, store.reconcile):
        with pytest.raises(NotFound):
            call(one.id, source, files(3))
