"""A model out of a file, ready to predict: ``jl.load_model``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jlabel.assist.exported.answers import READERS, Answer, Limits
from jlabel.assist.exported.facts import Facts, Threshold
from jlabel.assist.exported.file_formats import open_file
from jlabel.assist.exported.letterbox import Placement, letterbox
from jlabel.errors import CheckpointError, ImageError, InputError
from jlabel.media.in_memory import is_in_memory
from jlabel.model.local_path import expand_user

_BATCH = 8

Run = Callable[[NDArray[np.uint8]], Mapping[str, NDArray[Any]]]


class ExportedModel:
    """A model that left its project.

    >>> model = jl.load_model("masks.onnx")
    >>> model.predict("photos/0001.jpg")
    [{'label': 'mask', 'confidence': 0.9731, 'above': True}]

    Args:
        facts: what its file says about it.
        run: the network: (n, height, width, 3) uint8 pixels to its outputs by name, n rows each.
        name: of the file.
    """

    def __init__(self, facts: Facts, run: Run, name: str) -> None:
        self.facts, self._run, self._name = facts, run, name
        self._read = READERS[facts.task]

    @property
    def task(self) -> str:
        """``"multi-class"``, ``"multi-label"`` or ``"boxes"``."""
        return self.facts.task

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that it knows, as paths."""
        return tuple(one.path for one in self.facts.classes)

    @property
    def threshold(self) -> float | dict[str, float] | None:
        """Confidence from which an answer is ``above``: of all classes, or by class; ``None`` where there is none.

        ``facts.threshold_from`` says where it came from.
        """
        limit = self.facts.threshold
        if not isinstance(limit, Mapping):
            return limit
        return {one.path: limit[one.id] for one in self.facts.classes if one.id in limit}

    @property
    def report(self) -> dict[str, Any]:
        """What is known of its quality: ``training``, ``validation`` and ``shown``, as JSON data."""
        return dict(self.facts.report)

    def __repr__(self) -> str:
        return f"ExportedModel({self._name!r}: {self.task}, {len(self.classes)} classes, {self.facts.network})"

    def predict(
        self,
        images: Any,  # noqa: ANN401 -- one of many kinds, or several of them
        *,
        threshold: float | Mapping[str, float] | None = None,
        keep_errors: bool = False,
    ) -> Any:  # noqa: ANN401 -- the answer of one image, or those of several
        """Return what the model proposes for one image, or a list of that for several.

        Args:
            images: one or more of: a path, an fsspec URL, a Pillow image, an array (h, w), (h, w, 3) RGB or (h, w, 4)
                RGBA of pixels. Files give the very numbers that the project has; a JPEG that was opened before is
                reduced a little differently. An array (n, h, w, 3) is n images.
            threshold: in place of the model's own: a confidence, or one by class name.
            keep_errors: return the ``ImageError`` of an image that cannot be decoded in place of its answer.

        Returns:
            A list of dictionaries for each image: ``label`` (the path of the class; ``None`` where the likeliest one
            was retired), ``confidence`` (0 to 1, calibrated), ``above`` (at or above the threshold), and of boxes
            ``box``, (x0, y0, x1, y1) in pixels of the image, the likeliest first. Multi-class: one. Multi-label: one
            for each class that the image has. Boxes: all down to a low floor; take those that are ``above``.

        Raises:
            ImageError: an image cannot be decoded; the message names it.
            InputError: what was passed in is no image, or a class of ``threshold`` is unknown.
        """
        limits = Limits(self.facts.threshold if threshold is None else self._by_id(threshold))
        if isinstance(images, (str, Path)) or is_in_memory(images):
            return next(self._answers([(images, "The image")], limits, keep_errors=keep_errors))
        if not isinstance(images, Iterable):
            raise InputError(
                f"An image is a path, a URL, a Pillow image or a numpy array, not {type(images).__name__}. Convert it."
            )
        named = ((image, f"Image {number}") for number, image in enumerate(images))
        return list(self._answers(named, limits, keep_errors=keep_errors))

    def _answers(
        self, images: Iterable[tuple[Any, str]], limits: Limits, *, keep_errors: bool
    ) -> Iterator[Answer | ImageError]:
        rest = iter(images)
        while batch := list(islice(rest, _BATCH)):
            read = [self._letterbox(image, name, keep_errors=keep_errors) for image, name in batch]
            whole = [one for one in read if not isinstance(one, ImageError)]
            outputs = self._outputs(np.stack([pixels for pixels, _ in whole])) if whole else {}
            position = 0
            for one in read:
                if isinstance(one, ImageError):
                    yield one
                    continue
                mine = {name: values[position] for name, values in outputs.items()}
                yield self._read(self.facts, mine, one[1], limits)
                position += 1

    def _letterbox(
        self, image: Any, name: str, *, keep_errors: bool  # noqa: ANN401
    ) -> tuple[NDArray[np.uint8], Placement] | ImageError:  # fmt: skip
        try:
            return letterbox(image, self.facts.input, name)
        except ImageError as error:
            if keep_errors:
                return error
            raise

    def _outputs(self, pixels: NDArray[np.uint8]) -> Mapping[str, NDArray[Any]]:
        try:
            return self._run(pixels)
        except Exception as error:  # each runtime has its own
            reason = str(error).strip().split("\n")[0][:200]
            raise CheckpointError(f"The model {self._name!r} cannot be run ({reason}). Export it again.") from error

    def _by_id(self, threshold: float | Mapping[str, float]) -> Threshold:
        if not isinstance(threshold, Mapping):
            return float(threshold)
        ids = {one.path: one.id for one in self.facts.classes}
        unknown = [name for name in threshold if name not in ids]
        if unknown:
            raise InputError(f"The model has no class {unknown[0]!r}. It has {', '.join(map(repr, ids))}.")
        return {ids[name]: float(value) for name, value in threshold.items()}


def load_model(path: str | Path) -> ExportedModel:
    """Open a model that ``p.assist.export_model`` wrote.

    An ``.onnx`` file is run by onnxruntime, a TorchScript file by torch; neither needs the project, nor a workspace.
    A TorchScript file is a program: open only one that you trust.

    Args:
        path: of the file.

    Raises:
        CheckpointError: there is no such file, or it is damaged or no model that jlabel exported.
        MissingExtra: the file is ONNX and onnxruntime is not installed, or TorchScript and torch is not.
    """
    where = expand_user(path)
    if not where.is_file():
        raise CheckpointError(f"There is no model at {str(where)!r}. Give the path of a file that jlabel exported.")
    facts, run = open_file(where)
    if facts.task not in READERS:
        raise CheckpointError(
            f"The model {str(where)!r} is one of {facts.task}, which this jlabel does not know. Update jlabel."
        )
    return ExportedModel(facts, run, str(where))
