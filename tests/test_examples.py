"""The examples in docstrings run as they stand, in a folder with three photos."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.pictures import make_pictures
from tests.test_layout import MODULES

EXAMPLES = [
    test
    for name in ["jlabel", *MODULES]
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    if test.examples
]


class OnlyWhatIsPromised(doctest.OutputChecker):
    """An example without output promises none: a screen is shown in a notebook and stands for itself."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return not want or super().check_output(want, got, optionflags)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_runs(example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_pictures(tmp_path / "photos", 3)
    report: list[str] = []
    runner = doctest.DocTestRunner(checker=OnlyWhatIsPromised(), verbose=False)
    runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_what_a_user_holds_opens_with_an_example() -> None:
    held = {"jlabel", "jlabel.workspace.Workspace", "jlabel.project.Project", "jlabel.session.session.Session"}
    assert held <= {each.name for each in EXAMPLES}
