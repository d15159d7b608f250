"""The lease of a project's assist: one worker at a time."""

from dataclasses import dataclass
from datetime import datetime

ASSIST_SECONDS = 60.0
"""Seconds that a lease lasts without renewal."""


@dataclass(frozen=True, kw_only=True)
class AssistLease:
    """Who works for a project's assist.

    Attributes:
        project_id: which project.
        token: names the lease; only its holder can renew and release it.
        host: the worker's machine.
        pid: its process there.
        process_started: when that began, seconds since the epoch; ids are used again.
        acquired_at: since when, UTC.
        expires_at: until when unless renewed, UTC.
        alive: the lease has not lapsed and the process is not known to be gone.
    """

    project_id: int
    token: str
    host: str
    pid: int
    process_started: float
    acquired_at: datetime
    expires_at: datetime
    alive: bool
