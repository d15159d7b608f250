"""A bar for what takes longer than two seconds, and none for what does not."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jlabel import Workspace, progress_bar
from jlabel.progress_bar import with_bar
from tests.pictures import make_pictures


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def show(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """From now on standard error is a terminal; in a fixture it would be too early, since pytest then captures it."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    return made


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything takes longer than two seconds."""
    monkeypatch.setattr(progress_bar, "SECONDS", -1.0)


def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = show(monkeypatch)
    assert list(with_bar(range(1000), "Listing images")) == list(range(1000))
    assert terminal.getvalue() == ""


@pytest.mark.usefixtures("slow")
def test_what_is_slow_shows_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = show(monkeypatch)
    assert list(with_bar(range(1000), "Listing images", total=1000)) == list(range(1000))
    assert "Listing images" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r"), "the line is empty again"


@pytest.mark.usefixtures("slow")
def test_a_log_file_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    assert list(with_bar(range(1000), "Listing images")) == list(range(1000))
    assert log.getvalue() == ""


@pytest.mark.usefixtures("slow")
def test_a_bar_is_closed_where_the_listing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = show(monkeypatch)

    def failing() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(with_bar(failing(), "Listing images"))
    assert terminal.getvalue().endswith("\r")


@pytest.mark.usefixtures("slow")
def test_creating_refreshing_and_exporting_show_a_bar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    terminal = show(monkeypatch)
    folder = make_pictures(tmp_path / "pictures", 3)
    with Workspace(tmp_path / "labels") as workspace:
        for images in (folder, [folder, make_pictures(tmp_path / "more", 2)]):
            project = workspace.create_project(
                f"p{isinstance(images, list)}", task="multi-class", images=images, labels=["a"]
            )
            assert take(terminal).count("Listing images") > 0
            project.refresh()
            assert take(terminal).count("Listing images") > 0
        with project.session(labeler="ann", grid=1) as session:
            session.next_page()
            session.apply("a")
            session.submit()
        project.export("coco", tmp_path / "out.json")
        assert "Reading labels" in take(terminal)


def take(terminal: Terminal) -> str:
    text = terminal.getvalue()
    terminal.seek(0)
    terminal.truncate()
    return text
