"""Monitoring in the terminal: what was looked at, what has moved, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import percent

if TYPE_CHECKING:
    from shopkeeper.monitoring.findings import ModelDrift
    from shopkeeper.reports.monitoring import Monitoring

COLUMNS_SHOWN = 6
SENTENCE_CHARACTERS = 400


def show_monitoring(found: Monitoring, _: str) -> None:
    """Prints the signs, what has moved farthest, and whether models are to be trained anew."""
    if found.retraining is None:
        print_text("nothing was looked at yet: `shopkeeper monitor`")
        return
    print_text(f"{found.status}: data before {found.as_of}, asked for {found.on}")
    for sign in found.signs:
        told = "still" if sign.since and not sign.is_news else sign.status
        since = f" Since {sign.since}." if told == "still" else ""
        print_text(f"{told:<8} {sign.name} of {sign.subject}: {sign.sentence}{since}")
    for sentence in found.over:
        print_text(f"{'over':<8} {sentence}")
    for drift in found.drift:
        _show_drift(drift)
    if len(found.history) > len(found.performance):
        _show_history(found)
    if found.answered:
        _show_answered(found)
    _show_retraining(found)


def _show_drift(drift: ModelDrift) -> None:
    rows = [*drift.scores, *drift.features][:COLUMNS_SHOWN]
    if not rows:
        return
    print_text()
    print_text(f"{drift.model}, trained on data before {drift.trained_on}: what is farthest")
    print_table(
        ("column", "stability", "distance", "mean now", "then", "missing now", "then", "nearest"),
        [
            (
                row.column + (" *" if row.has_drifted else ""),
                f"{row.stability_index:.3f}",
                f"{row.distance:.3f}",
                row.mean,
                row.reference_mean,
                percent(row.missing_share),
                percent(row.reference_missing_share),
                row.reference_day,
            )
            for row in rows
        ],
    )


def _show_history(found: Monitoring) -> None:
    print_text()
    print_table(
        ("model", "said on", "known since", "served", "of", "metric", "found", "promised"),
        [
            (
                one.model,
                one.said_on,
                one.matured_on,
                "no, later" if one.is_backfilled else "yes",
                one.customer_count,
                each.metric + (" *" if each.is_broken else ""),
                f"{each.value:.3f}",
                "–" if each.promised is None else f"{each.promised:.3f}",
            )
            for one in found.history
            for each in one.measured
        ],
    )


def _show_answered(found: Monitoring) -> None:
    print_text()
    print_table(
        ("week", "model", "requests", "rows", "mean", "half within", "99 of 100 within"),
        [
            (
                week.week,
                week.model,
                week.request_count,
                week.row_count,
                week.mean_probability,
                f"{week.median_milliseconds:.1f} ms",
                f"{week.slow_milliseconds:.1f} ms",
            )
            for week in found.answered
        ],
    )


def _show_retraining(found: Monitoring) -> None:
    due = found.retraining
    if due is None:
        return
    print_text()
    state = "done" if due.was_done else "due" if due.is_due else "not due"
    print_text(f"training {state}: {' '.join(due.reasons)}")
    for outcome in due.outcomes:
        print_text(f"         {outcome}")
