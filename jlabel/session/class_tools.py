"""What one gesture does to the answers of a classification page: pure functions.

The browser predicts the same rules in ``widgets/frame/answers.js``; ``tests/vectors/answers.json`` holds both to them.
"""

from collections.abc import Collection, Mapping, Sequence

from jlabel.model.answer import UNANSWERED, Annotation, Answer
from jlabel.model.run import Suggestion
from jlabel.model.task import TaskType

Answers = Mapping[int, Answer]
"""Answers by item id."""


def apply_class(answers: Answers, items: Sequence[int], class_id: int, task: TaskType) -> dict[int, Answer]:
    """Return the answers of ``items`` after a class was applied to all of them.

    Multi-class: the new class replaces what was there. Multi-label: where every item already has the class it is taken
    off all of them, else it is added to those without. A skip or "No objects" gives way.
    """
    if not task.many_classes:
        return {item: Answer(annotations=(Annotation(class_id=class_id),)) for item in items}
    if all(class_id in answers[item].class_ids for item in items):
        return clear(answers, items, class_id)
    return {
        item: answers[item]
        if class_id in answers[item].class_ids
        else Answer(annotations=(*answers[item].annotations, Annotation(class_id=class_id)))
        for item in items
    }


def clear(answers: Answers, items: Sequence[int], class_id: int | None = None) -> dict[int, Answer]:
    """Return the answers of ``items`` without one class, or without anything."""
    if class_id is None:
        return dict.fromkeys(items, UNANSWERED)
    return {
        item: Answer(annotations=tuple(a for a in answers[item].annotations if a.class_id != class_id))
        if class_id in answers[item].class_ids
        else answers[item]
        for item in items
    }


def skip(answers: Answers, items: Sequence[int], reason: str) -> dict[int, Answer]:
    """Return the answers of ``items`` skipped for ``reason``; where all are skipped for it already, no longer so."""
    skipped = Answer(skipped=reason)
    return dict.fromkeys(items, UNANSWERED if all(answers[item].skipped == reason for item in items) else skipped)


def no_objects(answers: Answers, items: Sequence[int]) -> dict[int, Answer]:
    """Return the answers of ``items`` as "No objects"; where all are that already, no longer so."""
    empty = Answer(empty=True)
    return dict.fromkeys(items, UNANSWERED if all(answers[item].empty for item in items) else empty)


def take_alternative(
    answers: Answers, items: Sequence[int], suggestions: Mapping[int, Suggestion], standing: Collection[int]
) -> dict[int, Answer | None]:
    """Return what ``items`` are after their second likeliest class was taken; ``None``: the pre-label, untouched.

    Items that show their pre-label untouched get its alternative. Where there is none of them, those that show the
    alternative go back to the pre-label. All others are left alone.

    Args:
        answers: by item.
        items: the items of the gesture.
        suggestions: the pre-labels that are or were shown, by item.
        standing: items that show theirs, neither confirmed nor changed.
    """
    known = {item: one.alternative for item in items if (one := suggestions.get(item)) and one.alternative}
    second = {item: Answer(annotations=(Annotation(class_id=class_id),)) for item, class_id in known.items()}
    untouched = {item: answer for item, answer in second.items() if item in standing}
    return {**untouched} if untouched else {item: None for item, answer in second.items() if answers[item] == answer}
