"""The toy format, in the table of formats for one test."""

import pytest

from jlabel.formats.format import Format
from jlabel.formats.registry import FORMATS
from tests.formats.toy import TOY


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Format:
    monkeypatch.setitem(FORMATS, TOY.name, TOY)
    return TOY
