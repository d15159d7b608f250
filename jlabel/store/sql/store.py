"""The store's face: every verb once, each one transaction."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from jlabel.model.answer import Answer
from jlabel.model.draft import DraftChange
from jlabel.model.item import ItemState, Refresh
from jlabel.model.label_class import ClassTree, LabelClass, make_classes
from jlabel.model.page import Page, Queue
from jlabel.model.project import Counts, LabelerTotal, ProjectRecord
from jlabel.model.record import LabelEntry, Origin, Record
from jlabel.model.source import ListedFile, Source
from jlabel.model.submission import Submission, SubmissionRecord
from jlabel.model.task import TaskType
from jlabel.store.sql import counters
from jlabel.store.sql.assist_verbs import AssistVerbs
from jlabel.store.sql.catalog import creation, items, projects, settings
from jlabel.store.sql.catalog import label_classes as classes
from jlabel.store.sql.catalog.label_classes import KEEP
from jlabel.store.sql.engine import LEASE_SECONDS, Database, Dialect
from jlabel.store.sql.history import amendments as mending
from jlabel.store.sql.history import records, submissions, undo
from jlabel.store.sql.migrate import migrate
from jlabel.store.sql.queue import claims as queues
from jlabel.store.sql.queue import drafts, pages
from jlabel.store.sql.queue import labeling_sessions as sessions


class Store(AssistVerbs):
    """One workspace's database. Safe to use from several threads; open one in each process.

    Each method is one transaction, described with its arguments where it is implemented. Ids are ints, times are aware
    datetimes in UTC, sizes are pixels. Besides what each names, all raise ``StoreError`` (or ``StoreFull``) when the
    database cannot do its work, and ``NotFound`` for ids that do not exist.

    Attributes:
        folder: the workspace's folder; ``None`` when the database is PostgreSQL.
        dialect: ``"sqlite"`` or ``"postgresql"``.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder: Path | None = database.folder
        self.dialect: Dialect = database.dialect

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        clock: Callable[[], float] = time.time,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Self:
        """Open a workspace, creating or upgrading its tables.

        Args:
            location: a folder on a local disk (created if need be), or ``postgresql://user:password@host/database``.
            clock: tells seconds since the epoch, UTC.
            lease_seconds: how long a page is held without a sign of life.

        Raises:
            NetworkFileSystemError: SQLite on a network file system.
            SchemaError: a later jlabel wrote the database.
            MissingExtra: PostgreSQL without psycopg.
            InputError: a URL of another kind.
        """
        database = Database(location, clock=clock, lease_seconds=lease_seconds)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the connections. A store that is used again opens new ones."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self._database.place!r})"

    # Projects

    def create_project(
        self,
        *,
        name: str,
        task: TaskType | str,
        classes: Sequence[str | LabelClass] | ClassTree,
        instructions: str = "",
        settings: Mapping[str, Any] | None = None,
        sources: Iterable[tuple[Source, Iterable[ListedFile]]] = (),
    ) -> ProjectRecord:
        """Create a project with its classes, sources and items: all of it, or nothing when a listing fails."""
        return creation.create_project(
            self._database,
            name=name,
            task=task,
            classes=make_classes(classes),
            instructions=instructions,
            settings=settings or {},
            sources=sources,
        )

    def project(self, name: str) -> ProjectRecord:
        """Return the project of this name, whatever its case."""
        return self._database.read(projects.find_project, name)

    def projects(self) -> list[ProjectRecord]:
        """Return the projects, oldest first."""
        return self._database.read(projects.list_projects)

    def delete_project(self, project_id: int) -> None:
        """Delete a project; its name stays taken and its labels stay in the database."""
        self._database.write(projects.delete_project, project_id)

    def set_paused(self, project_id: int, paused: bool) -> ProjectRecord:  # noqa: FBT001 -- the value itself
        """Stop or resume handing out pages; pages already out can still be submitted."""
        return self._database.write(projects.change_project, project_id, paused=bool(paused))

    def set_instructions(self, project_id: int, instructions: str) -> ProjectRecord:
        """Replace the instructions (Markdown)."""
        return self._database.write(projects.change_project, project_id, instructions=instructions)

    def set_settings(self, project_id: int, settings: Mapping[str, Any]) -> ProjectRecord:
        """Replace the settings (JSON data)."""
        return self._database.write(projects.change_project, project_id, settings=settings)

    def habits(self, project_id: int, labeler: str) -> dict[str, Any]:
        """Return how a labeler likes the screen of a project, as ``set_habits`` was told; empty before."""
        return self._database.read(settings.read_setting, project_id, f"labeler {labeler}")

    def set_habits(self, project_id: int, labeler: str, values: Mapping[str, Any]) -> None:
        """Remember how a labeler likes the screen of a project (JSON data); other settings stay."""
        self._database.write(settings.write_setting, project_id, f"labeler {labeler}", values)

    def revision(self, project_id: int) -> int:
        """Return a number that grows with every committed change; renewals that change nothing do not count."""
        return self._database.read(counters.revision, project_id)

    def counts(self, project_id: int) -> Counts:
        """Return how many items are where, in constant time; ``waiting`` does not include ``leased``."""
        return self._database.read(counters.counts, project_id)

    # Label classes

    def classes(self, project_id: int, *, retired: bool = False) -> tuple[LabelClass, ...]:
        """Return the label classes, with ``retired`` also those no longer offered."""
        return self._database.read(classes.list_classes, project_id, retired=retired)

    def add_classes(self, project_id: int, spec: Sequence[str | LabelClass] | ClassTree) -> tuple[LabelClass, ...]:
        """Add label classes and return them."""
        return self._database.write(classes.add_classes, project_id, spec)

    def change_class(
        self,
        project_id: int,
        class_id: int,
        *,
        path: str | None = None,
        color: str | None = None,
        key: str | None = KEEP,
    ) -> LabelClass:
        """Rename, recolour or re-key a label class."""
        return self._database.write(classes.change_class, project_id, class_id, path=path, color=color, key=key)

    def retire_class(self, project_id: int, class_id: int) -> LabelClass:
        """Offer a label class no longer."""
        return self._database.write(classes.retire_class, project_id, class_id)

    # Sources and items

    def add_source(self, project_id: int, source: Source) -> int:
        """Add a source and return its id."""
        return self._database.write(items.add_source, project_id, source)

    def sources(self, project_id: int) -> list[tuple[int, Source]]:
        """Return the sources with their ids; an explicit list names the paths of its items."""
        return self._database.read(items.list_sources, project_id)

    def add_items(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> int:
        """Make files items of a source; return how many were new."""
        return creation.add_items(self._database, project_id, source_id, files)

    def reconcile(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> Refresh:
        """Bring a source's items up to date with a new listing of it; an empty listing changes nothing."""
        return creation.reconcile(self._database, project_id, source_id, files)

    def mark_unreadable(self, item_id: int, reason: str) -> bool:
        """Take a waiting item whose file cannot be decoded out of the queue; return whether it was waiting."""
        return self._database.write(items.mark_unreadable, item_id, reason)

    def set_sizes(self, sizes: Mapping[int, tuple[int, int]]) -> None:
        """Record (width, height) by item."""
        self._database.write(items.set_sizes, sizes)

    # Labelers' sessions and the queue

    def open_session(self, project_id: int, labeler: str) -> int:
        """Begin a labeler's session in this process; return its id."""
        return self._database.write(sessions.open_session, project_id, labeler)

    def end_session(self, session_id: int) -> None:
        """End a session; its pages may be adopted by the labeler's next."""
        self._database.write(sessions.end_session, session_id)

    def adopt(self, session_id: int) -> list[Page]:
        """Take over the pages of the labeler's ended or dead sessions."""
        return self._database.write(pages.adopt, session_id)

    def claim(self, session_id: int, size: int, *, queue: Queue | None = None) -> Page | None:
        """Lease a page of up to ``size`` items; ``None`` when nothing is left."""
        return self._database.write(queues.claim, session_id, size, queue)

    def pages(self, session_id: int) -> list[Page]:
        """Return the pages that the session holds, in the order of claiming."""
        return self._database.read(pages.session_pages, session_id)

    def repage(self, session_id: int, size: int) -> list[Page]:
        """Cut the session's pages anew, for another grid."""
        return self._database.write(queues.repage, session_id, size)

    def renew(self, session_id: int, *, seconds: Mapping[str, float] | None = None) -> tuple[int, ...]:
        """Keep the session's pages, with the time spent on each by token; return the items lost meanwhile."""
        return self._database.write(pages.renew, session_id, seconds)

    def release(self, session_id: int, token: str) -> None:
        """Give a page back to the queue."""
        self._database.write(pages.release, session_id, token)

    def save_draft(self, session_id: int, item_id: int, answer: Answer) -> int:
        """Store what the labeler has so far on an item; return the draft's version."""
        return self.save_drafts(session_id, {item_id: answer})[item_id]

    def save_drafts(
        self, session_id: int, answers: Mapping[int, Answer], *, changes: Mapping[int, DraftChange] | None = None
    ) -> dict[int, int]:
        """Store what the labeler has so far on several items at once; return the drafts' versions."""
        return self._database.write(drafts.save_drafts, session_id, answers, changes)

    def clear_draft(self, session_id: int, item_id: int) -> None:
        """Forget what the labeler has so far on an item."""
        self._database.write(drafts.clear_draft, session_id, item_id)

    def drafts(self, session_id: int, items: Iterable[int]) -> dict[int, Answer]:
        """Return the labeler's drafts on items."""
        return self._database.read(drafts.drafts, session_id, items)

    # Submissions

    def submit(
        self,
        session_id: int,
        token: str,
        answers: Mapping[int, Answer],
        *,
        seconds: float,
        origins: Mapping[int, Origin] | None = None,
        shown: Collection[int] | None = None,
    ) -> Submission:
        """Turn a page's answers into labels, all or none; the same token again changes nothing."""
        return self._database.write(
            submissions.submit, session_id, token, answers, seconds=seconds, origins=origins, shown=shown
        )

    def undo_submission(self, session_id: int) -> Page | None:
        """Take back the labeler's newest submission; return its items as a page with the answers as drafts."""
        return self._database.write(undo.undo_submission, session_id)

    def submissions(
        self, project_id: int, labeler: str, *, limit: int = 50, before: int | None = None
    ) -> list[SubmissionRecord]:
        """Return a labeler's submissions, newest first."""
        return self._database.read(submissions.list_submissions, project_id, labeler, limit=limit, before=before)

    def open_submission(self, session_id: int, submission_id: int) -> Page:
        """Open one of the labeler's own submissions to mend it."""
        return self._database.write(mending.open_submission, session_id, submission_id)

    def amend(
        self,
        session_id: int,
        submission_id: int,
        answers: Mapping[int, Answer],
        *,
        expected: Mapping[int, int],
        seconds: float,
        origins: Mapping[int, Origin] | None = None,
    ) -> Submission:
        """Replace labels of a submission, if they are still the expected ones."""
        return self._database.write(
            mending.amend, session_id, submission_id, answers, expected=expected, seconds=seconds, origins=origins
        )

    # What was said

    def records(
        self,
        project_id: int,
        *,
        states: Collection[ItemState] | None = None,
        items: Collection[int] | None = None,
    ) -> Iterator[Record]:
        """Yield items with their current labels, in the order of ids, from one snapshot."""
        with self._database.snapshot() as transaction:
            projects.get_project(transaction, project_id)
            yield from records.stream_records(transaction, project_id, states=states, items=items)

    def history(self, item_id: int) -> list[LabelEntry]:
        """Return everything that was ever said about an item, oldest first."""
        return self._database.read(records.history, item_id)

    def labelers(self, project_id: int) -> list[LabelerTotal]:
        """Return what each labeler has done."""
        return self._database.read(records.labelers, project_id)
