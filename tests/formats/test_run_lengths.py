"""Columns of compressed run-length masks, beside pycocotools."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask

from jlabel.formats.run_lengths import strip

# pycocotools 2.0.11 has not followed numpy's rule for __array__(copy=), in the function that decodes masks
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.integers(1, 60), st.floats(0, 1))
def test_columns_are_those_of_the_mask(seed: int, height: int, width: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    coarse = rng.random((height // 7 + 1, width // 5 + 1)) < share
    pixels = np.kron(coarse, np.ones((7, 5), bool))[:height, :width] ^ (rng.random((height, width)) < 0.02)
    counts = mask.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"]
    left = int(rng.integers(0, width))
    right = int(rng.integers(left + 1, width + 1))
    np.testing.assert_array_equal(strip(counts, height, left, right), pixels[:, left:right])


@pytest.mark.parametrize("value", [0, 1])
def test_long_runs(value: int) -> None:
    """Of more than three groups of five bits, and with differences of both signs."""
    pixels = np.full((3000, 400), value, np.uint8)
    pixels[1000:1003, 7] = pixels[:2, 200] = 1 - value
    counts = mask.encode(np.asfortranarray(pixels))["counts"]
    np.testing.assert_array_equal(strip(counts, 3000, 5, 300), pixels[:, 5:300].astype(bool))
