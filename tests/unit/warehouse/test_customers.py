"""Customers: everyone the shop can name, with what is known of them."""

from __future__ import annotations

from datetime import datetime

from order_book import build, line, lines


def test_every_named_customer_has_one_row():
    shop = build({"customer": "bob"}, {"customer": "ann", "order": "2"}, {"customer": "ann"})
    assert shop.column("customers", "customer_id") == ["ann", "bob"]


def test_guests_have_none():
    assert build({"customer": None})["customers"] == []


def test_who_only_returned_something_is_a_customer_too():
    assert build({"quantity": -1}).column("customers", "customer_id") == ["ann"]


def test_the_country_of_the_latest_line_that_gives_one_counts():
    customer = build(
        {"at": "2025-03-02 10:00", "country": "Spain"},
        {"at": "2025-03-01 10:00", "country": "France"},
        {"at": "2025-03-03 10:00", "country": None},
    ).one("customers")
    assert customer["country"] == "Spain"


def test_a_country_that_comes_back_is_the_latest_again():
    customer = build(
        {"at": "2025-03-01 10:00", "country": "Spain"},
        {"at": "2025-03-02 10:00", "country": "France"},
        {"at": "2025-03-03 10:00", "country": "Spain"},
    ).one("customers")
    assert customer["country"] == "Spain"


def test_of_two_countries_at_the_same_instant_the_first_by_letter_counts():
    rows = [line(country="Spain"), line(country="France", product="cup")]
    found = [build(*turned).one("customers")["country"] for turned in (rows, rows[::-1])]
    assert found == ["France", "France"]


def test_the_countries_of_a_customer_are_counted():
    rows = [{"country": country} for country in ("Spain", "France", "Spain", None)]
    assert build(*rows).one("customers")["country_count"] == 2


def test_a_customer_without_country_has_none():
    customer = build({}).one("customers")
    assert (customer["country"], customer["country_count"]) == (None, 0)


def test_the_latest_email_counts():
    customer = build(
        {"at": "2025-03-02 10:00", "email": "new@example.org"},
        {"at": "2025-03-01 10:00", "email": "old@example.org"},
    ).one("customers")
    assert customer["email"] == "new@example.org"


def test_a_customer_was_seen_at_any_booking():
    customer = build(
        {"at": "2025-03-02 10:00"},
        {"at": "2025-03-01 10:00", "line_type": "fee"},
        {"at": "2025-03-04 10:00", "quantity": -1},
    ).one("customers")
    assert (customer["first_seen_at"], customer["last_seen_at"]) == (
        datetime.fromisoformat("2025-03-01 10:00"),
        datetime.fromisoformat("2025-03-04 10:00"),
    )


def test_a_customer_is_not_seen_on_a_row_in_quarantine():
    assert lines({"reason": "implausible_date"})[0]["customer_id"] == "ann"
    assert build({"reason": "implausible_date"})["customers"] == []
