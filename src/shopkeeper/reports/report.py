"""What every answer shares: measures with their change, and conversion to data frames and JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.reports.drill import Selection

Number = Decimal | int | float
# Most values of an answer; told apart first, as answers are asked a thousand times a second.
PLAIN_KINDS = frozenset({str, int, float, bool, type(None)})


class Unit(StrEnum):
    """How a measure is read and printed."""

    CURRENCY = "currency"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Measure:
    """A business number, the same number one period before, and what it means.

    Attributes:
        name: Identifier in snake case.
        label: Name for people.
        meaning: The definition in one sentence.
        unit: How to read the value.
        value: The number, or None where the data do not carry it.
        previous: The number in the period before, or None where that is unknown.
        members, previous_members: Way to those who are counted; None where nothing is.
    """

    name: str
    label: str
    meaning: str
    unit: Unit
    value: Number | None
    previous: Number | None = None
    members: Selection | None = None
    previous_members: Selection | None = None

    @property
    def change(self) -> float | None:
        """Relative change against the period before, or None where it has no meaning."""
        if self.value is None or not self.previous:
            return None
        return float(self.value) / float(self.previous) - 1.0


def as_plain(answer: Any) -> Any:
    """Turns an answer into plain dicts, lists, strings and numbers that JSON can hold.

    Money stays exact: decimals become strings. Dates become ISO text. What has a plain form of its
    own takes that: `as_plain`, or that of pydantic.
    """
    if type(answer) in PLAIN_KINDS:
        return answer
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        if hasattr(answer, "as_plain"):
            return answer.as_plain()
        return {name: as_plain(getattr(answer, name)) for name in answer.__dataclass_fields__}
    if isinstance(answer, dict):
        return {str(key): as_plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [as_plain(item) for item in answer]
    return _plain_value(answer)


def _plain_value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def to_frame(rows: Iterable[object]) -> pd.DataFrame:
    """Turns rows of one answer (frozen dataclasses of one kind) into a data frame."""
    import pandas as pd

    return pd.DataFrame([dataclasses.asdict(row) for row in rows])  # type: ignore[call-overload]


def rows_of(expression: ir.Table) -> list[dict[str, Any]]:
    """Runs an expression that gives few rows, on the engine its tables belong to."""
    rows: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    return rows
