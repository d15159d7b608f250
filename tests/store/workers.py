"""What the concurrency tests run in processes of their own."""

from multiprocessing.connection import Connection

from jlabel.model.answer import Annotation, Answer
from jlabel.model.answer_diff import find_difference
from jlabel.model.draft import DraftChange
from jlabel.model.label_class import make_classes
from jlabel.model.run import Prediction, RunKind
from jlabel.model.shapes.box import Box
from jlabel.model.task import TaskType
from jlabel.store import open_store

LABEL = Answer(annotations=(Annotation(class_id=1),))


def label_all(location: str, project: int, labeler: str, size: int) -> list[int]:
    """Claim and submit until nothing is left; return the items labeled."""
    labeled: list[int] = []
    with open_store(location) as store:
        session = store.open_session(project, labeler)
        while (page := store.claim(session, size)) is not None:
            labeled += store.submit(session, page.token, {t.item: LABEL for t in page.tasks}, seconds=1).items
    return labeled


def open_and_create(location: str, name: str) -> str:
    """Open a workspace, perhaps for the first time, and create a project in it."""
    with open_store(location) as store:
        return store.create_project(name=name, task=TaskType.BOXES, classes=make_classes(["a"])).name


def try_name(location: str) -> bool:
    """Create the project "one"; whether this process was the one that could."""
    from jlabel.errors import NameTaken

    with open_store(location) as store:
        try:
            store.create_project(name="one", task=TaskType.BOXES, classes=make_classes(["a"]))
        except NameTaken:
            return False
        return True


def hold(location: str, project: int, labeler: str, pipe: Connection) -> None:
    """Claim two pages, draft one item, say so, and wait to be killed."""
    store = open_store(location)
    session = store.open_session(project, labeler)
    pages = [store.claim(session, 4), store.claim(session, 4)]
    tokens = [page.token for page in pages if page is not None]
    drafted = pages[1].tasks[2].item if pages[1] is not None else 0
    store.save_draft(session, drafted, LABEL)
    pipe.send((tokens, drafted))
    pipe.recv()


def hold_assist(location: str, project: int, now: float, pipe: Connection) -> None:
    """Be the project's worker with a run under way, say so, and wait to be killed."""
    store = open_store(location, clock=lambda: now)
    store.acquire_assist(project, seconds=1e6)
    pipe.send(store.start_run(project, RunKind.INFERENCE, reason="").id)
    pipe.recv()


def publish_often(location: str, project: int, items: list[int], times: int) -> int:
    """Publish runs one after another, each sure of another half of the items."""
    with open_store(location) as store:
        for turn in range(times):
            run = store.start_run(project, RunKind.INFERENCE, reason="").id
            store.write_predictions(
                run, (Prediction(item=i, answer=LABEL, confidence=0.5, above=(i + turn) % 2 == 0) for i in items)
            )
            store.publish(run, clusters={i: i % 3 for i in items if i % 3}, random_share=0.2)
    return times


def draw_until_killed(location: str, session: int, item: int, pipe: Connection) -> None:
    """Add one shape after another to a draft, and say of each when it is stored."""
    with open_store(location) as store:
        answer = store.drafts(session, [item])[item]
        version = store.save_drafts(session, {item: answer})[item]
        for number in range(1_000_000):
            new = Annotation(class_id=1, shape=Box(number, 0, number + 1, 5), uid=f"n{number}")
            before, answer = answer, Answer(annotations=(*answer.annotations, new))
            change = DraftChange(since=version, difference=find_difference(before, answer))
            version = store.save_drafts(session, {item: answer}, changes={item: change})[item]
            pipe.send(number + 1)
