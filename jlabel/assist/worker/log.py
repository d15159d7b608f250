"""The worker's log: one file a project, three older ones behind it, a megabyte each."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 1_000_000
OLDER = 3


def open_log(path: Path, *, level: int = logging.INFO) -> logging.Handler | None:
    """Let jlabel's messages go to a file; ``None`` where it cannot be written, which stops no worker."""
    try:
        handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=OLDER, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("jlabel")
    logger.setLevel(level)
    logger.addHandler(handler)
    return handler
