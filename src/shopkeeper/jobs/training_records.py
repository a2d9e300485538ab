"""Training records: parameters, plots and model card of a lifetime value model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html.plots import forecast_plot
from shopkeeper.lifecycle.model_card import CardFacts, Parameter
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying

if TYPE_CHECKING:
    from shopkeeper.tasks.lifetime_value.contest import Contest, World
    from shopkeeper.tasks.lifetime_value.model import LifetimeValue


def parameters_of(model: LifetimeValue) -> dict[str, object]:
    """Gives the parameters of a model by name, as a run keeps them."""
    found: dict[str, object] = {
        "candidate": model.candidate_name,
        "horizon_days": model.horizon_days,
        "yearly_discount_rate": model.yearly_discount_rate,
    }
    for parameter in _parameters(model):
        found[parameter.name] = parameter.value
    return found


def plots_of(contest: Contest) -> dict[str, bytes]:
    """Gives the plots of a contest: file name → SVG."""
    expected, actual = contest.pooled()
    return {"calibration.svg": forecast_plot(expected, actual).encode()}


def card_of(contest: Contest, model: LifetimeValue, world: World) -> CardFacts:
    """Gives what the model card says besides contest and verdict."""
    days = contest.horizon_days
    return CardFacts(
        predicts=f"What each customer will spend on merchandise in the {days} days from the day "
        "of scoring on, before refunds: a mean, a median and an interval that holds 80 %.",
        for_whom="Every customer the shop can name who has bought; for those who plan budgets, "
        "offers and service by what customers are worth.",
        data=f"Table `purchases` from {world.first_date} to the day before {world.as_of}.",
        row_count=len(world.customers_at(world.as_of)),
        first_date=world.first_date,
        limits=(
            "It knows nothing of people who have not bought yet.",
            "It foretells what happens if the shop goes on as before; it does not say what an "
            "offer would change.",
            "Under BG/NBD who bought once is alive by definition: use the probability of a "
            "purchase.",
        ),
        parameters=_parameters(model),
        settings=(("candidate", contest.winner), ("horizon_days", str(days))),
    )


def _parameters(model: LifetimeValue) -> tuple[Parameter, ...]:
    """Gives the parameters behind the mean, where it has any, and those behind the habits."""
    parts = {"habits": model.habits}
    if isinstance(model.candidate, RepeatBuying):
        parts = {"mean": model.candidate, **parts}
    return tuple(
        Parameter(f"{role}.{part.name}.{name}", value, part.standard_errors_.get(name))
        for role, whole in parts.items()
        for part in (whole.purchases_, whole.values_)
        for name, value in part.parameters_.items()
    )
