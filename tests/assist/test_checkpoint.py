"""Heads on disk."""

import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest

from jlabel.assist.classification.linear_head import Head
from jlabel.assist.embeddings.checkpoint import load_head, save_head
from jlabel.errors import CheckpointError, StoreFull

HEAD = Head(
    class_ids=(4, 2),
    weight=np.arange(6, dtype=np.float32).reshape(3, 2),
    bias=np.ones(2, np.float32),
    temperature=0.7,
    exclusive=True,
    backbone="abc",
)


def test_a_head_survives(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "head.npz"
    save_head(HEAD, path)
    loaded = load_head(path)
    x = np.random.default_rng(0).normal(size=(5, 3))
    assert loaded.predict(x).tolist() == HEAD.predict(x).tolist()
    assert (loaded.class_ids, loaded.backbone, loaded.exclusive) == ((4, 2), "abc", True)
    assert [p.name for p in path.parent.iterdir()] == ["head.npz"]
    assert [len(p) for p in HEAD.predict_all([x[:2], x[2:]])] == [2, 3]


def test_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    save_head(HEAD, path)
    whole = path.read_bytes()
    for bad in (b"", whole[:100], b"\x93NUMPY" + whole, whole[:200] + b"\xff" * 40 + whole[240:]):
        path.write_bytes(bad)
        with pytest.raises(CheckpointError, match="damaged"):
            load_head(path)
    with pytest.raises(CheckpointError, match="no model"):
        load_head(tmp_path / "absent.npz")


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    np.savez(path, about=np.array(json.dumps({"jlabel_head": 9})), weight=HEAD.weight, bias=HEAD.bias)
    with pytest.raises(CheckpointError, match="version 9"):
        load_head(path)


def test_no_pickle_is_read(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    np.savez(path, about=np.array([{"jlabel_head": 1}], dtype=object), weight=HEAD.weight, bias=HEAD.bias)
    with pytest.raises(CheckpointError, match="damaged"):
        load_head(path)
    buffer = io.BytesIO()
    np.save(buffer, np.array([print], dtype=object), allow_pickle=True)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(CheckpointError):
        load_head(path)


@pytest.mark.parametrize("change", [{"bias": np.ones(3, np.float32)}, {"weight": np.full((3, 2), np.nan, np.float32)}])
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, np.ndarray]) -> None:
    path = tmp_path / "head.npz"
    save_head(dataclasses.replace(HEAD, **change), path)
    with pytest.raises(CheckpointError, match="do not fit"):
        load_head(path)


def test_nowhere_to_write_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFull, match="Make room"):
        save_head(HEAD, tmp_path / "file" / "head.npz")
