"""Demand data: whole weeks of the mart, days known in advance, and stock that the shop gives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.jobs.public_holidays import checked_code, country_code, holidays_of
from shopkeeper.marts.daily_demand import DAILY_DEMAND
from shopkeeper.marts.weekly_demand import WEEKLY_DEMAND, SeriesLevel
from shopkeeper.tasks.demand.days import NEEDED_OF_DAYS, PRODUCT_DAYS, Days, days_of
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY
from shopkeeper.tasks.demand.panel import NEEDED, KnownDays, Panel
from shopkeeper.warehouse.merchandise_sold import sold_by_product
from shopkeeper.warehouse.periods import FIRST_MONDAY, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.settings import DemandSettings

DAYS_OF_A_WEEK = 7
# What days of products are counted from, in the order in which that is asked for.
LINES = ("order_items", "refunds", "products")
# Share of orders from which on a country is the shop's own.
MAIN_SHARE = 0.5
CALENDAR_COLUMNS = ("first_date", "last_date", "name")
STOCK_COLUMNS = ("product_id", "stock_quantity")


def whole_weeks(at_work: Writing) -> pd.DataFrame:
    """Gives the rows of the mart whose weeks are whole, in order of the grain."""
    mart = at_work.table(WEEKLY_DEMAND.name)
    asked = mart.filter(mart.is_complete).select(*NEEDED)
    numbers = {name: asked[name].cast("float64") for name in (QUANTITY, AMOUNT)}
    found = at_work.draft.engine.collect(asked.mutate(**numbers))
    rows: pd.DataFrame = found.to_pandas(date_as_object=False)
    return rows.sort_values(["series_level", "series_id", "week_date"], ignore_index=True)


def days_sold(at_work: Writing) -> pd.DataFrame:
    """Gives the rows of the mart of days, in order of the grain."""
    import pandas as pd

    mart = at_work.table(DAILY_DEMAND.name).select(*NEEDED_OF_DAYS)
    numbers = {name: mart[name].cast("float64") for name in (QUANTITY, AMOUNT)}
    rows: pd.DataFrame = at_work.draft.engine.collect(mart.mutate(**numbers)).to_pandas()
    rows["sales_date"] = pd.to_datetime(rows["sales_date"])
    return rows.sort_values(["series_level", "series_id", "sales_date"], ignore_index=True)


def all_days(at_work: Writing, panel: Panel, weeks: pd.DataFrame) -> Days:
    """Gives the days of a panel's weeks, of products too where order lines are there."""
    known = known_holidays(at_work, weeks)
    return days_of(days_sold(at_work), panel, known, products_sold(at_work, panel))


def products_sold(at_work: Writing, panel: Panel) -> pd.DataFrame | None:
    """Gives days with a sale of the products that stand singly; None where lines are not there.

    They are no table of their own: of all products there would be as many rows as order lines.
    """
    import ibis
    import pandas as pd

    if at_work.as_of is None or not all(at_work.draft.has(name) for name in LINES):
        return None
    day = ibis.date(at_work.as_of.isoformat())
    order_items, refunds, products = (at_work.table(name) for name in LINES)
    sold = sold_by_product(order_items, refunds, products, day, Period.DAY)
    names = np.array(panel.ids[SeriesLevel.PRODUCT], dtype=object)[~panel.is_rest]
    numbers = {name: sold[name].cast("float64") for name in (QUANTITY, AMOUNT)}
    asked = sold.filter(sold.product_id.isin(list(names))).mutate(**numbers)
    kept = asked.select("product_id", "period_number", *numbers)
    rows: pd.DataFrame = at_work.draft.engine.collect(kept).to_pandas()
    rows["sales_date"] = pd.Timestamp(FIRST_MONDAY) + pd.to_timedelta(rows["period_number"], "D")
    return rows.sort_values(["product_id", "sales_date"], ignore_index=True)[list(PRODUCT_DAYS)]


def content_of(rows: pd.DataFrame) -> int:
    """Gives a hash of rows that does not depend on their order."""
    from pandas.util import hash_pandas_object

    return int(hash_pandas_object(rows, index=False).to_numpy().sum(dtype=np.uint64))


def events_of(folder: Path, settings: DemandSettings) -> dict[date, int]:
    """Gives the days of each week that the shop named in advance: Monday → days, 1 to 7.

    Raises:
        FileUnreadableError: There is no such file, or it is no CSV.
        FormatError: It lacks a column, or a cell is no day.
    """
    if settings.calendar_file is None:
        return {}
    rows = _read(folder, settings.calendar_file, "calendar_file", CALENDAR_COLUMNS)
    days: set[date] = set()
    for line, row in enumerate(rows.to_dict("records"), start=2):
        try:
            first, last = (date.fromisoformat(str(row[name])) for name in CALENDAR_COLUMNS[:2])
        except ValueError as error:
            raise FormatError(
                f"Line {line} of `{settings.calendar_file}` has no two days: {error}.",
                "write days as 2025-11-28; `last_date` is the last day of it",
            ) from error
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return by_week(days)


def by_week(days: Iterable[date]) -> dict[date, int]:
    """Gives how many of some days lie in each week: Monday → days."""
    found: dict[date, int] = {}
    for day in days:
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, 0) + 1
    return dict(sorted(found.items()))


def known_days(at_work: Writing, rows: pd.DataFrame) -> KnownDays:
    """Gives the days that were known in advance, from the first week of rows to the last foretold.

    Raises:
        FileUnreadableError: There is no such file, or it is no CSV.
        FormatError: It lacks a column, or a cell is no day.
        SettingsError: There is no calendar of the country that settings name.
    """
    events = events_of(at_work.workspace.folder, at_work.workspace.settings.demand)
    return KnownDays(events, by_week(known_holidays(at_work, rows)))


def known_holidays(at_work: Writing, rows: pd.DataFrame) -> frozenset[date]:
    """Gives public holidays from the first week of rows to the last foretold; none of no country.

    Raises:
        SettingsError: There is no calendar of the country that settings name.
    """
    code = holiday_code(at_work)
    if code is None or rows.empty:
        return frozenset()
    ahead = timedelta(weeks=at_work.workspace.settings.demand.horizon_weeks + 2)
    last = rows["week_date"].max() + ahead
    return holidays_of(code, range(rows["week_date"].min().year, last.year + 1))


def holiday_code(at_work: Writing) -> str | None:
    """Gives the country whose holidays count: that of the settings, else that of most orders.

    Raises:
        SettingsError: There is no calendar of the country that settings name.
    """
    named = at_work.workspace.settings.demand.holiday_country
    if named is not None:
        return None if named.strip().lower() == "none" else checked_code(named)
    if not at_work.draft.has("orders"):
        return None
    orders = at_work.table("orders")
    counted = orders.group_by("country").agg(order_count=orders.count())
    rows = at_work.draft.engine.collect(counted).to_pylist()
    most = max(rows, key=lambda row: (row["order_count"], row["country"] or ""), default=None)
    # Of a shop that sells everywhere, or does not say where, no one calendar is right.
    if most is None or most["country"] is None:
        return None
    is_main = most["order_count"] > sum(row["order_count"] for row in rows) * MAIN_SHARE
    return country_code(most["country"]) if is_main else None


def stock_of(folder: Path, settings: DemandSettings) -> dict[str, Decimal]:
    """Gives stock on hand and on order, by product; empty where the shop gives none.

    Raises:
        FileUnreadableError: There is no such file, or it is no CSV.
        FormatError: It lacks a column, or a cell is no number.
    """
    if settings.stock_file is None:
        return {}
    rows = _read(folder, settings.stock_file, "stock_file", STOCK_COLUMNS)
    found: dict[str, Decimal] = {}
    for line, row in enumerate(rows.to_dict("records"), start=2):
        pieces = _pieces(str(row["stock_quantity"]))
        if pieces is None:
            raise FormatError(
                f"Line {line} of `{settings.stock_file}` has no number of pieces.",
                "write `stock_quantity` as a number such as 12",
            )
        # A product in several places counts with all of them.
        product = str(row["product_id"])
        found[product] = found.get(product, Decimal(0)) + pieces
    return found


def _pieces(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
        return found.quantize(Decimal("0.001")) if found.is_finite() else None
    except InvalidOperation:
        return None


def file_marks(folder: Path, settings: DemandSettings) -> Mapping[str, str]:
    """Gives the content of both files, so that what rests on them is known to be stale."""
    names = (settings.calendar_file, settings.stock_file)
    return {
        name: (folder / name).read_text(encoding="utf-8", errors="replace")
        for name in names
        if name is not None and (folder / name).exists()
    }


def _read(folder: Path, name: str, setting: str, columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    try:
        rows = pd.read_csv(folder / name, dtype=str, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FileUnreadableError(
            f"`{name}` of `demand.{setting}` cannot be read.",
            "give a CSV file with a header, seen from the shop's folder",
        ) from error
    missing = [column for column in columns if column not in rows]
    if missing:
        raise FormatError(
            f"`{name}` has no column `{missing[0]}`.",
            f"name the columns {', '.join(f'`{column}`' for column in columns)}",
        )
    return rows
