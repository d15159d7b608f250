from hypothesis import given
from hypothesis import strategies as st

from jlabel.formats.names import file_names
from tests.formats.records import record


def test_names_stay_where_they_differ() -> None:
    assert file_names([record(1, name="x/a.jpg"), record(2, name="a.jpg")]) == {1: "x/a.jpg", 2: "a.jpg"}


def test_same_names_get_their_sources_folder() -> None:
    records = [
        record(1, name="a.jpg", root="/d/2023"),
        record(2, name="a.jpg", root="/d/2024"),
        record(3, name="b.jpg"),
    ]
    assert file_names(records) == {1: "2023/a.jpg", 2: "2024/a.jpg", 3: "b.jpg"}
    assert file_names(reversed(records)) == file_names(records)


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
