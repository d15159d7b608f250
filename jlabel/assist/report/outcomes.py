"""Counts of what became of pre-labels, with intervals of their precision. Standard library only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from jlabel.assist.guarantee.binomial import lower_bound
from jlabel.model.assist_outcomes import ShapeCount

CONFIDENCE = 0.95
"""Of two-sided intervals."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share that was counted, with its exact interval (Clopper and Pearson, Biometrika 1934; two-sided, 95 %).

    Attributes:
        right: how many.
        n: of how many.
    """

    right: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; ``None`` where nothing was counted."""
        return self.right / self.n if self.n else None

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return lower_bound(self.n, self.n - self.right, (1 + CONFIDENCE) / 2) if self.n else 0.0

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return 1 - lower_bound(self.n, self.right, (1 + CONFIDENCE) / 2) if self.n else 1.0

    def __str__(self) -> str:
        if self.value is None:
            return "not measured yet"
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%}; {self.right:,} of {self.n:,})"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of the pre-labels of one run and one class, or of several added up.

    Attributes:
        run: id of the inference run; ``None`` where several are added up.
        class_name: path of the first class that was proposed; ``"No objects"``; ``""`` where several are added up.
        promised: the precision that was promised for the run; ``None`` where none was, or several.
        proven: they were shown as proved; otherwise they were suggested without a promise.
        accepted: shown and submitted as they were.
        edited: shown, and something else was submitted.
        rejected: shown, and the image was skipped, or answered with "No objects".
        blind_same: withheld, and the labeler gave the same answer.
        blind_other: withheld, and the labeler gave another answer or skipped.
    """

    run: int | None = None
    class_name: str = ""
    promised: float | None = None
    proven: bool = True
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    blind_same: int = 0
    blind_other: int = 0

    @property
    def shown(self) -> Share:
        """How many of the pre-labels that were seen stood: the measured precision, as far as people look closely."""
        return Share(right=self.accepted, n=self.accepted + self.edited + self.rejected)

    @property
    def blind(self) -> Share:
        """How many of those withheld the labeler agreed with: the measured precision, swayed by nothing."""
        return Share(right=self.blind_same, n=self.blind_same + self.blind_other)

    @property
    def items(self) -> int:
        """How many pre-labels were judged, seen or not."""
        return self.shown.n + self.blind.n

    @property
    def sway(self) -> float | None:
        """By how much agreement is higher where the pre-label is seen, -1 to 1; ``None`` where one was not measured."""
        shown, blind = self.shown.value, self.blind.value
        return None if shown is None or blind is None else shown - blind

    @property
    def sway_interval(self) -> tuple[float, float]:
        """95 % interval of ``sway``, from the two shares' own (method 10 of Newcombe, Statistics in Medicine 1998)."""
        shown, blind, sway = self.shown, self.blind, self.sway
        if sway is None or shown.value is None or blind.value is None:
            return -1.0, 1.0
        down = ((shown.value - shown.low) ** 2 + (blind.high - blind.value) ** 2) ** 0.5
        up = ((shown.high - shown.value) ** 2 + (blind.value - blind.low) ** 2) ** 0.5
        return max(-1.0, sway - down), min(1.0, sway + up)


@dataclass(frozen=True, kw_only=True)
class ShapeTally:
    """What became of the proposed shapes of one class, all runs together.

    Attributes:
        class_name: path of the class proposed; of shapes that were added, of the class given.
        accepted: submitted as proposed.
        moved: submitted with another outline.
        reclassed: submitted with another class.
        rejected: deleted.
        added: by hand, on images with proposals.
        median_iou: of what was moved with its proposal, 0 to 1; ``None`` where nothing was.
    """

    class_name: str
    accepted: int = 0
    moved: int = 0
    reclassed: int = 0
    rejected: int = 0
    added: int = 0
    median_iou: float | None = None

    @property
    def proposed(self) -> int:
        """How many proposals were judged."""
        return self.accepted + self.moved + self.reclassed + self.rejected


def shape_tallies(counts: Iterable[ShapeCount], names: Mapping[int, str]) -> tuple[ShapeTally, ...]:
    """Add the counts of all runs up by class, most proposed first."""
    groups: dict[int, list[ShapeCount]] = defaultdict(list)
    for one in counts:
        groups[one.class_id].append(one)
    found = []
    for class_id, several in groups.items():
        ious = [iou for one in several for iou in one.ious]
        found.append(
            ShapeTally(
                class_name=names.get(class_id, f"class {class_id}"),
                accepted=sum(one.accepted for one in several),
                moved=sum(one.moved for one in several),
                reclassed=sum(one.reclassed for one in several),
                rejected=sum(one.rejected for one in several),
                added=sum(one.added for one in several),
                median_iou=median(ious) if ious else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.proposed, -one.added, one.class_name)))


def total(tallies: Iterable[Tally], *, run: int | None = None, class_name: str = "") -> Tally:
    """Add tallies up; ``promised`` stays where all promised the same."""
    several = list(tallies)
    promises = {one.promised for one in several}
    return Tally(
        run=run,
        class_name=class_name,
        promised=promises.pop() if len(promises) == 1 else None,
        accepted=sum(one.accepted for one in several),
        edited=sum(one.edited for one in several),
        rejected=sum(one.rejected for one in several),
        blind_same=sum(one.blind_same for one in several),
        blind_other=sum(one.blind_other for one in several),
    )
