"""Call list: the customers whose contact brings most, with a part of them held out at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.decisions import actions
from shopkeeper.decisions.budget import NONE, best_options, within_budget
from shopkeeper.decisions.contacts import IN_A_TEST, TIRED
from shopkeeper.decisions.holdout import (
    HOLDOUT,
    LEAST_OF_AN_ARM,
    TREAT,
    detectable_amount,
    draw_holdout,
)
from shopkeeper.decisions.outlook import Range, Reached, gain_of
from shopkeeper.decisions.plan import TARGET_COLUMNS
from shopkeeper.decisions.retention_targets import Gains, Worth, at_stake, gains, leaving
from shopkeeper.decisions.terms import Channel, Term

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SILENT = "silent for too long: they have left already"
NOT_SPOKEN_OF = "the churn model does not speak of them"
DOES_NOT_PAY = "a contact costs more than it is expected to bring"
NO_ROOM = "others bring more, and the list or the budget is full"
TOO_FEW = "too few are left to contact some and hold out others"
# In the order in which they are asked; who is left out is counted once.
LEFT_OUT = (SILENT, NOT_SPOKEN_OF, IN_A_TEST, TIRED, DOES_NOT_PAY, NO_ROOM, TOO_FEW)


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """What a call list is asked for.

    Attributes:
        channels: Ways to reach a customer.
        worth: Margin, and the error of the forecast.
        leave_source: Where the chance of leaving comes from, in words.
        value_source: Where the worth of customers comes from, in words.
        reach_days: Customers silent for longer are left alone.
        list_size: Most customers on the list.
        budget_amount: Most that contacts may cost, or None.
        holdout_share: Part of the list to hold out.
        seed: Of all that is drawn.
        plan_id: Name under which the holdout is drawn.
        period_days: Days between the two segments of a customer.
    """

    channels: tuple[Channel, ...]
    worth: Worth
    leave_source: str
    value_source: str
    reach_days: int
    list_size: int
    budget_amount: float | None
    holdout_share: float
    seed: int
    plan_id: str
    period_days: int


@dataclass(frozen=True)
class CallList:
    """A list, best first, with those held out of it.

    Attributes:
        targets: One row per customer on the list, columns as in `TARGET_COLUMNS`.
        left_out: Reason → customers; with the list they are all customers.
        customer_count: All customers.
        gain: What contacting is expected to bring after its cost.
        cost_amount: What contacting costs.
        detectable_amount: Smallest effect on sales per customer that will probably be seen.
        terms: What the gain is made of.
        reasons: One row per customer: `customer_id`, and why they are left out or "".
    """

    targets: pd.DataFrame
    left_out: Mapping[str, int]
    customer_count: int
    gain: Range
    cost_amount: float
    detectable_amount: float
    terms: tuple[Term, ...]
    reasons: pd.DataFrame

    @property
    def others(self) -> pd.DataFrame:
        """Those who are not on the list, with the reason."""
        return self.reasons[self.reasons["reason"] != ""]


def call_list(customers: pd.DataFrame, busy: pd.Series, question: ListQuestion) -> CallList:
    """Chooses whom to contact, through which channel, and draws who is held out.

    Args:
        customers: As `decision_customers` gives them, with `past_amount`: what each bought in as
            many days before as outcomes will count.
        busy: Who is to be left alone, and why, as `busy_customers` gives it.
        question: What is asked for.

    Returns:
        The list; an empty one where contacts pay for too few to make two groups.
    """
    everyone = customers.sort_values("customer_id", ignore_index=True)
    why = _why_left_out(everyone, busy, question)
    free = everyone[why == ""]
    found = gains(free, question.channels, question.worth)
    chosen, pays = _choose(found, question)
    why[free.index[~pays]] = DOES_NOT_PAY
    why[free.index[pays & (chosen == NONE)]] = NO_ROOM
    is_short = (chosen != NONE).sum() < 2 * LEAST_OF_AN_ARM
    if is_short:
        why[free.index[chosen != NONE]] = TOO_FEW
    reasons = everyone[["customer_id"]].assign(reason=why)
    if is_short:
        nothing = Range(0, 0, 0)
        return CallList(_nobody(), _counts(why), len(everyone), nothing, 0.0, 0.0, (), reasons)
    listed = _targets(free, found, chosen, question)
    held = (listed["arm"] == HOLDOUT).to_numpy()
    treated = listed[~held]
    return CallList(
        listed,
        _counts(why),
        len(everyone),
        _gain(treated, question),
        float(treated["cost_amount"].sum()),
        detectable_amount(listed["past_amount"].to_numpy(dtype=float), held),
        _terms(listed, question),
        reasons,
    )


def _why_left_out(
    customers: pd.DataFrame, busy: pd.Series, question: ListQuestion
) -> NDArray[np.object_]:
    why = customers["customer_id"].map(busy).fillna("").to_numpy(dtype=object)
    why[customers["leave_probability"].isna().to_numpy()] = NOT_SPOKEN_OF
    why[(customers["days_since_last_order"] > question.reach_days).to_numpy()] = SILENT
    return why


def _choose(found: Gains, question: ListQuestion) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Gives the channel of each customer, -1 for none, and whether any pays."""
    best = best_options(found.gain)
    pays = best != NONE
    highest = found.gain.max(axis=1) if len(found.gain) else np.zeros(0)
    # Rows are in order of customers, which decides between equal gains.
    first = np.argsort(-highest, kind="stable")[: question.list_size]
    on_list = np.zeros(len(best), dtype=bool)
    on_list[first] = True
    on_list &= pays
    chosen = np.full(len(best), NONE, dtype=np.int64)
    chosen[on_list] = within_budget(found.gain[on_list], found.cost, question.budget_amount)
    return chosen, pays


def _targets(
    free: pd.DataFrame, found: Gains, chosen: NDArray[np.int64], question: ListQuestion
) -> pd.DataFrame:
    places = np.flatnonzero(chosen != NONE)
    option = chosen[places]
    rows = free.iloc[places].copy()
    names = np.array([channel.name for channel in question.channels], dtype=object)
    rates = np.array([channel.saved.value for channel in question.channels])
    rows["channel"] = names[option]
    rows["saved_rate"] = rates[option]
    rows["cost_amount"] = found.cost[option]
    rows["gain_amount"] = found.gain[places, option]
    rows["gain_low_amount"] = found.low[places, option]
    rows["gain_high_amount"] = found.high[places, option]
    rows["at_stake_sales"] = at_stake(rows, Worth(1.0))
    rows["action"] = actions.actions(rows)
    names_of_reasons = ["reason_1", "reason_2", "reason_3"]
    rows[names_of_reasons] = actions.reasons(rows, question.period_days)
    key = f"{question.seed}/{question.plan_id}"
    held = draw_holdout(rows["customer_id"], share=question.holdout_share, key=key)
    rows["arm"] = np.where(held, HOLDOUT, TREAT)
    rows = rows.sort_values("gain_amount", ascending=False, kind="stable", ignore_index=True)
    return rows[list(TARGET_COLUMNS)]


def _gain(treated: pd.DataFrame, question: ListQuestion) -> Range:
    reached = []
    for channel in question.channels:
        rows = treated[treated["channel"] == channel.name]
        if len(rows):
            reached.append(
                Reached(
                    channel.saved,
                    rows["leave_probability"].to_numpy(dtype=float),
                    rows["kept_amount"].to_numpy(dtype=float) * question.worth.margin_rate,
                    float(rows["cost_amount"].sum()),
                )
            )
    errors = (question.worth.error, question.worth.leave_error)
    return gain_of(tuple(reached), errors, seed=question.seed)


def _terms(listed: pd.DataFrame, question: ListQuestion) -> tuple[Term, ...]:
    """Gives what the gain is made of, means over the list."""
    kept = float(listed["kept_amount"].mean())
    error, leaves = question.worth.error, question.worth.leave_error
    fewer, more = (float(leaving(listed, x).mean()) for x in leaves) if leaves else (None, None)
    low, high = (kept * error[0], kept * error[1]) if error else (None, None)
    used = set(listed["channel"])
    return (
        Term(
            "chance of leaving",
            float(listed["leave_probability"].mean()),
            fewer,
            more,
            question.leave_source,
            is_measured=True,
        ),
        Term("spends if they stay", kept, low, high, question.value_source, is_measured=True),
        Term(
            "margin",
            question.worth.margin_rate,
            None,
            None,
            "assumed: setting decisions.margin_rate",
            is_measured=False,
        ),
        *(channel.saved for channel in question.channels if channel.name in used),
        Term(
            "cost of a contact",
            float(listed["cost_amount"].mean()),
            None,
            None,
            "stated: setting decisions.channels",
            is_measured=False,
        ),
    )


def _counts(why: NDArray[np.object_]) -> dict[str, int]:
    return {reason: int((why == reason).sum()) for reason in LEFT_OUT}


def _nobody() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=object) for name in TARGET_COLUMNS})
