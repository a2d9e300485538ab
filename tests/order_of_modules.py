"""The order in which modules are tested by several workers: the long ones first, in even lanes.

`pytest -n` gives each worker a stretch of the list, equal in number, and lets who is done steal
from the end of another's. So the list is made of one lane per worker: in each the long modules
stand first, and the many quick tests, which can be stolen one by one, at the end. A module stays
together, because its fixtures are made anew in each worker that runs a part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

# Worker seconds of modules that are long, as measured on two cores; about is enough. Where a new
# module is long and not named here, nothing breaks: it is only begun later than it should be.
SECONDS = {
    "conformance/test_engines.py": 420,
    "integration/test_run_on_spark.py": 300,
    "integration/test_dashboard_in_browser.py": 300,
    "golden/test_online_retail.py": 230,
    "integration/test_documents.py": 160,
    "integration/test_airflow.py": 158,
    "integration/test_postgres.py": 130,
    "properties/test_published_bytes.py": 130,
    "integration/test_training.py": 100,
    "integration/test_superset.py": 92,
    "integration/test_monitor.py": 90,
    "integration/test_command_line.py": 70,
    "integration/test_dashboard.py": 70,
    "integration/test_plans.py": 60,
    "integration/test_report_in_browser.py": 60,
    "integration/test_dbt.py": 60,
    "integration/test_object_storage.py": 60,
    "integration/test_customer_segments.py": 60,
    "integration/test_publish.py": 50,
    "integration/test_training_pages.py": 50,
    "integration/test_recorded_night.py": 50,
    "integration/test_postgres_source.py": 45,
    "integration/test_bad_input.py": 45,
    "integration/test_dvc.py": 45,
    "integration/test_tried.py": 40,
    "golden/test_other_shops.py": 40,
    "golden/test_reports_other_shops.py": 40,
    "golden/test_lifetime_values_online_retail.py": 40,
    "golden/test_lifetime_values_simulated.py": 40,
    "golden/test_recommendations_online_retail.py": 40,
    "golden/test_leaky_churn.py": 40,
    "properties/test_plans_find_planted_effects.py": 40,
    "properties/test_false_alarms.py": 40,
    "properties/test_promotion_gate.py": 40,
    "properties/test_purchase_models.py": 40,
    "properties/test_order_books.py": 40,
    "conformance/test_behaviour.py": 40,
    "unit/engines/test_spark.py": 40,
    "integration/test_quality_elsewhere.py": 40,
    "integration/test_delta_lake.py": 35,
    "integration/test_refresh.py": 35,
    "properties/test_refresh.py": 25,
    "conformance/test_sources.py": 30,
    "integration/test_api.py": 30,
    "integration/test_api_publishing.py": 30,
    "integration/test_api_safety.py": 30,
    "integration/test_api_schema.py": 30,
    "integration/test_churn_training.py": 30,
}
SECONDS_OF_SLOW, SECONDS_OF_QUICK = 4.0, 0.01
# From here on a module is long: it stands before all others of its lane.
LONG = 20.0
# These share what is costly to start, so they share a worker: Spark with its Java.
TOGETHER = (
    "conformance/test_engines.py",
    "conformance/test_behaviour.py",
    "conformance/test_experiment_engines.py",
    "conformance/test_monitoring_engines.py",
    "unit/engines/test_spark.py",
    "integration/test_delta_lake.py",
    "integration/test_spark_scoring.py",
    "integration/test_spark_learners.py",
    "integration/test_run_on_spark.py",
)
# Makes what many others take once it is there, and would else wait for.
FIRST = ("golden/test_online_retail.py", "integration/test_command_line.py")


def in_lanes(
    items: Sequence[Item],
    lane_count: int,
    module_of: Callable[[Item], str],
    is_slow: Callable[[Item], bool],
) -> list[Item]:
    """Gives all items in the order in which so many workers take them; each stays in its module.

    Args:
        items: Tests as they were collected.
        lane_count: Number of workers.
        module_of: Gives the path of a test's file below `tests`.
        is_slow: Says whether a test takes more than a few seconds.
    """
    modules: dict[str, list[Item]] = {}
    for item in items:
        modules.setdefault(module_of(item), []).append(item)
    seconds = {name: _seconds(name, found, is_slow) for name, found in modules.items()}
    lanes: list[list[str]] = [[] for _ in range(lane_count)]
    loads = [0.0] * lane_count

    def place(name: str, lane: int) -> None:
        lanes[lane].append(name)
        loads[lane] += seconds.pop(name)

    for name in TOGETHER:
        if name in seconds:
            place(name, 0)
    for name in FIRST:
        if name in seconds:
            place(name, lane_count - 1)
    for name in sorted(seconds, key=lambda one: (-seconds[one], one)):
        if seconds[name] >= LONG:
            place(name, loads.index(min(loads)))
    return _filled(lanes, list(seconds), modules)


def _seconds(name: str, items: Sequence[Item], is_slow: Callable[[Item], bool]) -> float:
    guessed = sum(SECONDS_OF_SLOW if is_slow(item) else SECONDS_OF_QUICK for item in items)
    return SECONDS.get(name, guessed)


def _filled(lanes: list[list[str]], quick: list[str], modules: dict[str, list[Item]]) -> list[Item]:
    """Gives the lanes one after the other, filled up with quick tests to equal numbers."""
    wanted = sum(map(len, modules.values())) / len(lanes)
    rest = [item for name in quick for item in modules[name]]
    found: list[Item] = []
    for place, names in enumerate(lanes):
        long = [item for name in names for item in modules[name]]
        is_last = place == len(lanes) - 1
        room = len(rest) if is_last else max(0, round(wanted * (place + 1)) - len(found + long))
        found += long + rest[:room]
        rest = rest[room:]
    return found
