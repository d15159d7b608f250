"""What a notebook shows of an error: jlabel's sentence alone, or the whole traceback where it was asked for."""

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jlabel import errors
from jlabel.errors import JlabelError, NotFound


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell()
    errors.verbose(False)


def shown(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], code: str) -> str:
    shell.run_cell(code)
    out, err = capsys.readouterr()
    return out + err


RAISE = "from jlabel.errors import NotFound\ndef inner():\n    raise NotFound('No project is named x.')\ninner()"


def test_a_notebook_shows_the_sentence_alone(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(shell, capsys, RAISE).strip() == "NotFound: No project is named x."


def test_the_whole_traceback_is_shown_where_it_is_asked_for(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    errors.verbose()
    whole = shown(shell, capsys, RAISE)
    assert "in inner" in whole
    assert "Traceback" in whole
    errors.verbose(False)
    assert "inner" not in shown(shell, capsys, RAISE)


def test_a_cause_is_part_of_the_whole_traceback(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    errors.verbose()
    code = "try:\n    1 / 0\nexcept ZeroDivisionError as cause:\n    raise NotFound('gone') from cause"
    assert "ZeroDivisionError" in shown(shell, capsys, RAISE.splitlines()[0] + "\n" + code)


def test_other_errors_are_shown_as_ever(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Traceback" in shown(shell, capsys, "1 / 0")


def test_every_error_of_jlabel_is_shown_so() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, JlabelError):
            assert kind("One sentence.")._render_traceback_() == [f"{name}: One sentence."]
    assert NotFound("x")._render_traceback_() == ["NotFound: x"]
