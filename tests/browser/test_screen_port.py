"""A screen of a new kind in JupyterLab: the toy of tests/widgets, in the frame that all screens have."""

from pathlib import Path

from jlabel import Workspace
from tests.browser.lab import Lab
from tests.browser.test_grid import wait_for
from tests.pictures import make_pictures

ROOT = Path(__file__).parents[2]
CODE = """
import sys
sys.path.insert(0, {root!r})
import jlabel as jl
from tests.widgets.toy import Counter
p = jl.Workspace({folder!r}).project("p")
w = Counter(p.store, p.id)
w"""


def test_a_new_kind_of_screen_is_shown_counts_and_refuses(lab: Lab, tmp_path: Path) -> None:
    folder = str(tmp_path / "labels")
    with Workspace(folder) as workspace:
        photos = make_pictures(tmp_path / "pictures", 3)
        workspace.create_project("p", task="multi-class", images=photos, labels=["cat", "dog"])
        notebook = lab.open(CODE.format(root=str(ROOT), folder=folder), wait=".toy output")
        page = notebook.page
        assert page.locator(".toy output").text_content() == "0"
        page.wait_for_selector(".toy span:text('3 left')")
        page.locator(".toy").focus()
        page.keyboard.press("+")
        page.locator(".toy .jl-button", has_text="Add").click()
        page.wait_for_selector(".toy output:text('2')")
        wait_for(notebook, lambda: notebook.eval("print(w.state['count'])").strip() == "2")  # the page foresees it
        page.locator(".toy .jl-button", has_text="Leap").click()
        page.wait_for_selector("text=The counter takes steps of at most 9.")
        page.wait_for_selector(".toy output:text('2')")
        item = next(workspace.project("p").records()).item
        workspace.store.mark_unreadable(item, "truncated")
        page.wait_for_selector(".toy span:text('2 left')")
