"""Input to paint, measured in the page: the same few lines for the floor, the labeler and whatever stands beside."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
WARM_UP = 3


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Milliseconds of many samples."""

    samples: tuple[float, ...]

    @property
    def p50(self) -> float:
        return float(np.percentile(self.samples, 50))

    @property
    def p95(self) -> float:
        return float(np.percentile(self.samples, 95))


def sample(page: Page, probe: str, act: Callable[[], object], event: str = "keydown") -> float:
    """Milliseconds from one input event to the second frame after its effect.

    Args:
        page: the page, with the focus where it belongs.
        probe: a JavaScript expression, evaluated once a frame; the effect is that its value changes.
        act: makes the gesture, for instance ``lambda: page.keyboard.press("Enter")``.
        event: the gesture's DOM event: ``keydown``, ``pointermove``, ``click``.
    """
    page.evaluate(SCRIPT, {"event": event, "probe": probe})
    act()
    return float(page.evaluate("() => window.jlabelSample"))


def measure(
    page: Page,
    probe: str,
    act: Callable[[int], object],
    *,
    event: str = "keydown",
    times: int = 60,
    prepare: Callable[[int], object] = lambda _: None,
) -> Timing:
    """Many samples, after a few that do not count.

    Args:
        page: see ``sample``.
        probe: see ``sample``.
        act: the gesture; gets the number of the sample.
        event: see ``sample``.
        times: how many samples count.
        prepare: called before each sample, outside the measured time, for instance to label the page.
    """
    samples = []
    for number in range(WARM_UP + times):
        prepare(number)
        samples.append(sample(page, probe, partial(act, number), event))
    return Timing(samples=tuple(samples[WARM_UP:]))
