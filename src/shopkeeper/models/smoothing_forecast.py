"""Smoothing forecasts: exponential smoothing, Theta and intermittent demand, by statsforecast.

References:
    Hyndman, R. J., Koehler, A. B., Snyder, R. D., Grose, S. (2002). A state space framework for
    automatic forecasting using exponential smoothing methods. IJF 18(3): 439-454.
    Assimakopoulos, V., Nikolopoulos, K. (2000). The theta model. IJF 16(4): 521-530.
    Syntetos, A. A., Boylan, J. E. (2005). The accuracy of intermittent demand estimates. IJF
    21(2): 303-314.
    Teunter, R. H., Syntetos, A. A., Babai, M. Z. (2011). Intermittent demand: linking forecasting
    to inventory obsolescence. EJOR 214(3): 606-615.
    Nikolopoulos, K. et al. (2011). An aggregate-disaggregate intermittent demand approach (ADIDA).
    JORS 62(3): 544-554.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.models.forecaster.weeks import Weeks, recent_mean

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers

# Of fewer weeks the library fits nothing; their mean says as much.
LEAST_WEEKS = 8
# Smoothing of Teunter et al.'s study for demand that may die out.
TSB_SMOOTHING = 0.1


class SmoothingForecast:
    """A way of the library, fitted to each series alone."""

    name: ClassVar[str]

    def taught(self, past: Weeks) -> Self:
        """Gives itself: there is nothing to learn of all series."""
        del past
        return self

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives means of the coming weeks; a series that never changes goes on as it is."""
        lately = recent_mean(past, LEAST_WEEKS)
        found = np.repeat(lately[:, None], horizon, axis=1)
        model = None
        for place, row in enumerate(past.values):
            known = row[np.isfinite(row)]
            if len(known) < LEAST_WEEKS or np.ptp(known) == 0:
                continue
            model = model or self._model(_library())
            said = np.asarray(model.forecast(known, horizon)["mean"], dtype=np.float64)
            if np.isfinite(said).all():
                found[place] = np.maximum(said, 0.0)
        return found

    def _model(self, library: Any) -> Any:
        raise NotImplementedError


class ExponentialSmoothing(SmoothingForecast):
    """A level that follows the last weeks, its errors adding or multiplying as fits better."""

    name: ClassVar[str] = "exponential_smoothing"

    def _model(self, library: Any) -> Any:
        return library.AutoETS(season_length=1, model="ZNN")


class Theta(SmoothingForecast):
    """The mean of a line through the weeks and of smoothing."""

    name: ClassVar[str] = "theta"

    def _model(self, library: Any) -> Any:
        return library.Theta(season_length=1)


class Croston(SmoothingForecast):
    """Size and spacing of sales smoothed apart, with Syntetos and Boylan's correction."""

    name: ClassVar[str] = "croston"

    def _model(self, library: Any) -> Any:
        return library.CrostonSBA()


class DyingDemand(SmoothingForecast):
    """Size and probability of sales smoothed apart, so that what is not sold fades (TSB)."""

    name: ClassVar[str] = "dying_demand"

    def _model(self, library: Any) -> Any:
        return library.TSB(alpha_d=TSB_SMOOTHING, alpha_p=TSB_SMOOTHING)


class LongerBuckets(SmoothingForecast):
    """Weeks added up to buckets as long as the usual gap between sales, then smoothed (ADIDA)."""

    name: ClassVar[str] = "longer_buckets"

    def _model(self, library: Any) -> Any:
        return library.ADIDA()


def _library() -> Any:
    """Gives the library; it takes two seconds, so only who forecasts imports it."""
    from statsforecast import models

    return models
