"""Neighbours among half a million embeddings: milliseconds and memory, in a process of its own."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.rows import Row, row

_NEIGHBOURS = """
import json, resource, sys, time
import numpy as np, psutil
from jlabel.assist.embeddings.neighbors import Neighbors
path, count = sys.argv[1], int(sys.argv[2])
vectors = np.memmap(path, np.float16, "r", shape=(count, 1280))
begun = time.perf_counter()
index = Neighbors(vectors)
built = time.perf_counter() - begun
index.near(0, 9)
spent = []
for row in range(1, count, count // 20):
    begun = time.perf_counter()
    index.near(row, 9)
    spent.append(1000 * (time.perf_counter() - begun))
own = psutil.Process().memory_full_info().uss
print(json.dumps([built, spent, own / 1e9, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))
"""


def among(count: int) -> list[Row]:
    """Neighbours among ``count``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.f16"
        rng = np.random.default_rng(0)
        with path.open("wb") as file:
            for start in range(0, count, 10_000):
                some = min(10_000, count - start)
                file.write(np.maximum(rng.standard_normal((some, 1280), np.float32), 0).astype(np.float16).tobytes())
        done = subprocess.run(
            [sys.executable, "-c", _NEIGHBOURS, str(path), str(count)], capture_output=True, text=True, check=True
        )
    built, spent, own, peak = json.loads(done.stdout)
    return [
        row(f"neighbours for a page among {count}, p50", float(np.median(spent)), "ms", target="< 300"),
        row(f"neighbours for a page among {count}, worst of {len(spent)}", max(spent), "ms", target="< 300"),
        row(f"index of {count} embeddings, once", built, "s"),
        row(f"memory of {count} embeddings, own", own, "GB", target="< 3"),
        row(f"memory of {count} embeddings, with mapped pages, at most", peak, "GB"),
    ]
