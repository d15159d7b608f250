import errno
import fnmatch
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.errors import SourceError
from jlabel.media.sources import parse as sources
from jlabel.media.sources.left_out import LeftOut
from jlabel.media.sources.pattern import compile_pattern
from jlabel.model.source import Source


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A small tree with everything that must be left out."""
    folder = tmp_path / "photos"
    for name in (
        "b.jpg", "a.JPG", "notes.txt", ".hidden.jpg", "cats/1.png", "cats/2.tiff", "cats/.ipynb_checkpoints/1.png",
        "cats/old/3.dcm", "dogs/4.jpeg",
    ):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def listed(images: sources.Images, base: Path | None = None) -> list[str]:
    return [file.path for _, file in sources.list_all(sources.parse(images, base))]


EVERYTHING = ["a.JPG", "b.jpg", "cats/1.png", "cats/2.tiff", "cats/old/3.dcm", "dogs/4.jpeg"]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("photos", EVERYTHING),
        ("photos/", EVERYTHING),
        ("photos/**", EVERYTHING),
        ("photos/**/*.*", EVERYTHING),
        ("photos/*", ["a.JPG", "b.jpg"]),
        ("photos/*/*", ["cats/1.png", "cats/2.tiff", "dogs/4.jpeg"]),
        ("photos/**/*.jp*g", ["b.jpg", "dogs/4.jpeg"]),
        ("photos/[!d]*/**", ["cats/1.png", "cats/2.tiff", "cats/old/3.dcm"]),
        ("photos/cats/?.png", ["1.png"]),
        ("photos/**/old/*", ["cats/old/3.dcm"]),
        ("photos/b.jpg", ["b.jpg"]),
    ],
)
def test_what_a_pattern_lists(photos: Path, pattern: str, paths: list[str]) -> None:
    assert listed(pattern, photos.parent) == paths


def test_relative_paths_start_from_the_current_folder(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photos)
    assert sources.parse("cats/*.png") == [Source(root=str(photos / "cats"), pattern="*.png")]
    monkeypatch.setenv("HOME", str(photos))
    assert sources.parse("~/dogs") == [Source(root=str(photos / "dogs"), pattern="**")]


def test_a_list_is_gathered_below_its_common_folder(photos: Path) -> None:
    given: list[str | Path] = [photos / "cats/1.png", str(photos / "cats/old/3.dcm"), photos / "cats/1.png"]
    (source,) = sources.parse(given)
    assert source == Source(root=str(photos / "cats"), paths=("1.png", "old/3.dcm"))
    assert listed(given) == ["1.png", "old/3.dcm"]


def test_a_list_may_hold_folders_files_and_patterns(photos: Path) -> None:
    found = sources.parse(["photos/dogs", "photos/cats/*.png", "photos/b.jpg", "photos/dogs"], photos.parent)
    assert [source.pattern for source in found] == ["**", "*.png", ""]
    assert listed(["photos/dogs", "photos/b.jpg"], photos.parent) == ["4.jpeg", "b.jpg"]


def test_a_file_in_two_sources_is_listed_once(photos: Path) -> None:
    found = list(sources.list_all(sources.parse(["cats", "**", "cats/1.png"], photos)))
    assert len(found) == len(EVERYTHING)
    assert [position for position, file in found if file.path.endswith("1.png")] == [0]


def test_a_name_with_wildcards_that_exists_is_literal(tmp_path: Path) -> None:
    folder = tmp_path / "shoot [1]"
    folder.mkdir()
    (folder / "what?.jpg").write_bytes(b"x")
    assert listed(folder) == ["what?.jpg"]
    assert listed(folder / "what?.jpg") == ["what?.jpg"]


def test_a_file_carries_size_and_a_stamp_that_changes(photos: Path) -> None:
    (source,) = sources.parse(photos / "b.jpg")
    (first,) = sources.list_files(source)
    assert first.size == 5
    os.utime(photos / "b.jpg", ns=(1, 1))
    (second,) = sources.list_files(source)
    assert first.stamp != second.stamp
    assert Path(source.uri(first.path)) == photos / "b.jpg"


def test_linked_folders_are_followed_and_loops_end(photos: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "5.jpg").write_bytes(b"5")
    (photos / "cats" / "loop").symlink_to(photos)
    (photos / "dogs" / "more").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(elsewhere)
    (photos / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    assert listed(photos) == [*EVERYTHING, "dogs/more/5.jpg"]


def test_a_missing_folder_names_the_nearest_and_the_likely_one(photos: Path) -> None:
    with pytest.raises(SourceError) as caught:
        sources.parse("photos/cat/**", photos.parent)
    assert str(photos / "cat") in str(caught.value)
    assert f"Did you mean {str(photos / 'cats')!r}?" in str(caught.value)


def test_what_cannot_be_listed_says_why(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No images were given"):
        sources.parse([])
    with pytest.raises(SourceError, match="not 7"):
        sources.parse([7])  # type: ignore[list-item]
    with pytest.raises(SourceError, match=r"notes.txt' is no image"):
        sources.parse(photos / "notes.txt")
    with pytest.raises(SourceError, match=r"matches none of the 6 images"):
        listed(photos / "**/*.bmp")
    (tmp_path / "texts").mkdir()
    with pytest.raises(SourceError, match="holds no files"):
        listed(tmp_path / "texts")
    (tmp_path / "texts" / "a.txt").write_text("")
    with pytest.raises(SourceError, match=r"only other files \(1 .txt\)"):
        listed(tmp_path / "texts")
    (source,) = sources.parse(tmp_path / "texts")
    (tmp_path / "texts").rename(tmp_path / "moved")
    with pytest.raises(SourceError, match="is gone"):
        list(sources.list_files(source))
    with pytest.raises(SourceError, match="None of the 1 files"):
        list(sources.list_files(Source(root=str(tmp_path), paths=("x.jpg",))))


def test_too_many_is_an_error_and_not_a_cut(photos: Path) -> None:
    (source,) = sources.parse(photos)
    assert len(list(sources.list_files(source, limit=6))) == 6
    with pytest.raises(SourceError, match="more than 5 images"):
        list(sources.list_files(source, limit=5))
    with pytest.raises(SourceError, match="more than 5 images"):
        list(sources.list_all(sources.parse(["cats", "dogs", "*.jpg", "*.JPG"], photos), limit=5))


def test_a_name_that_is_no_text_is_named(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes only valid names")
    with pytest.raises(SourceError, match=r"caf.*not valid text"):
        listed(tmp_path)


def test_a_folder_without_permission_is_named(photos: Path) -> None:
    (photos / "cats").chmod(0)
    try:
        if os.access(photos / "cats", os.R_OK):
            pytest.skip("this user may read every folder")
        with pytest.raises(SourceError, match=r"cats' may not be read"):
            listed(photos)
    finally:
        (photos / "cats").chmod(0o700)


def test_urls_are_listed_through_fsspec(photos: Path) -> None:
    for name in ("x/1.jpg", "x/y/2.png", "x/.z/3.png", "x/t.txt"):
        with fsspec.open(f"memory://listing/{name}", "wb") as file:
            file.write(b"abc")
    assert listed("memory://listing/x") == ["1.jpg", "y/2.png"]
    assert listed("memory://listing/x/**/*.png") == ["y/2.png"]
    assert listed(["memory://listing/x/1.jpg", "memory://listing/x/y/2.png"]) == ["1.jpg", "y/2.png"]
    assert listed(f"file://{photos}/cats/*") == ["1.png", "2.tiff"]
    with pytest.raises(SourceError, match="cannot be listed"):
        listed("memory://listing/none/**")
    with pytest.raises(SourceError, match="cannot be opened"):
        listed("nosuch://listing/none/**")


def test_what_is_left_out_is_counted(photos: Path) -> None:
    (photos / "cats" / "a.heic").touch()
    (photos / "cats" / "b.HEIC").touch()
    (photos / "loop.jpg").symlink_to("loop.jpg")
    (photos / "dead.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(photos / "pipe.jpg")
    left_out = LeftOut()
    found = [file.path for _, file in sources.list_all(sources.parse(photos), left_out=left_out)]
    assert found == EVERYTHING
    assert left_out.endings == {".txt": 1, ".heic": 2}
    assert left_out.sentence.startswith(
        "Left out: 3 files of other kinds (2 .heic, 1 .txt); 2 links to nothing; 1 of pipes, sockets and devices."
    )
    only = LeftOut()
    list(sources.list_all(sources.parse(str(photos / "cats" / "*.png")), left_out=only))
    assert only.sentence == "", "what the pattern does not ask for is not left out"


def test_links_to_themselves_are_left_out_in_every_form(photos: Path) -> None:
    (photos / "loop.jpg").symlink_to("loop.jpg")
    (photos / "long.jpg").symlink_to("x" * 4000)
    (photos / "through.jpg").symlink_to("b.jpg/no.jpg")
    (photos / "ring").symlink_to("ring")
    assert listed(photos) == EVERYTHING
    assert listed(str(photos / "*.jpg")) == ["b.jpg"]


@pytest.mark.parametrize("images", ["", "cats/*.png", ["cats/1.png", "b.jpg"]], ids=str)
def test_a_file_that_cannot_be_looked_at_now_is_not_taken_for_gone(
    photos: Path, monkeypatch: pytest.MonkeyPatch, images: str | list[str]
) -> None:
    given = [str(photos / one) for one in images] if isinstance(images, list) else str(photos / images)
    found = sources.parse(given)
    real = os.stat

    def stat(path: str, **options: Any) -> os.stat_result:
        if str(path).endswith("cats/1.png"):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os.path, "lexists", lambda path: not str(path).endswith("cats/1.png"))
    with pytest.raises(SourceError, match=r"cats/1.png' cannot be listed: Input/output error\. Try again"):
        list(sources.list_all(found))


@pytest.mark.parametrize("name", ["~photos", "~", "a::b", "zip::c", "C++::old", "s3:x"])
def test_a_name_like_a_home_or_a_url_that_exists_is_literal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home = tmp_path / "home"
    (tmp_path / "here" / name / "below").mkdir(parents=True)
    (tmp_path / "here" / name / "below" / "1.jpg").touch()
    home.mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(home))
    if name == "~":
        with pytest.raises(SourceError, match="no files"):
            listed("~")
        return
    assert listed(name) == ["below/1.jpg"]
    assert listed(f"{name}/**") == ["below/1.jpg"]
    assert listed(f"{name}/below/*.jpg") == ["1.jpg"]
    assert listed([f"{name}/below/1.jpg"]) == ["1.jpg"]


def test_nobodys_home_is_named_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=r"'.*~nobody-has-this-name' does not exist"):
        sources.parse("~nobody-has-this-name")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*b.jpg", "a" * 5000 + ".jpg"),
        ("?*?*?*?*?*b", "a" * 5000),
        ("*[a-z]*[a-z]*[a-z]*[a-z]b", "a" * 5000),
        ("**/a/**/a/**/a/**/a/b.jpg", "a/" * 2000 + "c.jpg"),
        ("**/*a*/**/*a*/**/*a*b.jpg", "aa/" * 1500 + "c.jpg"),
        ("*" * 40 + "b", "a" * 5000),
    ],
)
def test_no_pattern_is_slow(pattern: str, path: str) -> None:
    code = f"from jlabel.media.sources.pattern import compile_pattern as c; assert not c({pattern!r}).matches({path!r})"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


NAMES = st.text("ab.", min_size=1, max_size=4)
GLOBS = st.lists(st.one_of(st.just("**"), st.text("ab.*?", min_size=1, max_size=5)), min_size=1, max_size=4)


@settings(max_examples=500, deadline=None)
@given(GLOBS.map("/".join), st.lists(NAMES, min_size=1, max_size=5).map("/".join))
def test_a_pattern_matches_what_a_plain_search_finds(pattern: str, path: str) -> None:
    def matches(parts: list[str], names: list[str]) -> bool:
        if not parts:
            return not names
        if parts[0] == "**":
            if len(parts) == 1:
                return bool(names)
            return any(matches(parts[1:], names[n:]) for n in range(len(names)))
        return bool(names) and fnmatch.fnmatchcase(names[0], parts[0]) and matches(parts[1:], names[1:])

    assert compile_pattern(pattern).matches(path) == matches(pattern.split("/"), path.split("/"))
