"""Options: refused with a clear text, sized by order lines, and extremes that still tie."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from shopkeeper.sources.simulation import SimulationOptions, simulate
from shopkeeper.sources.simulation.parameters import PurchaseProcess

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"customer_count": 0}, r"`customer_count` is 0; it is from 1 to 100,000,000"),
        ({"customer_count": 2.5}, r"`customer_count` is 2.5; it is a whole number"),
        ({"customer_count": True}, r"`customer_count` is True; it is a whole number"),
        ({"seed": -1}, r"`seed` is -1; it is from 0"),
        ({"guest_share": 1.5}, r"`guest_share` is 1.5; it is from 0 to 0.9"),
        ({"refund_share": "many"}, r"`refund_share` is 'many'; it is a number"),
        ({"growth": float("nan")}, r"`growth` is nan; it is from 0 to 100"),
        ({"end": date(2023, 1, 20)}, r"is 19 days; a shop needs at least 56"),
        ({"end": date(2022, 1, 1)}, r"is -365 days; a shop needs at least 56"),
        ({"currency": "euro"}, r"`currency` is `euro`; it is a code such as `EUR`"),
        ({"product_count": 3}, r"`product_count` is 3; it is from 16 to 1,200"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SimulationOptions(**options)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("line_count", [5_000, 60_000])
def test_a_shop_has_the_lines_asked_for(tmp_path: Path, line_count: int, seed: int) -> None:
    options = SimulationOptions.for_lines(line_count, seed=seed, events=False)
    written = simulate(tmp_path, options).orders.written.rows
    assert written == pytest.approx(line_count, rel=0.05)


def test_sizing_keeps_the_other_options(tmp_path: Path) -> None:
    process = PurchaseProcess(rate_scale=3.0)
    options = SimulationOptions.for_lines(20_000, purchase_process=process, promotions=False)
    assert (options.purchase_process, options.promotions) == (process, False)
    written = simulate(tmp_path, options).orders.written.rows
    assert written == pytest.approx(20_000, rel=0.05)


def test_sizing_refuses_too_few_lines_and_a_second_size() -> None:
    with pytest.raises(ValueError, match=r"`line_count` is 10; it is 200 or more"):
        SimulationOptions.for_lines(10)
    with pytest.raises(ValueError, match=r"`customer_count` follows from `line_count`"):
        SimulationOptions.for_lines(1_000, customer_count=5)


EXTREMES: list[dict[str, Any]] = [
    {"customer_count": 1, "block_size": 1},
    {"customer_count": 7, "block_size": 2},
    {"end": date(2023, 2, 26)},
    {"guest_share": 0.9, "duplicate_share": 0.9, "refund_share": 0.9, "gift_card_share": 0.9},
    {"guest_share": 0.0, "duplicate_share": 0.0, "refund_share": 0.0, "gift_card_share": 0.0},
    {"dirty_row_share": 0.9},
    {"overlap_day_count": 31, "opening_share": 1.0},
    {"growth": 0, "opening_share": 0, "seasonality_strength": 3},
    {"product_count": 16},
    {"product_count": 1_200},
    {"experiment_lift": -0.9},
]


@pytest.mark.parametrize("extreme", EXTREMES, ids="-".join)
def test_extreme_shops_tie_as_well(tmp_path: Path, extreme: dict[str, Any]) -> None:
    options = SimulationOptions(**{"customer_count": 150, "block_size": 60, **extreme})
    orders = simulate(tmp_path, options).orders
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == orders.written.rows
    damaged = orders.unreadable_quantity + orders.unreadable_date + orders.missing_order_id
    assert orders.kept + damaged + orders.repeated_by_overlap == orders.written
    assert orders.person_count == options.customer_count


def test_a_larger_shop_begins_with_the_same_people(tmp_path: Path) -> None:
    def emails(customer_count: int) -> list[str]:
        folder = tmp_path / str(customer_count)
        simulate(folder, SimulationOptions(customer_count=customer_count, block_size=100))
        with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
            return [row["email"].lower() for row in csv.DictReader(file)]

    assert set(emails(150)) < set(emails(300))
