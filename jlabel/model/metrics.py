"""Values that a run keeps as a JSON object, so that one type travels for all kinds of runs.

``from_json`` reads also what earlier versions wrote: a key that is missing or null takes the default of its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self


def stored(key: str = "", *, default: Any = MISSING, read: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401
    """Return a field that is stored under another key than its name, or read by a function."""
    return field(default=default, metadata={"key": key, "read": read})


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The base of all: JSON data by the names of the fields."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON data."""
        return {one.metadata.get("key") or one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` returned, of this version or an earlier one; unknown keys are ignored."""
        values = {}
        for one in fields(cls):
            value = data.get(one.metadata.get("key") or one.name)
            if value is not None:
                read = one.metadata.get("read")
                values[one.name] = read(value) if read else value
        return cls(**values)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any field's
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value
