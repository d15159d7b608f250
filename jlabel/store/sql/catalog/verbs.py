"""The catalog's verbs on a database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jlabel.model.item import Refresh
from jlabel.model.label_class import LabelClass
from jlabel.model.project import Counts, ProjectRecord, QueueCounts
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType
from jlabel.store.ports import Catalog
from jlabel.store.sql import counters
from jlabel.store.sql.catalog import creation, items, label_classes, projects, removal, settings
from jlabel.store.sql.engine import Database, Transaction
from jlabel.store.sql.pieces import in_pieces


class SqlCatalog(Catalog):
    """Projects, label classes, sources and items in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create_project(
        self,
        *,
        name: str,
        task: TaskType,
        classes: Sequence[LabelClass],
        instructions: str = "",
        settings: Mapping[str, Any] | None = None,
        sources: Iterable[tuple[Source, Iterable[ListedFile]]] = (),
    ) -> ProjectRecord:
        return creation.create_project(
            self._database,
            name=name,
            task=task,
            classes=classes,
            instructions=instructions,
            settings=settings or {},
            sources=sources,
        )

    def project(self, name: str) -> ProjectRecord:
        return self._database.read(projects.find_project, name)

    def projects(self) -> list[ProjectRecord]:
        return self._database.read(projects.list_projects)

    def rename_project(self, project_id: int, name: str) -> ProjectRecord:
        return self._database.write(projects.rename_project, project_id, projects.check_name(name))

    def delete_project(self, project_id: int) -> None:
        self._database.write(projects.delete_project, project_id)

    def set_paused(self, project_id: int, paused: bool) -> ProjectRecord:  # noqa: FBT001 -- the value itself
        return self._database.write(projects.change_project, project_id, paused=bool(paused))

    def set_instructions(self, project_id: int, instructions: str) -> ProjectRecord:
        return self._database.write(projects.change_project, project_id, instructions=instructions)

    def set_settings(self, project_id: int, settings: Mapping[str, Any]) -> ProjectRecord:
        return self._database.write(projects.change_project, project_id, settings=settings)

    def habits(self, project_id: int, labeler: str) -> dict[str, Any]:
        return self._database.read(settings.read_setting, project_id, f"labeler {labeler}")

    def set_habits(self, project_id: int, labeler: str, values: Mapping[str, Any]) -> None:
        self._database.write(settings.write_setting, project_id, f"labeler {labeler}", values)

    def revision(self, project_id: int) -> int:
        return self._database.read(counters.revision, project_id)

    def counts(self, project_id: int) -> Counts:
        return self._database.read(counters.counts, project_id)

    def queue_counts(self, project_id: int) -> QueueCounts:
        return self._database.read(counters.queue_counts, project_id)

    def classes(self, project_id: int, *, retired: bool = False) -> tuple[LabelClass, ...]:
        return self._database.read(label_classes.list_classes, project_id, retired=retired)

    def add_classes(self, project_id: int, paths: Sequence[str]) -> tuple[LabelClass, ...]:
        return self._database.write(label_classes.add_classes, project_id, paths)

    def change_class(
        self,
        project_id: int,
        class_id: int,
        *,
        path: str | None = None,
        color: str | None = None,
        key: str | None = None,
    ) -> LabelClass:
        return self._database.write(label_classes.change_class, project_id, class_id, path=path, color=color, key=key)

    def retire_class(self, project_id: int, class_id: int) -> LabelClass:
        return self._database.write(label_classes.retire_class, project_id, class_id)

    def add_source(self, project_id: int, source: Source) -> int:
        return self._database.write(items.add_source, project_id, source)

    def move_source(self, project_id: int, source_id: int, root: str) -> int:
        return self._database.write(items.move_source, project_id, source_id, root)

    def sources(self, project_id: int) -> list[tuple[int, Source]]:
        return self._database.read(items.list_sources, project_id)

    def source_paths(self, source_id: int, *, after: int = 0, limit: int = 10_000) -> list[tuple[int, str]]:
        return self._database.read(items.list_paths, source_id, after=after, limit=limit)

    def add_items(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> int:
        return creation.add_items(self._database, project_id, source_id, files)

    def reconcile(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> Refresh:
        return creation.reconcile(self._database, project_id, source_id, files)

    def mark_unreadable(self, item_id: int, reason: str) -> bool:
        return self._database.write(items.mark_unreadable, item_id, reason)

    def remove_items(self, project_id: int, items: Sequence[int], *, reason: str = "") -> tuple[int, ...]:
        return removal.remove_items(self._database, project_id, items, reason)

    def restore_items(self, project_id: int, items: Sequence[int]) -> tuple[int, ...]:
        return removal.restore_items(self._database, project_id, items)

    def set_reasons(self, project_id: int, reasons: Mapping[int, str]) -> None:
        def write(transaction: Transaction, part: Sequence[tuple[int, str]]) -> None:
            items.set_reasons(transaction, project_id, part)

        with self._database.connection() as conn:
            for _ in in_pieces(self._database, conn, sorted(reasons.items()), write):
                pass

    def set_stamps(self, stamps: Mapping[int, str]) -> None:
        with self._database.connection() as conn:
            for _ in in_pieces(self._database, conn, sorted(stamps.items()), items.set_stamps):
                pass

    def set_sizes(self, sizes: Mapping[int, tuple[int, int]]) -> None:
        with self._database.connection() as conn:
            for _ in in_pieces(self._database, conn, sorted(sizes.items()), items.set_sizes):
                pass
