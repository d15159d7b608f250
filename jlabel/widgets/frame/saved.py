"""What a notebook keeps of a labeler: a sentence that says what it was and how to open it again, and no picture."""

from html import escape
from typing import Any

from jlabel.model.project import Counts


def saved_text(project: str) -> str:
    """Return the text for a labeler: the same at every run, so that a notebook under version control stays as it is."""
    return f"Labeler of {project!r}: run this cell to open it."


def saved_html(project: str, counts: Counts) -> str:
    """Return the same as HTML, with the counts of the moment, for notebooks that are shown without a kernel."""
    done = f"{counts.labeled:,} of {counts.total:,} images labeled"
    done += f", {counts.skipped:,} skipped" if counts.skipped else ""
    return f'<div class="jl-saved">Labeler of <b>{escape(project)}</b>: {done}. Run this cell to open it.</div>'


def saved_output(project: str, counts: Counts) -> dict[str, Any]:
    """Return the MIME bundle of an output that is shown where the labeler itself is not.

    JupyterLab writes "model not found" for the widget of a notebook that is opened without its kernel. This output
    beside it has the remedy; the style sheet of a labeler that is alive hides it.
    """
    return {"text/plain": saved_text(project), "text/html": saved_html(project, counts)}
