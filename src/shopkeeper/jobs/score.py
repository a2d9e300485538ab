"""Score: gives each customer their segments, and what the models in use say of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import NotPublishedError
from shopkeeper.jobs.churn_scores import score_churn_into
from shopkeeper.jobs.customer_scores import score_customers_into
from shopkeeper.jobs.demand_scores import score_demand_into
from shopkeeper.jobs.recommendation_scores import score_recommendations_into
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.segment_scores import score_customer_segments_into
from shopkeeper.jobs.value_scores import score_values_into
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.marts.rfm import RFM
from shopkeeper.models.rfm_scores import RfmScores
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.rfm_segmentation import CONTRACT
from shopkeeper.tasks.rfm_segmentation import score as score_customers
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


# Name under which it is refused to tell customers apart by the number of their orders.
FREQUENCY = "frequency_score"


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What scoring did.

    Attributes:
        customer_count: Customers scored.
        is_new: Whether anything was new.
        refused: What no model may say on these data, each with the reason.
    """

    customer_count: int
    is_new: bool
    refused: tuple[tuple[str, str], ...] = ()


def score(workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent) -> ScoreReport:
    """Scores all customers and publishes the scores.

    Raises:
        NotPublishedError: Nothing was built yet.
        ContractError: The scores broke their contract; the last ones stay.
    """
    with writing(workspace, now=now, tell=tell) as at_work:
        report = score_into(at_work)
        if at_work.has_news:
            at_work.publish()
        return report


def score_into(at_work: Writing) -> ScoreReport:
    """Gives all customers their segment and, where models may, value and risk, into a draft."""
    report = _score_segments_into(at_work)
    # The last one brings together what the others say.
    others = (
        score_values_into,
        score_customer_segments_into,
        score_churn_into,
        score_recommendations_into,
        score_demand_into,
        score_customers_into,
    )
    is_new = [score_others_into(at_work) for score_others_into in others]
    refused = tuple(sorted(at_work.refused.items()))
    return ScoreReport(report.customer_count, report.is_new or any(is_new), refused)


def _score_segments_into(at_work: Writing) -> ScoreReport:
    draft, as_of = at_work.draft, at_work.as_of
    if as_of is None or not draft.has(RFM.name):
        raise NotPublishedError("No customers to score yet.", "build them with `shopkeeper build`")
    settings = at_work.workspace.settings
    started = time.perf_counter()
    wanted = digest(
        draft.fingerprints[RFM.name],
        draft.fingerprints["order_items"],
        settings.rfm.model_dump(),
        settings.definitions.period_days,
        list(CONTRACT.types().items()),
    )
    published = draft.published.get(CONTRACT.name)
    if published and published.fingerprint == wanted:
        at_work.tell(Step("score", CONTRACT.name, "unchanged", published.version.row_count))
        return ScoreReport(published.version.row_count, is_new=False)
    count = _score(at_work, wanted)
    at_work.tell(Step("score", CONTRACT.name, "scored", count, time.perf_counter() - started))
    return ScoreReport(count, is_new=True)


def _score(at_work: Writing, wanted: str) -> int:
    settings = at_work.workspace.settings
    assert at_work.as_of is not None
    previous = at_work.as_of - timedelta(days=settings.definitions.period_days)
    now = _frame(at_work, at_work.table(RFM.name))
    then = _frame(
        at_work, RFM.expression({"order_items": at_work.table("order_items")}, {"as_of": previous})
    )
    model = RfmScores(settings.rfm.scoring, settings.rfm.bands)
    for name in (CONTRACT.name, FREQUENCY):
        at_work.refused.pop(name, None)
    if now.empty:
        at_work.refused[CONTRACT.name] = "no order names a customer, so there is nobody to score"
        rows = now.reindex(columns=list(CONTRACT.column_names))
    else:
        rows = score_customers(now, then, previous_as_of=previous, model=model)
        if now["order_count"].max() == 1:
            at_work.refused[FREQUENCY] = (
                "every customer bought exactly once, so only recency and amount tell them apart; "
                "repeat rates, churn and lifetime value have no meaning on these data"
            )
    at_work.facts["rfm_scores"] = model.save() if model.thresholds_ else ""
    return stage_rows(at_work, CONTRACT, rows, wanted)


def _frame(at_work: Writing, table: ir.Table) -> pd.DataFrame:
    """Gives a mart as a data frame, money as floating point for the model."""
    floats = table.mutate(order_amount=table.order_amount.cast("float64"))
    frame: pd.DataFrame = at_work.draft.engine.collect(floats).to_pandas()
    return frame
