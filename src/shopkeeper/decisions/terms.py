"""Terms: the numbers an expected gain is made of, each with its source and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopkeeper.decisions.measured import MeasuredRate
    from shopkeeper.settings.deciding import ChannelSettings, DecisionSettings
    from shopkeeper.tasks.lifetime_value.findings import Findings

# How the chance of leaving is named where the churn model gave it, and where it did not.
CHURN_SOURCE = "table churn_scores"
VALUE_SOURCE = "table lifetime_values"


@dataclass(frozen=True, slots=True)
class Term:
    """One number of the expected gain, or the mean of it over a list.

    Attributes:
        name: What it is, in two or three words.
        value: The number.
        low: Lower end of what it may be; None where nothing says how far it is off.
        high: Upper end.
        source: Where it comes from, in words.
        is_measured: Whether data say it; an assumption otherwise.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    source: str
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach customers: what a contact costs, and the share of leaving ones it keeps.

    Attributes:
        name: Name in the settings.
        cost_amount: Cost of one contact.
        saved: Share of leaving customers that a contact keeps, with interval and source.
    """

    name: str
    cost_amount: float
    saved: Term


def channels_of(
    settings: DecisionSettings, measured: Iterable[MeasuredRate] = ()
) -> tuple[Channel, ...]:
    """Gives the channels of the settings; what a read-out has measured replaces what is assumed.

    Args:
        settings: The shop's.
        measured: Rates that read-outs of earlier plans could tell, the latest last.
    """
    known = {rate.channel: rate for rate in measured}
    return tuple(
        Channel(channel.name, channel.cost_amount, _saved(channel, known.get(channel.name)))
        for channel in settings.channels
    )


def _saved(channel: ChannelSettings, measured: MeasuredRate | None) -> Term:
    name = f"saved by {channel.name}"
    if measured is None:
        return Term(
            name,
            channel.saved_rate,
            channel.saved_rate_low,
            channel.saved_rate_high,
            f"assumed: setting decisions.channels, `{channel.name}`",
            is_measured=False,
        )
    rate, low, high = (min(max(x, 0.0), 1.0) for x in (measured.rate, measured.low, measured.high))
    source = f"measured: read-out of plan {measured.plan_id}"
    return Term(name, rate, low, high, source, is_measured=True)


def value_error(findings: Findings) -> tuple[float, float] | None:
    """Gives what was spent as parts of what had been expected, lowest and highest of past dates.

    None where the forecast was never held against what happened.
    """
    ratios = [
        past.actual_amount / past.expected_amount
        for past in findings.past
        if past.expected_amount > 0
    ]
    # A forecast that was once too low may be too high next time: 1 always lies within.
    return (min(1.0, *ratios), max(1.0, *ratios)) if ratios else None
