"""All marts of behaviour on simulated events, beside bare DuckDB queries of the same file.

    python benchmarks/behaviour.py                    # 10 M events of 500 k people
    python benchmarks/behaviour.py --events 1000000 --times 3

The bare queries answer one question each (monthly cohorts, one ordered funnel) and write nothing;
the marts are written as Parquet in the order of their keys. Of several times the median is told,
in seconds of the clock and of the processor: other work on the machine lengthens the first only.
Marts that are made of order lines are measured by `main_job.py`. Writes
benchmarks/results/behaviour.json and prints a table; ends with an error where the retention mart
and the bare cohorts differ.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from shopkeeper import Workspace, catalog
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.marts.funnel import FunnelQuestion
from shopkeeper.marts.retention import RetentionQuestion
from shopkeeper.reports.funnel import funnel
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.repeat_purchase import repeat_purchase
from shopkeeper.reports.retention import retention

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
AS_OF = date(2025, 1, 1)
MARTS = ("person_days", "repeat_purchase", "lifecycle", "retention", "stickiness", "funnel")

# Sessions of five events over seven hundred days, of twenty events a person on average.
EVENTS = """
COPY (
  SELECT 'web' AS source, CAST(i AS VARCHAR) AS event_id,
    begun + to_seconds(CAST(k * 60 + hash(i * 7) % 50 AS BIGINT)) AS event_at,
    CAST(begun + to_seconds(CAST(k * 60 + hash(i * 7) % 50 AS BIGINT)) AS DATE) AS event_date,
    CASE WHEN k = 0 THEN 'home' WHEN k < 3 THEN 'view'
      WHEN k = 3 THEN CASE WHEN hash(i * 13) % 3 = 0 THEN 'cart' ELSE 'view' END
      ELSE CASE WHEN hash(i * 17) % 6 = 0 THEN 'purchase' ELSE 'view' END END AS event_name,
    'person-' || person AS person_id, NULL::VARCHAR AS customer_id,
    CAST(session AS VARCHAR) AS session_id, NULL::VARCHAR AS product_id,
    ['Ads', 'Mail', 'Search', NULL][1 + CAST(hash(person) % 4 AS INT)] AS channel,
    NULL::VARCHAR AS device,
    ['Chrome', 'Safari'][1 + CAST(hash(session * 3) % 2 AS INT)] AS browser,
    NULL::VARCHAR AS country, true AS is_simulated
  FROM (SELECT i, i // 5 AS session, i % 5 AS k, hash(i // 5) % ({events} // 20) AS person,
          TIMESTAMP '2023-01-01' + to_seconds(CAST(hash((i // 5) * 31) % 60480000 AS BIGINT))
            AS begun
        FROM range({events}) AS t(i))
) TO '{file}' (FORMAT parquet)
"""
ORDERS = """
SELECT * REPLACE (person_id AS customer_id), ROW_NUMBER() OVER (
  PARTITION BY person_id ORDER BY event_at, event_id) AS order_number
FROM '{file}' WHERE event_name = 'purchase'
"""
BARE = {
    "cohorts": """
    WITH first AS (SELECT person_id, date_trunc('month', MIN(event_at))::DATE AS m FROM '{file}'
                   GROUP BY 1)
    SELECT first.m, date_diff('month', first.m, event_at), COUNT(DISTINCT e.person_id)
    FROM '{file}' AS e JOIN first USING (person_id) GROUP BY 1, 2""",
    "funnel": """
    WITH a AS (SELECT person_id, MIN(event_at) AS t FROM '{file}' WHERE event_name = 'view'
               GROUP BY 1),
    b AS (SELECT person_id, MIN(event_at) AS t FROM '{file}' AS e JOIN a USING (person_id)
          WHERE event_name = 'cart' AND event_at >= a.t GROUP BY 1),
    c AS (SELECT person_id, MIN(event_at) AS t FROM '{file}' AS e JOIN b USING (person_id)
          WHERE event_name = 'purchase' AND event_at >= b.t GROUP BY 1)
    SELECT (SELECT COUNT(*) FROM a), (SELECT COUNT(*) FROM b), (SELECT COUNT(*) FROM c)""",
}


Seconds = dict[str, float]


def timed(work: Callable[[], Any], times: int = 1) -> Seconds:
    """Gives the median seconds that something takes, by the clock and of all its threads."""
    found = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = zip(*found, strict=True)
    return {"wall": round(median(walls), 2), "cpu": round(median(cpus), 2)}


def added(parts: dict[str, Seconds]) -> Seconds:
    """Gives the seconds of all parts together."""
    return {name: round(sum(part[name] for part in parts.values()), 2) for name in ("wall", "cpu")}


def measure(events: int, times: int, folder: Path) -> dict[str, Any]:
    """Gives the seconds of each mart, report and bare query, and the peak memory."""
    load = os.getloadavg()[0]
    file = folder / "events.parquet"
    bare = duckdb.connect()
    bare.execute("SET threads = 2")
    bare.execute(EVENTS.format(events=events, file=file))
    queries = {
        name: timed(lambda sql=sql: bare.execute(sql.format(file=file)).fetchall(), times)
        for name, sql in BARE.items()
    }
    cohorts = bare.execute(BARE["cohorts"].format(file=file)).fetchall()
    bare.close()
    overrides = ["engine.threads=2", "engine.memory_limit=3GB"]
    workspace = Workspace(folder / "shop", overrides=overrides)
    tables = opened(workspace, file)
    marts = {name: timed(lambda name=name: build(workspace, tables, name), times) for name in MARTS}
    answers = reports(tables, times)
    is_equal = cohorts_of(tables["retention"]) == {(m, n): count for m, n, count in cohorts}
    workspace.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    total, alone = added(marts), added(queries)
    return {
        "events": events,
        "times": times,
        "cores": 2,
        "load": round(load, 1),
        "bare": queries,
        "marts": marts,
        "all_marts": total,
        "reports": answers,
        "all_reports": added(answers),
        "cpu_marts_by_bare": round(total["cpu"] / alone["cpu"], 1),
        "cohorts_are_equal": is_equal,
        "peak_memory_mb": peak,
    }


def cohorts_of(retention_mart: Any) -> dict[tuple[date, int], int]:
    """Gives month of beginning and months since → people active, where there were any."""
    of_events = retention_mart.filter(retention_mart.activity == "events")
    found = of_events.filter(of_events.active_count > 0).to_pyarrow().to_pylist()
    return {(row["cohort_date"], row["months_since_first"]): row["active_count"] for row in found}


def opened(workspace: Workspace, file: Path) -> dict[str, Any]:
    """Writes events and orders as the store keeps them, and opens them."""
    connection = workspace.embedded.connection
    contract = catalog.contract("customer_orders")
    columns = ", ".join(_column(name, kind) for name, kind in contract.types().items())
    orders = f"SELECT {columns} FROM ({ORDERS.format(file=file)})"
    tables: dict[str, Any] = {}
    store = workspace.building
    with store.hold():
        for name, sql in (
            ("events", f"SELECT *, customer_id AS source_customer_id FROM '{file}'"),
            ("customer_orders", orders),
        ):
            rows = connection.execute(sql).to_arrow_table()
            handle = workspace.embedded.register(f"{name} (given)", rows)
            tables[name] = write(workspace, name, Rows(handle, engine=workspace.embedded))
    return tables


def _column(name: str, kind: str) -> str:
    from_event = {"order_id": "event_id", "ordered_at": "event_at", "order_date": "event_date"}
    named = {"source", "customer_id", "order_number", "country", "channel"}
    known = from_event.get(name, name if name in named else None)
    value = known or ("10" if name == "gross_amount" else "NULL" if kind == "string" else "0")
    sql_type = {"string": "VARCHAR", "int64": "BIGINT"}.get(kind, kind)
    return f"CAST({value} AS {sql_type}) AS {name}"


def write(workspace: Workspace, name: str, rows: Rows) -> Any:
    """Writes a table aside and opens it."""
    contract, store = catalog.contract(name), workspace.building
    written = store.write(contract, "benchmark", rows)
    return store.open(Publication(contract, "benchmark", written.parts).version)


def build(workspace: Workspace, tables: dict[str, Any], name: str) -> None:
    """Builds a mart."""
    table = next(table for table in catalog.WAREHOUSE if table.name == name)
    expression = table.expression(tables, {"as_of": AS_OF})
    with workspace.building.hold():
        tables[name] = write(workspace, name, Rows(expression, table.contract.grain))


def reports(tables: dict[str, Any], times: int) -> dict[str, Seconds]:
    """Gives the seconds of reports: with usual settings from marts, else from the events."""
    by_session = FunnelQuestion(per="session", order="strict")
    by_week = RetentionQuestion(activity="events", cohorts="week")
    orders, days, events = (tables[n] for n in ("customer_orders", "person_days", "events"))
    asked: dict[str, Callable[[], Any]] = {
        "funnel": lambda: funnel(events, tables["funnel"], as_of=AS_OF, split="channel"),
        "strict funnel of sessions": lambda: funnel(events, as_of=AS_OF, question=by_session),
        "monthly retention": lambda: retention(orders, days, events, as_of=AS_OF),
        "weekly retention of events": lambda: retention(
            orders, days, events, as_of=AS_OF, question=by_week
        ),
        "lifecycle": lambda: lifecycle(orders, days, tables["stickiness"], as_of=AS_OF),
        "repeat purchase": lambda: repeat_purchase(tables["repeat_purchase"], as_of=AS_OF),
    }
    return {name: timed(ask, times) for name, ask in asked.items()}


def main() -> None:
    """Measures and writes the result."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--events", type=int, default=10_000_000)
    arguments.add_argument("--times", type=int, default=1)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(chosen.events, chosen.times, Path(folder))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "behaviour.json").write_text(json.dumps(found, indent=2) + "\n")
    for part in ("bare", "marts", "reports"):
        for name, seconds in found[part].items():
            print(f"{part:<8} {name:<28} {seconds['wall']:>7.2f} s {seconds['cpu']:>7.2f} CPU s")
    total = found["all_marts"]
    print(
        f"all marts {total['wall']} s, {total['cpu']} CPU s, {found['cpu_marts_by_bare']} × the "
        f"bare queries; at most {found['peak_memory_mb']:,} MB; load before {found['load']}"
    )
    if not found["cohorts_are_equal"]:
        sys.exit("the retention mart and the bare cohorts differ")


if __name__ == "__main__":
    main()
