"""A round's training of masks, and whether they are better than ellipses on images held out."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from jlabel.assist.detection.labeled import LabeledItem
from jlabel.assist.detection.mask_fit import fit_masks
from jlabel.assist.detection.mask_predictor import MaskPredictor
from jlabel.assist.detection.mask_validation import MaskValidation, validate_masks
from jlabel.assist.detection.masks import MaskHead
from jlabel.assist.detection.train import Budget
from jlabel.assist.detection.view_cache import ViewCache

SHARE = 0.2
"""Of a round's time for projects of polygons: a study reached the masks of a minute within a tenth of a point by it."""
_FOLDS = 4
"""One image in so many is held out, always the same ones: a head that goes on must not have seen them."""


@dataclass(frozen=True, kw_only=True)
class Masks:
    """A trained mask head.

    Attributes:
        head: trained on three quarters of the labels.
        validation: on the rest.
    """

    head: MaskHead
    validation: MaskValidation


def train_masks(
    items: Sequence[LabeledItem], views: ViewCache, *, start: MaskHead | None, budget: Budget, seed: int = 0
) -> Masks | None:
    """Train on labeled items whose views were computed; ``None`` where there is nothing to learn, or it was cancelled.

    Args:
        items: labeled with polygons.
        views: of their images.
        start: the last head.
        budget: of time.
        seed: of new weights and of the order of examples.
    """
    held = [one for one in items if is_held_out(one.item)]
    learned = [one.item for one in items if not is_held_out(one.item)]
    found = fit_masks(
        views.mask_examples(learned),
        views.pyramid,
        seconds=budget.seconds,
        seed=seed,
        start=start,
        cancel=budget.cancel,
        clock=budget.clock,
    )
    if found is None:
        return None
    plain = [(one.image, views.plain(one.item)) for one in held]
    known = [(image, example.features) for image, example in plain if example is not None]
    predictor = MaskPredictor(pyramid=views.pyramid, head=found.head)
    validation = validate_masks(predictor, [image for image, _ in known], [features for _, features in known])
    return Masks(head=found.head, validation=validation)


def is_held_out(item: int) -> bool:
    """Whether an item is kept back to validate masks."""
    return zlib.crc32(f"mask {item}".encode()) % _FOLDS == 0
