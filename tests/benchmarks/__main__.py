"""``python -m tests.benchmarks [--quick] [name ...]``: runs the benchmarks and prints one table.

Each module beside this one that has ``rows(*, quick=False)`` is a benchmark, named as its file. Nothing is asserted:
figures of a busy machine are not failures. The table also goes to ``bench-results/`` as JSON.
"""

import argparse
import importlib
import json
import platform
import sys
import time
import traceback
from pathlib import Path

from tests.benchmarks.rows import Row, met

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "bench-results"
ORDER = ("store", "media", "opening", "floor", "turn", "grid")
HEAD = ("metric", "value", "unit", "baseline", "ratio", "target", "met?")


def names() -> list[str]:
    """All benchmarks: those of ORDER first, then the others by name."""
    there = {path.stem for path in HERE.glob("*.py") if "def rows(" in path.read_text(encoding="utf-8")}
    return [name for name in ORDER if name in there] + sorted(there - set(ORDER))


def table(rows: list[Row]) -> str:
    """The rows with their columns aligned."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(_pad(line, widths)).rstrip() for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.get("ratio") is None else f"{row['ratio']:.2f}"
    answer = {None: "", True: "yes", False: "NO"}[met(row)]
    return (
        row["metric"],
        _figure(row["value"]),
        row["unit"],
        _figure(row.get("baseline")),
        ratio,
        row["target"] or "",
        answer,
    )


def _figure(value: float | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):  # a baseline in words, where the row works its ratio out itself
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _pad(line: tuple[str, ...], widths: list[int]) -> list[str]:
    left = {0, 2, 5, 6}
    padded = zip(line, widths, strict=True)
    return [cell.ljust(width) if i in left else cell.rjust(width) for i, (cell, width) in enumerate(padded)]


def main() -> int:
    """Runs what the command line names; returns 1 if a benchmark could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Runs the benchmarks.")
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(names())}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer samples and smaller projects")
    args = parser.parse_args()
    unknown = set(args.names) - set(names())
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}. There are {', '.join(names())}.")
    rows: list[Row] = []
    broken = []
    for name in args.names or names():
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"tests.benchmarks.{name}").rows(quick=args.quick)
        except Exception:  # noqa: BLE001 - one that fails does not cost the figures of the others
            traceback.print_exc()
            broken.append(name)
    print(table(rows))
    RESULTS.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "processor": platform.machine()}
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"machine": machine, "quick": args.quick, "rows": rows}, indent=1), encoding="utf-8")
    print(f"\nKept in {path}")
    if broken:
        print(f"Could not be run: {', '.join(broken)}", file=sys.stderr)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
