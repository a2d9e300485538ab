"""Tuning: how trees grow, chosen on lessons that had ended before the first fold begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.classification import log_loss
from shopkeeper.evaluation.side_by_side import AT_ONCE, side_by_side
from shopkeeper.models.classifier.teaching import probability
from shopkeeper.models.gradient_boosting import BoostingOptions
from shopkeeper.tasks.churn.calibration import shift
from shopkeeper.tasks.churn.candidates import Learning, fitted, with_boosting

if TYPE_CHECKING:
    from optuna.trial import Trial

    from shopkeeper.tasks.churn.known import Known

BOOSTING = "gradient_boosting"
# Of several tries on one lesson the best is always a little better by luck.
LEAST_GAIN = 0.005
TRIED = ("trees", "depth", "rate", "least_weight", "column_share")


def tuned(known: Known, learning: Learning, trials: int) -> BoostingOptions:
    """Gives the options of the least log loss on the last lesson, learned from those before it.

    All that is looked at had ended by the cut-off of `known`. The mean of the predictions is put
    right first, as calibration will, so that what is chosen is the better order.

    Args:
        known: What was known at the first cut-off that is judged.
        learning: How candidates learn.
        trials: Ways that are tried, the usual one first, which stays unless another is clearly
            better; 0 takes it untried.
    """
    usual = learning.boosting
    try:
        earlier, last = known.before_last_lesson()
    except ModelDataError:
        return usual
    if not trials or last.label.min() == last.label.max():
        return usual
    import optuna

    def loss(options: BoostingOptions) -> float:
        candidate = fitted(BOOSTING, earlier, with_boosting(learning, options))
        found = candidate.log_odds(last.customers, last.cutoff)
        return log_loss(last.label, probability(found + shift(found, last.label)))

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=known.seed))
    study.enqueue_trial({name: getattr(usual, name) for name in TRIED})
    for begun in range(0, trials, AT_ONCE):
        tried = [study.ask() for _ in range(min(AT_ONCE, trials - begun))]
        try:
            losses = side_by_side(loss, [_drawn(trial) for trial in tried])
        except ModelDataError:
            return usual
        for trial, value in zip(tried, losses, strict=True):
            study.tell(trial, value)
    first = study.trials[0].value
    if first is None or study.best_value > first * (1 - LEAST_GAIN):
        return usual
    return BoostingOptions(**study.best_params)


def _drawn(trial: Trial) -> BoostingOptions:
    return BoostingOptions(
        trees=trial.suggest_int("trees", 60, 240, step=30),
        depth=trial.suggest_int("depth", 2, 5),
        rate=trial.suggest_float("rate", 0.03, 0.12, log=True),
        least_weight=trial.suggest_float("least_weight", 10, 100, log=True),
        column_share=trial.suggest_float("column_share", 0.3, 0.9),
    )
