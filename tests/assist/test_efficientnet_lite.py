"""What EfficientNet-Lite's features are pooled by."""

import pytest

torch = pytest.importorskip("torch")

from jlabel.assist.embeddings.efficientnet_lite import pooled  # noqa: E402 -- needs torch

pytestmark = pytest.mark.model


def test_a_part_counts_for_more_than_its_area() -> None:
    x = torch.zeros(1, 3, 8, 8)
    x[0, 0, :4, :4] = 4.0  # a quarter of the picture
    x[0, 1] = 2.5  # all of it
    values = pooled(x)
    assert values.shape == (1, 3)
    assert values[0].tolist() == pytest.approx([4 * 0.25 ** (1 / 3), 2.5, 0.001], rel=1e-4)


def test_it_can_be_trained_through_where_nothing_is_seen() -> None:
    x = torch.zeros(2, 4, 5, 5, requires_grad=True)
    pooled(x).sum().backward()
    assert torch.isfinite(x.grad).all()
    half = torch.full((1, 2, 6, 6), 6.0, dtype=torch.float16)
    assert pooled(half)[0].tolist() == pytest.approx([6.0, 6.0], rel=1e-3)
