"""The demo's images, without a network."""

import csv
import tomllib
from pathlib import Path

import pytest

from jlabel.demo import NOTEBOOKS, PHOTOGRAPHS, TILE, make_tiles, packaged_notebook, prepare
from jlabel.errors import InputError
from jlabel.media.picture import size_of


def _truth(folder: Path) -> dict[str, str]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["label"] for row in csv.DictReader(file)}


def test_three_classes_of_64_whose_names_tell_nothing(tmp_path: Path) -> None:
    assert make_tiles(tmp_path) == 192
    truth = _truth(tmp_path)
    files = sorted(path.name for path in (tmp_path / "photos").iterdir())
    assert sorted(truth) == files
    assert all(list(truth.values()).count(label) == 64 for label in PHOTOGRAPHS)
    assert not any(label in name for name in files for label in PHOTOGRAPHS)
    # In the order of names the classes are mixed: no class fills a page of nine.
    assert len({truth[name] for name in files[:9]}) > 1


def test_tiles_are_pictures_of_their_size(tmp_path: Path) -> None:
    make_tiles(tmp_path)
    name = next(iter(_truth(tmp_path)))
    assert tuple(size_of(str(tmp_path / "photos" / name))) == (TILE, TILE)


def test_a_second_run_keeps_what_is_there(tmp_path: Path) -> None:
    notebook = prepare(tmp_path)
    notebook.write_text("mine", encoding="utf-8")
    tile = next((tmp_path / "photos").iterdir())
    tile.write_bytes(b"mine too")
    prepare(tmp_path)
    assert notebook.read_text(encoding="utf-8") == "mine"
    assert tile.read_bytes() == b"mine too"


def test_all_notebooks_are_there_and_the_first_is_opened(tmp_path: Path) -> None:
    assert prepare(tmp_path).name == "01_first_labels.ipynb"
    assert [path.name for path in sorted(tmp_path.glob("*.ipynb"))] == list(NOTEBOOKS)
    for name in NOTEBOOKS:
        assert (tmp_path / name).read_bytes() == packaged_notebook(name).read_bytes()


def test_the_wheel_carries_every_notebook_of_the_demo() -> None:
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    carried = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {f"notebooks/{name}": f"jlabel/notebooks/{name}" for name in NOTEBOOKS}.items() <= carried.items()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(InputError, match=str(tmp_path)):
        make_tiles(tmp_path)


def test_tiles_of_one_photograph_differ(tmp_path: Path) -> None:
    make_tiles(tmp_path)
    contents = {path.read_bytes() for path in (tmp_path / "photos").iterdir()}
    assert len(contents) == 192
