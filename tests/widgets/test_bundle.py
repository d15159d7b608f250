"""The browser's files joined into one module each: valid, complete and whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

import jlabel.widgets
from jlabel.widgets.frame.bundle import module, style

FOLDER = Path(jlabel.widgets.__file__).parent
ENTRIES = {
    "grid": FOLDER / "grid" / "grid.js",
    "editor": FOLDER / "editor" / "screen.js",
    "retired": FOLDER / "frame" / "retired.js",
}


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


def test_imports_of_every_written_form_are_joined(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, so the modules cannot be run outside a browser")
    (tmp_path / "one.js").write_text(
        "export const first = 1;\nexport async function second() {}\nexport class Third {}\n"
        "export function fourth() {\n  return 4;\n}\n",
        encoding="utf-8",
    )
    (tmp_path / "two.js").write_text(
        "import {\n  first,\n  second as other, // a comment, with a comma\n  Third,\n} from './one.js';\n"
        'import { fourth } from "./one.js"; // a comment\n'
        "export default { sum: first + fourth(), other, third: new Third() };\n",
        encoding="utf-8",
    )
    (tmp_path / "joined.mjs").write_text(module(tmp_path / "two.js"), encoding="utf-8")
    script = "import m from './joined.mjs'; console.log(m.sum, typeof m.other, typeof m.third);"
    done = subprocess.run([node, "--input-type=module", "-e", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout.decode().strip() == "5 function object", done.stderr.decode()


@pytest.mark.parametrize(
    "line",
    [
        'import one from "./one.js";',
        'import * as one from "./one.js";',
        'import "./one.js";',
        "export { one };",
        "export let two;",
    ],
)
def test_an_import_or_export_of_another_form_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "two.js").write_text(f"const one = 1;\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"two\.js"):
        module(tmp_path / "two.js")


def test_every_file_of_the_browser_is_used() -> None:
    joined = "".join(module(entry) for entry in ENTRIES.values())
    unused = [file.name for file in FOLDER.rglob("*.js") if f"// {file.name}\n" not in joined]
    assert unused == []


def test_the_styles_are_joined() -> None:
    assert ".jl-gesture-canvas" in style("../editor/editor.css")
    assert ".jl-gesture-canvas" not in style()
    assert ".jl-cell " in style("../grid/grid.css")
    assert ".jl-cell" not in style()
