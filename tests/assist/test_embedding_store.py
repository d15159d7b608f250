"""Embeddings on disk: whatever breaks off, what was said to be stored is there."""

from pathlib import Path

import numpy as np
import pytest

from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.errors import CheckpointError, InputError, StoreFull


def rows(count: int, start: int = 0) -> np.ndarray:
    return (np.arange(count * 4).reshape(count, 4) + start * 4).astype(np.float32)


def make(folder: Path, **changes: object) -> EmbeddingStore:
    return EmbeddingStore(folder, **({"backbone": "ab", "dim": 4} | changes))  # type: ignore[arg-type]


def test_what_is_appended_is_there_for_everyone(tmp_path: Path) -> None:
    writer, reader = make(tmp_path / "s"), make(tmp_path / "s")
    writer.append([5, 9], ["a", "b"], rows(2))
    writer.append([7], ["c"], rows(1, 2))
    assert len(reader) == 0
    reader.refresh()
    assert reader.items.tolist() == [5, 9, 7]
    assert reader.rows([7, 5, 4]).tolist() == [2, 0, -1]
    assert reader.matrix[reader.rows([7, 9])].tolist() == [[8, 9, 10, 11], [4, 5, 6, 7]]
    assert reader.matrix.dtype == np.float16
    assert isinstance(reader.matrix, np.memmap)


def test_only_new_and_changed_items_are_missing(tmp_path: Path) -> None:
    embeddings = make(tmp_path)
    embeddings.append([1, 2], ["a", "b"], rows(2))
    assert embeddings.missing([(1, "a"), (2, "changed"), (3, "a")]) == [1, 2]
    embeddings.append([2], ["changed"], rows(1, 7))
    assert embeddings.missing([(1, "a"), (2, "changed")]) == []
    assert len(embeddings) == 2
    assert embeddings.matrix[embeddings.rows([2])[0]].tolist() == [28, 29, 30, 31]


@pytest.mark.parametrize("cut", [1, 20, 36, 40])
def test_a_torn_log_loses_its_tail_only(tmp_path: Path, cut: int) -> None:
    make(tmp_path).append([1, 2, 3], ["a", "b", "c"], rows(3))
    log = tmp_path / "index.log"
    log.write_bytes(log.read_bytes()[:-cut])
    embeddings = make(tmp_path)
    kept = 2 if cut <= 36 else 1
    assert len(embeddings) == kept
    embeddings.append([8], ["x"], rows(1, 50))
    again = make(tmp_path)
    assert again.items.tolist() == [*[1, 2, 3][:kept], 8]
    assert again.matrix[again.rows([8])[0]].tolist() == [200, 201, 202, 203]
    assert again.matrix[again.rows([1])[0]].tolist() == [0, 1, 2, 3]


def test_records_without_their_vectors_do_not_count(tmp_path: Path) -> None:
    make(tmp_path).append([1, 2], ["a", "b"], rows(2))
    vectors = tmp_path / "vectors.f16"
    vectors.write_bytes(vectors.read_bytes()[:-3])
    assert make(tmp_path).items.tolist() == [1]


def test_a_record_of_noise_ends_the_log(tmp_path: Path) -> None:
    make(tmp_path).append([1, 2], ["a", "b"], rows(2))
    log = tmp_path / "index.log"
    raw = bytearray(log.read_bytes())
    raw[40] ^= 0xFF
    log.write_bytes(raw)
    assert make(tmp_path).items.tolist() == [1]


def test_other_backbones_and_versions_are_refused(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(CheckpointError, match="another backbone"):
        make(tmp_path, backbone="cd")
    (tmp_path / "about.json").write_text("{half")
    with pytest.raises(CheckpointError, match="Remove the"):
        make(tmp_path)


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    embeddings = make(tmp_path)
    with pytest.raises(InputError, match="need"):
        embeddings.append([1], ["a"], rows(2))
    with pytest.raises(InputError, match="finite"):
        embeddings.append([1], ["a"], np.full((1, 4), np.nan))
    embeddings.append([], [], np.zeros((0, 4)))
    assert len(make(tmp_path)) == 0


def test_a_full_disk_is_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    embeddings = make(tmp_path)
    embeddings.append([1], ["a"], rows(1))
    (tmp_path / "index.log").rename(tmp_path / "kept")
    (tmp_path / "index.log").symlink_to("/dev/full")
    with pytest.raises(StoreFull, match="Make room"):
        embeddings.append([2], ["b"], rows(1, 1))
    (tmp_path / "index.log").unlink()
    (tmp_path / "kept").rename(tmp_path / "index.log")
    assert make(tmp_path).items.tolist() == [1]
    embeddings.append([2], ["b"], rows(1, 1))
    assert make(tmp_path).items.tolist() == [1, 2]
