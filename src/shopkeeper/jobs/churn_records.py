"""Churn records: parameters, plots and model card of a churn model."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.classification import calibration_table
from shopkeeper.html.plots import gain_plot, rate_plot
from shopkeeper.lifecycle.model_card import CardFacts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.tasks.churn.contest import Contest
    from shopkeeper.tasks.churn.model import ChurnModel
    from shopkeeper.tasks.lifetime_value.contest import World

    Array = NDArray[np.float64]

TENTHS = tuple(tenth / 10 for tenth in range(1, 11))


def parameters_of(contest: Contest, model: ChurnModel) -> dict[str, object]:
    """Gives the parameters of a model by name, as a run keeps them."""
    options = contest.options
    calibration = model.calibrated.calibration
    return {
        "candidate": model.candidate_name,
        "horizon_days": model.horizon_days,
        "calibration": calibration.kind,
        "calibration_offset": calibration.offset,
        "calibration_slope": calibration.slope,
        "class_weights": options.learning.class_weights,
        "resampling": options.learning.resampling,
        "longest_silence_days": model.longest_silence_days,
        **{f"boosting.{name}": value for name, value in asdict(options.learning.boosting).items()},
    }


def plots_of(contest: Contest) -> dict[str, bytes]:
    """Gives the plots of a contest: file name → SVG."""
    plots = {}
    for name, is_active in (("calibration.svg", None), ("calibration_active.svg", True)):
        label, probability = contest.pooled(is_active)
        if len(label):
            table = calibration_table(label, probability)
            rows = zip(table["predicted_rate"], table["actual_rate"], strict=True)
            plots[name] = rate_plot(tuple(rows)).encode()
    label, probability = contest.pooled()
    if label.sum() > 0:
        plots["gains.svg"] = gain_plot(_gains(label, probability)).encode()
    return plots


def _gains(label: Array, probability: Array) -> tuple[tuple[float, float], ...]:
    """Gives how many of all are found among the first tenths by the forecast."""
    found = np.cumsum(label[np.argsort(-probability, kind="stable")]) / label.sum()
    places = [(share, max(1, round(len(label) * share))) for share in TENTHS]
    return tuple((share, float(found[place - 1])) for share, place in places)


def card_of(contest: Contest, model: ChurnModel, world: World, row_count: int) -> CardFacts:
    """Gives what the model card says besides contest and verdict."""
    days = model.horizon_days
    leaving = (
        f"The probability that a customer places no order in the {days} days from the day of "
        "scoring on, with the reasons that speak for it."
    )
    second = (
        f"The probability that a customer who has bought once buys again in the {days} days from "
        "the day of scoring on."
    )
    return CardFacts(
        predicts=leaving if model.is_about_leaving else second,
        for_whom="Customers the shop can name who have bought and have not been silent for longer "
        f"than {model.longest_silence_days:.0f} days; for those who plan whom to contact.",
        data=f"Table `purchases` from {world.first_date} to the day before {world.as_of}.",
        row_count=row_count,
        first_date=world.first_date,
        limits=(
            "It says who is likely to stay away, not whom a contact would keep.",
            "Leaving means no order within the horizon; who comes back later counts as gone.",
            "Reasons say what moved this model's answer, not what moved the customer.",
            "It foretells what happens if the shop goes on as before.",
        ),
        settings=tuple((name, str(value)) for name, value in parameters_of(contest, model).items()),
    )
