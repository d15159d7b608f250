"""The process that finds outlines: ``python -m jlabel.assist.outlining.process FOLDER``; it ends with its input.

Each line of its input is a request and is answered by one line, both JSON:
``{"backbone": "auto", "file": {"item", "uri", "stamp"} or null, "boxes": [[x0, y0, x1, y1], …]}``, boxes in pixels of
the image, none where the model or the picture is only to be read ahead. ``{"polygons": […]}``, each as a message has
it, or ``{"error": the class of the exception, "text": its sentence}``.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from jlabel.errors import JlabelError, MissingExtra

Work = Callable[[dict[str, Any]], list[dict[str, Any]]]

logger = logging.getLogger(__name__)


def serve(lines: Iterable[str], out: IO[str], work: Work) -> None:
    """Answer requests until there are no more."""
    for line in lines:
        try:
            answer: dict[str, Any] = {"polygons": work(json.loads(line))}
        except JlabelError as error:
            answer = {"error": type(error).__name__, "text": str(error)}
        except Exception as error:  # the next request may be answered
            logger.exception("a request could not be answered")
            text = f"jlabel met an error of its own ({type(error).__name__}: {error}). The shapes are as they were."
            answer = {"error": "AssistError", "text": text}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def open_work(folder: Path) -> Work:
    """Return what answers a request with the model in ``folder``; torch is imported with the first one."""
    loaded: list[Any] = []

    def work(request: dict[str, Any]) -> list[dict[str, Any]]:
        if not loaded:
            try:
                from jlabel.assist.outlining import prompted  # noqa: PLC0415
            except ImportError as error:
                raise MissingExtra(
                    f"Outlines need {error.name or 'torch'}, which cannot be imported ({error}). "
                    "Install it with: pip install 'jlabel[assist]'"
                ) from error
            loaded.append((prompted.PromptedMasks(folder), prompted.ImageFile))
        masks, image_file = loaded[0]
        masks.open(request["backbone"])
        if request["file"] is None:
            return []
        file = image_file(**request["file"])
        if not request["boxes"]:
            masks.look(file)
            return []
        return [one.to_dict() for one in masks.polygons(file, request["boxes"])]

    return work


def main() -> None:
    """Serve on standard input and output; whatever else is printed goes to standard error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, out, open_work(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
