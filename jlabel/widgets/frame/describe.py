"""What a labeling screen sends the browser, made of the session's and the stage's state."""

from collections.abc import Collection

from jlabel.assist.status import Status
from jlabel.model.answer import Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.page import SUGGESTED, SUGGESTED_HINT, Queue
from jlabel.model.project import Counts
from jlabel.model.run import Suggestion
from jlabel.session.page_state import PageState
from jlabel.session.session import Session
from jlabel.widgets.frame.markdown import render
from jlabel.widgets.frame.state import AnswerData, AssistData, ClassData, ClassesData, PageData, PrelabelData, Setup
from jlabel.widgets.stage.grid import Cell

_SHOWN = {
    code: f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{code:04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
    for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""The direction marks of Unicode (UAX 9), each with what is shown instead."""


def show_marks(name: str) -> str:
    """Return a name with its direction marks spelled out: obeyed, they would reorder the text around them."""
    return name.translate(_SHOWN)


def describe_setup(session: Session, height: float | None = None) -> Setup:
    """Return what stays the same while a labeling screen of ``height`` CSS pixels is open."""
    task = session.project.task
    return {
        "project": show_marks(session.project.name),
        "task": str(task),
        "shape": task.shape,
        "many_classes": task.many_classes,
        "allows_empty": task.allows_empty,
        "labeler": session.labeler,
        "grids": list(task.grids),
        "large_grids": list(task.large_grids),
        "height": height,
        "instructions": render(session.project.instructions) if session.project.instructions.strip() else "",
        **describe_classes(session),
        "queues": {str(queue): {"name": queue.caption, "hint": queue.hint} for queue in Queue},
        "suggested": {"name": SUGGESTED, "hint": SUGGESTED_HINT},
    }


def describe_classes(session: Session) -> ClassesData:
    """Return the label classes of the moment; those added later are offered from the next page on."""
    classes = session.parts.store.classes(session.project.id, retired=True)
    return {
        "classes": [describe_class(label) for label in classes if not label.retired],
        "retired": [describe_class(label) for label in classes if label.retired],
    }


def describe_class(label: LabelClass) -> ClassData:
    """Return a label class as the palette shows it."""
    return {
        "id": label.id,
        "path": show_marks(label.path),
        "name": show_marks(label.name),
        "color": label.color,
        "key": label.key,
    }


def describe_page(
    state: PageState,
    cells: tuple[Cell, ...],
    *,
    canvas: int,
    frame: int,
    own: tuple[int, int] | None,
    broken: Collection[int] = (),
) -> PageData:
    """Return a page as a grid shows it; ``broken`` are items whose pictures cannot be shown."""
    standing, suggestions = state.prelabels, state.suggestions
    return {
        "token": state.page.token,
        "canvas": canvas,
        "frame": frame,
        "queue": str(state.page.queue),
        "own": {"position": own[0], "count": own[1]} if own else None,
        "seconds": round(state.seconds, 1),
        "cells": [
            {
                "item": task.item,
                "name": show_marks(task.name),
                "broken": task.item in broken,
                "rect": [round(v, 2) for v in (cell.x, cell.y, cell.width, cell.height)],
                **describe_answer(state.answers[task.item]),
                "prelabel": describe_prelabel(suggestions.get(task.item), state.version(task.item)),
                "standing": task.item in standing,
            }
            for task, cell in zip(state.page.tasks, cells, strict=False)
        ],
    }


def describe_answer(answer: Answer) -> AnswerData:
    """Return an answer as a cell shows it."""
    return {"labels": list(answer.class_ids), "empty": answer.empty, "skipped": answer.skipped}


def describe_prelabel(made: Suggestion | None, version: int) -> PrelabelData | None:
    """Return a pre-label; ``None`` where none is."""
    if made is None:
        return None
    return {
        "run": made.run,
        "version": version,
        "labels": list(made.class_ids),
        "sure": [round(value, 4) for value in made.confidences],
        "confidence": round(made.confidence, 4),
        "alternative": made.alternative,
        "proven": made.proven,
    }


def describe_assist(status: Status) -> AssistData:
    """Return the state of assist, for the header; empty while it is off."""
    if status.state == "off":
        return {}
    facts = [
        f"{status.prelabeled:,} images are pre-labeled, {status.clustered:,} clustered, {status.labels:,} labeled.",
        f"Pre-labels are to be right in {status.target:.0%} of cases; the model must be {status.threshold:.1%} sure."
        if status.threshold is not None
        else status.reason,
        f"{status.run.reason} ({status.run.kind}, run {status.run.id})" if status.run else "",
        status.last_error,
    ]
    return {
        "state": status.state,
        "summary": status.summary,
        "detail": "\n".join(fact for fact in facts if fact),
        "done": status.done,
        "total": status.total,
    }


def describe_end(counts: Counts, *, paused: bool = False) -> str:
    """Return the sentence for a labeler who has no page."""
    if not counts.total:
        return "This project has no images. Add a source to it."
    if paused and counts.remaining:
        return "This project is paused and hands out no images. Once it is resumed, the next page comes by itself."
    done = f"{counts.labeled} of {counts.total} images are labeled, {counts.skipped} skipped"
    done += f", {counts.unreadable} unreadable." if counts.unreadable else "."
    if counts.leased:
        are = "1 image is" if counts.leased == 1 else f"{counts.leased} images are"
        return (
            f"Nothing left for you right now. {are} open at other labelers, and come here if they are not submitted."
            f"\n{done}"
        )
    return f"Nothing left to label. {done}\nPrevious takes you back over your own pages; export() writes the labels."
