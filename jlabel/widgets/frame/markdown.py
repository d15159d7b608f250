"""Instructions as other people wrote them, made safe to show."""

from functools import cache

from markdown_it import MarkdownIt


@cache
def _renderer() -> MarkdownIt:
    # HTML in the text is shown as text; links to javascript:, data: and the like are dropped by its validateLink.
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def render(text: str) -> str:
    """Return Markdown as HTML in which nothing can run."""
    return str(_renderer().render(text)).replace("<a ", '<a target="_blank" rel="noopener noreferrer" ')
