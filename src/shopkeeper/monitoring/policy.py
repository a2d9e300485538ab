"""Policy: whether models are to be trained anew, and why, by what the settings say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rules:
    """When to train anew.

    Attributes:
        every_days: Age of the champion in days from which on it is due; None for never by age.
        on_drift: Whether drift of features or scores makes it due.
        on_performance: Whether a broken promise does.
        least_days: Days that must lie between two trainings, whatever happens.
    """

    every_days: int | None
    on_drift: bool
    on_performance: bool
    least_days: int


@dataclass(frozen=True, slots=True)
class Retraining:
    """Whether models are to be trained anew.

    Attributes:
        is_due: Whether they are.
        reasons: Why, or why not, in sentences.
        was_done: Whether it was done.
        outcomes: What became of each challenger, in sentences; empty where nothing was trained.
    """

    is_due: bool
    reasons: tuple[str, ...]
    was_done: bool = False
    outcomes: tuple[str, ...] = ()


def retraining(
    rules: Rules, *, trained: date | None, as_of: date, has_drifted: bool, is_broken: bool
) -> Retraining:
    """Gives whether models are to be trained anew.

    Args:
        rules: When to.
        trained: Day before which the last training saw data; None before the first.
        as_of: The same day of the tables now.
        has_drifted: Whether features or scores have drifted.
        is_broken: Whether a model did worse than promised.
    """
    if trained is None:
        return Retraining(is_due=True, reasons=("Nothing has been trained yet.",))
    age = (as_of - trained).days
    because = [
        text
        for holds, text in (
            (has_drifted and rules.on_drift, "Features or scores have drifted."),
            (is_broken and rules.on_performance, "A model did worse than its card promised."),
            (
                rules.every_days is not None and age >= rules.every_days,
                f"The last training is {age} days old; it is due every {rules.every_days}.",
            ),
        )
        if holds
    ]
    if not because:
        quiet = f"The last training is {age} days old and nothing calls for another."
        return Retraining(is_due=False, reasons=(quiet, *_ignored(rules, has_drifted, is_broken)))
    if age < rules.least_days:
        wait = (
            f"Not before {rules.least_days} days lie between two trainings; "
            f"the last one is {age} days old."
        )
        return Retraining(is_due=False, reasons=(*because, wait))
    return Retraining(is_due=True, reasons=tuple(because))


def _ignored(rules: Rules, *signs: bool) -> tuple[str, ...]:
    """Gives what the settings say to leave alone."""
    allowed = (("on_drift", rules.on_drift), ("on_performance", rules.on_performance))
    return tuple(
        f"There is a sign for it, but `retraining.{name}` is false."
        for sign, (name, is_allowed) in zip(signs, allowed, strict=True)
        if sign and not is_allowed
    )
