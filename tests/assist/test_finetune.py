"""Fine-tuning on tiny pictures."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image  # noqa: E402

from jlabel.assist.classification.finetune import Recipe, finetune  # noqa: E402
from jlabel.assist.classification.outputs import INDEPENDENT  # noqa: E402
from jlabel.assist.embeddings.backbone import open_backbone  # noqa: E402
from jlabel.assist.embeddings.checkpoint import save_network  # noqa: E402
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite  # noqa: E402
from jlabel.assist.embeddings.network import Network  # noqa: E402
from jlabel.errors import InputError  # noqa: E402

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Network:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "random.pt"
    save_network(EfficientNetLite(0).state_dict(), {"architecture": "lite0", "size": 64}, path)
    opened = open_backbone(path, device="cpu")
    assert isinstance(opened, Network)
    opened.batch = 4
    return opened


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], np.ndarray]:
    """Forty pictures, bright ones and dark ones."""
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    uris = []
    for n in range(40):
        pixels = rng.integers(0, 90, (40, 40, 3)) + (160 if n % 2 else 0)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{n}.png")
        uris.append(str(folder / f"{n}.png"))
    return uris, np.eye(2)[np.arange(40) % 2]


def test_better_is_adopted_and_embeds_anew(
    lite: Network, pictures: tuple[list[str], np.ndarray], tmp_path: Path
) -> None:
    uris, y = pictures
    told: list[int] = []
    parts: list[set[int]] = []

    def baseline(rest: np.ndarray, out: np.ndarray) -> float:
        parts.extend([set(rest.tolist()), set(out.tolist())])
        return 0.3

    tuned = finetune(
        uris,
        y,
        lite,
        path=tmp_path / "tuned.pt",
        baseline=baseline,
        recipe=Recipe(epochs=3, rate=1e-2, patience=2, batch=8),
        progress=lambda *news: told.append(news[0]),
    )
    assert not parts[0] & parts[1]
    assert len(parts[1]) == 8
    assert told == list(range(1, tuned.epochs + 1))
    assert tuned.accuracy > 0.3
    assert tuned.backbone is not None
    assert tuned.path == tmp_path / "tuned.pt"
    assert tuned.backbone.hash != lite.hash
    assert tuned.backbone.size == 64
    assert "was adopted" in tuned.reason


def test_not_better_is_refused(lite: Network, pictures: tuple[list[str], np.ndarray], tmp_path: Path) -> None:
    before = lite.hash, {key: value.clone() for key, value in lite.state.items()}
    tuned = finetune(
        *pictures, lite, path=tmp_path / "no.pt", baseline=lambda *_: 1.0, recipe=Recipe(epochs=1, batch=16)
    )
    assert tuned.backbone is None
    assert "not adopted" in tuned.reason
    assert not (tmp_path / "no.pt").exists()
    assert all(torch.equal(before[1][key], value) for key, value in lite.state.items())


def test_it_can_be_cancelled_and_wants_labels(
    lite: Network, pictures: tuple[list[str], np.ndarray], tmp_path: Path
) -> None:
    uris, y = pictures
    tuned = finetune(uris, y, lite, path=tmp_path / "c.pt", baseline=lambda *_: 0.0, cancel=lambda: True)
    assert tuned.backbone is None
    assert "cancelled" in tuned.reason
    with pytest.raises(InputError, match="at least 20"):
        finetune(uris[:5], y[:5], lite, path=tmp_path / "c.pt", baseline=lambda *_: 0.0)


def test_multi_label_and_unreadable_pictures(
    lite: Network, pictures: tuple[list[str], np.ndarray], tmp_path: Path
) -> None:
    uris, y = pictures
    broken = [*uris[:-1], str(tmp_path / "absent.png")]
    tuned = finetune(
        broken,
        np.hstack([y, np.ones((40, 1))]),
        lite,
        path=tmp_path / "m.pt",
        baseline=lambda *_: 1.0,
        outputs=INDEPENDENT,
        recipe=Recipe(epochs=1, batch=16),
    )
    assert tuned.epochs == 1
    assert 0 <= tuned.accuracy <= 1
