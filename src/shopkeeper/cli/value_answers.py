"""Lifetime value in the terminal: headlines, the whole answer, and what training found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import change, money, percent
from shopkeeper.reports.standing import METRICS, candidate_words, metric_names, standing

if TYPE_CHECKING:
    from shopkeeper.reports.customer import ExpectedValue
    from shopkeeper.reports.lifetime_value import HorizonValue, LifetimeValues
    from shopkeeper.tasks.lifetime_value.findings import Contestant, Findings


def show_value_headlines(values: LifetimeValues, currency: str) -> None:
    """Prints two lines for each horizon that has values."""
    for horizon in values.horizons:
        days = f"{horizon.horizon_days} days"
        if not horizon.customer_count:
            print_text(f"{days}: a model is in use, but nobody was scored: `shopkeeper score`")
            continue
        print_text(
            f"{days}: customers are expected to spend {money(horizon.expected_amount, currency, 0)}"
            f" ({money(horizon.average_expected_amount, currency)} each on average, "
            f"{money(horizon.median_typical_amount, currency)} typically)"
        )
        print_text(f"{' ' * len(days)}  {_proof(horizon.findings)}")


def show_lifetime_value(values: LifetimeValues, currency: str) -> None:
    """Prints what customers are worth, how it was proved, and what was refused."""
    print_text(f"what customers will spend from {values.as_of} on, before refunds")
    if values.horizons:
        _show_totals(values, currency)
    for horizon in values.horizons:
        if horizon.customer_count:
            _show_horizon(horizon, currency)
    for found in (*(horizon.findings for horizon in values.horizons), *values.refused):
        _show_findings(found, currency)


def show_training(findings: tuple[Findings, ...]) -> None:
    """Prints for each horizon whether it passed, with what, and why not."""
    print_table(
        ("horizon", "outcome", "way of predicting", "model", "error", "total"),
        [
            (
                f"{found.horizon_days} days",
                "promoted" if found.is_published else "refused",
                standing(found).candidate if found.candidate or found.contest else None,
                found.model or None,
                _gain(found),
                _total(found),
            )
            for found in findings
        ],
    )
    print_text("error: against the same as the last period; total: expected, as a part of spent")
    for found in findings:
        for reason in found.reasons:
            print_text(f"refused  {found.horizon_days} days: {reason}")
        for caveat in found.caveats:
            print_text(f"note     {found.horizon_days} days: {caveat}")


def show_expected_values(values: tuple[ExpectedValue, ...], currency: str) -> None:
    """Prints what one customer is expected to spend."""
    print_table(
        ("within", "expected", "typical", "8 of 10 from", "to", "will buy", "next order by"),
        [
            (
                f"{value.horizon_days} days",
                *(money(amount, currency) for amount in (value.expected_amount,
                  value.typical_amount, value.lower_amount, value.upper_amount)),
                percent(value.purchase_probability),
                value.next_order_date,
            )
            for value in values
        ],
    )  # fmt: skip


def _show_totals(values: LifetimeValues, currency: str) -> None:
    print_table(
        (
            "within", "customers", "expected", "discounted", "average", "typical",
            "will buy", "model",
        ),
        [
            (
                f"{h.horizon_days} days",
                h.customer_count,
                money(h.expected_amount, currency, 0),
                money(h.discounted_amount, currency, 0),
                money(h.average_expected_amount, currency),
                money(h.median_typical_amount, currency),
                round(h.expected_buyer_count),
                h.findings.model,
            )
            for h in values.horizons
        ],
    )  # fmt: skip
    print_text("average: a mean, it adds up; typical: half of the customers spend no more")


def _show_horizon(horizon: HorizonValue, currency: str) -> None:
    print_text()
    print_text(f"within {horizon.horizon_days} days: customers in tenths, the most valuable first")
    print_table(
        ("tenth", "customers", "expected", "share", "will buy"),
        [
            (
                g.group,
                g.customer_count,
                money(g.expected_amount, currency, 0),
                percent(g.expected_share),
                percent(g.average_purchase_probability),
            )
            for g in horizon.groups
        ],
    )
    print_text()
    print_table(
        ("customer", "expected", "typical", "8 of 10 from", "to", "will buy", "next order by"),
        [
            (
                str(c.customer_id),
                *(money(amount, currency, 0) for amount in (c.expected_amount, c.typical_amount,
                  c.lower_amount, c.upper_amount)),
                percent(c.purchase_probability),
                c.next_order_date,
            )
            for c in horizon.customers
        ],
    )  # fmt: skip


def _show_findings(found: Findings, currency: str) -> None:
    print_text()
    state = found.model if found.is_published else "not published"
    print_text(f"{found.horizon_days} days, {state}")
    for reason in found.reasons:
        print_text(f"refused  {reason}")
    for caveat in found.caveats:
        print_text(f"note     {caveat}")
    if found.contest:
        _show_contest(found)
    if found.past:
        print_text()
        print_table(
            ("from", "customers", "last period", "expected", "spent", "within interval"),
            [
                (
                    past.cutoff,
                    past.customer_count,
                    *(money(amount, currency, 0) for amount in (past.last_period_amount,
                      past.expected_amount, past.actual_amount)),
                    percent(past.coverage) if past.coverage is not None else None,
                )
                for past in found.past
            ],
        )  # fmt: skip


def _show_contest(found: Findings) -> None:
    names = metric_names()
    print_text()
    print_table(
        ("way of predicting", "is", *(METRICS[name].label.lower() for name in names)),
        [
            (candidate_words(row.candidate), _role(row, found), *(_metric(row, n) for n in names))
            for row in found.contest
        ],
    )
    print_text("; ".join(f"{METRICS[n].label.lower()}: {METRICS[n].better}" for n in names))


def _metric(row: Contestant, name: str) -> str | None:
    value = row.metrics.get(name)
    if value is None:
        return None
    return f"{value:,.2f}" if name == "rmse" else f"{value:.3f}"


def _role(row: Contestant, found: Findings) -> str:
    roles = (
        ("in use", found.is_published and row.candidate == found.candidate),
        ("winner", row.is_winner),
        ("baseline", row.is_baseline),
    )
    return ", ".join(role for role, has_it in roles if has_it)


def _proof(found: Findings) -> str:
    """Says what is in use and how it did."""
    own = standing(found)
    if own.total_ratio is None or not own.past_count:
        return f"model {found.model}: {own.candidate}; not judged on the past"
    dates = "1 past date" if own.past_count == 1 else f"{own.past_count} past dates"
    proof = f"{own.candidate}, judged at {dates}: {own.total_ratio:.2f} × of what was spent"
    return proof if own.gain is None else f"{proof}, {_better(own.gain)}"


def _better(gain: float) -> str:
    compared = f"{abs(gain) * 100:.0f} % {'lower' if gain >= 0 else 'higher'}"
    return f"its error {compared} than that of the last period"


def _gain(found: Findings) -> str | None:
    gain = standing(found).gain
    return None if gain is None else change(-gain)


def _total(found: Findings) -> str | None:
    total = standing(found).total_ratio
    return None if total is None else f"{total:.2f} ×"
