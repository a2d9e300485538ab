"""What if: scores, persona and value of a customer made up by hand; reads, and writes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.errors import NotPublishedError, UnknownNameError, UsageError, shorten
from shopkeeper.jobs.predict import check_days, published_models
from shopkeeper.models.rfm_scores import SCORES, SEGMENTS, RfmScores
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.customer_segmentation.findings import findings_of_facts
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.histories import histories
from shopkeeper.tasks.lifetime_value.model import LifetimeValue

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.jobs.predict import Predictor
    from shopkeeper.pipeline.manifest import Manifest

VALUES = "lifetime_value_"
HORIZON = "horizon_days"
# Orders, days and money of no shop are larger; larger numbers are trials.
HIGHEST = 1e9
MEANINGS = {
    "days_since_last_order": "Days since the last order",
    "order_count": "Orders so far",
    "order_amount": "Amount of all orders",
    "purchase_count": "Days of purchase so far",
    "purchase_amount": "Amount bought so far",
    "days_since_first_purchase": "Days since the first purchase",
    "days_since_last_purchase": "Days since the last purchase",
}


@dataclass(frozen=True, slots=True)
class RfmAnswer:
    """Scores and segment of given days, orders and amount.

    Attributes:
        run_id: Run whose cut points are used.
        recency_score: 1 (longest ago) to 5.
        frequency_score: 1 (fewest orders) to 5.
        monetary_score: 1 (least spent) to 5.
        rfm_score: The three as one text.
        segment: The RFM segment.
        meaning: Who is in it.
        advice: What to do with them.
    """

    run_id: str
    recency_score: int
    frequency_score: int
    monetary_score: int
    rfm_score: str
    segment: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class Persona:
    """The segment of the segmentation model that a history belongs to.

    Attributes:
        run_id: Run that the model belongs to.
        model: Name and version of the model.
        segment: Name of the segment.
        meaning: What its customers do.
        advice: What to try with them.
        is_outlier: Whether the history is far from all segments.
    """

    run_id: str
    model: str
    segment: str
    meaning: str
    advice: str
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class ValueOfHistory:
    """What customers with a history are expected to buy.

    Attributes:
        run_id: Run that the model belongs to.
        model: Name and version of the model.
        horizon_days: Within how many days.
        expected_purchases: Days of purchase to expect.
        purchase_probability: Probability of at least one.
        alive_probability: Probability of not being gone for good.
        expected_amount: What they are expected to spend.
        lower_amount, upper_amount: 8 of 10 such customers spend between these; None where the
            champion predicts in another way, from more than this history.
    """

    run_id: str
    model: str
    horizon_days: int
    expected_purchases: float
    purchase_probability: float
    alive_probability: float
    expected_amount: float
    lower_amount: float | None
    upper_amount: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and of which run.

    Attributes:
        manifest: The run.
        numbers: Name → number, as `read_number` gives it.
        predictor_of: Gives a model of the run by its name.
    """

    manifest: Manifest
    numbers: Mapping[str, float]
    predictor_of: Callable[[str], Predictor]


def rfm(asked: Asked) -> RfmAnswer:
    """Gives scores and segment of days, orders and amount.

    Raises:
        NotPublishedError: The run scored nobody.
    """
    import pandas as pd

    state = asked.manifest.facts.get("rfm_scores")
    if not state:
        raise NotPublishedError("This run scored no customers.", "run `shopkeeper run`")
    row = RfmScores.load(state).predict(pd.DataFrame([dict(asked.numbers)])).iloc[0]
    segment = next(each for each in SEGMENTS if each.name == row["segment"])
    recency, frequency, monetary = (int(row[name]) for name in SCORES)
    return RfmAnswer(
        run_id=asked.manifest.run_id,
        recency_score=recency,
        frequency_score=frequency,
        monetary_score=monetary,
        rfm_score=str(row["rfm_score"]),
        segment=segment.name,
        meaning=segment.meaning,
        advice=segment.advice,
    )


def persona(asked: Asked) -> Persona:
    """Gives the segment that a history belongs to.

    Raises:
        UsageError: No customer has such a history.
        NotPublishedError: No model of the run says it.
    """
    predictor = asked.predictor_of("customer_segments")
    _check_history(asked.numbers, predictor)
    found = predictor.predict([dict(asked.numbers)])[0]
    findings = findings_of_facts(asked.manifest.facts)
    known = {each.cluster_id: each for each in findings.segments} if findings else {}
    said = known.get(found["cluster_id"])
    return Persona(
        asked.manifest.run_id,
        predictor.label,
        found["segment"],
        said.meaning if said else "",
        said.advice if said else "",
        bool(found["is_outlier"]),
    )


def value(asked: Asked) -> ValueOfHistory:
    """Gives what customers with a history are worth.

    Raises:
        UsageError: No customer has such a history.
        NotPublishedError: No model of the run says it.
        UnknownNameError: There is no such horizon.
    """
    numbers = asked.numbers
    predictor = asked.predictor_of(_value_model(asked.manifest, numbers.get(HORIZON)))
    _check_history(numbers, predictor)
    model = predictor.model
    assert isinstance(model, LifetimeValue)
    rows = _history(numbers)
    habits = model.habits
    weeks, _ = habits.state.clock.ahead(predictor.as_of, model.horizon_days)
    known = histories(rows, habits.state.clock, habits.state.length(predictor.as_of))
    # Only a candidate that looks at nothing but the history can speak of one.
    is_champion = isinstance(model.candidate, RepeatBuying)
    way = model.candidate if is_champion else habits
    expected = way.predict(rows, predictor.as_of)
    ends = [float(part[0]) for part in model.ranges.of(expected)] if is_champion else []
    return ValueOfHistory(
        asked.manifest.run_id,
        predictor.label,
        model.horizon_days,
        float(habits.purchases_.expected_purchases(known, weeks)[0]),
        min(max(float(habits.purchases_.probability_of_purchase(known, weeks)[0]), 0.0), 1.0),
        min(max(float(habits.purchases_.probability_alive(known)[0]), 0.0), 1.0),
        round(float(expected[0]), 2),
        round(ends[0], 2) if ends else None,
        round(ends[2], 2) if ends else None,
    )


def _value_model(manifest: Manifest, horizon: float | None) -> str:
    known = [name for name in published_models(manifest) if name.startswith(VALUES)]
    if not known:
        raise NotPublishedError(
            "No model of what customers are worth is in use.",
            "see why with `shopkeeper show lifetime_value`",
        )
    wanted = f"{VALUES}{int(horizon or 365)}_days"
    if horizon is None and wanted not in known:
        return known[-1]
    if wanted not in known:
        horizons = [name.removeprefix(VALUES).removesuffix("_days") for name in known]
        raise UnknownNameError.among("horizon", str(int(horizon or 0)), horizons)
    return wanted


def _history(numbers: Mapping[str, float]) -> pd.DataFrame:
    import pandas as pd

    rows = pd.DataFrame([{name: numbers[name] for name in RAW}])
    rows["frequency"] = rows["purchase_count"] - 1
    rows["recency_days"] = rows["days_since_first_purchase"] - rows["days_since_last_purchase"]
    return rows


def _check_history(numbers: Mapping[str, float], predictor: Predictor) -> None:
    check_days(numbers, 0, predictor.longest_days)
    first, last = numbers["days_since_first_purchase"], numbers["days_since_last_purchase"]
    count = numbers["purchase_count"]
    if count < 1:
        raise UsageError("`purchase_count` is below 1; who never bought has no history.")
    if (count == 1) != (first == last):
        raise UsageError("Who bought on one day has the same first and last day; others have not.")


def read_number(name: str, text: str) -> float:
    """Gives a day, count or amount of a history from text.

    Raises:
        UsageError: It is no number that one can have.
    """
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    is_day_or_count = not name.endswith("amount")
    if not 0 <= found <= HIGHEST or (is_day_or_count and found != int(found)):
        kind = "whole number" if is_day_or_count else "number"
        raise UsageError(f"`{name}` `{shorten(text)}` is no {kind} from 0 on.")
    return found
