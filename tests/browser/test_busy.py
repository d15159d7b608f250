"""The labeler goes on while another cell keeps the kernel busy."""

from pathlib import Path

from jlabel import Workspace
from tests.browser.lab import Lab
from tests.browser.notebook import PANEL
from tests.pictures import make_pictures

START = (
    f"(code) => {{ {PANEL} ctx.session.kernel.requestExecute({{code}}).done.then(() => {{ window.over = true; }}); }}"
)
PAINTED = ".jl-stage:not([data-loading]) .jl-cell"


def test_pages_are_painted_labeled_and_turned_while_a_cell_runs(lab: Lab, tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "pictures", 60)
    project = Workspace(tmp_path / "labels").create_project("p", task="multi-class", images=folder, labels=["a", "b"])
    code = f"import jlabel as jl\np = jl.Workspace({project.location!r}).project('p')\np.label(grid=9)"
    notebook = lab.open(code, wait=PAINTED)
    page, end = notebook.page, tmp_path / "end"
    page.locator(".jl-labeler").focus()
    page.evaluate(START, f"import pathlib, time\nwhile not pathlib.Path({str(end)!r}).exists(): time.sleep(0.05)")
    try:
        for number in range(1, 5):  # the second page is painted already; those behind it are not
            page.wait_for_selector(f"{PAINTED} >> nth=8")
            for _ in range(9):
                page.keyboard.press("1")
            page.keyboard.press("Enter")
            for _ in range(1200):
                if project.counts().labeled == 9 * number:
                    break
                notebook.frame()
            assert project.counts().labeled == 9 * number
        page.wait_for_selector(f"{PAINTED} >> nth=8")
        assert not page.evaluate("() => Boolean(window.over)"), "the cell ended before its time"
    finally:
        end.touch()
    page.wait_for_function("() => window.over")
    assert notebook.console_errors == []
