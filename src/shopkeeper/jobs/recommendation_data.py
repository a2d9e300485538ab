"""Recommendation data: who bought what on which day, read once, and the mart at past dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.marts.interactions import InteractionWeights, product_days, summarised
from shopkeeper.models.recommender.pairs import NEEDED
from shopkeeper.tasks.recommendation.scores import Shelf
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.settings import RecommendationSettings

# How near products are is learned from the customers who bought, evenly spread; more of them
# change its second digit only.
MOST_CUSTOMERS = 20_000
FACT_COLUMNS = ("is_in_stock", "margin_rate")


def interaction_weights(settings: RecommendationSettings) -> InteractionWeights:
    """Gives what the settings say an interaction weighs."""
    return InteractionWeights(
        view=settings.view_weight,
        cart=settings.cart_weight,
        purchase=settings.purchase_weight,
        half_life_days=settings.half_life_days,
    )


@dataclass
class InteractionDays:
    """What customers did with products on each day before `as_of`.

    Attributes:
        at_work: The run.
        as_of: Day before which data are seen.
    """

    at_work: Writing
    as_of: date

    @cached_property
    def _frame(self) -> pd.DataFrame:
        import ibis

        tables = (self.at_work.table(name) for name in ("order_items", "events"))
        days = product_days(*tables)
        seen = days.filter(days.interaction_date < ibis.date(self.as_of.isoformat()))
        counts = {name: seen[name].cast("float64") for name in ("quantity", "returned_quantity")}
        return _spread(as_frame(self.at_work.draft.engine.collect(seen.mutate(**counts))))

    @cached_property
    def _numbered(self) -> ir.Table:
        """The same with numbers for ids, where queries take no time."""
        import pyarrow as pa

        rows = self._frame.assign(
            customer_id=self._frame["customer_id"].cat.codes.astype("int32"),
            product_id=self._frame["product_id"].cat.codes.astype("int32"),
        )
        table = pa.Table.from_pandas(rows, preserve_index=False)
        days = self.at_work.workspace.embedded.register("product_days (training)", table)
        return days.mutate(interaction_date=days.interaction_date.cast("date"))

    @property
    def is_empty(self) -> bool:
        """Whether nobody did anything."""
        return self._frame.empty

    @property
    def first_date(self) -> date:
        """Day of the first of them."""
        return cast("date", self._frame["interaction_date"].min().date())

    @property
    def content(self) -> int:
        """Hash of the rows that does not depend on their order."""
        from pandas.util import hash_pandas_object

        return int(hash_pandas_object(self._frame, index=False).to_numpy().sum(dtype=np.uint64))

    def rows_at(self, cutoff: date) -> pd.DataFrame:
        """Gives the mart `interactions` as it was at a cut-off."""
        import pandas as pd

        weights = interaction_weights(self.at_work.workspace.settings.recommendation)
        mart = summarised(self._numbered, as_of=cutoff, interaction_weights=weights)
        rows = as_frame(self.at_work.workspace.embedded.collect(mart.select(*NEEDED)))
        for name in ("customer_id", "product_id"):
            ids = self._frame[name].cat.categories
            rows[name] = pd.Categorical.from_codes(rows[name].to_numpy(), categories=ids)
        return rows

    def bought_before(self, cutoff: date) -> ir.Table:
        """Gives who had bought and kept what by a cut-off, of all customers, where the rows are."""
        weights = interaction_weights(self.at_work.workspace.settings.recommendation)
        days = product_days(*(self.at_work.table(name) for name in ("order_items", "events")))
        mart = summarised(days, as_of=cutoff, interaction_weights=weights)
        bought = mart.filter((mart.purchase_count > 0) & (mart.kept_share > 0))
        return bought.select("customer_id", "product_id")

    def bought_in(self, first: date, end: date) -> pd.DataFrame:
        """Gives what was bought from a day on and before another."""
        import pandas as pd

        day = self._frame["interaction_date"]
        within = (day >= pd.Timestamp(first)) & (day < pd.Timestamp(end))
        kept = self._frame[within & (self._frame["purchase_count"] > 0)]
        return kept[["customer_id", "product_id"]].drop_duplicates()


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Gives rows with ids as categories and days as timestamps."""
    import pyarrow as pa

    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if name.endswith("_id") and not pa.types.is_integer(column.type):
            column = column.dictionary_encode()
        elif name.endswith("_count"):
            # Some engines give sums of integers in a wider type than the expression says.
            column = column.cast(pa.int64())
        table = table.set_column(place, name, column)
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def shelf_of(at_work: Writing) -> Shelf:
    """Gives products, what may be shown of them, and all customers who are to get a list.

    Raises:
        FileUnreadableError: The file of the settings cannot be read.
        FormatError: It lacks a column, or a cell is no number.
    """
    settings = at_work.workspace.settings.recommendation
    engine = at_work.draft.engine
    products, customers = at_work.table("products"), at_work.table("customers")
    asked = products.select("product_id", "product_name", "category", "last_sold_at")
    about = engine.collect(asked).to_pandas().set_index("product_id").sort_index()
    about["may_show"] = True
    if settings.fresh_days is not None:
        import pandas as pd

        first = pd.Timestamp(str(at_work.as_of)) - pd.Timedelta(days=settings.fresh_days)
        about["may_show"] &= pd.to_datetime(about["last_sold_at"]) >= first
    if settings.products_file is not None:
        facts = product_facts(at_work.workspace.folder / settings.products_file)
        known = facts.reindex(about.index)
        about["may_show"] &= known["is_in_stock"].fillna(1) != 0
        if settings.least_margin_rate is not None:
            margin = known["margin_rate"]
            about["may_show"] &= margin.isna() | (margin >= settings.least_margin_rate)
    people = engine.collect(customers.select("customer_id", "country")).to_pandas()
    people = people.set_index("customer_id").sort_index()
    if at_work.draft.has(RFM_SEGMENTS.name):
        named = at_work.table(RFM_SEGMENTS.name).select("customer_id", "segment")
        people = people.join(engine.collect(named).to_pandas().set_index("customer_id"))
    return Shelf(about, people)


def product_facts(file: Path) -> pd.DataFrame:
    """Gives what the shop knows of its products: `is_in_stock` and `margin_rate`, by id.

    Raises:
        FileUnreadableError: There is no such file, or it is no CSV.
        FormatError: It lacks a column, or a cell is no number.
    """
    import pandas as pd

    try:
        rows = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FileUnreadableError(
            f"`{file.name}` of `recommendation.products_file` cannot be read.",
            "give a CSV file with a header, seen from the shop's folder",
        ) from error
    if "product_id" not in rows:
        raise FormatError(
            f"`{file.name}` has no column `product_id`.",
            "name the columns `product_id`, `is_in_stock` and `margin_rate`",
        )
    for name in FACT_COLUMNS:
        given = rows[name] if name in rows else pd.Series(None, rows.index, dtype=object)
        numbers = pd.to_numeric(given, errors="coerce")
        wrong = given.notna() & numbers.isna()
        if wrong.any():
            line = int(np.flatnonzero(wrong)[0]) + 2
            raise FormatError(
                f"Column `{name}` of `{file.name}` has {int(wrong.sum())} values that are no "
                f"numbers; first: line {line}.",
                "write `is_in_stock` as 1 or 0 and `margin_rate` as a share such as 0.4",
            )
        rows[name] = numbers
    return rows.drop_duplicates("product_id").set_index("product_id")[list(FACT_COLUMNS)]


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Gives the rows of at most so many customers, evenly spread in order of their id."""
    ids = rows["customer_id"].cat.categories
    if len(ids) <= MOST_CUSTOMERS:
        return rows
    ordered = np.sort(np.asarray(ids, dtype=object))
    kept = ordered[np.linspace(0, len(ids) - 1, MOST_CUSTOMERS).astype(np.int64)]
    found = rows[rows["customer_id"].isin(kept)].reset_index(drop=True)
    found["customer_id"] = found["customer_id"].cat.remove_unused_categories()
    return found
