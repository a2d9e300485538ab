"""Export: a plan as CSV for mail tools; no cell is a formula, nobody held out slips in."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import HOLDOUT

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.decisions.plan import StoredPlan

# What a spreadsheet takes for a formula, also after blanks and in full width.
FORMULA = re.compile(r"^[\s\x00-\x1f\x7f]*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]")
COLUMNS = (
    "customer_id", "contact", "channel", "action", "segment", "reason_1", "reason_2", "reason_3",
    "leave_probability", "gain_amount", "cost_amount", "plan_id", "contact_by",
)  # fmt: skip
NUMBERS = {"leave_probability": 4, "gain_amount": 2, "cost_amount": 2}


def neutral(text: str) -> str:
    """Gives a text that no spreadsheet runs: an apostrophe before what begins like a formula.

    Examples:
        >>> neutral("=1+1"), neutral("C1001")
        ("'=1+1", 'C1001')
    """
    return f"'{text}" if FORMULA.match(text) else text


def changed_ids(stored: StoredPlan) -> int:
    """Gives how many customer ids a mail tool will not know again, being made neutral."""
    return int(stored.targets["customer_id"].str.match(FORMULA.pattern).sum())


def csv_of(stored: StoredPlan, *, with_holdout: bool = False) -> str:
    """Gives the list as CSV, those to contact first.

    Args:
        stored: The plan.
        with_holdout: Whether those held out are listed too, with `no` under `contact`.
    """
    rows = export_rows(stored, with_holdout=with_holdout)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows.itertuples(index=False, name=None))
    return stream.getvalue()


def export_rows(stored: StoredPlan, *, with_holdout: bool = False) -> pd.DataFrame:
    """Gives the rows of the list as texts; those held out only where they are asked for."""
    targets = stored.targets
    held = targets["arm"] == HOLDOUT
    rows = targets.assign(
        contact=held.map({True: "no", False: "yes"}),
        plan_id=stored.plan.plan_id,
        contact_by=stored.plan.as_of.isoformat(),
    )
    rows = rows if with_holdout else rows[~held]
    rows = rows.sort_values("contact", ascending=False, kind="stable")[list(COLUMNS)].copy()
    for name in COLUMNS:
        if name in NUMBERS:
            rows[name] = rows[name].map(f"{{:.{NUMBERS[name]}f}}".format)
        else:
            texts = rows[name].fillna("").astype(str)
            rows[name] = texts.where(~texts.str.match(FORMULA.pattern), "'" + texts)
    return rows
