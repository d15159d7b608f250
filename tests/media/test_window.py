"""Which values of a deep picture are shown from black to white."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jlabel.media.display import display
from jlabel.media.raster import Raster
from jlabel.media.resample import resize
from jlabel.media.window import Window, robust_window

RAMP = np.mgrid[:100, :120][1] * 5  # 0 to 595


def levels(values: np.ndarray, *, inside: Any = np.s_[:]) -> int:
    return len(np.unique(display(Raster(data=values, width=values.shape[1], height=values.shape[0])).pixels[inside]))


@pytest.mark.parametrize(("hot", "shape"), [(1, (30, 40)), (1, (100, 120)), (10, (100, 120)), (500, (1000, 1200))])
@pytest.mark.parametrize("value", [4095, 65535])
def test_hot_pixels_do_not_black_out_a_picture(hot: int, value: int, shape: tuple[int, int]) -> None:
    values = (np.arange(shape[0] * shape[1]) % 600).astype(np.uint16).reshape(shape)
    values.reshape(-1)[:: values.size // hot][:hot] = value - np.arange(hot) % 30 * 100
    assert levels(values) >= 100
    assert levels(np.stack([values] * 3, axis=2)) >= 100


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.1, 0.4, 0.9])
@pytest.mark.parametrize(
    "value", [-9999.0, -32768.0, 65535.0, 1e20, -3.4028235e38, -1.7976931348623157e308, np.nan, np.inf, -np.inf]
)
def test_nodata_does_not_black_out_a_picture(share: float, value: float) -> None:
    values = 20 + RAMP / 100
    values[: max(1, int(100 * share))] = value
    with np.errstate(over="ignore"):
        for kind in (np.float64, np.float32):
            assert levels(values.astype(kind), inside=np.s_[90:]) >= 100


def test_two_kinds_of_nodata_at_once() -> None:
    values = 20 + RAMP / 100
    values[:10], values[10:20], values[20:30] = -9999, 9999, np.nan
    values[30, 0] = np.inf
    assert levels(values) >= 100
    window = robust_window(values)
    assert window.low == pytest.approx(20, abs=0.5)
    assert window.high == pytest.approx(25.95, abs=0.5)


def test_nodata_is_darker_than_all_data_and_does_not_bleed_into_it() -> None:
    values = (20 + RAMP / 100).astype(np.float32)
    values[:50], values[:, :10] = -9999, np.nan
    whole = Raster(data=values, width=120, height=100)
    pixels = display(whole).pixels
    assert pixels[:50].max() == 0
    assert pixels[50:, 10:].min() > 5
    small = display(resize(whole, (60, 50))).pixels.astype(int)
    expected = pixels[::2, ::2].astype(int)
    assert np.abs(small - expected)[30:, 10:].max() < 8, "no ringing beyond the border"
    assert small[:20].max() == 0


@settings(deadline=None)
@given(st.integers(0, 60_000), st.integers(200, 5000), st.integers(0, 2**32 - 1))
def test_a_picture_without_outliers_is_shown_from_minimum_to_maximum(low: int, wide: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(low, low + wide, (60, 80)).astype(np.int32)
    assert robust_window(values) == Window(low=float(values.min()), high=float(values.max()))


@pytest.mark.parametrize("labels", [[0, 1], [0, 1000], [0, 1, 2, 3], [7, 7], [0, 0, 0, 0, 65535]])
def test_masks_and_labels_keep_all_their_values(labels: list[int]) -> None:
    values = np.zeros((50, 60), np.uint16)
    values[:10, : len(labels)] = labels
    assert robust_window(values) == Window(low=float(values.min()), high=float(values.max()))


def test_a_picture_of_nothing_is_grey() -> None:
    pixels = display(Raster(data=np.full((4, 5), np.nan, np.float32), width=5, height=4)).pixels
    assert np.unique(pixels).tolist() == [128]


def test_one_object_on_a_plain_ground_is_seen() -> None:
    values = np.full((200, 200), 100, np.uint16)
    values[50:53, 50:53] = 4000
    pixels = display(Raster(data=values, width=200, height=200)).pixels
    assert (pixels[51, 51], pixels[0, 0]) == (255, 0)


@pytest.mark.parametrize("size", [(300, 200), (299, 7), (1, 1), (640, 480)])
def test_a_large_deep_picture_is_reduced_in_bands_as_in_one(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.random.default_rng(0).integers(0, 4096, (997, 1201, 3)).astype(np.uint16)
    raster = Raster(data=values, width=1201, height=997)
    whole = resize(raster, size).pixels
    monkeypatch.setattr("jlabel.media.resample._BAND", 1201 * 13)
    np.testing.assert_allclose(resize(raster, size).pixels, whole, atol=1e-2)
