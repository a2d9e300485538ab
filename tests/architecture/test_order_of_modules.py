"""The order of the tests under several workers: all of them, in even lanes, the long ones first."""

from pathlib import Path

from order_of_modules import FIRST, SECONDS, TOGETHER, in_lanes

TESTS = Path(__file__).parents[1]
COUNTS = {"conformance/test_engines.py": 300, "golden/test_online_retail.py": 20}
COUNTS |= {"integration/test_airflow.py": 9, "unit/test_a.py": 900, "unit/test_b.py": 756}
COUNTS |= {"integration/test_dashboard_in_browser.py": 10, "unit/engines/test_spark.py": 5}
ITEMS = [(name, number) for name, count in sorted(COUNTS.items()) for number in range(count)]


def ordered(lane_count: int) -> list[tuple[str, int]]:
    return in_lanes(ITEMS, lane_count, lambda item: item[0], lambda _: False)


def test_nothing_is_lost_and_nothing_is_doubled():
    for lane_count in (1, 2, 3, 4):
        assert sorted(ordered(lane_count)) == sorted(ITEMS)


def test_each_worker_begins_with_what_is_long():
    found = ordered(2)
    half = len(found) // 2
    assert found[0][0] == "conformance/test_engines.py"
    assert found[half][0] == "golden/test_online_retail.py"
    assert found[half + 20][0] == "integration/test_dashboard_in_browser.py"
    # All that needs Spark is one worker's; the next module goes where less is to do.
    assert found[300][0] == "unit/engines/test_spark.py"
    assert found[305][0] == "integration/test_airflow.py"
    assert {name for name, _ in found[314:half]} == {"unit/test_a.py"}
    assert found[-1][0] == "unit/test_b.py"


def test_modules_that_are_named_are_there():
    missing = {name for name in (*SECONDS, *TOGETHER, *FIRST) if not (TESTS / name).exists()}
    assert not missing
