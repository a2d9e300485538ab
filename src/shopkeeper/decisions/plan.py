"""Plan: whom to contact, whom not, why, and what it is expected to bring; fixed once made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shopkeeper.decisions.terms import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

# Since version 2 a call list keeps whom it left out; version 1 kept how many.
FORMAT_VERSION = 2
# Whom a plan left out, one row per customer.
LEFT_OUT_COLUMNS = ("customer_id", "reason")
# The list of a plan, one row per customer. Only ids: who someone is stays in the shop.
TARGET_COLUMNS: dict[str, str] = {
    "customer_id": "string",
    "arm": "string",
    "channel": "string",
    "action": "string",
    "segment": "string",
    "leave_probability": "float64",
    "kept_amount": "float64",
    "at_stake_sales": "float64",
    "saved_rate": "float64",
    "cost_amount": "float64",
    "gain_amount": "float64",
    "gain_low_amount": "float64",
    "gain_high_amount": "float64",
    "past_amount": "float64",
    "reason_1": "string",
    "reason_2": "string",
    "reason_3": "string",
}


class Kind(StrEnum):
    """What a plan is for."""

    CALL_LIST = "call-list"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Plan:
    """A plan as it is stored, without its list.

    Attributes:
        plan_id: Name, unique in the workspace.
        kind: What it is for.
        created_at: When it was made, naive UTC.
        as_of: Day before which data were seen; outcomes count from this day on.
        window_days: Days over which outcomes count.
        currency: ISO code of all amounts.
        run_id: Run whose tables it was made from.
        package_version: Version of Shopkeeper.
        seed: Seed of the draw.
        treat_count: Customers to contact.
        holdout_count: Customers held out.
        margin_rate: Share of sales that stays with the shop.
        cost_amount: What contacting costs.
        gain_amount: What contacting is expected to bring after its cost.
        gain_low_amount: Lower end of its 80 % interval.
        gain_high_amount: Upper end.
        detectable_amount: Smallest effect on sales per customer that the read-out will probably
            see.
        terms: What the expected gain is made of.
        left_out: Why customers are not on the list → how many.
        models: Names and versions of the models behind it.
        settings: Settings and answers it was made with.
        notes: What to know before using it.
    """

    plan_id: str
    kind: Kind
    created_at: datetime
    as_of: date
    window_days: int
    currency: str
    run_id: str
    package_version: str
    seed: int
    treat_count: int
    holdout_count: int
    margin_rate: float
    cost_amount: float
    gain_amount: float
    gain_low_amount: float
    gain_high_amount: float
    detectable_amount: float
    terms: tuple[Term, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def end_date(self) -> date:
        """Day from which outcomes no longer count."""
        return self.as_of + timedelta(days=self.window_days)

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        plain = asdict(self)
        plain["kind"] = str(self.kind)
        plain["created_at"] = self.created_at.isoformat()
        plain["as_of"] = self.as_of.isoformat()
        plain["format_version"] = FORMAT_VERSION
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Plan:
        """Gives the plan that `to_plain` gave."""
        values = {key: value for key, value in plain.items() if key != "format_version"}
        return cls(
            **{
                **values,
                "kind": Kind(plain["kind"]),
                "created_at": datetime.fromisoformat(plain["created_at"]),
                "as_of": date.fromisoformat(plain["as_of"]),
                "terms": tuple(Term(**term) for term in plain["terms"]),
                "notes": tuple(plain["notes"]),
            }
        )


@dataclass(frozen=True)
class StoredPlan:
    """A plan with its list, verified.

    Attributes:
        plan: The plan.
        targets: One row per customer, columns as in `TARGET_COLUMNS`.
        is_withdrawn: Whether it was taken back before anybody was contacted.
        seal: SHA-256 over plan and lists: it stands for every byte of them.
        names_left_out: Whether it keeps who was left out, not only how many.
    """

    plan: Plan
    targets: pd.DataFrame
    is_withdrawn: bool = False
    seal: str = ""
    names_left_out: bool = False
