"""Who uses a store, in which role, and which role has which verb."""

from dataclasses import dataclass
from enum import StrEnum

from jlabel.errors import NotAllowed


class Role(StrEnum):
    """What somebody may do in a workspace."""

    OWNER = "owner"
    """Everything: projects, label classes, images, assist."""
    REVIEWER = "reviewer"
    """Reads all labels and judges them; gives none from the queue."""
    LEAD = "lead"
    """A labeler who leads a team: labels, and reads all labels."""
    LABELER = "labeler"
    """Labels pages from the queue, and amends own submissions."""
    VIEWER = "viewer"
    """Reads projects and labels; changes nothing."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who uses a store.

    Attributes:
        name: the user's name; ``""`` for whoever runs this process.
        role: what the user may do.
    """

    name: str = ""
    role: Role = Role.OWNER


OWNER = Actor()
"""Whoever opens a database directly: without a service in front of it, everyone who can open it owns it."""

_ALL = frozenset(Role)
_OWNER = frozenset({Role.OWNER})
_LABEL = frozenset({Role.OWNER, Role.LEAD, Role.LABELER})
_LOOK = _LABEL | {Role.REVIEWER}
_READ = _ALL - {Role.LABELER}

VERBS: dict[str, frozenset[Role]] = {
    # catalog
    "create_project": _OWNER,
    "project": _ALL,
    "projects": _ALL,
    "rename_project": _OWNER,
    "delete_project": _OWNER,
    "set_paused": _OWNER,
    "set_instructions": _OWNER,
    "set_settings": _OWNER,
    "habits": _ALL,
    "set_habits": _LOOK,
    "revision": _ALL,
    "counts": _ALL,
    "queue_counts": _ALL,
    "classes": _ALL,
    "add_classes": _OWNER,
    "change_class": _OWNER,
    "retire_class": _OWNER,
    "add_source": _OWNER,
    "move_source": _OWNER,
    "sources": _OWNER,
    "source_paths": _OWNER,
    "add_items": _OWNER,
    "reconcile": _OWNER,
    "mark_unreadable": _LOOK,
    "set_reasons": _OWNER,
    "set_sizes": _LOOK,
    "set_stamps": _LABEL,
    "remove_items": frozenset({Role.OWNER, Role.REVIEWER}),
    "restore_items": frozenset({Role.OWNER, Role.REVIEWER}),
    # task queue
    "open_session": _LABEL,
    "end_session": _LABEL,
    "adopt": _LABEL,
    "claim": _LABEL,
    "pages": _LABEL,
    "repage": _LABEL,
    "renew": _LABEL,
    "release": _LABEL,
    "suggestions": _LABEL,
    "save_draft": _LABEL,
    "save_drafts": _LABEL,
    "clear_draft": _LABEL,
    "drafts": _LABEL,
    # submissions
    "submit": _LABEL,
    "undo_submission": _LABEL,
    "submissions": _LABEL,
    "open_submission": _LABEL,
    "amend": _LABEL,
    "records": _READ,
    "history": _READ,
    "labelers": _READ,
    # predictions
    "item_table": _OWNER,
    "training_labels": _OWNER,
    "write_predictions": _OWNER,
    "predictions": _OWNER,
    "publish": _OWNER,
    "withdraw": _OWNER,
    "arrange": _OWNER,
    "assist_outcomes": _READ,
    # runs: a labeler's screen shows what assist does
    "assist_settings": _ALL,
    "set_assist_settings": _OWNER,
    "start_run": _OWNER,
    "update_run": _OWNER,
    "finish_run": _OWNER,
    "fail_run": _OWNER,
    "cancel_run": _OWNER,
    "run": _ALL,
    "runs": _ALL,
    "latest_runs": _ALL,
    "acquire_assist": _OWNER,
    "renew_assist": _OWNER,
    "release_assist": _OWNER,
    "assist_lease": _ALL,
}
"""The roles that have each verb of the store's port, after the roles of Azure Machine Learning data labeling."""


def check_allowed(actor: Actor, verb: str) -> None:
    """Raise unless the actor's role has the verb; a verb that is not in the table is nobody's.

    Raises:
        NotAllowed: it does not; the message names the verb, the role and the roles that have it.
    """
    roles = VERBS.get(verb, frozenset())
    if actor.role not in roles:
        who = ", ".join(role for role in Role if role in roles) or "nobody"
        name = f"{actor.name!r} is" if actor.name else "You are"
        raise NotAllowed(f"{name} {actor.role} here, and {verb} is for: {who}. Ask an owner of the workspace for it.")
