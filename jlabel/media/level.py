"""Brightness, contrast, gamma and inversion of a picture on screen, as one value and one table of 256 grey levels."""

from dataclasses import dataclass

from jlabel.errors import InputError

_LIMITS = {"brightness": (0.0, 4.0), "contrast": (0.0, 4.0), "gamma": (0.1, 10.0)}


@dataclass(frozen=True, kw_only=True)
class Level:
    """How the grey levels of a picture are shown; the stored picture and its labels do not change.

    The steps follow each other as they stand here. Brightness and contrast are those of CSS (Filter Effects Level 1),
    so that a browser's own preview looks the same; ``widgets/editor/level.js`` computes the same table, and one file of
    test vectors holds both to it.

    Attributes:
        invert: black becomes white.
        gamma: v ** (1 / gamma), 0.1 to 10; more than 1 lifts what is dark.
        brightness: factor on each level, 0 to 4.
        contrast: factor on the distance from mid-grey, 0 to 4.

    Raises:
        InputError: a factor outside its limits, or not a number.
    """

    brightness: float = 1.0
    contrast: float = 1.0
    gamma: float = 1.0
    invert: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:  # NaN is not either
                raise InputError(f"A picture's {name} is a number from {low:g} to {high:g}, not {value!r}.")

    @property
    def plain(self) -> bool:
        """Whether the picture is shown as it is."""
        return self == PLAIN

    def table(self) -> list[int]:
        """Return what each level from 0 to 255 is shown as, 0 to 255."""
        return [int(255 * self._shown(level / 255) + 0.5) for level in range(256)]

    def _shown(self, value: float) -> float:
        value = (1.0 - value if self.invert else value) ** (1.0 / self.gamma)
        value = min(1.0, value * self.brightness)
        return min(1.0, max(0.0, (value - 0.5) * self.contrast + 0.5))


PLAIN = Level()
"""The picture as it is."""
