"""Columns are understood from all their rows, and what cannot be understood is said."""

from datetime import UTC, date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from shopkeeper.sources.reading.detection import FormatHints, Kind, detect_columns
from shopkeeper.sources.reading.profiles import ColumnProfile


@pytest.fixture(scope="module")
def backend():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.fixture
def detect(backend):
    """Gives the profiles of columns of text, or of Arrow arrays, by name."""

    def run(hints: FormatHints | None = None, **columns) -> dict[str, ColumnProfile]:
        arrays = {
            name: cells if isinstance(cells, pa.Array) else pa.array(cells, pa.string())
            for name, cells in columns.items()
        }
        count = len(next(iter(arrays.values())))
        backend.con.register("raw", pa.table({"_row_number": range(1, count + 1), **arrays}))
        found = detect_columns(
            backend.table("raw"),
            lambda expression: backend.con.execute(backend.compile(expression)).to_arrow_table(),
            hints,
        )
        assert [profile.name for profile in found] == list(columns)
        return {profile.name: profile for profile in found}

    return run


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["2011-12-09 12:50:00"], "year first, 2011-12-31 17:05:09"),
        (["12/1/2010 8:26", "12/31/2010 8:26"], "month first, 12/31/2011 17:05"),
        (["5/8/2022", "25/12/2021"], "day first, 31/12/2011"),
        (["01.02.2011"], "day first, 31.12.2011"),
        (["1/2/11 5:00 PM"], "month first, 12/31/11 5:05 PM"),
        (["2022-09-19 12:47:09 UTC"], "year first, 2011-12-31 17:05:09 UTC, UTC"),
        (["2022-09-19T12:47:09Z"], "year first, 2011-12-31T17:05:09 UTC, UTC"),
        (
            ["2023-01-05 10:11:12 -0500"],
            "year first, 2011-12-31 17:05:09+02:00, with offset from UTC",
        ),
        (["20110131", "20111231"], "year first, 20111231"),
        (["31.12.2011, 17:05"], "day first, 31.12.2011, 17:05"),
    ],
)
def test_dates_are_recognised(detect, cells, text):
    found = detect(when=cells * 3)["when"]
    assert (found.kind, found.misfit_count, found.is_ambiguous) == (Kind.TIMESTAMP, 0, False)
    assert found.date_format.text == text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["1", "-2"], "decimal point, 1234.56"),
        (["1.5", "1,234.50"], "decimal point, 1,234.56"),
        (["1,5", "2,50"], "decimal comma, 1234,56"),
        (["1.234,50", "2,5"], "decimal comma, 1.234,56"),
        (["1 234,50", "12\u00a0345,00"], "decimal comma, 1 234,56"),
        (["1'234.50"], "decimal point, 1'234.56"),
        (["£1.20", "£1,000.00"], "decimal point, £ 1,234.56"),
        (["5 EUR", "6,50 EUR"], "decimal comma, EUR 1.234,56"),
        (["(5.00)", "6.00"], "decimal point, 1,234.56"),
    ],
)
def test_numbers_are_recognised(detect, cells, text):
    found = detect(price=cells * 3)["price"]
    assert (found.kind, found.misfit_count, found.is_ambiguous) == (Kind.NUMBER, 0, False)
    assert found.number_format.text == text


def test_kinds_are_told_apart(detect):
    found = detect(
        InvoiceNo=["536365", "C536366", "536367"],
        StockCode=["85123A", "71053", "84406B"],
        CustomerID=["17850.0", None, "13047.0"],
        Quantity=["6", "8", "-1"],
        plu=["00017", "00023", "10423"],
        email=["a@b.de", "c@d.de", None],
        Country=["France", "NA", "Germany"],
        nothing=[None, "", "NaN"],
    )
    assert [profile.kind for profile in found.values()] == [
        Kind.IDENTIFIER,
        Kind.IDENTIFIER,
        Kind.IDENTIFIER,
        Kind.NUMBER,
        Kind.IDENTIFIER,
        Kind.IDENTIFIER,
        Kind.TEXT,
        Kind.EMPTY,
    ]
    assert [name for name, profile in found.items() if profile.has_trailing_zero] == ["CustomerID"]
    assert [profile.missing_count for profile in found.values()] == [0, 0, 1, 0, 0, 1, 0, 3]


def test_typed_columns_need_no_guess(detect):
    found = detect(
        at=pa.array([datetime(2011, 1, 2, tzinfo=UTC)], pa.timestamp("us", "UTC")),
        day=pa.array([date(2011, 1, 2)]),
        price=pa.array([2.5]),
        total=pa.array([Decimal("2.50")]),
        user_id=pa.array([3]),
        flag=pa.array([True]),
    )
    kinds = [profile.kind for profile in found.values()]
    number, instant = Kind.NUMBER, Kind.TIMESTAMP
    assert kinds == [instant, instant, number, number, Kind.IDENTIFIER, Kind.TEXT]
    assert found["at"].minimum == "2011-01-02 00:00:00"
    assert found["price"].date_format is None


def test_what_comes_late_is_found(detect):
    found = detect(
        price=["1"] * 3_000 + ["1,5"] * 10,
        when=["2011-02-01"] * 3_000 + ["2011-2-1 10:00:05.5"] * 10,
        note=[None] * 3_000 + ["12/31/2011"] * 10,
    )
    assert found["price"].number_format.decimal == ","
    assert [profile.misfit_count for profile in found.values()] == [0, 0, 0]
    assert found["when"].maximum == "2011-02-01 10:00:05.500000"
    assert found["note"].date_format.order == "mdy"


def test_a_few_misfits_are_counted_with_the_first_of_them(detect):
    found = detect(
        when=["31/12/2011"] * 500 + ["31/13/2011", "", "2011"] + ["30/11/2011"] * 500,
        quantity=["5"] * 500 + ["two", "NULL", "1e5"] + ["6"] * 500,
    )
    for profile, first in ((found["when"], "31/13/2011"), (found["quantity"], "two")):
        assert (profile.misfit_count, profile.missing_count, profile.is_mixed) == (2, 1, False)
        assert (profile.first_misfit, profile.first_misfit_row) == (first, 501)


def test_day_and_month_are_told_apart_by_one_row_among_many(detect):
    found = detect(when=["01/02/2011"] * 5_000 + ["01/13/2011"])
    assert found["when"].date_format.order == "mdy"


def test_day_and_month_that_nothing_tells_apart_are_ambiguous(detect):
    cells = ["01/02/2011", "03/04/2011"]
    assert detect(when=cells)["when"].is_ambiguous
    told = FormatHints(date_order="mdy")
    assert not detect(told, when=cells)["when"].is_ambiguous
    assert detect(told, when=cells)["when"].date_format.order == "mdy"


@pytest.mark.parametrize(
    ("hints", "other"),
    [
        (FormatHints(delimiter=";"), ["1", "2"]),
        (None, ["1,5", "2,5"]),
        (None, ["31/12/2011", "30/12/2011"]),
    ],
)
def test_day_and_month_are_told_apart_by_the_rest_of_the_file(detect, hints, other):
    found = detect(hints, when=["01/02/2011", "03/04/2011"], other=other)["when"]
    assert (found.date_format.order, found.is_ambiguous) == ("dmy", False)


def test_two_orders_in_one_column_are_mixed(detect):
    found = detect(when=["01/02/2011", "13/04/2011", "04/14/2011", "05/15/2011"] * 10)["when"]
    assert found.is_mixed
    assert [(v.text, v.count, v.example, v.first_row) for v in found.variants] == [
        ("month first, 12/31/2011", 30, "01/02/2011", 1),
        ("day first, 31/12/2011", 10, "13/04/2011", 2),
    ]


def test_two_formats_in_one_column_are_mixed_from_one_percent_on(detect):
    iso, german = ["2011-02-01"] * 2_000, "13.02.2011"
    found = detect(when=[*iso, *[german] * 30])["when"]
    assert [(v.count, v.first_row) for v in found.variants] == [(2_000, 1), (30, 2_001)]
    assert found.variants[1].example == german
    assert found.is_mixed
    few = detect(when=[*iso, *[german] * 10])["when"]
    assert (few.is_mixed, few.misfit_count) == (False, 10)


def test_a_clear_order_is_no_variant_of_itself(detect):
    found = detect(when=["31/12/2011"] * 95 + ["2011-02-01"] * 5)["when"]
    assert [(v.text, v.count, v.first_row) for v in found.variants] == [
        ("day first, 31/12/2011", 95, 1),
        ("year first, 2011-12-31", 5, 96),
    ]


def test_two_decimal_signs_in_one_column_are_mixed(detect):
    found = detect(price=["1.5"] * 90 + ["2,5"] * 10)["price"]
    assert [(v.text, v.count) for v in found.variants] == [
        ("decimal point, 1234.56", 90),
        ("decimal comma, 1234,56", 10),
    ]


def test_a_sign_before_three_digits_is_told_by_the_rest_of_the_file(detect):
    assert detect(weight=["1.234", "2.500"])["weight"].is_ambiguous
    found = detect(weight=["1.234", "2.500"], price=["1,5", "2,5"])["weight"]
    assert (found.number_format.thousands, found.maximum) == (".", "2500.0000")
    found = detect(weight=["1.234", "2.500"], price=["1.5", "2.5"])["weight"]
    assert (found.number_format.thousands, found.maximum) == ("", "2.5000")
    assert not detect(FormatHints(decimal="."), weight=["1.234"])["weight"].is_ambiguous


def test_rows_without_numbers_are_profiled_too(backend):
    backend.con.register("bare", pa.table({"when": ["2011-02-01", "x"]}))
    found = detect_columns(
        backend.table("bare"),
        lambda expression: backend.con.execute(backend.compile(expression)).to_arrow_table(),
    )
    assert (found[0].misfit_count, found[0].first_misfit) == (1, "x")
    assert found[0].first_misfit_row is None
