"""Gate: what is asked of groups beyond a lead over the baselines - that they come out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.evaluation.readiness import Requirement
from shopkeeper.tasks.customer_segmentation.choice import LEAST_STABILITY, Trial
from shopkeeper.tasks.customer_segmentation.contest import LATER_DAYS, Fold

if TYPE_CHECKING:
    from collections.abc import Sequence

# A fit made a quarter later must put most pairs of customers together or apart as this one does.
LEAST_AGREEMENT = 0.6
# On no past date by less: half way between chance and that.
LEAST_AGREEMENT_OF_A_FOLD = 0.3


def demands(folds: Sequence[Fold], chosen: Trial | None) -> tuple[Requirement, ...]:
    """Gives what is asked of the groups, met or not."""
    agreements = [fold.agreement for fold in folds]
    mean = sum(agreements) / len(agreements) if agreements else 0.0
    worst = min(agreements, default=0.0)
    stability = chosen.stability if chosen and chosen.stability is not None else 0.0
    return (
        _demand(
            "stable on resamples",
            f"Groups learned from resamples agree with those of all customers by {stability:.2f} "
            f"(1 is the same, 0 is chance); {LEAST_STABILITY} is needed.",
            stability,
            LEAST_STABILITY,
        ),
        _demand(
            "holds on a later day",
            f"{LATER_DAYS} days later, groups formed anew agree with the old ones by {mean:.2f} "
            f"on average; {LEAST_AGREEMENT} is needed.",
            mean,
            LEAST_AGREEMENT,
        ),
        _demand(
            "holds on each later day",
            f"On the worst past date they agree by {worst:.2f}; {LEAST_AGREEMENT_OF_A_FOLD} is "
            "needed.",
            worst,
            LEAST_AGREEMENT_OF_A_FOLD,
        ),
    )


def _demand(name: str, sentence: str, found: float, needed: float) -> Requirement:
    return Requirement(name, sentence, found, needed, "0-1", found >= needed)
