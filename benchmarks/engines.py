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
import hashlib, json, os, sys, time
from pathlib import Path
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.jobs.run import run
from shopkeeper.reports.report import as_plain
from shopkeeper.workspace import Workspace

def family(process="self"):
    # A process and all that it started and that still run.
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(child)

def peak(process):
    # Peak memory in megabytes.
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if "VmHWM" in line), 0)

def cpu(process):
    # Seconds of processor time, its own and the system's for it.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

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
    "cpu": sum(cpu(p) for p in family()), "peak_megabytes": sum(peak(p) for p in family()),
    "answers": hashlib.sha256(answers.encode()).hexdigest(),
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
        f"run {result['run']:.1f} s  cpu {result['cpu']:.1f} s  "
        f"peak {result['peak_megabytes']:,.0f} MB",
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
