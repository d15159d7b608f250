import pytest

from jlabel.media.decoders import table
from tests.media.toy import TOY


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row for the toy medium in the decoders' table."""
    monkeypatch.setattr(table, "MEDIA", [*table.MEDIA, TOY])
