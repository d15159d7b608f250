"""A budget of work: what other processes take does not count, but not for ever."""

import time

import pytest

from jlabel.assist.compute.work_clock import WorkClock


def test_it_counts_work_and_a_third_of_what_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, work = [100.0], [7.0]
    monkeypatch.setattr(time, "monotonic", lambda: wall[0])
    monkeypatch.setattr(time, "thread_time", lambda: work[0])
    clock = WorkClock()
    assert clock() == 0
    wall[0], work[0] = 110.0, 16.0
    assert clock() == 9.0, "an idle machine"
    wall[0] = 160.0
    assert clock() == 20.0, "a busy one"


def test_sleeping_is_no_work() -> None:
    clock = WorkClock()
    time.sleep(0.05)
    slept = clock()
    deadline = time.monotonic() + 30
    while clock() < slept + 0.05 and time.monotonic() < deadline:
        pass
    assert clock() >= slept + 0.05
