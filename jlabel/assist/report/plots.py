"""A report in pictures, by matplotlib, readable on a light and on a dark ground.

Each function draws into the axes that it is given, or makes a figure of its own, and returns the figure. A figure that
is made here is closed towards pyplot, so that a notebook shows it once and memory is given back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Protocol

from jlabel.assist.extra import need

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from jlabel.assist.report.data import ReportData
    from jlabel.assist.report.outcomes import Share

INK = "#7d8590"
"""Text and axes: a contrast of about 4 on white and on black, because the ground is the notebook's own."""
BLUE, ORANGE, GREEN, RED = "#4477aa", "#ee7733", "#228833", "#cc3311"
"""Of Paul Tol's schemes, as the label classes' colours."""
_CLASSES = 12


class Plot(Protocol):
    """Draws one part of a report."""

    def __call__(self, report: "ReportData", ax: "Axes | None" = None) -> "Figure":
        """Draw into ``ax``, or into a figure of its own; return the figure."""
        ...


@contextmanager
def _style() -> Iterator[None]:
    """Draw without a ground of one's own, in a grey that any ground leaves readable."""
    ink = dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK)
    plain = {"axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False, "font.size": 10}
    clear = {"figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none"}
    with need("matplotlib").rc_context(rc={**ink, **plain, **clear}):
        yield


def _plot(draw: "Callable[[ReportData, Axes], None]") -> Plot:
    """Make a drawing into a plot: with axes if none are given."""

    @wraps(draw)
    def plotted(report: "ReportData", ax: "Axes | None" = None) -> "Figure":
        with _style():
            if ax is None:
                pyplot = need("matplotlib.pyplot")
                figure, ax = pyplot.subplots(figsize=(5.6, 3.8), layout="constrained")
                pyplot.close(figure)
            assert ax is not None
            draw(report, ax)
            return ax.get_figure(root=True)  # type: ignore[return-value]  # axes that are drawn into have one

    return plotted


def overview(report: "ReportData") -> "Figure":
    """Return all four plots in one figure."""
    with _style():
        pyplot = need("matplotlib.pyplot")
        figure: Figure
        figure, axes = pyplot.subplots(2, 2, figsize=(11, 7.6), layout="constrained")
        pyplot.close(figure)
        for draw, ax in zip((curve, precision, outcomes, pace), axes.flat, strict=True):
            draw(report, ax)
        return figure


@_plot
def curve(report: "ReportData", ax: "Axes") -> None:
    """Draw precision against the share of waiting images that would be pre-labeled, by the newest validation."""
    ax.set_title("What a threshold would give")
    ax.set_xlabel("waiting images above the threshold, %; beside the line: the threshold")
    ax.set_ylabel("precision of held-out predictions, %")
    points, newest = report.curve, report.validation
    if not points or newest is None:
        _nothing(ax, "Nothing has been validated yet.")
        return
    x = [100 * point.coverage for point in points]
    ax.plot(x, [100 * point.precision for point in points], color=BLUE, label="seen")
    ax.plot(x, [100 * point.bound for point in points], color=BLUE, ls=":", label="lower bound, 95 %")
    ax.axhline(100 * newest.target, color=ORANGE, lw=1, label=f"asked for: {newest.target:.0%}")
    if newest.threshold is not None:
        at = min(points, key=lambda point: abs(point.threshold - (newest.threshold or 0)))
        here = [100 * at.coverage], [100 * at.precision]
        ax.plot(*here, "o", color=GREEN, label=f"pre-labeled: confidence {newest.threshold:.2f} and above")
    ax.set_xlim(0, 100)
    ax.set_ylim(max(0, min(100 * point.precision for point in points) - 12), 101)
    marks = [position for position in range(len(points)) if position % max(1, len(points) // 5) == 0]
    for position in marks[1:]:
        ax.annotate(
            f"{points[position].threshold:.2f}",
            (x[position], 100 * points[position].precision),
            xytext=(0, 5),
            textcoords="offset points",
            fontsize=8,
            ha="center",
        )
    ax.legend(loc="best", fontsize=9)


@_plot
def precision(report: "ReportData", ax: "Axes") -> None:
    """Draw the measured precision, with 95 % intervals, beside the one that was promised."""
    ax.set_title("Promised and measured")
    ax.set_ylabel("precision, %")
    both = report.total
    bars: list[tuple[str, Share]] = [("pre-label shown", both.shown), ("pre-label withheld", both.blind)]
    if not both.items:
        _nothing(ax, "No pre-label has been judged yet.")
        return
    target = report.target if both.promised is None else both.promised
    ax.axhline(100 * target, color=ORANGE, lw=1, label=f"promised: {target:.0%}")
    lows = [100 * target]
    for position, (_, share) in enumerate(bars):
        if share.value is None:
            continue
        ends = [[100 * (share.value - share.low)], [100 * (share.high - share.value)]]
        ax.errorbar([position], [100 * share.value], yerr=ends, fmt="o", color=BLUE, capsize=5)
        ax.annotate(
            f"{share.value:.1%}", (position, 100 * share.value), xytext=(9, 0), textcoords="offset points", va="center"
        )
        lows.append(100 * share.low)
    ax.set_xticks(range(len(bars)), [f"{name}\n{share.n:,} images" for name, share in bars])
    ax.set_xlim(-0.6, len(bars) - 0.4)
    ax.set_ylim(max(0, min(lows) - 4), 101)
    ax.legend(loc="lower left", fontsize=9)


@_plot
def outcomes(report: "ReportData", ax: "Axes") -> None:
    """Draw what became of the pre-labels that were shown, by class; the twelve most frequent."""
    ax.set_title("What became of pre-labels")
    ax.set_xlabel("images")
    tallies = [one for one in report.by_class if one.shown.n][:_CLASSES]
    if not tallies:
        _nothing(ax, "No pre-label has been judged yet.")
        return
    left = [0] * len(tallies)
    rows = range(len(tallies))
    for name, color, word in (
        ("accepted", BLUE, "accepted"),
        ("edited", ORANGE, "corrected"),
        ("rejected", RED, "rejected"),
    ):
        widths = [getattr(one, name) for one in tallies]
        ax.barh(rows, widths, left=left, color=color, label=word)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    # A dollar sign in a class's name is no formula.
    ax.set_yticks(rows, [_short(one.class_name).replace("$", r"\$") for one in tallies])
    ax.invert_yaxis()
    ax.legend(loc="best", fontsize=9)


@_plot
def pace(report: "ReportData", ax: "Axes") -> None:
    """Draw a person's seconds for one image, by queue."""
    ax.set_title("Time of a person")
    ax.set_ylabel("seconds an image")
    if not report.pace:
        _nothing(ax, "Nothing has been submitted yet.")
        return
    bars = ax.bar(range(len(report.pace)), [one.seconds for one in report.pace], color=BLUE, width=0.6)
    ax.bar_label(bars, [f"{one.seconds:.1f} s" for one in report.pace], padding=2)
    names = [f"{one.queue.caption.lower()}\n{one.items:,} images" for one in report.pace]
    ax.set_xticks(range(len(report.pace)), names)
    ax.margins(y=0.12)


def _nothing(ax: "Axes", words: str) -> None:
    ax.text(0.5, 0.5, words, ha="center", va="center", transform=ax.transAxes)
    ax.set_xticks([])
    ax.set_yticks([])


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else "…" + name[1 - most :]
