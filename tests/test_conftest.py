"""Under CI a browser, PostgreSQL or real-data test that skips is a failure; elsewhere it is a skip with its reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPS = {
    "by mark": "@pytest.mark.postgres\n@pytest.mark.skip(reason='no server')\ndef test(): pass",
    "in a fixture": "@pytest.fixture\ndef f(): pytest.skip('no server')\n@pytest.mark.postgres\ndef test(f): pass",
    "in the body": "@pytest.mark.realdata\ndef test(): pytest.skip('no server')",
    "the whole file": "pytest.skip('no server', allow_module_level=True)",
}


def _run(folder: Path, body: str, *, ci: bool, workers: int = 0) -> tuple[int, str]:
    (folder / "test_it.py").write_text(f"import pytest\n{body}\n", encoding="utf-8")
    where = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "tests.conftest")
    env = {key: value for key, value in os.environ.items() if key != "CI"} | ({"CI": "true"} if ci else {})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *where, "-p", "no:cacheprovider", "-n", str(workers), str(folder)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("body", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_under_ci_fails_with_its_reason(tmp_path: Path, body: str) -> None:
    status, shown = _run(tmp_path, body, ci=True)
    assert status != 0
    assert "no server" in shown
    assert "error" in shown or "failed" in shown


@pytest.mark.parametrize("body", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_on_a_users_machine_is_a_skip(tmp_path: Path, body: str) -> None:
    status, shown = _run(tmp_path, body, ci=False)
    assert status in {0, 5}  # 5: nothing was collected
    assert "1 skipped" in shown


def test_other_skips_and_expected_failures_are_left_alone(tmp_path: Path) -> None:
    body = (
        "@pytest.mark.skip\ndef test_a(): pass\n"
        "@pytest.mark.postgres\n@pytest.mark.xfail(reason='known')\ndef test_b(): raise ValueError"
    )
    status, shown = _run(tmp_path, body, ci=True)
    assert status == 0
    assert "1 skipped, 1 xfailed" in shown


def test_workers_that_run_in_parallel_report_a_skip_under_ci_as_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_whole_file.py").write_text(f"import pytest\n{SKIPS['the whole file']}\n", encoding="utf-8")
    status, shown = _run(tmp_path, SKIPS["in a fixture"] + "\ndef test_passes(): pass", ci=True, workers=2)
    assert status != 0
    assert "skipped where it must not be: Skipped: no server" in shown
    assert "test_whole_file.py skipped itself: Skipped: no server" in shown
