"""The ways to predict what customers will spend; each learns from what was known at a cut-off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd
from shopkeeper.tasks.lifetime_value.candidates.baselines import (
    AverageCustomer,
    LastPeriod,
    LastPeriodInSeason,
)
from shopkeeper.tasks.lifetime_value.candidates.blend import Blend
from shopkeeper.tasks.lifetime_value.candidates.boosting import Boosting
from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying

# What every model must beat.
BASELINES: tuple[str, ...] = ("last_period", "last_period_in_season", "average_customer")
# What is taken where no past horizon is whole, so that nothing can be judged: it makes no choice.
WITHOUT_PROOF = "blend"

MAKERS: Mapping[str, Callable[[], Candidate]] = {
    "last_period": LastPeriod,
    "last_period_in_season": LastPeriodInSeason,
    "average_customer": AverageCustomer,
    "bg_nbd": lambda: RepeatBuying(BgNbd, has_prior=False),
    "bg_nbd_with_prior": lambda: RepeatBuying(BgNbd, has_prior=True),
    "mbg_nbd_with_prior": lambda: RepeatBuying(MbgNbd, has_prior=True),
    "pareto_nbd_with_prior": lambda: RepeatBuying(ParetoNbd, has_prior=True),
    "boosting": Boosting,
    "blend": Blend,
}
