"""What one gesture changes in an answer: runs of annotations that give way to others.

An image may hold a thousand shapes of which a gesture touches one. Differences are what is stored and what is sent to
the browser then (``widgets/editor/shape_sync.js`` applies them there). Answers share the annotations that did not
change, so that finding a difference compares identities, not points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jlabel.errors import AnswerError
from jlabel.model.answer import VERSION, Annotation, Answer, annotation_from_dict, annotation_to_dict


@dataclass(frozen=True, kw_only=True)
class Splice:
    """One run of annotations that gives way to another.

    Attributes:
        at: place of the first annotation of the run, counted in the answer before.
        gone: how many annotations leave there.
        put: the annotations that come in their place.
    """

    at: int
    gone: int
    put: tuple[Annotation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What makes the answer after of the answer before.

    Attributes:
        splices: in the order of their places, which do not overlap.
        empty: ``Answer.empty`` after.
        skipped: ``Answer.skipped`` after.
        rejected: ``Answer.rejected`` after.
    """

    splices: tuple[Splice, ...] = ()
    empty: bool = False
    skipped: str | None = None
    rejected: tuple[str, ...] = ()

    @property
    def put(self) -> tuple[Annotation, ...]:
        """All annotations that are new or changed."""
        return tuple(annotation for splice in self.splices for annotation in splice.put)


def find_difference(before: Answer, after: Answer) -> Difference:
    """Return what makes ``after`` of ``before``; annotations that both hold are told by their identity."""
    start, ends = _middle(before.annotations, after.annotations)
    old, new = before.annotations[start : ends[0]], after.annotations[start : ends[1]]
    stay, came = {id(one) for one in old}, {id(one) for one in new}
    splices: list[Splice] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] is new[j]:
            i, j = i + 1, j + 1
            continue
        at, first = i, j
        while i < len(old) and id(old[i]) not in came:
            i += 1
        while j < len(new) and id(new[j]) not in stay:
            j += 1
        if (i, j) == (at, first):  # in another order, or twice: what is left is told anew
            i, j = len(old), len(new)
        splices.append(Splice(at=start + at, gone=i - at, put=new[first:j]))
    return Difference(splices=tuple(splices), empty=after.empty, skipped=after.skipped, rejected=after.rejected)


def _middle(old: tuple[Annotation, ...], new: tuple[Annotation, ...]) -> tuple[int, tuple[int, int]]:
    """Return where two runs begin to differ, and behind which places in each they no longer do."""
    start, i, j = 0, len(old), len(new)
    shorter = min(i, j)
    while start < shorter and old[start] is new[start]:
        start += 1
    while i > start and j > start and old[i - 1] is new[j - 1]:
        i, j = i - 1, j - 1
    return start, (i, j)


def apply_difference(before: Answer, difference: Difference) -> Answer:
    """Return the answer after.

    Raises:
        AnswerError: the difference was not found from this answer.
    """
    old, end = before.annotations, 0
    parts: list[tuple[Annotation, ...]] = []
    for splice in difference.splices:
        if not end <= splice.at <= splice.at + splice.gone <= len(old):
            raise AnswerError(
                f"A stored change of {splice.gone} shapes at {splice.at} does not fit an answer of {len(old)}."
            )
        parts += (old[end : splice.at], splice.put)
        end = splice.at + splice.gone
    annotations = tuple(annotation for part in (*parts, old[end:]) for annotation in part)
    return Answer(
        annotations=annotations,
        empty=difference.empty,
        skipped=difference.skipped,
        rejected=difference.rejected,
    )


def difference_to_dict(difference: Difference) -> dict[str, Any]:
    """Return ``difference`` as plain JSON data, with the version of an answer."""
    data: dict[str, Any] = {"v": VERSION}
    if difference.splices:
        data["splices"] = [
            {"at": splice.at, "gone": splice.gone, "put": [annotation_to_dict(one) for one in splice.put]}
            for splice in difference.splices
        ]
    if difference.empty:
        data["empty"] = True
    if difference.skipped is not None:
        data["skipped"] = difference.skipped
    if difference.rejected:
        data["rejected"] = list(difference.rejected)
    return data


def difference_from_dict(data: Mapping[str, Any]) -> Difference:
    """Read what ``difference_to_dict`` wrote.

    Raises:
        AnswerError: written by a later version, or not of this form.
    """
    version = data.get("v")
    if version != VERSION:
        raise AnswerError(
            f"A change of an answer of version {version!r} cannot be read; this jlabel reads {VERSION}. Update it."
        )
    try:
        splices = tuple(
            Splice(at=int(one["at"]), gone=int(one["gone"]), put=tuple(map(annotation_from_dict, one["put"])))
            for one in data.get("splices", ())
        )
        rejected = tuple(map(str, data.get("rejected", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise AnswerError(f"A stored change of an answer is malformed: {error}.") from error
    return Difference(
        splices=splices,
        empty=bool(data.get("empty", False)),
        skipped=data.get("skipped"),
        rejected=rejected,
    )
