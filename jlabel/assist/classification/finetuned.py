"""Fine-tuning as a job, on labels of which half of the proving ones are kept back; and what it leaves on disk."""

import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.outputs import Outputs
from jlabel.assist.classification.train import train
from jlabel.assist.classification.training_set import TrainingSet
from jlabel.assist.embeddings.backbone import Backbone, open_backbone
from jlabel.assist.embeddings.normalize import NormalizedEmbeddings
from jlabel.assist.learner import AnyLearner, FineTuning
from jlabel.assist.ranking.uncertainty import blind
from jlabel.atomic_write import atomic_write
from jlabel.errors import CheckpointError
from jlabel.model.run_metrics import FineTuningMetrics

NETWORK, ABOUT = "finetuned.pt", "finetuned.json"
_SEED = 4  # of the half that is kept back: always the same items

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Finetuned:
    """The labels of a fine-tuning.

    Attributes:
        labels: that there were.
        seen: items whose labels it was trained or chosen on: they can prove nothing about it.
    """

    labels: int
    seen: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class FinetunedNetwork:
    """A fine-tuned network of an earlier process."""

    backbone: Backbone
    about: Finetuned


class FinetuneJob:
    """One fine-tuning, set up on arrays that do not change while it runs.

    Args:
        outputs: of the classifier.
        backbone: to start from.
        features: embeddings that the light head is compared on.
        labels: the labels.
        uri: from an item's id to the URI of its image.
        folder: of the project's assist.
        base: the backbone of the settings.
        reopen: returns the learner that works with a fine-tuned network.

    Attributes:
        metrics: what is known before it runs.
    """

    def __init__(
        self,
        *,
        outputs: Outputs,
        backbone: Backbone,
        features: NormalizedEmbeddings,
        labels: TrainingSet,
        uri: Callable[[int], str],
        folder: Path,
        base: str,
        reopen: Callable[[Backbone, Finetuned], AnyLearner],
    ) -> None:
        self._outputs, self._backbone, self._features, self._labels = outputs, backbone, features, labels
        self._folder, self._base, self._reopen = folder, base, reopen
        # Half of the random labels are never shown to any network, so that they can always prove a threshold.
        used = ~(labels.random & blind(labels.items, seed=_SEED, share=0.5))
        self._items, self._rows, self._targets = labels.items[used], labels.rows[used], labels.targets[used]
        self._uris = [uri(int(item)) for item in self._items]
        self.metrics = FineTuningMetrics(labels=labels.labels, used=len(self._items))

    def run(self, progress: Callable[[int, int, float], None], cancel: Callable[[], bool]) -> FineTuning:
        """Fine-tune, and adopt the network if it validates better than the light head."""
        from jlabel.assist.classification.finetune import finetune  # noqa: PLC0415 -- imports torch as it is loaded
        from jlabel.assist.embeddings.network import Network  # noqa: PLC0415

        assert isinstance(self._backbone, Network)
        found = finetune(
            self._uris,
            self._targets,
            self._backbone,
            path=self._folder / NETWORK,
            baseline=self._baseline,
            outputs=self._outputs,
            progress=progress,
            cancel=cancel,
        )
        metrics = replace(
            self.metrics,
            accuracy=found.accuracy,
            baseline=found.baseline,
            epochs=found.epochs,
        )
        if found.backbone is None or cancel():
            return FineTuning(learner=None, metrics=metrics, reason=found.reason)
        about = Finetuned(labels=self._labels.labels, seen=frozenset(self._items.tolist()))
        write_about(self._folder, self._base, about)
        return FineTuning(learner=self._reopen(found.backbone, about), metrics=metrics, reason=found.reason)

    def _baseline(self, fit: NDArray[np.intp], out: NDArray[np.intp]) -> float:
        """Return the accuracy of the light head, measured as fine-tuning measures its own."""
        features = self._features.rows(self._rows)
        class_ids = self._labels.class_ids
        made = train(
            features[fit],
            self._targets[fit],
            class_ids=class_ids,
            outputs=self._outputs,
            random=np.zeros(len(fit), dtype=bool),
        )
        columns = [class_ids.index(class_id) for class_id in made.head.class_ids]
        p = np.zeros((len(out), len(class_ids)))
        p[:, columns] = made.head.predict(features[out])
        return float(self._outputs.hits(p, self._targets[out]).mean())


def write_about(folder: Path, base: str, about: Finetuned) -> None:
    """Write what goes with the network in ``folder``."""
    data = {"base": base, "labels": about.labels, "seen": sorted(about.seen)}
    atomic_write(folder / ABOUT, json.dumps(data).encode())


def read_finetuned(folder: Path, base: str, device: str) -> tuple[FinetunedNetwork | None, str]:
    """Return the network that an earlier process adopted, and what is wrong with it if it cannot be used.

    Args:
        folder: of the project's assist.
        base: the backbone of the settings; a network that was made from another one is left alone.
        device: to compute on.
    """
    path, about = folder / NETWORK, folder / ABOUT
    if not path.exists():
        return None, ""
    try:
        data = json.loads(about.read_text(encoding="utf-8"))
        if data["base"] != base:
            return None, ""
        found = Finetuned(labels=int(data["labels"]), seen=frozenset(map(int, data["seen"])))
        return FinetunedNetwork(backbone=open_backbone(path, device=device), about=found), ""
    except (CheckpointError, OSError, ValueError, KeyError, TypeError) as error:
        note = f"The fine-tuned network cannot be used and was thrown away: {error}"
        logger.warning(note)
        with contextlib.suppress(OSError):
            path.unlink()
            about.unlink()
        return None, note
