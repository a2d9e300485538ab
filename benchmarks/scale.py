"""Growth with the shop, and what a day costs: first build, one more day, the same day built anew.

    python benchmarks/scale.py                       # 1 and 10 million lines
    python benchmarks/scale.py --lines 100000000     # as many as you have time and disk for

For each size a plain order file of two years is made up, and a small one of the day after, with
some late lines of old orders. A process of its own reads and builds the first; another takes in
the day; a third builds all anew and compares the rows of every table. Beside them stands a bare
DuckDB scan.
Writes benchmarks/results/scale.json and prints a table.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
SHOWN_TABLES = 6

MAKE = """
import sys
import duckdb
folder, lines = sys.argv[1], int(sys.argv[2])
days, products, customers = 730, 5000, max(1000, lines // 25)
day = lines // days
connection = duckdb.connect()
line = '''
    SELECT
        CASE WHEN place % 50 = 0 THEN 'R' ELSE 'O' END || lpad((place // 4)::VARCHAR, 9, '0')
            AS order_id,
        TIMESTAMP '2023-01-01' + INTERVAL (least({last}, place // {day})) DAY
            + INTERVAL ((place // 4) * 37 % 80000) SECOND AS ordered_at,
        'C' || floor({customers} * pow((hash((place // 4) * 7 + 1) % 1000003) / 1000003, 2))::BIGINT
            AS customer_id,
        'P' || floor({products} * pow((hash(place * 13 + 5) % 1000003) / 1000003, 3))::BIGINT
            AS product_id,
        CASE WHEN place % 50 = 0 THEN -1 ELSE 1 + hash(place) % 4 END AS quantity,
        round(1 + (hash(place * 13 + 5) % 997) / 10, 2) AS unit_price
    FROM range({first}, {end}) AS lines(place)
'''
options = "(FORMAT csv, HEADER)"
names = {"day": day, "customers": customers, "products": products}
first = line.format(first=0, end=lines, last=days - 1, **names)
connection.execute(f"COPY ({first}) TO '{folder}/0.csv' {options}")
late = line.format(first=lines // 2, end=lines // 2 + 40, last=days - 1, **names)
new = line.format(first=lines, end=lines + day, last=days, **names)
connection.execute(
    f"COPY (SELECT * REPLACE (unit_price + 1 AS unit_price) FROM ({late}) UNION ALL {new}) "
    f"TO '{folder}/day.csv' {options}"
)
"""

SCAN = """
import json, sys, time
import duckdb
started = time.perf_counter()
rows, _ = duckdb.connect().execute(
    f"SELECT count(*), sum(quantity * unit_price) FROM read_csv('{sys.argv[1]}')"
).fetchone()
print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}))
"""

JOB = """
import json, resource, sys, time
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.workspace import Workspace
folder, limit = sys.argv[1], sys.argv[2]
steps, seconds = [], {}
workspace = Workspace(folder, overrides=[f"engine.memory_limit={limit}"])
workspace.engine
for name, job in (("ingest", ingest), ("build", build)):
    started = time.perf_counter()
    job(workspace, tell=steps.append)
    seconds[name] = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_SELF)
tables = {s.subject: [round(s.seconds, 2), s.detail] for s in steps if s.verb == "build"}
print(json.dumps({
    **seconds, "processor": used.ru_utime + used.ru_stime,
    "peak_megabytes": used.ru_maxrss / 1024, "tables": tables,
}))
"""

COMPARE = """
import json, sys, time
from shopkeeper.engines.content import content_of
from shopkeeper.jobs.build import build
from shopkeeper.workspace import Workspace
def contents():
    workspace = Workspace(sys.argv[1])
    tables = workspace.published.tables
    return {n: str(content_of(workspace.embedded, workspace.table(n), tuple(t.columns)))
            for n, t in tables.items()}
before = contents()
started = time.perf_counter()
build(Workspace(sys.argv[1], overrides=[f"engine.memory_limit={sys.argv[2]}"]), is_whole=True)
seconds = time.perf_counter() - started
after = contents()
differ = sorted(name for name in after if after[name] != before.get(name))
print(json.dumps({"build": seconds, "differ": differ}))
"""

SETTINGS = """[shop]
currency = "EUR"
time_zone = "UTC"

[[sources]]
name = "orders"
kind = "files"
path = "in"
"""


def child(program: str, *arguments: object) -> dict:
    """Runs a program in a process of its own and gives the JSON it prints."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def measure(lines: int, memory: str, folder: Path) -> dict:
    """Measures one size: first build, one more day, all anew."""
    made, shop = folder / "made", folder / "shop"
    for place in (made, shop / "in"):
        place.mkdir(parents=True)
    child(MAKE, made, lines)
    (shop / "shopkeeper.toml").write_text(SETTINGS)
    (made / "0.csv").rename(shop / "in" / "0.csv")
    scan = child(SCAN, shop / "in" / "0.csv")
    first = child(JOB, shop, memory)
    (made / "day.csv").rename(shop / "in" / "day.csv")
    day = child(JOB, shop, memory)
    whole = child(COMPARE, shop, memory)
    result = {"lines": lines, "scan": scan["seconds"], "memory_limit": memory}
    result |= {"first": first, "day": day, "whole_build": whole["build"]}
    result["day_by_first"] = total(day) / total(first)
    result["first_by_scan"] = total(first) / scan["seconds"]
    result["differing_tables"] = whole["differ"]
    return result


def total(job: dict) -> float:
    """Gives the wall time of reading and building."""
    return job["ingest"] + job["build"]


def report(result: dict) -> None:
    """Prints one size, and where the time goes."""
    for name in ("first", "day"):
        job = result[name]
        print(
            f"{result['lines']:>12,} lines  {name:<6} ingest {job['ingest']:7.2f}  "
            f"build {job['build']:7.2f} s  processor {job['processor']:7.1f} s  "
            f"peak {job['peak_megabytes']:,.0f} MB"
        )
        slow = sorted(job["tables"].items(), key=lambda item: -item[1][0])[:SHOWN_TABLES]
        for table, (seconds, detail) in slow:
            print(f"{'':>21}{table:<20} {seconds:7.2f} s  {detail}")
    print(
        f"{'':>21}bare scan {result['scan']:.2f} s, the first {result['first_by_scan']:.0f} × it; "
        f"the day costs {result['day_by_first']:.0%} of the first; differing from a whole build: "
        f"{', '.join(result['differing_tables']) or 'no table'}",
        flush=True,
    )


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--memory", default="8GB", help="memory limit of the engine")
    options = parser.parse_args()
    results: list[dict] = []
    for lines in options.lines:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(lines, options.memory, Path(folder)))
        report(results[-1])
    for one, other in pairwise(results):
        growth = math.log(total(other["first"]) / total(one["first"]))
        growth /= math.log(other["lines"] / one["lines"])
        other["growth_exponent"] = growth
        print(f"growth exponent {one['lines']:,} to {other['lines']:,} lines: {growth:.2f}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "scale.json").write_text(json.dumps(results, indent=1) + "\n")
    if any(result["differing_tables"] for result in results):
        sys.exit("error: a table that took in the day differs from one that was built anew")


if __name__ == "__main__":
    main()
