"""Churn in the terminal: headlines, the whole answer, and what training found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import RAW_CHARACTERS, print_table, print_text
from shopkeeper.reports.churn_words import METRICS, band_words, candidate_words, feature_words
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.churn import Churn
    from shopkeeper.tasks.churn.findings import Contestant, Findings

FEATURES_SHOWN = 8


def show_churn_headlines(churn: Churn, currency: str) -> None:
    """Prints two lines on who is leaving."""
    days = churn.findings.horizon_days
    if not churn.bands:
        state = "a model is in use, but nobody was scored: `shopkeeper score`"
        print_text(f"churn: {state if churn.findings.is_published else 'refused, see below'}")
        return
    active = sum(band.active_count for band in churn.bands)
    worth = sum(customer.amount_at_risk for customer in churn.customers)
    risky = sum(b.active_count for b in churn.bands if b.band in ("high", "very high"))
    print_text(
        f"churn: of {active:,} customers who ordered in the last {days} days, {risky:,} are more "
        f"likely than not to stay away for the next {days}"
    )
    print_text(f"       of their ten largest, {money(worth, currency, 0)} a year is at risk")


def show_churn(churn: Churn, currency: str) -> None:
    """Prints who is leaving, how that was proved, and what was refused."""
    found = churn.findings
    print_text(f"who will place no order in the {found.horizon_days} days from {churn.as_of} on")
    print_text(f"horizon: {found.horizon_reason}")
    if churn.bands:
        _show_bands(churn, currency)
    for each in filter(None, (found, churn.second_purchase)):
        _show_findings(each, currency)


def show_churn_training(findings: tuple[Findings, ...]) -> None:
    """Prints for each question whether it passed, with what, and why not."""
    print_table(
        ("question", "horizon", "outcome", "way of predicting", "model"),
        [
            (
                found.task,
                f"{found.horizon_days} days",
                "promoted" if found.is_published else "refused",
                candidate_words(found.candidate) if found.candidate else None,
                found.model or None,
            )
            for found in findings
        ],
    )
    for found in findings:
        _show_remarks(found)


def _show_bands(churn: Churn, currency: str) -> None:
    print_text()
    print_table(
        ("risk", "customers", "still active", "expected to leave", "bought in a year"),
        [
            (
                band_words(band.band),
                band.customer_count,
                band.active_count,
                round(band.expected_leaver_count),
                money(band.past_year_amount, currency, 0),
            )
            for band in churn.bands
        ],
    )
    print_text()
    print_table(
        ("customer", "will leave", "at risk", "bought in a year", "why"),
        [
            (
                customer.customer_id,
                percent(customer.churn_probability),
                money(customer.amount_at_risk, currency, 0),
                money(customer.past_year_amount, currency, 0),
                "; ".join(customer.reasons),
            )
            for customer in churn.customers
        ],
        RAW_CHARACTERS,
    )
    print_text(
        "at risk: probability of leaving × what was bought in the last 365 days, less refunds"
    )


def _show_findings(found: Findings, currency: str) -> None:
    print_text()
    state = found.model if found.is_published else "not published"
    print_text(f"{found.task}, {found.horizon_days} days, {state}")
    _show_remarks(found)
    if found.contest:
        _show_contest(found)
    if found.past:
        print_text()
        print_table(
            ("from", "customers", "foretold", "happened"),
            [
                (
                    past.cutoff,
                    past.customer_count,
                    percent(past.predicted_rate),
                    percent(past.actual_rate),
                )
                for past in found.past
            ],
        )
    if found.confusion:
        _show_confusion(found, currency)
    if found.importance:
        print_text()
        top = [f"{feature_words(name)} {size:.2f}" for name, size in found.importance]
        print_text(f"what moves it most: {', '.join(top[:FEATURES_SHOWN])}")


def _show_remarks(found: Findings) -> None:
    for reason in found.reasons:
        print_text(f"refused  {found.task}: {reason}")
    for caveat in found.caveats:
        print_text(f"note     {found.task}: {caveat}")


def _show_contest(found: Findings) -> None:
    print_text()
    labels = tuple(words.label.lower() for words in METRICS.values())
    print_table(
        ("way of predicting", "is", *labels, "order of still active"),
        [
            (
                candidate_words(row.candidate),
                _role(row, found),
                *(_value(row.metrics.get(name)) for name in METRICS),
                _value(row.active_metrics.get("roc_auc")),
            )
            for row in found.contest
        ],
    )
    print_text("; ".join(f"{words.label.lower()}: {words.better}" for words in METRICS.values()))


def _show_confusion(found: Findings, currency: str) -> None:
    told = found.confusion
    assert told is not None
    print_text()
    print_text(f"had everyone from {percent(told.threshold)} on been contacted on the past dates")
    print_table(
        ("", "contacted", "not contacted"),
        [
            ("left", told.left_and_contacted, told.left_and_not),
            ("stayed", told.stayed_and_contacted, told.stayed_and_not),
        ],
    )
    print_text(
        f"profit {money(told.profit, currency, 0)}; had all been contacted "
        f"{money(told.profit_of_all, currency, 0)} (set `decisions.channels` and "
        "`churn.saved_amount`)"
    )


def _role(row: Contestant, found: Findings) -> str:
    roles = (
        ("in use", found.is_published and row.candidate == found.candidate),
        ("winner", row.is_winner),
        ("baseline", row.is_baseline),
    )
    return ", ".join(role for role, has_it in roles if has_it)


def _value(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
