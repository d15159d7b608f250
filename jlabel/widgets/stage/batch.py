"""Draw commands that travel together, and cannot jam the canvas when one of them fails."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ipycanvas.canvas import _CANVAS_MANAGER as _MANAGER

# JupyterLab sends each comm's messages over a subshell of its own, so that two threads may draw at once, and ipycanvas
# keeps one list of commands for the whole process.
_LOCK = threading.RLock()


def manager_id() -> str:
    """Return the id of the model in the browser through which ipycanvas draws on all canvases of this kernel."""
    return str(_MANAGER.model_id)


@contextmanager
def batch() -> Iterator[None]:
    """Collect the draw commands of the body and send them in one message; on an error send none of them.

    Other threads wait until they are sent.
    ``ipycanvas.hold_canvas`` leaves its process-wide caching flag set when its body raises, after which no canvas of
    the kernel ever draws again. Here the flag is always put back. Each batch begins by naming its canvas anew: a
    reloaded page has forgotten the one before.
    """
    with _LOCK:
        caching = _MANAGER._caching  # noqa: SLF001
        if not caching:
            _MANAGER._current_canvas = None  # noqa: SLF001
        _MANAGER._caching = True  # noqa: SLF001
        try:
            yield
        except BaseException:
            _MANAGER._commands_cache = []  # noqa: SLF001
            _MANAGER._buffers_cache = []  # noqa: SLF001
            _MANAGER._current_canvas = None  # noqa: SLF001
            raise
        else:
            if not caching:
                _MANAGER.flush()
        finally:
            _MANAGER._caching = caching  # noqa: SLF001
