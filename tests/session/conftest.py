"""A project of plain pictures in a fresh workspace."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jlabel import Project, Workspace
from tests.pictures import make_pictures

Make = Callable[..., Project]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """``make(count, task=...)`` creates a project."""
    workspace = Workspace(tmp_path / "labels")

    def create(count: int = 20, task: str = "multi-class", name: str = "p") -> Project:
        folder = make_pictures(tmp_path / f"pictures-{name}", count)
        return workspace.create_project(name, task=task, images=folder, labels=["cat", "dog", "Animal/Owl"])

    yield create
    workspace.close()
