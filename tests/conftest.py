"""What holds for all tests: real data, the order, and no silent skip where everything ought to be there."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.realdata import realdata as realdata  # noqa: PLC0414 - a fixture for every test

# Machines are shared and noisy: no test may fail for being slow.
settings.register_profile("jlabel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jlabel")

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "tests" / "browser"
# What an automatic run brings along, so that a skip there means a broken set-up and not a smaller machine.
ESSENTIAL = {"browser", "postgres", "realdata"}
AUTOMATIC = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# A progress bar or a plot that wants a screen, and a hot-reload thread, have no place in a test.
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.pop("ANYWIDGET_HMR", None)
if "PYTEST_XDIST_WORKER" in os.environ:  # several workers share the cores, and so do the processes that they start
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the browser tests and runs them last: Playwright keeps an event loop running in the main thread.

    In parallel each worker takes its tests in this order too, with ``--dist load``.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI, a skipped browser, PostgreSQL or real-data test is a failure."""
    report = yield
    if AUTOMATIC and report.skipped and not hasattr(report, "wasxfail") and _essential(item):
        report.outcome = "failed"
        report.longrepr = f"skipped where it must not be: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Under CI, a whole file that skips itself is a failure too: its marks are not known yet."""
    report = yield
    if AUTOMATIC and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skipped itself: {_reason(report.longrepr)}"
    return report


def _essential(item: pytest.Item) -> bool:
    return any(mark.name in ESSENTIAL for mark in item.iter_markers())


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
