"""Which of the best customers are slipping away: silent for long against their own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import money
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

# From so many gaps on a customer has a rhythm of their own.
LEAST_GAPS = 5
# Where fewer than one in so many of the best have a rhythm of their own, all would be held to one
# cut, made by the few customers who came back.
OWN_RHYTHM_OF = 20
# More points than this cannot be told apart in a picture.
MOST_POINTS = 400
DEFINITION = (
    "Whales are the {top:.0%} of named customers with the highest net revenue of all time"
    ". One is at risk when they have been silent for longer than nine in ten of their own "
    f"gaps between days of purchase. Customers with fewer than {LEAST_GAPS} gaps have no rhythm "
    "of their own: they are held to the gaps of all customers of the shop, which know only those "
    "who came back. The gap ratio is the silence over the median gap of the same. Refused where "
    f"fewer than one in {OWN_RHYTHM_OF} of the best has a rhythm of their own."
)


EXPECTED = (
    "what they are expected to spend within {days} days, which already allows for the chance that "
    "they are gone"
)
LAST_YEAR = (
    "what they spent in the 365 days up to their last purchase, as no lifetime value is published"
)


@dataclass(frozen=True, slots=True)
class Whale:
    """One of the best customers; `value_at_risk` is what `value_basis` of the answer says.

    Attributes:
        basis: `own` rhythm, or the `shop`'s where they have too few gaps.
        usual_gap_days: Median gap of the basis.
        long_gap_days: The gap that nine in ten do not exceed.
        gap_ratio: Silence over the usual gap.
        longer_gap_count: Of their own gaps, those as long as the silence or more.
    """

    customer_id: str
    country: str | None
    segment: str | None
    net_amount: Decimal
    year_amount: Decimal
    purchase_day_count: int
    last_purchase_date: date
    silent_days: int
    basis: str
    usual_gap_days: float
    long_gap_days: int
    gap_ratio: float
    longer_gap_count: int
    is_at_risk: bool
    expected_amount: Decimal | None
    value_at_risk: Decimal


@dataclass(frozen=True, slots=True)
class Whales:
    """The best customers by silence and spending; `customers` are those at risk, dearest first."""

    as_of: date
    definition: str
    top_share: float
    whale_count: int
    whales: Selection
    smallest_net_amount: Decimal
    own_rhythm_count: int
    own_rhythm: Selection
    shop_usual_gap_days: float
    shop_long_gap_days: int
    at_risk_count: int
    at_risk: Selection
    at_risk_year_amount: Decimal
    value_at_risk: Decimal
    value_basis: str
    customers: tuple[Whale, ...]
    points: tuple[Whale, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    refusal: str | None


def whale_rows(
    customer_rhythms: ir.Table,
    customer_360: ir.Table,
    purchases: ir.Table,
    *,
    as_of: date,
    top_share: float,
) -> ir.Table:
    """Gives the whales before `as_of`, each with the rhythm they are held to."""
    import ibis

    spent = customer_360.select("customer_id", "net_amount", "country")
    joined = customer_rhythms.inner_join(spent, "customer_id")
    order = [ibis.desc(joined.net_amount), ibis.asc(joined.customer_id)]
    placed = joined.mutate(
        place=ibis.row_number().over(ibis.window(order_by=order)) + 1,
        all_count=joined.count().over(ibis.window()),
    )
    most = placed.filter(
        (placed.net_amount > 0)
        & (placed.place.cast("float64") < placed.all_count.cast("float64") * top_share + 1)
    )
    held = most.cross_join(shop_gaps(purchases, as_of=as_of))
    is_own = held.gap_count >= LEAST_GAPS
    usual = is_own.ifelse(held.median_gap_days, held.shop_usual_gap_days)
    long = is_own.ifelse(held.long_gap_days, held.shop_long_gap_days)
    return held.mutate(
        basis=is_own.ifelse("own", "shop"),
        usual_gap_days=usual,
        held_gap_days=long,
        is_at_risk=held.silent_days > long,
    )


def shop_gaps(purchases: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the median and the long gap over all customers: one row, none without a gap."""
    import ibis

    seen = purchases.filter(purchases.order_date < ibis.date(as_of.isoformat()))
    in_time = ibis.window(group_by="customer_id", order_by="order_date")
    dated = seen.mutate(previous_date=seen.order_date.lag().over(in_time))
    gaps = dated.filter(dated.previous_date.notnull())
    gaps = gaps.mutate(gap_days=gaps.order_date.delta(gaps.previous_date, unit="day"))
    counted = gaps.group_by("gap_days").agg(n=gaps.count())
    so_far = counted.mutate(
        up_to=counted.n.sum().over(ibis.window(order_by="gap_days", preceding=None, following=0)),
        all_gaps=counted.n.sum().over(ibis.window()),
    )
    found = so_far.agg(
        shop_usual_gap_days=so_far.gap_days.min(where=so_far.up_to * 2 >= so_far.all_gaps).cast(
            "float64"
        ),
        shop_long_gap_days=so_far.gap_days.min(where=so_far.up_to * 10 >= so_far.all_gaps * 9),
    )
    return found.filter(found.shop_long_gap_days.notnull())


WHALES = Roll(
    "whales", "The named customers with the highest net revenue", ("customer_id",), whale_rows
)


def whales(  # noqa: PLR0913 - tables in, the question behind the star
    customer_rhythms: ir.Table,
    customer_360: ir.Table,
    purchases: ir.Table,
    lifetime_values: ir.Table | None = None,
    rfm_segments: ir.Table | None = None,
    *,
    as_of: date,
    currency: str,
    top_share: float,
    limit: int,
) -> Whales:
    """Gives the best customers who are silent for longer than their rhythm tells.

    Args:
        customer_rhythms: One row per customer with their gaps.
        customer_360: One row per customer.
        purchases: One row per customer and day of purchase.
        lifetime_values: What customers are expected to spend.
        rfm_segments: One row per customer with their segment.
        as_of: Day before which data are seen.
        currency: ISO code, for the findings.
        top_share: Part of the customers who count as whales, in 0-1.
        limit: Customers at risk to name.
    """
    held = whale_rows(customer_rhythms, customer_360, purchases, as_of=as_of, top_share=top_share)
    rows = _valued(held, lifetime_values, rfm_segments, horizon := _horizon(lifetime_values))
    facts = _facts(rows)
    gaps = rows_of(shop_gaps(purchases, as_of=as_of))
    at_risk = () if (refusal := _refusal(facts, gaps)) else _first_at_risk(rows, limit)
    mine = Selection(WHALES.name, questions=(("top_share", top_share),))
    return Whales(
        as_of=as_of,
        definition=DEFINITION.format(top=top_share),
        top_share=top_share,
        whale_count=facts["whales"],
        whales=mine,
        smallest_net_amount=facts["smallest"] or Decimal(0),
        own_rhythm_count=facts["own"],
        own_rhythm=mine.where("basis", "own"),
        shop_usual_gap_days=float(gaps[0]["shop_usual_gap_days"]) if gaps else 0.0,
        shop_long_gap_days=int(gaps[0]["shop_long_gap_days"]) if gaps else 0,
        at_risk_count=facts["at_risk"],
        at_risk=mine.where("is_at_risk", value=True),
        at_risk_year_amount=facts["year"] or Decimal(0),
        value_at_risk=facts["value"] or Decimal(0),
        value_basis=EXPECTED.format(days=horizon) if horizon else LAST_YEAR,
        customers=at_risk,
        points=() if refusal else _dearest(rows),
        findings=() if refusal else _findings(facts, at_risk, currency),
        notes=() if refusal else _notes(facts),
        refusal=refusal,
    )


def _first_at_risk(rows: ir.Table, limit: int) -> tuple[Whale, ...]:
    silent = rows.filter(rows.is_at_risk)
    first = silent.order_by(
        silent.value_at_risk.desc(), silent.year_amount.desc(), silent.customer_id
    )
    return tuple(_whale(row) for row in rows_of(first.limit(limit)))


def _dearest(rows: ir.Table) -> tuple[Whale, ...]:
    most = rows.order_by(rows.net_amount.desc(), rows.customer_id).limit(MOST_POINTS)
    return tuple(_whale(row) for row in rows_of(most))


def _valued(
    held: ir.Table,
    lifetime_values: ir.Table | None,
    rfm_segments: ir.Table | None,
    horizon: int,
) -> ir.Table:
    """Adds what each is expected to spend and their segment, missing where there is none."""
    import ibis

    rows = held.mutate(expected_amount=ibis.null("decimal(18, 4)"), segment=ibis.null("string"))
    if lifetime_values is not None and horizon:
        own = lifetime_values.filter(lifetime_values.horizon_days == horizon)
        own = own.select("customer_id", "expected_amount")
        rows = rows.drop("expected_amount").left_join(own, "customer_id")
        rows = rows.drop("customer_id_right")
    if rfm_segments is not None:
        scored = rfm_segments.select("customer_id", "segment")
        rows = rows.drop("segment").left_join(scored, "customer_id").drop("customer_id_right")
    return rows.mutate(value_at_risk=ibis.coalesce(rows.expected_amount, rows.year_amount))


def _facts(rows: ir.Table) -> dict[str, Any]:
    risky = rows.is_at_risk
    found = rows_of(
        rows.agg(
            whales=rows.count(),
            own=(rows.basis == "own").ifelse(1, 0).sum(),
            at_risk=risky.ifelse(1, 0).sum(),
            smallest=rows.net_amount.min(),
            year=rows.year_amount.sum(where=risky),
            value=rows.value_at_risk.sum(where=risky),
        )
    )[0]
    return {**found, **{name: int(found[name] or 0) for name in ("whales", "own", "at_risk")}}


def _horizon(lifetime_values: ir.Table | None) -> int:
    """Gives the longest horizon with values, 0 without any."""
    if lifetime_values is None:
        return 0
    longest = lifetime_values.agg(days=lifetime_values.horizon_days.max())
    return int(rows_of(longest)[0]["days"] or 0)


def _whale(row: dict[str, Any]) -> Whale:
    usual, silent = float(row["usual_gap_days"]), int(row["silent_days"])
    expected = row.get("expected_amount")
    same = ("customer_id", "country", "net_amount", "year_amount", "last_purchase_date", "basis")
    return Whale(
        **{name: row[name] for name in same},
        segment=row.get("segment"),
        purchase_day_count=int(row["purchase_day_count"]),
        silent_days=silent,
        usual_gap_days=usual,
        long_gap_days=int(row["held_gap_days"]),
        gap_ratio=silent / usual if usual else float(silent),
        longer_gap_count=int(row["longer_gap_count"]),
        is_at_risk=bool(row["is_at_risk"]),
        expected_amount=expected,
        value_at_risk=row["year_amount"] if expected is None else expected,
    )


def _refusal(facts: dict[str, Any], gaps: list[dict[str, Any]]) -> str | None:
    if not gaps:
        return "No customer bought on two days, so there is no rhythm to hold a silence to."
    if not facts["whales"]:
        return "No customer has brought more than was taken back."
    if facts["own"] >= facts["whales"] // OWN_RHYTHM_OF:
        return None
    return (
        f"{facts['own']:,} of the {facts['whales']:,} best customers have {LEAST_GAPS} gaps or "
        "more between days of purchase: the others have no rhythm of their own to hold a silence "
        "to, and that of the few who came back says little about them."
    )


def _notes(facts: dict[str, Any]) -> tuple[str, ...]:
    count, borrowed = facts["whales"], facts["whales"] - facts["own"]
    notes = []
    if borrowed:
        notes.append(
            f"{borrowed:,} of {count:,} have fewer than {LEAST_GAPS} gaps and are held to "
            "the gaps of all customers."
        )
    if count > MOST_POINTS:
        notes.append(f"The picture shows the {MOST_POINTS} dearest of {count:,}.")
    return tuple(notes)


def _findings(facts: dict[str, Any], at_risk: tuple[Whale, ...], currency: str) -> tuple[str, ...]:
    if not facts["whales"]:
        return ()
    said = (
        f"{facts['at_risk']:,} of the {facts['whales']:,} best customers have been silent for "
        "longer than nine in ten of their gaps"
    )
    if not at_risk:
        return (f"{said}.",)
    spent, first = money(facts["year"], currency, 0), at_risk[0]
    return (
        f"{said}; in their last year they spent {spent}.",
        f"First to call: `{first.customer_id}`, silent for {first.silent_days} days, "
        f"{first.gap_ratio:.1f} × the usual {first.usual_gap_days:g}.",
    )
