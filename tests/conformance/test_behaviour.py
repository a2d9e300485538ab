"""Funnels, retention and lifecycle of one event log are the same on all engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pytest
from engine_cases import ENGINES, REFERENCE, engines
from event_log import NAMES, START, event_rows
from order_book import to_arrow

from shopkeeper import Workspace, catalog
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.marts.funnel import FunnelQuestion, reached
from shopkeeper.marts.retention import RetentionQuestion
from shopkeeper.reports.retention import retention_rows

pytestmark = pytest.mark.slow

GIVEN = ("events", "customer_orders")
BUILT = ("person_days", "funnel", "lifecycle", "retention", "stickiness")
AS_OF = date(2025, 4, 10)
FUNNELS = {
    "ordered": FunnelQuestion(window_hours=24),
    "first": FunnelQuestion(steps=("home", "view", "cart"), entry="first", window_hours=None),
    "strict": FunnelQuestion(order="strict", per="session"),
    "any": FunnelQuestion(order="any", window_hours=0.5, since=date(2025, 1, 20)),
}
COHORTS = {
    "days": RetentionQuestion(activity="events", cohorts="day", clock="rolling"),
    "weeks": RetentionQuestion(activity="events", cohorts="week"),
    "months": RetentionQuestion(activity="events", cohorts="month", clock="rolling"),
}


def event_log() -> list[dict]:
    """Gives events of forty people over a hundred days, many at one instant."""
    draw = Random(7)
    return event_rows(
        *(
            {
                "event_id": f"{place:04}",
                "person_id": f"person-{draw.randrange(40)}",
                "session_id": f"session-{draw.randrange(120)}",
                "event_name": draw.choice(NAMES),
                "event_at": START
                + timedelta(
                    days=int(100 * draw.random() ** 2),
                    minutes=draw.choice((0, 0, 5, 29, 30, 31, 900)),
                    microseconds=draw.choice((0, 0, 1, 999_999)),
                ),
                "channel": draw.choice((None, "Ads", "Ärger, Post")),
            }
            for place in range(1_500)
        )
    )


@pytest.fixture(scope="module")
def found(request, tmp_path_factory) -> Callable[[str], dict[str, pa.Table]]:
    """Gives all that an engine finds in the log, sorted."""
    made: dict[str, dict[str, pa.Table]] = {}

    def tables(engine: str) -> dict[str, pa.Table]:
        if engine not in made:
            overrides = ENGINES[engine].overrides(request)
            workspace = Workspace(tmp_path_factory.mktemp(engine), overrides=overrides)
            made[engine] = looked_at(workspace)
            workspace.close()
        return made[engine]

    return tables


def looked_at(workspace: Workspace) -> dict[str, pa.Table]:
    store, embedded, opened = workspace.building, workspace.embedded, {}

    def write(contract, rows: Rows) -> None:
        written = store.write(contract, "log", rows)
        opened[contract.name] = store.open(Publication(contract, "log", written.parts).version)

    def in_order(expression) -> pa.Table:
        table = store.engine.collect(expression).cast(expression.schema().to_pyarrow())
        return table.sort_by([(name, "ascending") for name in sorted(table.column_names)])

    with store.hold():
        for name, rows in zip(GIVEN, (event_log(), []), strict=True):
            contract = catalog.contract(name)
            handle = embedded.register(f"{name} (log)", to_arrow(contract, rows))
            write(contract, Rows(handle, engine=embedded))
        for table in (t for n in BUILT for t in catalog.WAREHOUSE if t.name == n):
            expression = table.expression(opened, {"as_of": AS_OF})
            write(table.contract, Rows(expression, table.contract.grain))
        given = [opened[name] for name in ("customer_orders", "person_days", "events")]
        return {
            **{name: in_order(opened[name]) for name in BUILT},
            **{n: in_order(reached(given[2], as_of=AS_OF, question=q)) for n, q in FUNNELS.items()},
            **{
                name: in_order(retention_rows(*given, as_of=AS_OF, question=question))
                for name, question in COHORTS.items()
            },
        }


@pytest.mark.parametrize("what", [*BUILT, *FUNNELS, *COHORTS])
@pytest.mark.parametrize("engine", engines())
def test_what_engines_find_in_an_event_log_is_the_same(engine, what, found):
    one, other = found(REFERENCE)[what], found(engine)[what]
    assert one.num_rows
    assert one.column_names == other.column_names
    for name in one.column_names:
        assert one.column(name).to_pylist() == other.column(name).to_pylist(), name
