"""The engines that are held to one another, and the gaps that are known, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pytest

REFERENCE = "duckdb"


@dataclass(frozen=True)
class Gap:
    """What an engine does not do yet.

    Attributes:
        kind: `notimpl` where we owe it, `notyet` where the engine does, `never` where it cannot be.
        reason: Why.
    """

    kind: Literal["notimpl", "notyet", "never"]
    reason: str


@dataclass(frozen=True)
class EngineCase:
    """An engine under test.

    Attributes:
        overrides: Gives the settings that choose it; may ask for fixtures.
        gaps: Table → what is missing; the tests of that table are then expected to fail.
        marks: Marks of all its tests.
    """

    overrides: Callable[[pytest.FixtureRequest], list[str]]
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    marks: tuple[pytest.MarkDecorator, ...] = ()


def _postgres(request: pytest.FixtureRequest) -> list[str]:
    address = request.getfixturevalue("postgres").database()
    return ["engine.kind=postgres", f'engine.address="{address}"']


# Each partition of a few thousand rows costs a task; two still have to be put together.
FEW_PARTITIONS = 'engine.options={"spark.sql.shuffle.partitions"="2"}'


def _spark(request: pytest.FixtureRequest) -> list[str]:
    # The engine of the test joins the Java that the fixture has started.
    request.getfixturevalue("spark")
    return ["engine.kind=spark", FEW_PARTITIONS]


ENGINES: dict[str, EngineCase] = {
    REFERENCE: EngineCase(lambda _: []),
    "postgres": EngineCase(_postgres, marks=(pytest.mark.postgres,)),
    "spark": EngineCase(_spark, marks=(pytest.mark.spark,)),
}


def engines() -> list[object]:
    """Gives each engine that is compared with the reference, as a parameter."""
    return [
        pytest.param(name, marks=case.marks, id=name)
        for name, case in ENGINES.items()
        if name != REFERENCE
    ]


def engines_and_tables(tables: tuple[str, ...]) -> list[object]:
    """Gives each engine with each table; a known gap must fail, or its mark is out of date."""
    found = []
    for name, case in ENGINES.items():
        if name == REFERENCE:
            continue
        for table in tables:
            gap = case.gaps.get(table)
            marks = list(case.marks)
            if gap is not None:
                marks.append(pytest.mark.xfail(strict=True, reason=f"{gap.kind}: {gap.reason}"))
            found.append(pytest.param(name, table, marks=marks, id=f"{name}-{table}"))
    return found
