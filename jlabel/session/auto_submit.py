"""The labeler's choice that a screen submits a page when its last image has got a label."""

from jlabel.errors import InputError
from jlabel.model.task import TaskType
from jlabel.store import Store

_KEY = "auto_submit"
"""Of the habit in the store."""


class AutoSubmit:
    """The choice of one labeler in one project, kept in the store.

    Args:
        store: where habits are kept.
        project_id: the project.
        task: its task type.
        labeler: whose choice.
    """

    def __init__(self, store: Store, project_id: int, task: TaskType, labeler: str) -> None:
        self._store = store
        self._project = project_id
        self._task = task
        self._labeler = labeler
        self._on: bool | None = None

    @property
    def on(self) -> bool:
        """Whether pages are submitted so; read once, then kept up to date."""
        if self._on is None:
            self._on = self._store.habits(self._project, self._labeler).get(_KEY) is True
        return self._on

    def set(self, *, on: bool) -> None:
        """Store another choice.

        Raises:
            InputError: switched on for a task whose images may take more after a first label.
        """
        check_auto_submit(self._task, on=on)
        habits = self._store.habits(self._project, self._labeler)
        self._store.set_habits(self._project, self._labeler, {**habits, _KEY: on})
        self._on = on


def check_auto_submit(task: TaskType, *, on: bool) -> None:
    """Raise ``InputError`` if pages of this task cannot submit themselves."""
    if on and task.many_classes:
        raise InputError(
            f"Only multi-class pages submit themselves: an image of a {task} project may take more labels."
        )
