"""Readiness: what a task needs of a shop's data, what was found, and whether that is enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.evaluation.facts import FIRST_PLAUSIBLE_DATE, DataFacts, WindowFacts
from shopkeeper.evaluation.requirement import Readiness, Requirement
from shopkeeper.evaluation.splits import label_cutoffs

__all__ = ["TASKS", "Readiness", "Requirement", "least_history_days", "readiness"]

# The top decile, by which models are judged, then holds 30 customers: the fewest of which a
# mean of skewed money says anything.
LEAST_CUSTOMERS = 300
# Ten for each of the about ten numbers that the smallest models learn from repeat orders.
LEAST_REPEAT_CUSTOMERS = 100
# Below one in twenty, what a model says of the other nineteen rests on people unlike them.
LEAST_REPEAT_SHARE = 0.05
# Same ten for each of ten numbers: of the buyers and of those who stayed away.
LEAST_OF_EACH_CLASS = 100
# Less than a quarter shows one season only, and gives hardly anyone time to come back.
LEAST_HISTORY_DAYS = 90
# A rhythm seen for less than half of what is to be foretold is stretched, not learned.
LEAST_HISTORY_OF_HORIZON = 0.5
# One window to learn from and a later one to judge on.
WINDOWS_TO_LEARN = 2
# Models that learn from purchase histories alone need a window only to be judged.
WINDOWS_TO_JUDGE = 1
# Shops close for holidays of up to two weeks; three weeks in which nobody orders are a hole.
MOST_SILENT_DAYS = 21
# Silences of a quiet shop: by chance the longest wait is ln(orders) mean waits; thrice that is not.
SILENCE_OVER_CHANCE = 3
# One order in a hundred at a wrong time moves no result; more say that dates were misread.
MOST_UNDATED_SHARE = 0.01
# With more than half of the money nameless, named customers do not stand for the shop.
MOST_GUEST_SHARE = 0.5
# From here on totals by customer miss so much that it must be said beside them.
NOTABLE_GUEST_SHARE = 0.1
# Free orders exist; where most orders cost nothing, the amounts were not read.
LEAST_PAID_SHARE = 0.5


# A rule looks at the facts for a horizon in days and says what it needs.
Rule = Callable[[DataFacts, int], Requirement]


def readiness(task: str, facts: DataFacts, horizon_days: int) -> Readiness:
    """Gives whether data with these facts can carry a task at a horizon.

    Args:
        task: A name in `TASKS`.
        facts: What was measured of the data, label windows of this horizon included.
        horizon_days: Length of what is to be foretold, in days.

    Raises:
        UnknownNameError: There is no such task.
        UsageError: The facts were measured for other horizons.
    """
    if task not in TASKS:
        raise UnknownNameError.among("task", task, TASKS)
    if horizon_days not in facts.horizons_days:
        known = ", ".join(str(days) for days in facts.horizons_days)
        raise UsageError(
            f"The facts were not measured for {horizon_days} days, but for: {known}.",
            "give `horizons_days` to `facts_of`",
        )
    return Readiness(task, horizon_days, tuple(rule(facts, horizon_days) for rule in TASKS[task]))


def repeat_customers(facts: DataFacts, _: int) -> Requirement:
    """Enough customers came back on another day."""
    found = facts.repeat_customer_count
    sentence = (
        f"{found:,} of {facts.customer_count:,} customers ordered on at least two days; "
        f"at least {LEAST_REPEAT_CUSTOMERS} are needed."
    )
    if facts.customer_count and not found:
        sentence = (
            "Every customer bought exactly once: repeat rate, churn and lifetime value have "
            f"no meaning. Found 0 customers who came back, needed {LEAST_REPEAT_CUSTOMERS}."
        )
    return _at_least("repeat customers", sentence, found, LEAST_REPEAT_CUSTOMERS, "customers")


def repeat_share(facts: DataFacts, _: int) -> Requirement:
    """A large enough part of the customers came back."""
    found = _share(facts.repeat_customer_count, facts.customer_count)
    sentence = (
        f"{found:.1%} of customers ordered on at least two days; at least "
        f"{LEAST_REPEAT_SHARE:.0%} are needed. Below that a forecast for one customer rests on "
        "the few others who came back."
    )
    return _at_least("repeat share", sentence, found, LEAST_REPEAT_SHARE, "0-1")


def customers(facts: DataFacts, horizon_days: int) -> Requirement:
    """Enough customers were known when the last label window began."""
    windows = facts.windows_of(horizon_days)
    found = windows[0].customer_count if windows else 0
    since = f" on {windows[0].cutoff}" if windows else ", as no label window is whole"
    sentence = (
        f"{found:,} customers were known at the start of the last {horizon_days} days{since}; "
        f"at least {LEAST_CUSTOMERS} are needed."
    )
    return _at_least("customers", sentence, found, LEAST_CUSTOMERS, "customers")


def customers_to_group(facts: DataFacts, _: int) -> Requirement:
    """Enough customers are known for groups of them; whether any came back does not matter."""
    found = facts.customer_count
    sentence = (
        f"{found:,} customers are known; at least {LEAST_CUSTOMERS} are needed: in groups of "
        "fewer, single customers decide what a group is."
    )
    return _at_least("customers to group", sentence, found, LEAST_CUSTOMERS, "customers")


def history(facts: DataFacts, horizon_days: int) -> Requirement:
    """Enough days of orders lie before the last label window."""
    needed = least_history_days(horizon_days)
    found = 0
    if facts.first_order_date:
        found = max(0, (facts.as_of - facts.first_order_date).days - horizon_days)
    sentence = (
        f"{found} days of orders lie before the last {horizon_days} days; at least {needed} are "
        f"needed, {needed + horizon_days} days in all."
    )
    return _at_least("history", sentence, found, needed, "days")


def windows_to_learn(facts: DataFacts, horizon_days: int) -> Requirement:
    """There is a label window to learn from and a later one to judge on."""
    return _windows(facts, horizon_days, WINDOWS_TO_LEARN, is_binding=True)


def windows_to_judge(facts: DataFacts, horizon_days: int) -> Requirement:
    """There is a label window to judge on."""
    return _windows(facts, horizon_days, WINDOWS_TO_JUDGE, is_binding=True)


def windows_to_learn_if_labels_are_used(facts: DataFacts, horizon_days: int) -> Requirement:
    """There is a window to learn from, for those candidates of a task that learn from labels."""
    return _windows(facts, horizon_days, WINDOWS_TO_LEARN, is_binding=False)


def both_classes(facts: DataFacts, horizon_days: int) -> Requirement:
    """Enough customers bought, and enough stayed away, in every label window that is used."""
    used = min(WINDOWS_TO_LEARN, max(1, _window_count(facts, horizon_days)))
    windows = facts.windows_of(horizon_days)[:used]
    worst = min(windows, key=lambda w: min(w.buyer_count, _absent(w)), default=None)
    buyers, absent = (worst.buyer_count, _absent(worst)) if worst else (0, 0)
    since = f" from {worst.cutoff}" if worst else ", none of which is whole"
    sentence = (
        f"{buyers:,} of {buyers + absent:,} known customers bought in the {horizon_days} "
        f"days{since}; at least {LEAST_OF_EACH_CLASS} who did and {LEAST_OF_EACH_CLASS} who did "
        "not are needed."
    )
    found = min(buyers, absent)
    return _at_least("class balance", sentence, found, LEAST_OF_EACH_CLASS, "customers")


def buyers(facts: DataFacts, horizon_days: int) -> Requirement:
    """Enough customers bought in the last label window for totals to be judged."""
    windows = facts.windows_of(horizon_days)
    found = windows[0].buyer_count if windows else 0
    sentence = (
        f"{found:,} known customers bought in the last {horizon_days} days; at least "
        f"{LEAST_OF_EACH_CLASS} are needed to judge a forecast of what they spend."
    )
    return _at_least("buyers", sentence, found, LEAST_OF_EACH_CLASS, "customers")


def second_purchases(facts: DataFacts, horizon_days: int) -> Requirement:
    """Enough customers who had bought once bought again in every label window that is used."""
    used = min(WINDOWS_TO_LEARN, max(1, _window_count(facts, horizon_days)))
    windows = facts.windows_of(horizon_days)[:used]
    worst = min(windows, key=lambda w: w.second_buyer_count, default=None)
    found = worst.second_buyer_count if worst else 0
    since = f" from {worst.cutoff}" if worst else ", none of which is whole"
    sentence = (
        f"{found:,} customers who had bought once bought again in the {horizon_days} days{since}; "
        f"at least {LEAST_OF_EACH_CLASS} are needed to learn who does."
    )
    return _at_least("second purchases", sentence, found, LEAST_OF_EACH_CLASS, "customers")


def freshness(facts: DataFacts, _: int) -> Requirement:
    """Orders reach up to the date as of which is scored."""
    needed = most_silent_days(facts)
    last = facts.last_order_date
    found = (facts.as_of - last).days - 1 if last else math.inf
    sentence = f"There are no orders before {facts.as_of}."
    if last:
        sentence = (
            f"The last order is of {last}, {found} silent days before {facts.as_of}; at most "
            f"{needed} are allowed: each missing day makes everyone look as if they had left."
        )
    return _at_most("freshness", sentence, found, needed, "days")


def no_holes(facts: DataFacts, _: int) -> Requirement:
    """No stretch of days is missing inside the orders."""
    found, needed = facts.longest_silence_days, most_silent_days(facts)
    since = f" from {facts.silence_from}" if facts.silence_from else ""
    sentence = (
        f"The longest silence between two orders is {found} days{since}; at most {needed} are "
        "allowed: it counts as nobody having bought. Read the missing files, or begin after it."
    )
    return _at_most("no holes", sentence, found, needed, "days")


def valid_dates(facts: DataFacts, _: int) -> Requirement:
    """Nearly all orders have a date that can be."""
    undated = facts.undated_order_count
    found = _share(undated, facts.order_count + undated)
    sentence = (
        f"{undated:,} orders ({found:.1%}) have no date or one before {FIRST_PLAUSIBLE_DATE}; "
        f"at most {MOST_UNDATED_SHARE:.0%} are allowed."
    )
    return _at_most("valid dates", sentence, found, MOST_UNDATED_SHARE, "0-1")


def paid_orders(facts: DataFacts, _: int) -> Requirement:
    """Orders have amounts above zero."""
    found = _share(facts.paid_order_count, facts.order_count)
    sentence = (
        f"{found:.1%} of orders have an amount above zero; at least {LEAST_PAID_SHARE:.0%} "
        "are needed."
    )
    if facts.order_count and not facts.paid_order_count:
        sentence = "No order has an amount above zero: nothing can be said of money."
    return _at_least("paid orders", sentence, found, LEAST_PAID_SHARE, "0-1")


def named_revenue(facts: DataFacts, _: int) -> Requirement:
    """Customers with a name stand for most of the shop's money."""
    return _guests(facts, MOST_GUEST_SHARE, is_binding=True)


def nearly_all_revenue_named(facts: DataFacts, _: int) -> Requirement:
    """Customers with a name stand for nearly all of the shop's money."""
    return _guests(facts, NOTABLE_GUEST_SHARE, is_binding=False)


_SOUND_DATA: tuple[Rule, ...] = (
    freshness,
    no_holes,
    valid_dates,
    named_revenue,
    nearly_all_revenue_named,
)
LIFETIME_VALUE: tuple[Rule, ...] = (
    repeat_customers,
    repeat_share,
    customers,
    history,
    windows_to_judge,
    windows_to_learn_if_labels_are_used,
    buyers,
    paid_orders,
    *_SOUND_DATA,
)
CHURN: tuple[Rule, ...] = (
    repeat_customers,
    repeat_share,
    customers,
    history,
    windows_to_learn,
    both_classes,
    *_SOUND_DATA,
)
SEGMENTATION: tuple[Rule, ...] = (
    customers_to_group,
    windows_to_judge,
    paid_orders,
    *_SOUND_DATA,
)
SECOND_PURCHASE: tuple[Rule, ...] = (
    repeat_customers,
    customers,
    history,
    windows_to_learn,
    second_purchases,
    *_SOUND_DATA,
)
RECOMMENDATION: tuple[Rule, ...] = (
    repeat_customers,
    customers,
    history,
    windows_to_learn,
    *_SOUND_DATA,
)
# To add a task, add its rules here.
TASKS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "churn": CHURN,
        "lifetime_value": LIFETIME_VALUE,
        "recommendation": RECOMMENDATION,
        "second_purchase": SECOND_PURCHASE,
        "segmentation": SEGMENTATION,
    }
)


def least_history_days(horizon_days: int) -> int:
    """Gives the days of orders that must lie before a cut-off of this horizon."""
    return max(LEAST_HISTORY_DAYS, math.ceil(LEAST_HISTORY_OF_HORIZON * horizon_days))


def most_silent_days(facts: DataFacts) -> int:
    """Gives the days in a row without an order that a shop with so many orders may have."""
    first: date | None = facts.first_order_date
    if first is None or facts.order_count < 2:
        return MOST_SILENT_DAYS
    mean_wait = (facts.as_of - first).days / facts.order_count
    by_chance = math.log(facts.order_count) * mean_wait
    return max(MOST_SILENT_DAYS, math.ceil(SILENCE_OVER_CHANCE * by_chance))


def _window_count(facts: DataFacts, horizon_days: int) -> int:
    """Gives how many label windows are whole, share no day, and have their history before them."""
    if facts.first_order_date is None:
        return 0
    cutoffs = label_cutoffs(
        facts.first_order_date,
        facts.as_of,
        horizon_days=horizon_days,
        step_days=horizon_days,
        least_history_days=least_history_days(horizon_days),
    )
    return len(cutoffs)


def _windows(facts: DataFacts, horizon_days: int, needed: int, *, is_binding: bool) -> Requirement:
    found = _window_count(facts, horizon_days)
    why = "to learn from one and be judged on a later one" if needed > 1 else "to be judged on"
    sentence = (
        f"{found} whole label {_plural('window', found)} of {horizon_days} days, none sharing a "
        f"day and each with {least_history_days(horizon_days)} days of orders before it, "
        f"{'was' if found == 1 else 'were'} found; {needed} {'is' if needed == 1 else 'are'} "
        f"needed {why}."
    )
    name = "windows to learn" if needed > 1 else "windows to judge"
    return Requirement(name, sentence, found, needed, "windows", found >= needed, is_binding)


def _guests(facts: DataFacts, needed: float, *, is_binding: bool) -> Requirement:
    found = _share(facts.guest_amount, facts.amount)
    sentence = (
        f"{found:.1%} of the money is of orders that name no customer; at most {needed:.0%} "
        f"{'is allowed' if is_binding else 'can go unmentioned'}: "
        "what is said of customers leaves it out."
    )
    name = "named revenue" if is_binding else "nearly all revenue named"
    return Requirement(name, sentence, found, needed, "0-1", found <= needed, is_binding)


def _at_least(name: str, sentence: str, found: float, needed: float, unit: str) -> Requirement:
    return Requirement(name, sentence, found, needed, unit, found >= needed)


def _at_most(name: str, sentence: str, found: float, needed: float, unit: str) -> Requirement:
    return Requirement(name, sentence, found, needed, unit, found <= needed)


def _absent(window: WindowFacts) -> int:
    return window.customer_count - window.buyer_count


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
