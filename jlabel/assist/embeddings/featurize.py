"""Featurization: every image through the backbone once, decoding while the network computes."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.embeddings.backbone import Backbone
from jlabel.assist.embeddings.embedding_store import EmbeddingStore
from jlabel.assist.learner import ItemFile, Prepared, Progress
from jlabel.errors import ImageError
from jlabel.media.picture import load

KEPT_EVERY = 256
"""Pictures between two writes: what a crash costs at most."""
DECODERS = 2
_AHEAD = 64


def featurize(
    files: Sequence[ItemFile],
    backbone: Backbone,
    embeddings: EmbeddingStore,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    decoders: int = DECODERS,
) -> Prepared:
    """Embed the pictures that ``embeddings`` lacks.

    Resumable: what is stored under the same stamp is not done again. At most ``64`` decoded pictures are in
    memory beyond the batch.

    Args:
        files: pictures, in the order in which they are wanted.
        backbone: the network.
        embeddings: where they are kept; of the same backbone.
        progress: called after every batch, on the calling thread.
        cancel: called before every batch; true ends the work after what is done is stored.
        decoders: threads; Pillow decodes without the GIL.

    Raises:
        StoreFull: no room for the embeddings.
        AssistError: the network fails or memory is short even for one picture.
    """
    begun = time.monotonic()
    todo = [files[n] for n in embeddings.missing([(one.item, one.stamp) for one in files])]
    unreadable: list[tuple[int, str]] = []
    fresh: list[tuple[ItemFile, NDArray[np.float32]]] = []
    done, stopped = 0, False
    batch = max(1, int(getattr(backbone, "batch", 8))) if todo else 1
    with ThreadPoolExecutor(decoders, thread_name_prefix="jlabel-decode") as pool:
        decoded = _decoded(todo, backbone, pool, _AHEAD + batch)
        try:
            while some := list(itertools.islice(decoded, batch)):
                if cancel is not None and cancel():
                    stopped = True
                    break
                unreadable += [(file.item, str(result)) for file, result in some if isinstance(result, ImageError)]
                ready = [(file, result) for file, result in some if not isinstance(result, ImageError)]
                if ready:
                    vectors = backbone.embed(np.stack([pixels for _, pixels in ready]))
                    fresh += [(file, vector) for (file, _), vector in zip(ready, vectors, strict=True)]
                    done += len(ready)
                if len(fresh) >= KEPT_EVERY:
                    _keep(embeddings, fresh)
                if progress is not None:
                    ended = done + len(unreadable)
                    progress(Progress(done=ended, total=len(todo), rate=ended / max(time.monotonic() - begun, 1e-9)))
        finally:
            decoded.close()
            _keep(embeddings, fresh)
    return Prepared(done=done, unreadable=tuple(unreadable), seconds=time.monotonic() - begun, cancelled=stopped)


def _decoded(
    todo: Sequence[ItemFile], backbone: Backbone, pool: ThreadPoolExecutor, ahead: int
) -> Generator[tuple[ItemFile, NDArray[np.uint8] | ImageError], None, None]:
    """Yield pictures in order, with ``ahead`` of them in work or waiting."""
    rest = iter(todo)
    queue = deque((file, pool.submit(framed, file.uri, backbone)) for file in itertools.islice(rest, ahead))
    try:
        while queue:
            file, future = queue.popleft()
            queue.extend((one, pool.submit(framed, one.uri, backbone)) for one in itertools.islice(rest, 1))
            try:
                yield file, future.result()
            except ImageError as error:
                yield file, error
    finally:
        for _, future in queue:
            future.cancel()


def framed(uri: str, backbone: Backbone) -> NDArray[np.uint8]:
    """Decode a picture, whole, into the middle of the network's square, (size, size, 3).

    Raises:
        ImageError: it cannot be decoded.
    """
    side = backbone.size
    # At most the square's size, so that a JPEG is decoded at an eighth or a quarter where that is enough.
    pixels = load(uri, size=(side, side)).pixels
    if max(pixels.shape[:2]) < side:
        pixels = enlarged(pixels, side)
    height, width = pixels.shape[:2]
    square = backbone.blank()
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square


def enlarged(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a picture enlarged so that its longer side is ``side``, bilinear."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    down, across = max(1, round(height * scale)), max(1, round(width * scale))
    y, x = _positions(height, down), _positions(width, across)
    top, left = y.astype(np.intp), x.astype(np.intp)
    low, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    fy = (y - top).astype(np.float32)[:, None, None]
    fx = (x - left).astype(np.float32)[None, :, None]
    rows = pixels[top].astype(np.float32) * (1 - fy) + pixels[low].astype(np.float32) * fy
    out = rows[:, left] * (1 - fx) + rows[:, right] * fx
    return np.asarray(np.rint(out), dtype=np.uint8)


def _positions(old: int, new: int) -> NDArray[np.float64]:
    """Return where the centres of ``new`` pixels fall among ``old`` ones."""
    return np.asarray(np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1))


def _keep(embeddings: EmbeddingStore, fresh: list[tuple[ItemFile, NDArray[np.float32]]]) -> None:
    if not fresh:
        return
    embeddings.append(
        [s.item for s, _ in fresh], [s.stamp for s, _ in fresh], np.stack([vector for _, vector in fresh])
    )
    fresh.clear()
