"""Interactions: what a customer did with a product, held to plain Python and to the future."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import numpy as np
import pytest
from order_book import Row, Shop, build, lines

from shopkeeper import catalog
from shopkeeper.marts.interactions import InteractionWeights
from shopkeeper.marts.interactions import build as build_mart
from shopkeeper.warehouse.no_rows import no_rows

AS_OF = date(2025, 6, 1)
NAME = "interactions"


def test_a_pair_is_counted_by_moments_and_days():
    rows = [
        {"order": "1", "at": "2025-03-01 10:00", "quantity": 2},
        {"order": "1", "at": "2025-03-01 10:00", "quantity": 3},
        {"order": "2", "at": "2025-03-01 18:00"},
        {"order": "3", "at": "2025-05-20 09:00", "quantity": 4},
        {"order": "4", "at": "2025-05-20 09:00", "product": "cup"},
        {"order": "5", "at": "2025-05-20 09:00", "customer": None},
        {"order": "6", "line_type": "shipping", "product": "post"},
    ]
    cup, tea = build(*rows, as_of=AS_OF)[NAME]
    assert (tea["purchase_count"], tea["quantity"], tea["kept_share"]) == (3, 10, 1)
    assert (tea["first_purchase_date"], tea["last_purchase_date"]) == (
        date(2025, 3, 1),
        date(2025, 5, 20),
    )
    assert (cup["product_id"], cup["purchase_count"], cup["view_count"]) == ("cup", 1, 0)


def test_a_weight_halves_with_every_half_life():
    half_life = timedelta(days=InteractionWeights().half_life_days)
    days = [AS_OF - half_life * step for step in (0.5, 1, 2)]
    rows = [{"order": str(n), "at": f"{day} 10:00"} for n, day in enumerate(days)]
    found = build(*rows, as_of=AS_OF).one(NAME)["interaction_weight"]
    assert found == pytest.approx(5 * (0.5**0.5 + 0.5 + 0.25), abs=1e-8)


def test_what_is_taken_back_weighs_nothing():
    bought = {"order": "1", "at": "2025-05-01 10:00", "quantity": 4}
    part = {"order": "2", "at": "2025-05-03 10:00", "quantity": -1}
    rest = {"order": "3", "at": "2025-05-04 10:00", "quantity": -5}
    whole, some, none = (
        build(*rows, as_of=AS_OF).one(NAME)
        for rows in ([bought], [bought, part], [bought, part, rest])
    )
    assert (some["kept_share"], some["returned_quantity"]) == (0.75, 1)
    assert some["interaction_weight"] == pytest.approx(0.75 * whole["interaction_weight"])
    assert (none["kept_share"], none["interaction_weight"]) == (0, 0)
    assert none["purchase_count"] == 1


def test_only_a_return_is_no_interaction():
    assert build({"quantity": -1}, as_of=AS_OF)[NAME] == []


def test_the_mart_never_sees_the_future():
    before = [{"order": "1", "at": "2025-05-31 23:00"}]
    after = [
        {"order": "2", "at": "2025-06-01 00:00"},
        {"order": "3", "at": "2025-06-02 10:00", "quantity": -1},
        {"order": "4", "at": "2025-06-03 10:00", "product": "cup"},
    ]
    assert build(*before, *after, as_of=AS_OF)[NAME] == build(*before, as_of=AS_OF)[NAME]


def test_random_books_give_what_plain_python_counts():
    random = np.random.default_rng(4)
    rows = [
        {
            "order": str(n),
            "at": f"{date(2025, 1, 1) + timedelta(days=int(random.integers(200)))} 10:00",
            "customer": f"c{random.integers(5)}",
            "product": f"p{random.integers(6)}",
            "quantity": int(random.choice([-1, 1, 2, 5], p=[0.2, 0.3, 0.3, 0.2])),
        }
        for n in range(300)
    ]
    expected: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["at"] < str(AS_OF):
            expected.setdefault((row["customer"], row["product"]), []).append(row)
    found = {(r["customer_id"], r["product_id"]): r for r in build(*rows, as_of=AS_OF)[NAME]}
    for pair, own in expected.items():
        bought = [row for row in own if row["quantity"] > 0]
        if not bought:
            assert pair not in found
            continue
        days = [date.fromisoformat(row["at"][:10]) for row in bought]
        back = -sum(row["quantity"] for row in own if row["quantity"] < 0)
        kept = max(0.0, 1 - back / sum(row["quantity"] for row in bought))
        weight = sum(5 * 0.5 ** ((AS_OF - day).days / 180) for day in set(days))
        row = found.pop(pair)
        assert row["purchase_count"] == len(set(days))
        assert (row["first_purchase_date"], row["last_purchase_date"]) == (min(days), max(days))
        assert row["kept_share"] == pytest.approx(kept)
        assert row["interaction_weight"] == pytest.approx(weight * kept, abs=1e-7)
    assert not found


def test_row_order_changes_nothing():
    rows = lines(*({"order": str(n), "product": f"p{n % 3}", "quantity": n} for n in range(1, 9)))
    assert Shop(rows, AS_OF)[NAME] == Shop(rows[::-1], AS_OF)[NAME]


def test_views_and_carts_weigh_less_and_events_tell_of_no_purchase():
    schema = ("customer_id", "product_id", "event_date", "event_name")
    day = AS_OF - timedelta(days=1)
    told = ["view", "view", "cart", "purchase", "wishlist"]
    rows = [{**dict(zip(schema, ("ann", "tea", day, name), strict=True))} for name in told]
    rows.append({**rows[0], "customer_id": None})
    types = catalog.contract("events").types()
    events = ibis.memtable(rows, schema={name: types[name] for name in schema})
    orders = no_rows(catalog.contract("order_items"))
    weights = InteractionWeights(view=1, cart=3, purchase=5, half_life_days=1)
    (row,) = (
        build_mart(orders, events, as_of=AS_OF, interaction_weights=weights).to_pyarrow()
    ).to_pylist()
    assert (row["view_count"], row["cart_count"], row["purchase_count"]) == (2, 1, 0)
    assert row["interaction_weight"] == pytest.approx((2 + 3) / 2)
    assert row["first_purchase_date"] is None
    assert row["last_interaction_date"] == day
