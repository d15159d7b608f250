"""Training the light head: a fit, its regularization, its temperature, and held-out predictions to validate it.

Where an image has one class, by ridge regression with left-out predictions; where it has several, by logistic
regression and folds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.calibrate import temperature
from jlabel.assist.classification.folds import folds
from jlabel.assist.classification.linear_head import Head
from jlabel.assist.classification.logistic import Array, alone, solve, span
from jlabel.assist.classification.outputs import EXCLUSIVE, Outputs
from jlabel.assist.classification.ridge import fit
from jlabel.errors import InputError

STRENGTHS = (20.0, 5.0, 80.0)
"""Candidates for C on unit embeddings; the first is best more often than not, and all are within a point."""
FOLDS = 10
"""Ten, because held-out models then resemble the full one, whose scores the threshold is put to."""
_TUNED_ON = 400

Targets = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """Predictions for labels that the predicting model did not see.

    Attributes:
        index: (m,) which of the training rows; those that were randomly drawn.
        probabilities: (m, k) calibrated, columns as in ``Head.class_ids``.
        targets: (m, k) 0 or 1.
    """

    index: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.float64]

    @property
    def accuracy(self) -> float:
        """Share of rows whose likeliest class is among the row's labels; 0 without rows."""
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
    """A head with the held-out predictions of its training.

    Attributes:
        head: fitted on all labels.
        held: held-out predictions of the randomly drawn labels, which validate it.
        every: held-out predictions of all labels, to find label errors; they validate nothing.
        strength: the regularization that was chosen: the penalty of ridge regression, or C of the logistic one.
        surprise: mean negative log-likelihood of the held-out labels, nats.
    """

    head: Head
    held: HeldOut
    every: HeldOut
    strength: float
    surprise: float


def train(
    features: NDArray[np.floating],
    targets: Targets,
    *,
    class_ids: tuple[int, ...],
    outputs: Outputs = EXCLUSIVE,
    random: NDArray[np.bool_] | None = None,
    backbone: str = "",
    count: int = FOLDS,
    seed: int = 0,
) -> Trained:
    """Fit a head, and predict each label by one that did not see it.

    Labels that were not drawn at random (chosen by active selection, accepted pre-labels) take part in the training and
    are held out as others are, but neither threshold nor temperature depends on them.

    Args:
        features: (n, d) prepared embeddings.
        targets: (n, k) 0 or 1.
        class_ids: of the k columns.
        outputs: of the classifier.
        random: (n,) which labels were drawn at random; all unless given.
        backbone: hash of the embeddings' backbone.
        count: folds, where there are folds.
        seed: of the folds.

    Raises:
        InputError: sizes differ, or nothing can be learned from the targets.
    """
    y = np.asarray(targets, dtype=np.float64)
    if y.shape != (len(features), len(class_ids)):
        raise InputError(f"targets {y.shape} do not fit {len(features)} images and {len(class_ids)} classes.")
    reason = outputs.why_not(y)
    if reason:
        raise InputError(reason)
    seen = np.flatnonzero(y.any(axis=0))
    ids, y = tuple(class_ids[column] for column in seen), y[:, seen]
    drawn = np.ones(len(y), dtype=bool) if random is None else np.asarray(random, dtype=bool)
    at = np.flatnonzero(drawn)
    with alone():
        space = span(features)
        shares = outputs.weights(y)
        if outputs.one_each:
            found = fit(space.points, y, shares[:, 0], drawn)
            full, every, degree, strength = found.weights, found.left_out, found.temperature, found.penalty
            unseen, surprise = outputs.probabilities(every[at], degree), found.surprise
        else:
            rng = np.random.default_rng(seed)
            strength = _tuned(space.points, y, shares, rng, outputs)
            full = solve(space.points, y, strength=strength, shares=shares, outputs=outputs)
            every, fold = _crossfit(space.points, y, shares, strength, count, rng, outputs)
            degree = temperature(every[at], y[at], outputs)
            unseen = _calibrated(every[at], y[at], fold[at], outputs)
            surprise = outputs.held_out_surprise(unseen, every[at], y[at], degree)
    head = Head(
        class_ids=ids,
        weight=(space.back @ full[:-1]).astype(np.float32),
        bias=full[-1].astype(np.float32),
        temperature=degree,
        outputs=outputs,
        backbone=backbone,
    )
    # As precise as ``Head.predict``, or confidences near 1 would be rounded differently here and there.
    held = HeldOut(index=at, probabilities=np.asarray(unseen, np.float32).astype(np.float64), targets=y[at])
    whole = np.asarray(outputs.probabilities(every, degree), dtype=np.float64)
    return Trained(
        head=head,
        held=held,
        every=HeldOut(index=np.arange(len(y)), probabilities=whole, targets=y),
        strength=strength,
        surprise=surprise,
    )


def _groups(y: Array) -> NDArray[np.intp]:
    """Return the groups that folds are stratified by: the class, or the rarest class of a set."""
    rarity = np.where(y > 0, 1 / np.maximum(y.sum(axis=0), 1), 0)
    return np.asarray(rarity.argmax(axis=1))


def _tuned(points: Array, y: Array, shares: Array, rng: np.random.Generator, outputs: Outputs) -> float:
    """Choose the regularization by the held-out likelihood of three folds of at most 400 labels."""
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
            w = solve(points[~out], y[~out], strength=strength, shares=shares[~out], outputs=outputs, start=start)
            starts[int(k)] = w
            logits[out] = points[out] @ w[:-1] + w[-1]
        costs.append(outputs.surprise(logits, y, temperature(logits, y, outputs)))
    return STRENGTHS[int(np.argmin(costs))]


def _crossfit(  # noqa: PLR0917 -- one call, above
    points: Array,
    y: Array,
    shares: Array,
    strength: float,
    count: int,
    rng: np.random.Generator,
    outputs: Outputs,
) -> tuple[Array, NDArray[np.intp]]:
    """Return held-out logits of all rows and their folds."""
    # By chance alone: where folds share classes out evenly, as many of a class are held out as the model has learnt to
    # expect, and the held-out accuracy is too high: on the clothing images, by one and a half points at a hundred
    # labels.
    fold = folds(np.zeros(len(y), dtype=np.intp), count, rng)
    logits = np.zeros_like(y)
    for k in np.unique(fold):
        out = fold == k
        if out.all():
            continue
        w = solve(points[~out], y[~out], strength=strength, shares=shares[~out], outputs=outputs)
        logits[out] = points[out] @ w[:-1] + w[-1]
    return logits, fold


def _calibrated(logits: Array, y: Array, fold: NDArray[np.intp], outputs: Outputs) -> NDArray[np.float64]:
    """Return probabilities, each fold under the temperature of the others."""
    out = np.zeros_like(logits)
    for k in np.unique(fold):
        own = fold == k
        degree = temperature(logits[~own], y[~own], outputs)
        out[own] = outputs.probabilities(logits[own], degree)
    return out
