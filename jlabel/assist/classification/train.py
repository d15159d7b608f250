"""Training the light head: a fit, its regularisation, its temperature, and held-out predictions to judge it by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.calibrate import probabilities, surprise, temperature
from jlabel.assist.classification.folds import folds
from jlabel.assist.classification.linear_head import Head
from jlabel.assist.classification.logistic import Array, alone, solve, span
from jlabel.errors import InputError

STRENGTHS = (20.0, 5.0, 80.0)
"""Candidates for C on unit embeddings; the middle one is right more often than not, and all are within a point."""
FOLDS = 10
"""Ten, because held-out models then resemble the full one, whose scores the threshold is put to."""
_TUNED_ON = 400
_RARE = 2.0

Targets = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """Predictions for labels that the predicting model did not see.

    Attributes:
        index: (m,) which of the training rows; those that were randomly drawn.
        probabilities: (m, k) calibrated, columns as in ``Head.class_ids``; the temperature of a fold is told by the
            other folds.
        targets: (m, k) 0 or 1.
    """

    index: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.float64]

    @property
    def accuracy(self) -> float:
        """Share of rows whose likeliest class (or, not exclusive, whole set at 0.5) is right; 0 without rows."""
        if not len(self.index):
            return 0.0
        return float(self.right.mean())

    @property
    def right(self) -> NDArray[np.bool_]:
        """(m,) whether each likeliest class is among the row's labels."""
        best = self.probabilities.argmax(axis=1)
        return np.asarray(self.targets[np.arange(len(best)), best] > 0)

    @property
    def scores(self) -> NDArray[np.float64]:
        """(m,) confidence in the likeliest class."""
        return np.asarray(self.probabilities.max(axis=1)) if len(self.index) else np.zeros(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A head and what is known about it.

    Attributes:
        head: fitted on all labels.
        held: predictions to validate it by: of the randomly drawn labels.
        every: held-out predictions of all labels, to find mistakes with. They validate nothing.
        strength: the regularisation that was chosen.
        surprise: mean negative log-likelihood of the held-out labels, nats.
    """

    head: Head
    held: HeldOut
    every: HeldOut
    strength: float
    surprise: float


def why_not(targets: Targets, *, exclusive: bool) -> str:
    """Return why nothing can be trained on these (n, k) targets, as a sentence; ``""`` when something can."""
    if not len(targets):
        return "No image has a label yet."
    given = (np.asarray(targets) > 0).sum(axis=0)
    if exclusive and np.count_nonzero(given) < 2:  # noqa: PLR2004 -- two classes
        return "All labels so far are of one class; a model needs examples of two."
    if not exclusive and not ((given > 0) & (given < len(targets))).any():
        return "No class is yet both present on one image and absent from another; a model needs both."
    return ""


def train(
    features: NDArray[np.floating],
    targets: Targets,
    *,
    class_ids: tuple[int, ...],
    exclusive: bool = True,
    random: NDArray[np.bool_] | None = None,
    backbone: str = "",
    count: int = FOLDS,
    seed: int = 0,
) -> Trained:
    """Fit a head and cross-fit its validation.

    Labels that were not drawn at random (chosen by active selection, accepted pre-labels) take part in the training and
    are held out as others are, but the threshold and the temperature may not be told by them.

    Args:
        features: (n, d) prepared embeddings.
        targets: (n, k) 0 or 1; one 1 a row where ``exclusive``.
        class_ids: of the k columns.
        exclusive: multi-class; otherwise multi-label.
        random: (n,) which labels were drawn at random; all unless given.
        backbone: hash of the embeddings' backbone.
        count: folds.
        seed: of the folds.

    Raises:
        InputError: sizes differ, or ``why_not`` has something to say.
    """
    y = np.asarray(targets, dtype=np.float64)
    if y.shape != (len(features), len(class_ids)):
        raise InputError(f"targets {y.shape} do not fit {len(features)} images and {len(class_ids)} classes.")
    reason = why_not(y, exclusive=exclusive)
    if reason:
        raise InputError(reason)
    seen = np.flatnonzero(y.any(axis=0))
    ids, y = tuple(class_ids[column] for column in seen), y[:, seen]
    drawn = np.ones(len(y), dtype=bool) if random is None else np.asarray(random, dtype=bool)
    rng = np.random.default_rng(seed)
    with alone():
        space = span(features)
        shares = _shares(y, exclusive=exclusive)
        strength = _tuned(space.points, y, shares, rng, exclusive=exclusive)
        full = solve(space.points, y, strength=strength, shares=shares, exclusive=exclusive)
        every, fold = _crossfit(space.points, y, shares, strength, count, rng, exclusive=exclusive)
    at = np.flatnonzero(drawn)
    logits = every[at]
    held = HeldOut(index=at, probabilities=_calibrated(logits, y[at], fold[at], exclusive=exclusive), targets=y[at])
    head = Head(
        class_ids=ids,
        weight=(space.back @ full[:-1]).astype(np.float32),
        bias=full[-1].astype(np.float32),
        temperature=temperature(logits, y[at], exclusive=exclusive),
        exclusive=exclusive,
        backbone=backbone,
    )
    cost = surprise(np.log(np.clip(held.probabilities, 1e-12, 1)), held.targets) if exclusive else 0.0
    if not exclusive:
        cost = surprise(logits, y[at], head.temperature, exclusive=False)
    said = np.asarray(probabilities(every, head.temperature, exclusive=exclusive), dtype=np.float64)
    whole = HeldOut(index=np.arange(len(y)), probabilities=said, targets=y)
    return Trained(head=head, held=held, every=whole, strength=strength, surprise=cost)


def _shares(y: Array, *, exclusive: bool) -> Array:
    """Weigh rare classes up by the square root of what would balance them: half-way keeps confidences honest."""
    given = np.maximum(y.sum(axis=0), 1)
    if exclusive:
        weight = np.clip(np.sqrt(len(y) / (y.shape[1] * given)), 1 / _RARE, _RARE)
        return np.asarray((y * weight).sum(axis=1, keepdims=True))
    ratio = np.clip(np.sqrt((len(y) - given) / given), 1, _RARE)
    return np.asarray(1 + y * (ratio - 1))


def _groups(y: Array) -> NDArray[np.intp]:
    """Return what folds are stratified by: the class, or the rarest class of a set."""
    rarity = np.where(y > 0, 1 / np.maximum(y.sum(axis=0), 1), 0)
    return np.asarray(rarity.argmax(axis=1))


def _tuned(points: Array, y: Array, shares: Array, rng: np.random.Generator, *, exclusive: bool) -> float:
    """Choose the regularisation by the held-out likelihood of three folds of at most 400 labels."""
    picked = rng.permutation(len(y))[:_TUNED_ON]
    points, y, shares = points[picked], y[picked], shares[picked]
    fold = folds(_groups(y), 3, rng)
    costs = []
    starts: dict[int, Array] = {}
    for strength in STRENGTHS:
        logits = np.zeros_like(y)
        for k in np.unique(fold):
            out = fold == k
            if out.all():
                return STRENGTHS[0]
            start = starts.get(int(k))
            w = solve(points[~out], y[~out], strength=strength, shares=shares[~out], exclusive=exclusive, start=start)
            starts[int(k)] = w
            logits[out] = points[out] @ w[:-1] + w[-1]
        costs.append(surprise(logits, y, temperature(logits, y, exclusive=exclusive), exclusive=exclusive))
    return STRENGTHS[int(np.argmin(costs))]


def _crossfit(  # noqa: PLR0917 -- one call, above
    points: Array,
    y: Array,
    shares: Array,
    strength: float,
    count: int,
    rng: np.random.Generator,
    *,
    exclusive: bool,
) -> tuple[Array, NDArray[np.intp]]:
    """Return held-out logits of all rows and their folds."""
    # By chance alone: where folds share classes out evenly, as many of a class are held out as the model has learnt to
    # expect, which flatters it. (On the clothing images, by one and a half points at a hundred labels.)
    fold = folds(np.zeros(len(y), dtype=np.intp), count, rng)
    logits = np.zeros_like(y)
    for k in np.unique(fold):
        out = fold == k
        if out.all():
            continue
        w = solve(points[~out], y[~out], strength=strength, shares=shares[~out], exclusive=exclusive)
        logits[out] = points[out] @ w[:-1] + w[-1]
    return logits, fold


def _calibrated(logits: Array, y: Array, fold: NDArray[np.intp], *, exclusive: bool) -> NDArray[np.float64]:
    """Return probabilities, the temperature of each fold told by the others."""
    out = np.zeros_like(logits)
    for k in np.unique(fold):
        own = fold == k
        degree = temperature(logits[~own], y[~own], exclusive=exclusive)
        out[own] = probabilities(logits[own], degree, exclusive=exclusive)
    # As precise as ``Head.predict``, or what is sure beyond any digit would be surer here than there.
    return out.astype(np.float32).astype(np.float64)
