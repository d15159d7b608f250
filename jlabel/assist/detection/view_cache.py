"""The views of labeled images that were computed so far: each is computed once and learned from in every training."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jlabel.assist.detection.examples import LabeledImage, build_example
from jlabel.assist.detection.fit import Example
from jlabel.assist.detection.labeled import LabeledItem
from jlabel.assist.detection.mask_examples import ImageMasks, MaskExample, image_masks, mask_example
from jlabel.assist.detection.pyramid import Pyramid
from jlabel.assist.detection.views import plain_view, random_view

MEMORY = 1.5e9
"""Bytes that the features of all views may take; the oldest random ones make room."""


@dataclass(eq=False)
class _Views:
    image: LabeledImage
    plain: Example
    others: list[Example] = field(default_factory=list)
    masks: ImageMasks | None = None


class ViewCache:
    """Examples by item, under one pyramid.

    Args:
        pyramid: computes the features.
        seed: of the random views.
        memory: bytes for all features.
    """

    def __init__(self, pyramid: Pyramid, *, seed: int = 0, memory: float = MEMORY) -> None:
        self.pyramid = pyramid
        self._most = max(1, int(memory / (2 * pyramid.dim)))
        self._rng = np.random.default_rng(seed)
        self._views: dict[int, _Views] = {}
        self._random: deque[tuple[int, Example]] = deque()

    def update(
        self,
        items: Sequence[LabeledItem],
        *,
        seconds: float,
        cancel: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Compute the plain view of every item and its mirror image, then random views until the time is over.

        Args:
            items: all that are labeled; views of others, or of earlier labels, are forgotten.
            seconds: budget; the plain views are made whatever they take.
            cancel: asked before every view; true ends the work.
            clock: seconds, of which the budget is one.
        """
        begun = clock()
        known = {one.item: one for one in items}
        self._views = {
            item: views for item, views in self._views.items() if item in known and views.image is known[item].image
        }
        kept = {id(example) for views in self._views.values() for example in views.others}
        self._random = deque(pair for pair in self._random if id(pair[1]) in kept)
        for item, one in known.items():
            if cancel():
                return
            if item not in self._views:
                plain = build_example(one.image, plain_view(one.image.size, self.pyramid.frame), self.pyramid)
                self._views[item] = _Views(image=one.image, plain=plain)
        # Those with the fewest views come first, so that new labels catch up with earlier ones.
        while self._views and len(self) < self._most and clock() - begun < seconds and not cancel():
            self._add(*min(self._views.items(), key=lambda pair: len(pair[1].others)))

    def examples(self, items: Sequence[int]) -> list[Example]:
        """Return all views of some items."""
        found = [self._views[item] for item in items if item in self._views]
        return [example for views in found for example in (views.plain, *views.others)]

    def mask_examples(self, items: Sequence[int]) -> list[MaskExample]:
        """Return what a mask head learns from the views of some items."""
        found: list[MaskExample] = []
        for views in (self._views[item] for item in items if item in self._views):
            if views.image.polygons:
                views.masks = views.masks or image_masks(views.image)
                seen = [(one.features, one.view) for one in (views.plain, *views.others)]
                frame = self.pyramid.frame
                found += [mask_example(kept, views.masks, view, frame) for kept, view in seen if view is not None]
        return [one for one in found if len(one.boxes)]

    def plain(self, item: int) -> Example | None:
        """Return the plain view of an item; ``None`` where it was not computed."""
        views = self._views.get(item)
        return None if views is None else views.plain

    def __len__(self) -> int:
        return len(self._views) + len(self._random)

    def _add(self, item: int, views: _Views) -> None:
        frame, size = self.pyramid.frame, views.image.size
        mirrored = replace(plain_view(size, frame), flip=True)
        view = random_view(size, frame, self._rng) if views.others else mirrored
        example = build_example(views.image, view, self.pyramid)
        views.others.append(example)
        self._random.append((item, example))
