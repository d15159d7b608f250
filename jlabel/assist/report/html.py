"""A report as a notebook shows it: one sentence for each question, and tables below."""

from collections.abc import Sequence
from html import escape

from jlabel.assist.report.data import ReportData
from jlabel.assist.report.outcomes import ShapeTally, Tally
from jlabel.assist.sentences import duration
from jlabel.model.assist_outcomes import PageTime
from jlabel.model.batch import Batch, BatchState
from jlabel.model.page import Queue
from jlabel.model.run_metrics import ShapeMetrics

_STYLE = """<style>
.jl-report{color:var(--jp-ui-font-color1,inherit);max-width:860px;line-height:1.5}
.jl-report h4{margin:1em 0 .3em}
.jl-report table{border-collapse:collapse;margin:.2em 0;font-size:inherit;font-variant-numeric:tabular-nums}
.jl-report th,.jl-report td{padding:.15em .8em .15em 0;text-align:right;background:none;white-space:nowrap}
.jl-report th:first-child,.jl-report td:first-child{text-align:left;white-space:normal}
.jl-report thead th{border-bottom:1px solid currentColor;font-weight:600}
.jl-report small{opacity:.8}
</style>"""
_HEAD = ("shown", "accepted", "corrected", "rejected", "precision, 95 % interval", "withheld", "agreed")
_SHAPES = ("class", "proposed", "accepted", "moved", "median IoU", "re-classed", "rejected", "added by hand")
_SHAPES_NOTE = (
    "<small>The median IoU is that of the moved shapes with their proposals. Images whose pre-labels were withheld are "
    "left out.</small>"
)
_ROWS = 20
"""Newest runs in the table."""


def render(report: ReportData) -> str:
    """Return a report as HTML; names that people gave are escaped."""
    parts = [f"<h4>Assist of {escape(report.project)}</h4>", *(f"<div>{escape(line)}</div>" for line in lines(report))]
    if report.tallies:
        parts += ["<h4>Pre-labels by class</h4>", _outcomes("class", report.by_class)]
        runs = report.by_run
        hidden = f"<small>{len(runs) - _ROWS:,} earlier runs are not shown.</small>" if len(runs) > _ROWS else ""
        parts += ["<h4>Pre-labels by run</h4>", _outcomes("run", runs[-_ROWS:]), hidden]
    if report.shapes:
        parts += ["<h4>Shapes</h4>", _table(_SHAPES, [_shape_cells(one) for one in report.shapes]), _SHAPES_NOTE]
    if report.pace:
        rows = [(_pages(one), f"{one.items:,}", f"{one.seconds:.1f}") for one in report.times]
        parts += ["<h4>Time</h4>", _table(("pages", "images", "seconds an image"), rows)]
    return f'{_STYLE}<div class="jl-report">{"".join(parts)}</div>'


def lines(report: ReportData) -> list[str]:
    """Return the sentences of the report."""
    both, newest = report.total, report.validation
    found = []
    if newest is None:
        found.append("Nothing has been validated yet: there is no model, or no random labels to judge it by.")
    else:
        accuracy = "" if newest.accuracy is None else f" {newest.accuracy:.1%} of held-out predictions were right."
        found.append(f"Validated on {newest.labels:,} random labels.{accuracy} {newest.reason}")
        if newest.coverage:
            found.append(f"{newest.coverage:.0%} of the waiting images are pre-labeled.")
    if report.expected is not None and report.expected.images:
        found.append(expectation(report.expected))
    found += [_batch(number, one, report.target) for number, one in enumerate(report.batches, start=1)]
    if report.suggested.items:
        found.append(f"Suggested without a promise, and right: {report.suggested.shown}.")
    if not both.items:
        found.append("No pre-label has been judged yet.")
        return found
    promised = "several" if both.promised is None else f"{both.promised:.0%}"
    found.append(f"Precision promised: {promised}. Measured where the pre-label was shown: {both.shown}.")
    found.append(f"Measured where it was withheld: {both.blind}.")
    if both.sway is not None:
        low, high = both.sway_interval
        points = f"{100 * both.sway:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
        found.append(f"Agreement where the pre-label is seen, against where it is withheld: {points}.")
    seconds = {str(queue): value for queue, value in report.seconds.items()}
    if seconds.get("prelabeled") and seconds.get("manual"):
        ratio = seconds["manual"] / seconds["prelabeled"]
        items = next(one.items for one in report.pace if one.queue is Queue.PRELABELED)
        saved = duration(items * (seconds["manual"] - seconds["prelabeled"])) if ratio > 1 else ""
        found.append(
            f"A pre-labeled image is labeled {ratio:.1f} times as fast as a manual one"
            + (f": {saved} saved by {items:,} of them." if saved else ".")
        )
    return found


def expectation(shapes: ShapeMetrics) -> str:
    """Return what proposing shapes would have come to on the labeled images, as a sentence."""
    facts = [
        (shapes.precision, "{:.0%} of the proposed shapes are right"),
        (shapes.recall, "{:.0%} of yours are found"),
        (shapes.saved, "{:.0%} of the drawing is saved"),
        (shapes.untouched, "{:.0%} of the images need no correction"),
    ]
    told = ", ".join(text.format(value) for value, text in facts if value is not None)
    return f"On {shapes.images:,} labeled images, by models that were not trained on them: {told}."


def _pages(one: PageTime) -> str:
    kind = one.queue.caption if one.proven else "Suggested"
    return f"{kind}, {one.size} on a page"


def _batch(number: int, one: Batch, target: float) -> str:
    """Return what became of one audited batch."""
    audit = (
        f"Batch {number}, {one.size:,} images: {one.audited - one.errors} of {one.audited} audited by lot were right"
    )
    ends = {
        BatchState.TRIAL: "on trial",
        BatchState.RELEASED: f"at least {target:.0%} are proved, and it is shown",
        BatchState.FINISHED: f"at least {target:.0%} were proved, and all of it was shown",
        BatchState.DROPPED: "not enough for a proof, so that nothing of it was shown",
        BatchState.WITHDRAWN: f"withdrawn after {one.shown} were shown",
        BatchState.STOPPED: f"stopped, because {one.wrong} of {one.shown} that were looked at were wrong",
    }
    return f"{audit}; {ends[one.state]}."


def _outcomes(first: str, tallies: Sequence[Tally]) -> str:
    if first == "class":
        return _table(("class", *_HEAD), [(one.class_name, *_cells(one)) for one in tallies])
    rows = [(str(one.run), "" if one.promised is None else f"{one.promised:.0%}", *_cells(one)) for one in tallies]
    return _table(("run", "promised", *_HEAD), rows)


def _cells(one: Tally) -> tuple[str, ...]:
    shown, blind = one.shown, one.blind
    precision = "" if shown.value is None else f"{shown.value:.1%} ({shown.low:.1%} to {shown.high:.1%})"
    agreed = "" if blind.value is None else f"{blind.value:.1%}"
    numbers = (shown.n, one.accepted, one.edited, one.rejected)
    return (*(f"{number:,}" for number in numbers), precision, f"{blind.n:,}", agreed)


def _shape_cells(one: ShapeTally) -> tuple[str, ...]:
    iou = "" if one.median_iou is None else f"{one.median_iou:.2f}"
    numbers = [f"{n:,}" for n in (one.proposed, one.accepted, one.moved, one.reclassed, one.rejected, one.added)]
    return (one.class_name, *numbers[:3], iou, *numbers[3:])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
