"""How many images go through a network at once: measured once per machine and cached."""

import contextlib
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from jlabel.assist.compute.interruption import look
from jlabel.atomic_write import atomic_write
from jlabel.errors import AssistError

SMALL = (1, 2, 4, 8, 16, 32)
LARGE = (16, 32, 64, 128, 256, 512)
_SECONDS = 0.4
_FALLBACK = 4

logger = logging.getLogger(__name__)


def cache_file() -> Path:
    """Return the file in the user's cache folder that keeps the measured sizes."""
    return Path(platformdirs.user_cache_dir("jlabel")) / "batches.json"


def remembered(key: str, attempt: Callable[[int], None], *, large: bool = False, path: Path | None = None) -> int:
    """Return the best batch for ``key``, measured at the first call.

    Args:
        key: names network, input size, device and whatever else decides.
        attempt: runs the network on so many images.
        large: try sizes fit for an accelerator.
        path: of the cache file; in the user's cache folder unless given.
    """
    path = path or cache_file()
    kept = _read(path)
    found = kept.get(key)
    if isinstance(found, int) and 1 <= found <= LARGE[-1]:
        return found
    found = measure(attempt, LARGE if large else SMALL)
    _write(path, {**_read(path), key: found})
    return found


def measure(attempt: Callable[[int], None], sizes: tuple[int, ...], *, seconds: float = _SECONDS) -> int:
    """Return the size with the most images a second; sizes grow until two were slower or memory ran out."""
    best, found, worse = 0.0, _FALLBACK, 0
    for size in sizes:
        look()
        try:
            attempt(size)  # the first call of a size also plans and allocates
            begun, count = time.perf_counter(), 0
            while time.perf_counter() - begun < seconds or not count:
                attempt(size)
                count += size
        except (MemoryError, RuntimeError) as error:
            logger.info("Batches of %d do not fit: %s", size, error)
            break
        rate = count / (time.perf_counter() - begun)
        if rate > best * 1.02:
            best, found, worse = rate, size, 0
        else:
            worse += 1
            if worse == 2:  # noqa: PLR2004
                break
    return found


def halved(batch: int, name: str, device: str) -> int:
    """Return half a batch.

    Raises:
        AssistError: the batch is one image.
    """
    if batch <= 1:
        raise AssistError(
            f"Not even one picture fits into the memory of {device} with {name}. Use device='cpu', a smaller size, or "
            "end other programs that use the memory."
        )
    return batch // 2


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, data: dict[str, object]) -> None:
    # A cache: where it cannot be written, the next process measures again.
    with contextlib.suppress(OSError):
        atomic_write(path, json.dumps(data).encode(), sync=False)
