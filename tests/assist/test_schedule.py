"""When the next training is due."""

import pytest

from jlabel.assist.schedule import labels_between, labels_more
from jlabel.errors import InputError


@pytest.mark.parametrize(("labels", "last", "more"), [
    (0, None, 9), (5, None, 4), (9, None, 0), (400, None, 0),
    (9, 9, 9), (17, 9, 1), (18, 9, 0), (400, 400, 20), (419, 400, 1), (420, 400, 0),
    (380, 400, 0), (381, 400, 1),
])  # fmt: skip
def test_a_twentieth_more_and_a_page_at_least(labels: int, last: int | None, more: int) -> None:
    assert labels_more(labels, last) == more


def test_a_number_overrules_the_rule() -> None:
    assert (labels_more(1, None, 1), labels_more(400, 399, 1), labels_more(410, 400, 50)) == (0, 0, 40)
    assert labels_between(10_000) == 500
    with pytest.raises(InputError):
        labels_between(-1)
