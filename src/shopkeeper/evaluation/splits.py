"""Splits: rolling cut-offs, so that a model is judged only on time after all it was taught."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from shopkeeper.errors import UsageError


@dataclass(frozen=True, slots=True)
class Fold:
    """One round of teaching and judging.

    Features at a cut-off know what was before it. The label of a cut-off looks at the
    `horizon_days` that follow it, the cut-off's own day included.

    Attributes:
        train_cutoffs: Cut-offs that the model is taught on, ascending; the label window of each
            ends on or before `cutoff`.
        cutoff: Cut-off that the model is judged at; its label window ends on or before `as_of`.
        horizon_days: Length of the label windows, in days, at least 1.
    """

    train_cutoffs: tuple[date, ...]
    cutoff: date
    horizon_days: int

    @property
    def judged_until(self) -> date:
        """End of the label window that the model is judged on, exclusive."""
        return self.cutoff + timedelta(days=self.horizon_days)

    @property
    def taught_until(self) -> date:
        """End of the last label window that the model is taught on, exclusive."""
        return self.train_cutoffs[-1] + timedelta(days=self.horizon_days)


def label_cutoffs(
    first_date: date, as_of: date, *, horizon_days: int, step_days: int, least_history_days: int
) -> tuple[date, ...]:
    """Gives all cut-offs whose label window is whole, counted back from `as_of`.

    Args:
        first_date: Day of the first order.
        as_of: Day before which data may be seen, exclusive.
        horizon_days: Length of a label window, in days.
        step_days: Days between two cut-offs.
        least_history_days: Days of data that must lie before a cut-off.

    Returns:
        Cut-offs, ascending: `as_of − horizon_days`, and each `step_days` earlier as long as
        `least_history_days` lie between `first_date` and it. Empty where there is none.

    Raises:
        UsageError: A length is not positive.

    Examples:
        >>> found = label_cutoffs(
        ...     date(2025, 1, 1), date(2025, 7, 1),
        ...     horizon_days=30, step_days=30, least_history_days=90,
        ... )
        >>> [str(cutoff) for cutoff in found]
        ['2025-04-02', '2025-05-02', '2025-06-01']
    """
    _positive(horizon_days=horizon_days, step_days=step_days)
    if least_history_days < 0:
        raise UsageError(f"`least_history_days` is {least_history_days}.", "give 0 or more")
    earliest = first_date + timedelta(days=least_history_days)
    last = as_of - timedelta(days=horizon_days)
    count = (last - earliest).days // step_days + 1
    return tuple(last - timedelta(days=step_days * back) for back in reversed(range(count)))


def rolling_cutoffs(
    first_date: date,
    as_of: date,
    *,
    horizon_days: int,
    step_days: int,
    least_history_days: int,
    count: int,
) -> tuple[Fold, ...]:
    """Gives the last `count` folds that the data can carry, ascending; fewer where they cannot.

    Each fold is judged at a cut-off and taught on all earlier cut-offs of the same row whose
    label windows had ended by then: what a shopkeeper could have known on that day. Folds
    without any such cut-off are left out.

    Args:
        first_date: Day of the first order.
        as_of: Day before which data may be seen, exclusive.
        horizon_days: Length of a label window, in days.
        step_days: Days between two cut-offs. At least `horizon_days` makes label windows that
            share no day; fewer makes more folds whose results hang together.
        least_history_days: Days of data that must lie before each cut-off, training ones too.
        count: Most folds to give.

    Raises:
        UsageError: A length or the count is not positive.

    Examples:
        >>> fold, = rolling_cutoffs(
        ...     date(2025, 1, 1), date(2025, 7, 1),
        ...     horizon_days=30, step_days=30, least_history_days=90, count=1,
        ... )
        >>> str(fold.cutoff), [str(cutoff) for cutoff in fold.train_cutoffs]
        ('2025-06-01', ['2025-04-02', '2025-05-02'])
    """
    _positive(count=count)
    cutoffs = label_cutoffs(
        first_date,
        as_of,
        horizon_days=horizon_days,
        step_days=step_days,
        least_history_days=least_history_days,
    )
    whole = timedelta(days=horizon_days)
    folds = []
    for cutoff in cutoffs[-count:]:
        known = cutoffs[: bisect_right(cutoffs, cutoff - whole)]
        if known:
            folds.append(Fold(known, cutoff, horizon_days))
    return tuple(folds)


def _positive(**lengths: int) -> None:
    for name, length in lengths.items():
        if length < 1:
            raise UsageError(f"`{name}` is {length}.", "give 1 or more")
