"""Customer index: all customers of a run in memory, so that one is found without a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.customer import (
    ORDER_COLUMNS,
    PRODUCT_COLUMNS,
    VALUE_COLUMNS,
    Customer,
    CustomerRows,
    products_of,
    story,
    unknown_customer,
)
from shopkeeper.reports.recommendations import Recommended
from shopkeeper.reports.scores import score_from

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from shopkeeper.workspace import Workspace

KEY = "customer_id"
OFFERED_COLUMNS = tuple(Recommended.__dataclass_fields__)
# Ids among which a close one is looked for, on both sides of where an unknown id would stand.
OFFERED_IDS = 200
RFM_COLUMNS = ("rfm_score", "segment", "previous_segment")
# What a list of customers says of each.
LISTED = (
    "customer_id", "country", "first_order_date", "last_order_date", "days_since_last_order",
    "order_count", "net_amount", "rfm_score", "rfm_segment", "segment", "churn_probability",
    "risk_band", "expected_amount",
)  # fmt: skip
SCORE_COLUMNS = ("segment", "churn_probability", "risk_band", "expected_amount")


@dataclass(frozen=True)
class Grouped:
    """Rows of a table that lie together for each customer.

    Attributes:
        rows: All rows, in order of the customers' places.
        starts: Of each customer, where the rows begin; one more at the end.
    """

    rows: pa.Table
    starts: NDArray[np.int64]

    def of(self, place: int) -> Sequence[Mapping[str, Any]]:
        """Gives the rows of the customer at a place."""
        first, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.rows.slice(first, end - first).to_pylist() if end > first else ()


@dataclass(frozen=True)
class CustomerIndex:
    """All customers of a run.

    Attributes:
        places: Customer → place; ids ascend.
        measures: Of `customer_360`, by place.
        listing: What a list says of each, by place.
        parts: Rows of the other tables, by name.
    """

    places: Mapping[str, int]
    measures: pa.Table
    listing: pa.Table
    parts: Mapping[str, Grouped]

    @classmethod
    def of(cls, workspace: Workspace) -> CustomerIndex:
        """Reads the tables of a run that speak of customers.

        Raises:
            NotPublishedError: A table that every customer stands in is missing.
        """
        measures = _read(workspace, workspace.table("customer_360")).sort_by(KEY)
        ids = measures.column(KEY)
        found = {
            "orders": _orders(workspace),
            "products": _products(workspace),
            "rfm": _read(workspace, workspace.table("rfm_segments"), (KEY, *RFM_COLUMNS)),
            "values": _values(workspace),
            "scores": _read_if_there(workspace, "customer_scores"),
            "recommendations": _recommendations(workspace),
        }
        parts = {name: _grouped(rows, ids) for name, rows in found.items() if rows is not None}
        places = {name: place for place, name in enumerate(ids.to_pylist())}
        return cls(places, measures, _listing(measures, parts), parts)

    def customer(self, customer_id: str) -> Customer:
        """Gives the story of one customer: the same answer as the report `customer`.

        Raises:
            UnknownNameError: There is no such customer.
        """
        place = self._place(customer_id)
        rfm, scores = self._rows("rfm", place), self._rows("scores", place)
        return story(
            CustomerRows(
                measures=self.measures.slice(place, 1).to_pylist()[0],
                rfm=rfm[0] if rfm else {},
                orders=self._rows("orders", place),
                products=self._rows("products", place),
                values=self._rows("values", place),
                scores=score_from({**scores[0], KEY: customer_id}) if scores else None,
                recommendations=self._offered(place),
            )
        )

    def recommendations(self, customer_id: str) -> tuple[Recommended, ...]:
        """Gives what is offered to a customer, best first; empty where nothing is.

        Raises:
            UnknownNameError: There is no such customer.
        """
        return self._offered(self._place(customer_id))

    def _offered(self, place: int) -> tuple[Recommended, ...]:
        return tuple(Recommended(**row) for row in self._rows("recommendations", place))

    def score(self, customer_id: str) -> Mapping[str, Any] | None:
        """Gives what the models say of a customer, as it stands in its table; None if nothing.

        Raises:
            UnknownNameError: There is no such customer.
        """
        rows = self._rows("scores", self._place(customer_id))
        return {**rows[0], KEY: customer_id} if rows else None

    def _place(self, customer_id: str) -> int:
        place = self.places.get(customer_id)
        if place is None:
            raise unknown_customer(customer_id, self._near(customer_id))
        return place

    def _rows(self, name: str, place: int) -> Sequence[Mapping[str, Any]]:
        part = self.parts.get(name)
        return part.of(place) if part else ()

    def _near(self, customer_id: str) -> Sequence[str]:
        """Gives ids around where an unknown one would stand."""
        import bisect

        ids = self.measures.column(KEY)
        place = bisect.bisect_left(_Texts(ids), customer_id)
        first = max(place - OFFERED_IDS, 0)
        near: list[str] = ids.slice(first, 2 * OFFERED_IDS).to_pylist()
        return near


@dataclass(frozen=True)
class _Texts(Sequence[str]):
    """A column of texts that can be searched without making a list of it."""

    column: pa.ChunkedArray

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, place: Any) -> Any:
        return self.column[place].as_py()


def _orders(workspace: Workspace) -> pa.Table:
    rows = _read(workspace, workspace.table("customer_orders"), (KEY, *ORDER_COLUMNS))
    return rows.sort_by([(KEY, "ascending"), (ORDER_COLUMNS[0], "ascending")])


def _products(workspace: Workspace) -> pa.Table:
    bought = products_of(workspace.table("order_items"))
    rows = _read(workspace, bought, (KEY, *PRODUCT_COLUMNS))
    order = [(KEY, "ascending"), ("net_amount", "descending"), ("product_id", "ascending")]
    return rows.sort_by(order)


def _values(workspace: Workspace) -> pa.Table | None:
    rows = _read_if_there(workspace, "lifetime_values", (KEY, *VALUE_COLUMNS))
    if rows is None:
        return None
    return rows.sort_by([(KEY, "ascending"), (VALUE_COLUMNS[0], "ascending")])


def _recommendations(workspace: Workspace) -> pa.Table | None:
    rows = _read_if_there(workspace, "recommendations", (KEY, *OFFERED_COLUMNS))
    return None if rows is None else rows.sort_by([(KEY, "ascending"), ("rank", "ascending")])


def _read(workspace: Workspace, table: ir.Table, columns: tuple[str, ...] = ()) -> pa.Table:
    wanted = table.select(*columns) if columns else table
    return workspace.engine.collect(wanted)


def _read_if_there(
    workspace: Workspace, name: str, columns: tuple[str, ...] = ()
) -> pa.Table | None:
    try:
        return _read(workspace, workspace.table(name), columns)
    except NotPublishedError:
        return None


def _grouped(rows: pa.Table, ids: pa.ChunkedArray) -> Grouped:
    """Gives rows by the place of their customer, in their own order; others are left out."""
    import numpy as np
    import pyarrow.compute as pc

    places = pc.index_in(rows.column(KEY), value_set=ids.combine_chunks())
    known = rows.filter(places.is_valid())
    at = places.drop_null().to_numpy().astype(np.int64)
    order = np.argsort(at, kind="stable")
    starts = np.searchsorted(at[order], np.arange(len(ids) + 1))
    return Grouped(known.take(order).drop_columns([KEY]).combine_chunks(), starts)


def _listing(measures: pa.Table, parts: Mapping[str, Grouped]) -> pa.Table:
    """Gives what a list says of each customer; what no table says is missing."""
    import pyarrow as pa

    rows = measures.select([name for name in LISTED if name in measures.column_names])
    rfm = _aligned(parts["rfm"], len(rows))
    rows = rows.append_column("rfm_score", rfm.column("rfm_score"))
    rows = rows.append_column("rfm_segment", rfm.column("segment"))
    scores = _aligned(parts["scores"], len(rows)) if "scores" in parts else None
    for name in SCORE_COLUMNS:
        column = pa.nulls(len(rows)) if scores is None else scores.column(name)
        rows = rows.append_column(name, column)
    return rows.select(list(LISTED)).combine_chunks()


def _aligned(part: Grouped, count: int) -> pa.Table:
    """Gives the first row of each customer; one without any has missing values."""
    import pyarrow as pa

    first = part.starts[:-1]
    has_rows = part.starts[1:] > first
    return part.rows.take(pa.array(first[:count], mask=~has_rows[:count]))
