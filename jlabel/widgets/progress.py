"""What assist does, live in a cell: a bar, the pace, and one sentence."""

from html import escape

import ipywidgets as widgets

from jlabel.assist.status import Status, read_status
from jlabel.assist.status_watch import watch_status
from jlabel.store import POLL, Store

_STYLE = (
    "<style>.jl-progress .widget-html-content{line-height:1.5;color:var(--jp-ui-font-color1,inherit)}"
    ".jl-progress small{color:var(--jp-ui-font-color2,inherit)}</style>"
)


class Progress(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A project's assist, followed until the widget is closed.

    Args:
        store: where the project lives.
        project_id: which project.
        every: seconds between two reads of the project's revision.
    """

    def __init__(self, store: Store, project_id: int, *, every: float = POLL) -> None:
        self.bar = widgets.FloatProgress(min=0.0, max=1.0, layout=widgets.Layout(width="100%", height="14px"))
        self.text = widgets.HTML()
        super().__init__([widgets.HTML(_STYLE), self.text, self.bar], layout=widgets.Layout(max_width="640px"))
        self.add_class("jl-progress")
        self._last = self._sentence = ""
        self._follow(read_status(store, project_id))
        self._subscription = watch_status(store, project_id, self._follow, every=every)

    def __repr__(self) -> str:
        return self._sentence

    def show(self, status: Status) -> None:
        """Show a status."""
        self._sentence = str(status)
        with self.hold_sync():
            self.text.value = words(status)
            self.bar.layout.visibility = "visible" if status.state == "working" else "hidden"
            self.bar.value = status.done / status.total if status.total else 0.0

    def close(self) -> None:
        """Follow no longer."""
        self._subscription.close()
        super().close()

    def _follow(self, status: Status) -> None:
        text = f"{words(status)} {status.done}"
        if text != self._last:
            self._last = text
            self.show(status)


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
