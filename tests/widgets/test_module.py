"""The browser's files joined into one module each: valid, complete and whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

import jlabel.widgets
from jlabel.widgets.labeler.module import module, style

FOLDER = Path(jlabel.widgets.__file__).parent
ENTRIES = {"labeler": FOLDER / "labeler" / "labeler.js", "editor": FOLDER / "editor" / "screen.js"}


@pytest.mark.parametrize("name", ENTRIES)
def test_the_joined_module_is_valid_and_exports_render(name: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, so the modules cannot be run outside a browser")
    file = tmp_path / "module.mjs"
    script = "import m from './module.mjs'; if (typeof m.render !== 'function') process.exit(3);"
    file.write_text(module(ENTRIES[name]), encoding="utf-8")
    done = subprocess.run([node, "--input-type=module", "-e", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_every_file_of_the_browser_is_used() -> None:
    joined = "".join(module(entry) for entry in ENTRIES.values())
    unused = [file.name for file in FOLDER.rglob("*.js") if f"// {file.name}\n" not in joined]
    assert unused == []


def test_the_styles_are_joined() -> None:
    assert ".jl-hand" in style("../editor/editor.css")
    assert ".jl-hand" not in style()
