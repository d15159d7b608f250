"""How much is left to chance: more at the beginning, unless keys are to be saved and the model is right anyway."""

from types import SimpleNamespace

import pytest

from jlabel.assist.guarantee.shape_auditing import ShapeAuditing
from jlabel.assist.worker.round import WARM, WARM_SHARE, Round, random_share
from jlabel.model.assist_settings import AssistSettings


@pytest.mark.parametrize(
    ("goal", "random", "accuracy", "wanted"),
    [
        ("promise", 0, None, WARM_SHARE),
        ("promise", WARM - 1, 1.0, WARM_SHARE),
        ("promise", WARM, 0.5, 0.02),
        ("fewest-keys", 0, None, WARM_SHARE),
        ("fewest-keys", 10, 0.94, WARM_SHARE),
        ("fewest-keys", 10, 0.95, 0.02),
        ("fewest-keys", WARM, 0.5, 0.02),
    ],
)
def test_the_share_of_chance(goal: str, random: int, accuracy: float | None, wanted: float) -> None:
    settings = AssistSettings(goal=goal, random_share=0.02)  # type: ignore[arg-type]
    assert random_share(settings, random, accuracy) == wanted


def test_where_nothing_is_to_be_proved_no_sample_is_collected() -> None:
    round_ = Round(None, SimpleNamespace(id=1), None, None)  # type: ignore[arg-type]
    suggested = AssistSettings(goal="fewest-keys", random_share=0.02)  # type: ignore[arg-type]
    assert round_._random_share(suggested) == WARM_SHARE
    round_.audits.auditing = ShapeAuditing()
    assert round_._random_share(suggested) == 0.02
    assert round_._random_share(AssistSettings(random_share=0.02)) == WARM_SHARE


def test_a_larger_share_that_was_asked_for_stays() -> None:
    assert random_share(AssistSettings(random_share=0.5), 0, None) == 0.5
