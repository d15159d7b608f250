"""The label class that a labeler used last, to offer it for the next shape."""

from jlabel.model.answer import Answer, Made
from jlabel.session.session import Session

_LOOK_BACK = 5
"""Submissions in which a drawn shape is looked for; more would slow the opening of an editor down."""


def newest_class(answer: Answer) -> int | None:
    """Return the class of the newest shape that was drawn on an image; ``None`` where there is none."""
    drawn = [annotation.class_id for annotation in answer.annotations if annotation.made is Made.DRAWN]
    return drawn[-1] if drawn else None


def find_last_class(session: Session) -> int | None:
    """Return the class of the shape that the labeler drew last on what they submitted in this project.

    Returns:
        ``None`` where nothing was drawn; a class that is retired by now is returned too.
    """
    store = session.parts.store
    for record in store.submissions(session.project.id, session.labeler, limit=_LOOK_BACK):
        for item in record.items:
            entries = [entry for entry in store.history(item) if entry.submission == record.id]
            found = newest_class(entries[-1].answer) if entries else None
            if found is not None:
                return found
    return None
