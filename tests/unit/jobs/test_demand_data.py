"""Files that a shop gives beside its orders: days named in advance, and stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.jobs.demand_data import events_of, file_marks, stock_of
from shopkeeper.settings import DemandSettings

CALENDAR = DemandSettings(calendar_file="days.csv")
STOCK = DemandSettings(stock_file="stock.csv")


def test_days_are_counted_by_their_week_and_once(tmp_path):
    (tmp_path / "days.csv").write_text(
        "first_date,last_date,name\n2025-03-08,2025-03-11,sale\n2025-03-10,2025-03-10,holiday\n"
    )
    assert events_of(tmp_path, CALENDAR) == {date(2025, 3, 3): 2, date(2025, 3, 10): 2}
    assert events_of(tmp_path, DemandSettings()) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("first_date,name\n2025-03-08,sale\n", "no column `last_date`"),
        ("first_date,last_date,name\n2025-03-08,soon,sale\n", "Line 2"),
        ("first_date,last_date,name\n2025-03-08,,sale\n", "Line 2"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused(tmp_path, text, said):
    (tmp_path / "days.csv").write_text(text)
    with pytest.raises(FormatError, match=said):
        events_of(tmp_path, CALENDAR)


def test_stock_in_several_places_is_added_up(tmp_path):
    (tmp_path / "stock.csv").write_text("product_id,stock_quantity\ntea,3\ntea,4.5\n0012,0\n")
    assert stock_of(tmp_path, STOCK) == {"tea": Decimal("7.5"), "0012": Decimal(0)}
    assert stock_of(tmp_path, DemandSettings()) == {}


@pytest.mark.parametrize("text", ["many", "", "NaN"])
def test_stock_that_is_no_number_is_refused(tmp_path, text):
    (tmp_path / "stock.csv").write_text(f"product_id,stock_quantity\ntea,3\nmug,{text}\n")
    with pytest.raises(FormatError, match="Line 3"):
        stock_of(tmp_path, STOCK)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileUnreadableError, match=r"stock\.csv"):
        stock_of(tmp_path, STOCK)
    assert file_marks(tmp_path, STOCK) == {}


def test_what_a_file_says_is_part_of_what_forecasts_rest_on(tmp_path):
    file = tmp_path / "stock.csv"
    file.write_text("a")
    before = file_marks(tmp_path, STOCK)
    file.write_text("b")
    assert before != file_marks(tmp_path, STOCK)


def test_stock_must_not_last_beyond_what_is_foretold():
    assert DemandSettings(lead_time_days=28).lead_time_weeks == 4
    with pytest.raises(ValidationError, match="at least 5 weeks"):
        DemandSettings(lead_time_days=29)
