"""``Source.uri``: what a listing yields is what opens when it is served."""

import zipfile
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.media.opening import open_file
from jlabel.media.sources.parse import Images, list_each, parse
from jlabel.model.source import Source

NAMES = st.text("abcXYZ019 ._-+%#&=@,;()'!é猫", min_size=1, max_size=8).map(lambda name: "n" + name.strip(" ."))
PATHS = st.lists(
    st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".jpg"), min_size=1, max_size=5
)


@pytest.mark.parametrize(
    ("root", "uri"),
    [
        ("memory://", "memory://p.jpg"),
        ("memory://x", "memory://x/p.jpg"),
        ("s3://bucket", "s3://bucket/p.jpg"),
        ("s3://bucket/", "s3://bucket/p.jpg"),
        ("abfs://container@account.dfs.core.windows.net/x", "abfs://container@account.dfs.core.windows.net/x/p.jpg"),
        ("file:///x/", "file:///x/p.jpg"),
        ("file:///", "file:///p.jpg"),
        ("/", "/p.jpg"),
        ("/photos", "/photos/p.jpg"),
        ("/photos/", "/photos/p.jpg"),
        ("/what?/a::b", "/what?/a::b/p.jpg"),
        ("C:/", "C:/p.jpg"),
        ("C:/photos", "C:/photos/p.jpg"),
        ("", "p.jpg"),
        ("https://host/x?key=a/b", "https://host/x/p.jpg?key=a/b"),
        ("s3://bucket/x?", "s3://bucket/x?/p.jpg"),
        ("simplecache::s3://bucket/x", "simplecache::s3://bucket/x/p.jpg"),
        ("zip://x::s3://bucket/a.zip", "zip://x/p.jpg::s3://bucket/a.zip"),
        ("zip://::s3://bucket/a.zip", "zip://p.jpg::s3://bucket/a.zip"),
        ("simplecache::zip://x::s3://bucket/a.zip", "simplecache::zip://x/p.jpg::s3://bucket/a.zip"),
    ],
)
def test_a_path_is_joined_where_the_folder_ends(root: str, uri: str) -> None:
    assert Source(root=root).uri("p.jpg") == uri


def opened(images: Images) -> dict[str, bytes]:
    """Everything that is listed, by what it contains."""
    found = {}
    for source, files in list_each(parse(images)):
        for file in files:
            with open_file(source.uri(file.path)) as stream:
                found[source.uri(file.path)] = stream.read()
    return found


@pytest.mark.parametrize("form", ["", "/", "/**", "list"])
@settings(max_examples=12, deadline=None)
@given(paths=PATHS, top=st.booleans())
def test_what_is_listed_in_memory_opens(form: str, paths: list[str], top: bool) -> None:
    root = "memory://" if top else f"memory://{uuid4().hex}"
    memory = fsspec.filesystem("memory")
    memory.rm("/", recursive=True)
    uris = {Source(root=root).uri(path): path.encode() for path in paths if _fits(path, paths)}
    for uri, content in uris.items():
        with fsspec.open(uri, "wb") as file:
            file.write(content)
    assert opened(list(uris) if form == "list" else root + form) == uris


@pytest.mark.parametrize("form", ["", "/", "/**", "file", "list"])
@settings(max_examples=12, deadline=None)
@given(paths=PATHS)
def test_what_is_listed_on_disk_opens(tmp_path_factory: pytest.TempPathFactory, form: str, paths: list[str]) -> None:
    root = tmp_path_factory.mktemp("listed")
    files = {str(root / path): path.encode() for path in paths if _fits(path, paths)}
    for name, content in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    images = {"list": list(files), "file": f"file://{root}/"}.get(form, str(root) + form)
    assert opened(images) == files


def test_what_is_listed_in_an_archive_opens(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/y/1.jpg", b"one")
    for root, path in (("zip://x", "y/1.jpg"), ("zip://", "x/y/1.jpg"), ("simplecache::zip://x/y", "1.jpg")):
        source = Source(root=f"{root}::file://{tmp_path}/a.zip", pattern="**")
        ((_, files),) = list_each([source])
        (file,) = files
        assert file.path == path
        with fsspec.open(source.uri(file.path), "rb") as stream:
            assert stream.read() == b"one"


def _fits(path: str, paths: list[str]) -> bool:
    """Whether no other path is a folder of the same name."""
    return not any(other.startswith(path + "/") for other in paths)
