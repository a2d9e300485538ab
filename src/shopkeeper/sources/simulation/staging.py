"""Writes files aside and moves them into place when all are complete."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDERS = "orders.csv"
EVENTS = "events.csv"
EXPERIMENTS = "experiments.csv"
CUSTOMER_TRUTH = "truth/customers.parquet"
PRODUCT_TRUTH = "truth/products.parquet"
TRUTH = "truth/truth.json"

# What contacts of the shop's plans brought, added later, one file for each plan.
CONTACTS = "contacts"
CONTACT_TRUTH = "truth/contacts"

# The truth comes last: where it stands, everything else does.
FILES = (ORDERS, EVENTS, EXPERIMENTS, CUSTOMER_TRUTH, PRODUCT_TRUTH, TRUTH)
_ASIDE = ".simulating"


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """Gives a folder to write `FILES` to; on success they replace those in `directory`.

    Files of an earlier simulation that this one did not write are removed, so that what lies in
    the folder always belongs together. On failure the folder keeps what it had.

    Raises:
        FileExistsError: If the folder holds files of these names that no simulation wrote.
    """
    _require_ours(directory)
    aside = directory / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    (aside / TRUTH).parent.mkdir(parents=True)
    try:
        yield aside
        _move(aside, directory)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _require_ours(directory: Path) -> None:
    foreign = [name for name in FILES if (directory / name).exists()]
    # A simulation that was killed while moving its files leaves the folder aside behind.
    interrupted = (directory / _ASIDE).exists()
    if foreign and TRUTH not in foreign and not interrupted:
        raise FileExistsError(
            f"`{directory}` holds `{foreign[0]}` but no `{TRUTH}`: it is not a simulated shop,"
            " and would be overwritten; choose another folder"
        )


def _move(aside: Path, directory: Path) -> None:
    (directory / TRUTH).parent.mkdir(parents=True, exist_ok=True)
    (directory / TRUTH).unlink(missing_ok=True)
    for name in (CONTACTS, CONTACT_TRUTH):
        shutil.rmtree(directory / name, ignore_errors=True)
    for name in FILES:
        if (aside / name).exists():
            (aside / name).replace(directory / name)
        else:
            (directory / name).unlink(missing_ok=True)
