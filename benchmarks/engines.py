"""The main job on Spark beside the embedded engine, on the same simulated order lines.

    python benchmarks/engines.py                       # 1 and 10 million lines
    python benchmarks/engines.py --lines 1000000       # or these

Both engines get the same memory and all cores of one machine. Writes
benchmarks/results/engines.json and prints a table; ends with an error where the answers differ.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from main_job import RESULTS, SIMULATE, child

ENGINES = ("duckdb", "spark")
STEPS = ("ingest", "build", "score", "report")

JOB = """
import hashlib, json, sys, time
from pathlib import Path
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.jobs.run import run
from shopkeeper.reports.report import as_plain
from shopkeeper.workspace import Workspace

def peaks(process):
    # Peak memory of a process and of all that it started, in megabytes.
    status = Path(f"/proc/{process}/status").read_text()
    mine = next((int(l.split()[1]) / 1024 for l in status.splitlines() if "VmHWM" in l), 0)
    found = [c for t in Path(f"/proc/{process}/task").iterdir()
             for c in (t / "children").read_text().split()]
    return mine + sum(peaks(c) for c in found)

orders, folder, *overrides = sys.argv[1:]
source = {"name": "orders", "kind": "simulation", "path": orders}
write_settings(Path(folder), shop={"name": "Benchmark"}, source=source)
workspace = Workspace(folder, overrides=overrides)
started = time.perf_counter()
workspace.building
ready = time.perf_counter()
steps = []
done = run(workspace, tell=steps.append)
ended = time.perf_counter()
seconds = {}
for step in steps:
    seconds[step.verb] = seconds.get(step.verb, 0.0) + step.seconds
told = [as_plain(done.overview), as_plain(done.segments)]
answers = json.dumps(told, sort_keys=True, default=str)
print(json.dumps({
    "rows": done.quality.raw_row_count, "is_reconciled": done.quality.is_reconciled,
    "start": ready - started, "run": ended - ready, **seconds,
    "peak_megabytes": peaks("self"), "answers": hashlib.sha256(answers.encode()).hexdigest(),
    "tables": {s.subject: round(s.seconds, 2) for s in steps if s.verb == "build"},
}))
workspace.close()
"""


def measure(lines: int, memory: str, folder: Path) -> list[dict]:
    """Measures the main job on one made-up shop, on each engine."""
    shop = folder / f"shop-{lines}"
    child(SIMULATE, shop, lines)
    found = []
    for engine in ENGINES:
        workspace = folder / engine
        overrides = [f"engine.kind={engine}", f"engine.memory_limit={memory}"]
        job = child(JOB, shop / "orders.csv", workspace, *overrides)
        shutil.rmtree(workspace)
        found.append({"engine": engine, "lines": lines, **job})
        report(found[-1])
    shutil.rmtree(shop)
    return found


def report(result: dict) -> None:
    """Prints one result."""
    steps = "  ".join(f"{step} {result[step]:.1f}" for step in STEPS)
    print(
        f"{result['engine']:<8} {result['rows']:>11,} rows  start {result['start']:.1f}  {steps}  "
        f"run {result['run']:.1f} s  peak {result['peak_megabytes']:,.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--memory", default="3GB")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for lines in options.lines:
            results += measure(lines, options.memory, Path(temporary))
    told = {"cores": os.cpu_count(), "memory_limit": options.memory, "results": results}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "engines.json").write_text(json.dumps(told, indent=1) + "\n")
    if not all(result["is_reconciled"] for result in results):
        sys.exit("error: a run did not reconcile")
    for lines in options.lines:
        if len({result["answers"] for result in results if result["lines"] == lines}) > 1:
            sys.exit(f"error: the answers on {lines:,} lines differ")


if __name__ == "__main__":
    main()
