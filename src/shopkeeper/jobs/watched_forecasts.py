"""Watched forecasts: demand that was foretold, against what was sold once its weeks were over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.evaluation.forecasting import changes
from shopkeeper.jobs.training_data import floats
from shopkeeper.jobs.watched_promises import promised
from shopkeeper.marts.weekly_demand import DAYS_OF_A_WEEK, WEEKLY_DEMAND, SeriesLevel
from shopkeeper.monitoring.kept_forecasts import ForecastPromise, Weeks, forecast_measures
from shopkeeper.monitoring.performance import Performance
from shopkeeper.tasks.demand.findings import findings_of_facts
from shopkeeper.tasks.demand.forecasts import CONTRACT
from shopkeeper.tasks.demand.names import CHOSEN, PRODUCTS, QUANTITY, TASK

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.pipeline.manifest import Manifest

TABLE = CONTRACT.name
SERIES, WEEK = "series_id", "week_date"
SAID = ("expected_quantity", "lower_quantity", "upper_quantity")


def forecast_kept(at_work: Writing, manifest: Manifest, rows: ir.Table) -> Performance | None:
    """Gives how the forecasts of a run turned out; None before all their weeks are over.

    Judged are the pieces of products that stand singly: there are enough of them to tell an
    error from chance, and what they add up to follows from them.

    Args:
        at_work: The run of now.
        manifest: The run that foretold.
        rows: Its forecasts.
    """
    single = rows.filter(rows.series_level == str(SeriesLevel.PRODUCT))
    asked = single.select(SERIES, WEEK, "as_of", "model", *SAID)
    said = floats(at_work.workspace.engine, asked)
    if said.empty or at_work.as_of is None:
        return None
    model, said_on = str(said["model"].iloc[0]), _day(said["as_of"].iloc[0])
    first, last = _day(said[WEEK].min()), _day(said[WEEK].max())
    matured = last + timedelta(days=DAYS_OF_A_WEEK)
    if matured > at_work.as_of:
        return None
    weeks = _weeks(said, _sold(at_work, matured), first)
    measured = forecast_measures(weeks, _promise(at_work, manifest, model), seed=0)
    if not measured:
        return None
    return Performance(
        task=TASK,
        model=model,
        said_on=said_on.isoformat(),
        matured_on=matured.isoformat(),
        customer_count=len(weeks.scale),
        actual=float(weeks.actual.mean()),
        predicted=float(weeks.said.mean()),
        measured=measured,
        counted="products",
    )


def _sold(at_work: Writing, until: date) -> pd.DataFrame:
    """Gives the whole weeks of all products before a day, as a table of products by weeks."""
    import ibis

    mart = at_work.table(WEEKLY_DEMAND.name)
    rows = mart.filter(
        (mart.series_level == str(SeriesLevel.PRODUCT))
        & mart.is_complete
        & (mart.week_date < ibis.date(until.isoformat()))
    )
    frame = floats(at_work.draft.engine, rows.select(SERIES, WEEK, QUANTITY))
    return frame.pivot(index=SERIES, columns=WEEK, values=QUANTITY).sort_index(axis=1)


def _weeks(said: pd.DataFrame, sold: pd.DataFrame, first: date) -> Weeks:
    """Gives forecasts beside what was sold, of products that the shop still knows by their id."""
    known = said[said[SERIES].isin(sold.index)]
    wide = known.pivot(index=SERIES, columns=WEEK, values=list(SAID)).sort_index(axis=1)
    then = sold.loc[wide.index]
    coming = wide[SAID[0]].columns
    past = then.loc[:, [day for day in then.columns if _day(day) < first]]
    return Weeks(
        # A week in which nothing was sold stands as nothing.
        actual=then.reindex(columns=coming).fillna(0.0).to_numpy(dtype=float),
        said=wide[SAID[0]].to_numpy(dtype=float),
        low=wide[SAID[1]].to_numpy(dtype=float),
        high=wide[SAID[2]].to_numpy(dtype=float),
        scale=changes(past.to_numpy(dtype=float))[:, 0],
    )


def _promise(at_work: Writing, manifest: Manifest, model: str) -> ForecastPromise:
    settings = at_work.workspace.settings
    found = findings_of_facts(manifest.facts)
    mase, wape = (
        promised(at_work, model, CHOSEN, metric, PRODUCTS.label) for metric in ("mase", "wape")
    )
    return ForecastPromise(
        mase,
        wape,
        found.interval_level if found else settings.demand.interval_level,
        settings.monitoring.forecast_ratio,
        settings.monitoring.coverage_slack,
    )


def _day(value: object) -> date:
    import pandas as pd

    day: date = pd.Timestamp(str(value)).date()
    return day
