"""What the store's tests build with."""

from collections.abc import Iterator, Mapping

from jlabel.model.answer import Annotation, Answer
from jlabel.model.label_class import make_classes
from jlabel.model.page import Page
from jlabel.model.project import ProjectRecord
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType
from jlabel.store import Store

SOURCE = Source(root="/photos", pattern="**")
SKIP = Answer(skipped="blurred")


def answer(class_id: int = 1) -> Answer:
    return Answer(annotations=(Annotation(class_id=class_id),))


def files(number: int, *, start: int = 0, stamp: str = "1") -> Iterator[ListedFile]:
    return (ListedFile(path=f"{i:06}.png", size=10 + i, stamp=stamp) for i in range(start, start + number))


def make_project(store: Store, number: int = 30, *, name: str = "masks") -> ProjectRecord:
    return store.create_project(
        name=name,
        task=TaskType.MULTI_CLASS,
        classes=make_classes(["mask", "no mask"]),
        sources=[(SOURCE, files(number))],
    )


def items(*pages: Page | None) -> list[int]:
    return [task.item for page in pages if page is not None for task in page.tasks]


def answers(page: Page, class_id: int = 1) -> Mapping[int, Answer]:
    return {task.item: answer(class_id) for task in page.tasks}


def expected(page: Page) -> dict[int, int]:
    return {task.item: task.label or 0 for task in page.tasks}


def claimed(page: Page | None) -> Page:
    assert page is not None
    return page
