"""Signs: what was found in orders, customers, scores and outcomes, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from shopkeeper.monitoring.answered import AnsweredWeek
from shopkeeper.monitoring.drift import ColumnDrift
from shopkeeper.monitoring.findings import ModelDrift, Sign, Status
from shopkeeper.monitoring.performance import Performance
from shopkeeper.monitoring.volume import Freshness, Volume

SHOP = "the shop"
# Columns that a sentence names; the rest is in the table.
NAMED = 3
# Requests from which the slowest hundredth is more than one of them.
LEAST_REQUESTS = 200


def freshness_sign(found: Freshness | None, *, is_watched: bool) -> Sign:
    """Gives whether orders are missing."""
    if found is None or found.longest_usual_days is None:
        text = "There are too few days with orders to tell how long a silence is usual."
        return Sign("freshness", SHOP, Status.UNKNOWN, text)
    silent, usual = found.silent_days, found.longest_usual_days
    days = f"{silent:,} day{'' if silent == 1 else 's'} without an order before {found.on}"
    text = f"{days}; up to {usual:,} are usual at this time of the year."
    if found.is_late and not is_watched:
        text += " `monitoring.watches_freshness` is false, so that is no alarm."
    return Sign("freshness", SHOP, _status(found.is_late and is_watched), text)


def volume_sign(found: Volume | None) -> Sign:
    """Gives whether orders are as many as the season lets expect."""
    if found is None:
        text = "The shop has too few whole weeks to tell how many orders are usual."
        return Sign("volume", SHOP, Status.UNKNOWN, text)
    why = "the same weeks of the year before" if found.is_seasonal else "the weeks before"
    text = (
        f"{found.order_count:,} orders in the seven days before {found.until_date}; by {why} "
        f"{found.expected:,.0f} were to be expected, {found.low:,.0f} to {found.high:,.0f} usual."
    )
    return Sign("volume", SHOP, _status(found.is_odd), text)


def drift_signs(found: ModelDrift) -> tuple[Sign, ...]:
    """Gives whether features and scores are as when a champion was trained."""
    if found.reason:
        return (Sign("features", found.model, Status.UNKNOWN, found.reason),)
    scores = _drift_sign("scores", found, found.scores, f"{found.scored_count:,} scored customers")
    if found.features_note:
        return (scores,)
    whom = f"{found.row_count:,} customers who bought within {found.window_days} days"
    return (_drift_sign("features", found, found.features, whom), scores)


def performance_sign(found: Performance) -> Sign:
    """Gives whether what a model said turned out as its card promised."""
    figures = "; ".join(
        f"{each.metric} {each.value:.3f} [{each.low:.3f}, {each.high:.3f}]"
        + (f", promised {each.promised:.3f}" if each.promised is not None else "")
        for each in found.measured
    )
    what = f"{found.customer_count:,} {found.counted}"
    said = f"What it said on {found.said_on} of {what} is known since {found.matured_on}"
    if found.is_backfilled:
        said = (
            f"It was not served yet; taught on what was known before {found.said_on} it would have "
            f"said of {what}, as is known since {found.matured_on}"
        )
    text = f"{said}: {figures}."
    return Sign("performance", found.model, _status(found.is_broken), text)


def answers_sign(weeks: Sequence[AnsweredWeek], slowest_milliseconds: float) -> tuple[Sign, ...]:
    """Gives whether programs were answered in time in the last week; nothing if nobody asked."""
    last = max((week.week for week in weeks), default="")
    signs = []
    for week in weeks:
        if week.week != last:
            continue
        slow = week.slow_milliseconds > slowest_milliseconds
        text = (
            f"{week.request_count:,} requests in the week of {week.week}; half within "
            f"{week.median_milliseconds:.1f} ms, 99 of 100 within {week.slow_milliseconds:.1f} ms."
        )
        status = _status(slow) if week.request_count >= LEAST_REQUESTS else Status.UNKNOWN
        signs.append(Sign("answers", week.model, status, text))
    return tuple(signs)


def _drift_sign(name: str, found: ModelDrift, columns: Sequence[ColumnDrift], whom: str) -> Sign:
    if not columns:
        text = f"{whom}, or those of all reference days, are too few to compare."
        return Sign(name, found.model, Status.UNKNOWN, text)
    drifted = [column for column in columns if column.has_drifted]
    days = f"all {len(found.reference_days)} days that it is compared with"
    if not drifted:
        far = columns[0]
        of = f" of {len(columns)} columns" if len(columns) > 1 else ""
        text = (
            f"{whom} are as before: the farthest{of}, `{far.column}`, has a stability index of "
            f"{far.stability_index:.3f}."
        )
        return Sign(name, found.model, Status.QUIET, text)
    named = ", ".join(f"`{row.column}` ({row.stability_index:.2f})" for row in drifted[:NAMED])
    more = f" and {len(drifted) - NAMED} more" if len(drifted) > NAMED else ""
    text = f"{whom} are unlike those of {days}: {named}{more} by stability index."
    return Sign(name, found.model, Status.ALARM, text)


def _status(is_alarm: bool) -> Status:  # noqa: FBT001 - a status is made from nothing else
    return Status.ALARM if is_alarm else Status.QUIET
