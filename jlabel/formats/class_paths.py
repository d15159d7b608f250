"""Class ids of a label as the paths that people read."""

from collections.abc import Mapping

from jlabel.errors import FormatError
from jlabel.model.record import Record


def class_paths(record: Record, paths: Mapping[int, str]) -> list[str]:
    """Return the path of each annotation's class, in the order of the annotations.

    Args:
        record: whose label.
        paths: path by class id.

    Raises:
        FormatError: the label has a class that is not in ``paths``.
    """
    try:
        return [paths[number] for number in record.answer.class_ids]
    except KeyError as error:
        raise FormatError(
            f"The label of {record.name!r} has the class {error}, which the project does not have."
        ) from None
