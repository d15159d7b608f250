"""Fine-tuning beside the rounds: in a thread, on labels of which half of the proving ones are kept back."""

import contextlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.classification.train import train
from jlabel.assist.classification.training_set import TrainingSet
from jlabel.assist.embeddings.backbone import Backbone, open_backbone
from jlabel.assist.embeddings.embedding_table import EmbeddingTable
from jlabel.assist.ranking.uncertainty import blind
from jlabel.assist.run_recorder import RunRecorder
from jlabel.errors import CheckpointError, JlabelError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.run import Run, RunKind

LEAST = 100
"""Labels before fine-tuning starts by itself; again at twice as many."""
NETWORK, ABOUT = "finetuned.pt", "finetuned.json"
_SEED = 4  # of the half that is kept back: always the same items

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FinetunedNetwork:
    """A fine-tuned network.

    Attributes:
        backbone: with which items are embedded again.
        seen: items whose labels it was trained on or chosen by: they can prove nothing about it.
    """

    backbone: Backbone
    seen: frozenset[int]


class Finetuner:
    """One project's fine-tuning.

    Args:
        folder: of the project's assist.
        labels: that there were at the last one; 0 before.
    """

    def __init__(self, folder: Path, labels: int = 0) -> None:
        self.folder, self.labels = folder, labels
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._result: FinetunedNetwork | None = None

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and self._thread.is_alive()

    def due(self, labels: int, settings: AssistSettings, device: str) -> bool:
        """Whether it is time for it."""
        wanted = settings.fine_tune is True or (settings.fine_tune == "auto" and device.startswith("cuda"))
        return wanted and not self.busy and labels >= max(LEAST, 2 * self.labels)

    def start(
        self,
        recorder: RunRecorder,
        backbone: Backbone,
        table: EmbeddingTable,
        training_set: TrainingSet,
        uri: Callable[[int], str],
        *,
        base: str,
        exclusive: bool,
        reason: str,
        asked: Run | None = None,
    ) -> None:
        """Begin.

        Args:
            recorder: of the run.
            backbone: to start from.
            table: embeddings that the light head is compared on.
            training_set: the labels.
            uri: where an item's picture is.
            base: the backbone of the settings.
            exclusive: multi-class; otherwise multi-label.
            reason: for the run, a sentence.
            asked: the queued run that this is.
        """
        self.labels = training_set.labels
        self._stop.clear()
        work = _Work(recorder, backbone, table, training_set, uri, base, exclusive, self.folder, self._stop)

        def target() -> None:
            try:
                self._result = work.do(reason, asked)
            except JlabelError as error:  # the run says so; rounds go on with the network as it was
                logger.warning("Fine-tuning failed: %s", error)
            except Exception:
                logger.exception("Fine-tuning failed")

        self._thread = threading.Thread(target=target, name="jlabel-assist-tuning", daemon=True)
        self._thread.start()

    def take(self) -> FinetunedNetwork | None:
        """Return an adopted network, once."""
        if self.busy:
            return None
        result, self._result = self._result, None
        return result

    def stop(self) -> None:
        """End it soon, and wait for that."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def kept(self, base: str, device: str) -> tuple[FinetunedNetwork | None, str]:
        """Return what an earlier process adopted, and what is wrong with it, a sentence, if that cannot be used."""
        path, about = self.folder / NETWORK, self.folder / ABOUT
        if not path.exists():
            return None, ""
        try:
            data = json.loads(about.read_text(encoding="utf-8"))
            if data["base"] != base:
                return None, ""
            self.labels = int(data["labels"])
            backbone = open_backbone(path, device=device)
            return FinetunedNetwork(backbone=backbone, seen=frozenset(map(int, data["seen"]))), ""
        except (CheckpointError, OSError, ValueError, KeyError, TypeError) as error:
            note = f"The fine-tuned network cannot be used and was thrown away: {error}"
            logger.warning(note)
            with contextlib.suppress(OSError):
                path.unlink()
                about.unlink()
            return None, note


class _Work:
    """The thread's part."""

    def __init__(  # noqa: PLR0917 -- one call, above
        self,
        recorder: RunRecorder,
        backbone: Backbone,
        table: EmbeddingTable,
        training_set: TrainingSet,
        uri: Callable[[int], str],
        base: str,
        exclusive: bool,  # noqa: FBT001 -- one call, above
        folder: Path,
        stop: threading.Event,
    ) -> None:
        self.recorder, self.backbone, self.table, self.base = recorder, backbone, table, base
        self.exclusive, self.folder, self.stop = exclusive, folder, stop
        # Half of the random labels are never shown to any network, so that they can always prove a threshold.
        used = ~(training_set.random & blind(training_set.items, seed=_SEED, share=0.5))
        self.items, self.rows, self.targets = (
            training_set.items[used],
            training_set.rows[used],
            training_set.targets[used],
        )
        self.class_ids, self.labels = training_set.class_ids, training_set.labels
        self.uris = [uri(int(item)) for item in self.items]

    def do(self, reason: str, asked: Run | None) -> FinetunedNetwork | None:
        from jlabel.assist.classification.finetune import finetune  # noqa: PLC0415 -- imports torch as it is loaded
        from jlabel.assist.embeddings.network import Network  # noqa: PLC0415

        with self.recorder.run(RunKind.FINE_TUNING, reason, asked=asked, model_hash=self.backbone.hash) as handle:
            assert isinstance(self.backbone, Network)
            handle.metrics = {"labels": self.labels, "used": len(self.items)}
            tuned = finetune(
                self.uris,
                self.targets,
                self.backbone,
                path=self.folder / NETWORK,
                baseline=self._baseline,
                exclusive=self.exclusive,
                progress=lambda epoch, epochs, accuracy: _told(handle.tell(epoch, epochs, metrics={"last": accuracy})),
                cancel=lambda: self.stop.is_set() or not handle.tell(),
            )
            handle.metrics |= {"accuracy": tuned.accuracy, "baseline": tuned.baseline, "epochs": tuned.epochs}
            handle.adopted = tuned.backbone is not None
            handle.stopped = self.stop.is_set()
            handle.why_not = "" if handle.adopted else tuned.reason
            if tuned.backbone is None or handle.stopped:
                return None
            handle.model_hash = tuned.backbone.hash
            about = {"base": self.base, "labels": self.labels, "seen": self.items.tolist()}
            (self.folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        return FinetunedNetwork(backbone=tuned.backbone, seen=frozenset(self.items.tolist()))

    def _baseline(self, fit: NDArray[np.intp], out: NDArray[np.intp]) -> float:
        """Return the light head's accuracy, as fine-tuning measures its own."""
        features = self.table.features.rows(self.rows)
        made = train(
            features[fit],
            self.targets[fit],
            class_ids=self.class_ids,
            exclusive=self.exclusive,
            random=np.zeros(len(fit), dtype=bool),
        )
        columns = [self.class_ids.index(class_id) for class_id in made.head.class_ids]
        p = np.zeros((len(out), len(self.class_ids)))
        p[:, columns] = made.head.predict(features[out])
        truth = self.targets[out] > 0
        if self.exclusive:
            return float((p.argmax(axis=1) == truth.argmax(axis=1)).mean())
        return float(((p >= 0.5) == truth).all(axis=1).mean())  # noqa: PLR2004 -- assigned


def _told(_go_on: bool) -> None:  # noqa: FBT001 -- progress returns nothing
    return None
