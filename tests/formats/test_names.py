from hypothesis import given
from hypothesis import strategies as st

from jlabel.formats.names import file_names
from tests.formats.records import record


def test_names_stay_where_they_differ() -> None:
    assert file_names([record(1, name="x/a.jpg"), record(2, name="a.jpg")]) == {1: "x/a.jpg", 2: "a.jpg"}


def test_names_of_several_sources_begin_with_their_folder() -> None:
    records = [
        record(1, name="a.jpg", root="/d/2023"),
        record(2, name="a.jpg", root="/d/2024"),
        record(3, name="b.jpg", root="/d/2024"),
    ]
    assert file_names(records) == {1: "2023/a.jpg", 2: "2024/a.jpg", 3: "2024/b.jpg"}
    assert file_names(reversed(records)) == file_names(records)


def test_files_that_come_later_change_no_name() -> None:
    before = [record(1, name="a.jpg", root="/d/2023"), record(2, name="b.jpg", root="/d/2024")]
    after = [*before, record(3, name="b.jpg", root="/d/2023"), record(4, name="2024/b.jpg", root="/d/2023")]
    assert file_names(before).items() <= file_names(after).items()


def test_a_backslash_in_a_name_is_part_of_it() -> None:
    records = [record(1, name="a.jpg", root="/d"), record(2, name="b\\c.jpg", root="/d")]
    assert file_names(records) == {1: "a.jpg", 2: "b\\c.jpg"}


def test_folders_of_windows_tell_sources_apart() -> None:
    records = [record(1, name="x/a.jpg", root="C:\\d\\2023"), record(2, name="x/a.jpg", root="C:\\d\\2024")]
    assert file_names(records) == {1: "2023/x/a.jpg", 2: "2024/x/a.jpg"}


def test_a_chained_url_is_one_source() -> None:
    uris = ["zip://x/a.jpg::s3://bucket/all.zip", "zip://x/b.jpg::s3://bucket/all.zip"]
    records = [
        record(n, name=f"x/{name}.jpg", uri=uri) for n, (name, uri) in enumerate(zip("ab", uris, strict=True), 1)
    ]
    assert file_names(records) == {1: "x/a.jpg", 2: "x/b.jpg"}


def test_as_many_folders_as_it_takes() -> None:
    records = [record(1, name="a.jpg", root="/x/in"), record(2, name="a.jpg", root="s3://y/in")]
    assert file_names(records) == {1: "x/in/a.jpg", 2: "y/in/a.jpg"}


ROOTS = st.sampled_from(["/p", "/q/p", "/1/p", "/p/p", "s3://p", "/"])
NAMES = st.sampled_from(["a.jpg", "p/a.jpg", "1/a.jpg", "2/p/a.jpg", "q/p/a.jpg"])


@given(st.lists(st.tuples(ROOTS, NAMES), max_size=12))
def test_names_never_collide(given_files: list[tuple[str, str]]) -> None:
    records = [record(n, name=name, root=root) for n, (root, name) in enumerate(given_files, 1)]
    names = file_names(records)
    assert len(set(names.values())) == len(records)
    assert all(not name.startswith("/") for name in names.values())
    assert all(names[r.item].endswith(r.name) for r in records)


@given(st.lists(st.tuples(ROOTS, NAMES), max_size=12), st.lists(st.tuples(ROOTS, NAMES), max_size=12))
def test_a_refresh_changes_no_name(files: list[tuple[str, str]], more: list[tuple[str, str]]) -> None:
    more = [(root, name) for root, name in more if root in {root for root, _ in files}]
    records = [record(n, name=name, root=root) for n, (root, name) in enumerate([*files, *more], 1)]
    assert file_names(records[: len(files)]).items() <= file_names(records).items()
