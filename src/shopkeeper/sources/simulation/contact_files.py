"""`contacts/<name>.csv`: what contacted people ordered because of it; the truth stands beside it.

The file has the columns of `orders.csv`, and holds only orders that nobody would have placed
without the contact. `truth/contacts/<name>.json` says what was planted and what came of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv

from shopkeeper.sources.simulation.columnar import join, pick
from shopkeeper.sources.simulation.contacts import Contacts, Kept, keep
from shopkeeper.sources.simulation.identities import numbered_ids
from shopkeeper.sources.simulation.order_file import ORDER_SCHEMA, order_table
from shopkeeper.sources.simulation.plan import plan_shop
from shopkeeper.sources.simulation.staging import CONTACT_TRUTH, CONTACTS
from shopkeeper.sources.simulation.totals import amount_of
from shopkeeper.sources.simulation.truth import SimulationTruth
from shopkeeper.sources.simulation.truth_json import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.sources.simulation.columnar import Flags

_FIRST_ORDER_NUMBER = 1_000_001
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class ContactTruth:
    """What contacts were planted to do, and what they did.

    Attributes:
        name: Name of the plan.
        contacted_on: Day on which contacts are made.
        ends_before: Day after the last that counts.
        saved_rate: Planted share of those who leave that a contact keeps, 0-1.
        listed_count: Customers on the list, those held out included.
        contacted_count: Customers contacted.
        leaving_count: Of the list, those who have left when the days that count are over.
        order_count: Orders that contacts brought: those of the file.
        effect_amount: What a contact makes a customer of the list buy, as it was drawn for each
            of them, contacted or not: merchandise, on average.
        expected_effect_amount: The mean of that over all draws, given everyone's hidden rates.
        brought_amount: What the contacts that were made brought: the merchandise of the file.
    """

    name: str
    contacted_on: date
    ends_before: date
    saved_rate: float
    listed_count: int
    contacted_count: int
    leaving_count: int
    order_count: int
    effect_amount: Decimal
    expected_effect_amount: Decimal
    brought_amount: Decimal

    @classmethod
    def load(cls, directory: Path, name: str) -> ContactTruth:
        """Reads the truth of a plan from the folder of a simulated shop.

        Raises:
            FileNotFoundError: If no contacts of that name were simulated there.
            ValueError: If the file is not such a truth.
        """
        text = (directory / CONTACT_TRUTH / f"{name}.json").read_text(encoding="utf-8")
        truth: ContactTruth = from_json(cls, json.loads(text))
        return truth


def simulate_contacts(
    directory: Path, name: str, customer_ids: Sequence[str], contacted: Flags, contacts: Contacts
) -> ContactTruth:
    """Writes what contacts bring into the folder of a simulated shop, and gives the truth.

    Args:
        directory: Folder that a shop was simulated into.
        name: Name of the plan; names the files.
        customer_ids: The list, those held out included, each once.
        contacted: Whether each of them is contacted.
        contacts: What is planted.

    Raises:
        FileNotFoundError: If no shop was simulated there.
        ValueError: If someone is no customer of the shop, or its window ends too early.
    """
    plan = plan_shop(SimulationTruth.load(directory).options)
    tables, found, orders = [ORDER_SCHEMA.empty_table()], _nobody(), 0
    for block in keep(plan, customer_ids, contacts):
        written = np.flatnonzero(contacted[block.listed])
        numbers = _FIRST_ORDER_NUMBER + orders + np.arange(len(block.orders.orders))
        chosen = replace(block.orders, file_rows=written)
        tables.append(order_table(plan, chosen, numbered_ids("K", numbers)))
        found = join(found, block.customers)
        orders += len(numbers)
    table = pa.concat_tables(tables)
    truth = _truth(name, contacts, found, contacted, len(table["order_id"].unique()))
    _write(directory / CONTACTS / f"{name}.csv", table)
    _write(directory / CONTACT_TRUTH / f"{name}.json", truth)
    return truth


def _truth(
    name: str, contacts: Contacts, found: Kept, contacted: Flags, order_count: int
) -> ContactTruth:
    count = max(len(found), 1)
    made = pick(found, contacted[found.row])
    return ContactTruth(
        name=name,
        contacted_on=contacts.contacted_on,
        ends_before=contacts.ends_before,
        saved_rate=contacts.saved_rate,
        listed_count=len(found),
        contacted_count=len(made),
        leaving_count=int(found.leaves.sum()),
        order_count=order_count,
        effect_amount=(amount_of(int(found.amount.sum())) / count).quantize(_CENT),
        expected_effect_amount=Decimal(str(found.expected.sum() / count)).quantize(_CENT),
        brought_amount=amount_of(int(made.amount.sum())),
    )


def _nobody() -> Kept:
    whole = np.zeros(0, dtype=np.int64)
    return Kept(whole, whole.astype(bool), whole.astype(np.float64), whole)


def _write(file: Path, content: pa.Table | ContactTruth) -> None:
    """Writes a file aside and moves it into place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.partial")
    if isinstance(content, ContactTruth):
        text = json.dumps(to_json(content), indent=2, ensure_ascii=False)
        aside.write_text(text + "\n", encoding="utf-8")
    else:
        # Older Arrow writes its header again after a first chunk without rows.
        csv.write_csv(content.combine_chunks(), aside)
    aside.replace(file)
