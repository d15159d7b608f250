"""What assist does, live in a cell: a bar, the pace, and one sentence."""

import contextlib
import threading
from html import escape

import ipywidgets as widgets

from jlabel.assist.status import Status, read_status
from jlabel.errors import JlabelError
from jlabel.store import Store

EVERY = 0.5
"""Seconds between two looks; ten times as many while nothing works."""
_STYLE = (
    "<style>.jl-progress .widget-html-content{line-height:1.5;color:var(--jp-ui-font-color1,inherit)}"
    ".jl-progress small{color:var(--jp-ui-font-color2,inherit)}</style>"
)


class Progress(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A project's assist, followed by a thread until the widget is closed.

    Args:
        store: where the project lives.
        project_id: which project.
        every: seconds between two looks.
    """

    def __init__(self, store: Store, project_id: int, *, every: float = EVERY) -> None:
        self.bar = widgets.FloatProgress(min=0.0, max=1.0, layout=widgets.Layout(width="100%", height="14px"))
        self.text = widgets.HTML()
        super().__init__([widgets.HTML(_STYLE), self.text, self.bar], layout=widgets.Layout(max_width="640px"))
        self.add_class("jl-progress")
        self._ended = threading.Event()
        self.show(read_status(store, project_id))
        follow = threading.Thread(target=self._follow, args=(store, project_id, every), daemon=True)
        follow.start()

    def show(self, status: Status) -> None:
        """Show a status."""
        with self.hold_sync():
            self.text.value = words(status)
            self.bar.layout.visibility = "visible" if status.state == "working" else "hidden"
            self.bar.value = status.done / status.total if status.total else 0.0

    def close(self) -> None:
        """Follow no longer."""
        self._ended.set()
        super().close()

    def _follow(self, store: Store, project_id: int, every: float) -> None:
        pause, last = every, ""
        while not self._ended.wait(pause):
            with contextlib.suppress(JlabelError):  # a locked database, or a deleted project: nothing new to show
                status = read_status(store, project_id)
                pause = every if status.worker else 10 * every
                text = f"{words(status)} {status.done}"
                if text != last and not self._ended.is_set():
                    self.show(status)
                    last = text


def words(status: Status) -> str:
    """Return a status as HTML: the sentence, and below it the figures."""
    figures = [f"{status.labels:,} labels"]
    if status.rate and status.total:
        figures.append(f"{status.rate:.1f} images a second")
    if status.accuracy is not None:
        figures.append(f"accuracy {status.accuracy:.0%}")
    if status.threshold is not None:
        figures.append(f"threshold {status.threshold:.2f} for a precision of {status.target:.0%}")
    if status.prelabeled or status.clustered:
        figures.append(f"{status.prelabeled:,} pre-labeled, {status.clustered:,} in clusters")
    return f"<div>{escape(str(status))}</div><small>{escape(' · '.join(figures))}</small>"
