"""The main job beside two bare DuckDB scans of the same file: ratios, peak memory, growth.

One scan only counts and adds up, so that DuckDB skips most columns; the other keeps every column
in memory, which is the least that a job on all of them must do.

    python benchmarks/main_job.py            # Online Retail II and simulated shops up to 10 M lines
    python benchmarks/main_job.py --quick    # Online Retail II only, once

Writes benchmarks/results/main_job.json and prints a table.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SHOPKEEPER_DATA", ROOT.parent / "shared" / "data"))
RESULTS = ROOT / "benchmarks" / "results"

MEASURES = ("imports", "ingest", "build", "score", "report", "run", "processor")

SCAN = """
import json, sys, time
import duckdb
started = time.perf_counter()
connection = duckdb.connect()
rows, _ = connection.execute(
    f"SELECT count(*), sum({sys.argv[2]}) FROM read_csv('{sys.argv[1]}', ignore_errors = true)"
).fetchone()
counted = time.perf_counter()
connection.execute(
    f"CREATE TEMP TABLE kept AS SELECT * FROM read_csv('{sys.argv[1]}', ignore_errors = true)"
)
kept = time.perf_counter()
print(json.dumps({"rows": rows, "count": counted - started, "load": kept - counted}))
"""

JOB = """
import json, resource, sys, time
from pathlib import Path
process_started = time.perf_counter()
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.run import run
from shopkeeper.workspace import Workspace
imported = time.perf_counter() - process_started
ensure_source(Path(sys.argv[2]), Path(sys.argv[1]))
steps, seconds = [], {}
workspace = Workspace(sys.argv[2])
workspace.engine
started = last = time.perf_counter()
def tell(step):
    # Tables are built side by side, so that their own seconds overlap: the clock is read instead.
    global last
    steps.append(step)
    now = time.perf_counter()
    seconds[step.verb] = seconds.get(step.verb, 0.0) + now - last
    last = now
done = run(workspace, tell=tell)
total = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "imports": imported, "run": total, **seconds,
    "peak_megabytes": used.ru_maxrss / 1024, "processor": used.ru_utime + used.ru_stime,
    "rows": done.quality.raw_row_count, "is_reconciled": done.quality.is_reconciled,
    "tables": {s.subject: round(s.seconds, 3) for s in steps if s.verb == "build"},
}))
"""

SIMULATE = """
import sys
from pathlib import Path
from shopkeeper.sources.simulation import SimulationOptions, simulate
options = SimulationOptions.for_lines(int(sys.argv[2]), events=False, experiments=False)
simulate(Path(sys.argv[1]), options)
"""


def child(program: str, *arguments: object) -> dict:
    """Runs a program in a process of its own and gives the JSON it prints."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def measure(name: str, file: Path, amount: str, repeats: int, folder: Path) -> dict:
    """Measures scan and job on one file; the best of `repeats`, in turns."""
    scans, jobs = [], []
    for place in range(repeats):
        scans.append(child(SCAN, file, amount))
        workspace = folder / f"{name}-{place}"
        jobs.append(child(JOB, file, workspace))
        shutil.rmtree(workspace)
    # Other work on the machine only ever makes a run slower, so that the best one tells most.
    best = min(jobs, key=lambda job: job["ingest"] + job["build"])
    result = {"name": name, "rows": best["rows"], "repeats": repeats}
    result["scan"] = min(found["count"] for found in scans)
    result["full_scan"] = min(found["load"] for found in scans)
    for key in MEASURES:
        result[key] = best[key]
    result["peak_megabytes"] = max(job["peak_megabytes"] for job in jobs)
    main_job = result["ingest"] + result["build"]
    result["ratio_ingest_build"] = main_job / result["scan"]
    result["ratio_full_scan"] = main_job / result["full_scan"]
    result["is_reconciled"] = all(job["is_reconciled"] for job in jobs)
    result["tables"] = best["tables"]
    return result


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000_000, 10_000_000])
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plain = folder / "online_retail_II.csv"
        packed = DATA / "online_retail_ii" / "online_retail_II.csv.gz"
        with gzip.open(packed) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target)
        repeats = 1 if options.quick else options.repeats
        results.append(measure("Online Retail II", plain, "Quantity * Price", repeats, folder))
        report(results[-1])
        for lines in [] if options.quick else options.lines:
            shop = folder / f"shop-{lines}"
            child(SIMULATE, shop, lines)
            amount = "try_cast(quantity AS INTEGER) * unit_price"
            name = f"simulated {lines:,}"
            results.append(measure(name, shop / "orders.csv", amount, repeats, folder))
            report(results[-1])
            shutil.rmtree(shop)
    simulated = [result for result in results if result["name"].startswith("simulated")]
    if len(simulated) > 1:
        first, last = simulated[0], simulated[-1]
        growth = math.log(last["run"] / first["run"]) / math.log(last["rows"] / first["rows"])
        print(
            f"growth exponent of the run, {first['rows']:,} to {last['rows']:,} rows: {growth:.2f}"
        )
        results.append({"name": "growth", "exponent": growth})
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "main_job.json").write_text(json.dumps(results, indent=1) + "\n")
    if not all(result.get("is_reconciled", True) for result in results):
        sys.exit("error: a run did not reconcile")


def report(result: dict) -> None:
    """Prints one result."""
    print(
        f"{result['name']:<22} {result['rows']:>11,} rows  scan {result['scan']:.2f}  "
        f"full scan {result['full_scan']:.2f}  "
        f"ingest {result['ingest']:.2f}  build {result['build']:.2f}  score {result['score']:.2f}  "
        f"report {result['report']:.2f}  run {result['run']:.2f} s  "
        f"imports {result['imports']:.2f}  "
        f"processor {result['processor']:.1f} s  "
        f"(ingest + build) / scan {result['ratio_ingest_build']:.1f}  "
        f"/ full scan {result['ratio_full_scan']:.1f}  "
        f"peak {result['peak_megabytes']:,.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
