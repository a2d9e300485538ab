"""Demand scores: forecasts of the coming weeks, and how much stock they ask for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.demand_data import (
    all_days,
    file_marks,
    known_days,
    stock_of,
    whole_weeks,
)
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.marts.daily_demand import DAILY_DEMAND
from shopkeeper.marts.weekly_demand import WEEKLY_DEMAND
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.demand.day_forecasts import CONTRACT as BY_DAY
from shopkeeper.tasks.demand.day_forecasts import day_rows
from shopkeeper.tasks.demand.findings import Findings, findings_of_facts
from shopkeeper.tasks.demand.forecasts import CONTRACT as FORECAST
from shopkeeper.tasks.demand.forecasts import forecast_rows, in_units
from shopkeeper.tasks.demand.model import DemandModel
from shopkeeper.tasks.demand.names import PRODUCTS
from shopkeeper.tasks.demand.panel import panel_of
from shopkeeper.tasks.demand.stock import CONTRACT as STOCK
from shopkeeper.tasks.demand.stock import stock_rows

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.contracts.contract import Contract
    from shopkeeper.lifecycle.versions import ModelVersion

READ = (WEEKLY_DEMAND.name, "products")


def score_demand_into(at_work: Writing) -> bool:
    """Foretells the coming weeks where a model may; gives whether anything was new."""
    settings, draft = at_work.workspace.settings.demand, at_work.draft
    found = findings_of_facts(at_work.facts)
    if not settings.is_trained or found is None or not found.is_published:
        return False
    version = _version(at_work, found.model)
    if version is None or at_work.as_of is None or not all(draft.has(name) for name in READ):
        return False
    tables = (FORECAST, STOCK) if _has_no_days(at_work, found) else (FORECAST, STOCK, BY_DAY)
    wanted = digest(
        [draft.fingerprints[name] for name in READ],
        str(at_work.as_of),
        [version.name, version.version, version.data_fingerprint],
        settings.model_dump(),
        dict(file_marks(at_work.workspace.folder, settings)),
        [list(contract.types().items()) for contract in tables],
        found.to_plain()["days"],
    )
    if all(_stands(at_work, contract, wanted) for contract in tables):
        return False
    started = time.perf_counter()
    rows = _rows(at_work, version, found)
    for contract, scored in zip(tables, rows[: len(tables)], strict=True):
        count = stage_rows(at_work, contract, scored, wanted)
        seconds = time.perf_counter() - started
        at_work.tell(Step("score", contract.name, "scored", count, seconds))
        started = time.perf_counter()
    return True


def _stands(at_work: Writing, contract: Contract, wanted: str) -> bool:
    published = at_work.draft.published.get(contract.name)
    if published is None or published.fingerprint != wanted:
        return False
    at_work.tell(Step("score", contract.name, "unchanged", published.version.row_count))
    return True


def _has_no_days(at_work: Writing, found: Findings) -> bool:
    return found.days is None or not at_work.draft.has(DAILY_DEMAND.name)


def _rows(at_work: Writing, version: ModelVersion, findings: Findings) -> tuple[pd.DataFrame, ...]:
    settings, folder = at_work.workspace.settings.demand, at_work.workspace.folder
    model = at_work.workspace.registry.load(version.name, version.version)
    assert isinstance(model, DemandModel)
    weeks = whole_weeks(at_work)
    panel = panel_of(
        weeks, most_products=model.options.most_products, known=known_days(at_work, weeks)
    )
    found = model.forecast(panel)
    ends = model.ends(panel, found, settings.interval_level)
    forecasts = forecast_rows(panel, found, ends, model.ways)
    lead = settings.lead_time_weeks
    stock = stock_rows(
        panel,
        found[PRODUCTS][:, :lead].sum(axis=1),
        model.enough(panel, found[PRODUCTS], lead, settings.service_level),
        _names(at_work),
        stock_of(folder, settings),
    )
    stock = stock.assign(
        lead_time_days=settings.lead_time_days,
        lead_time_weeks=lead,
        service_level=settings.service_level,
    )
    whose = {
        "as_of": at_work.as_of,
        "model": f"{version.name} {version.version}",
        "training_id": version.data_fingerprint,
    }
    rows = (
        forecasts.assign(**whose)[list(FORECAST.column_names)],
        stock.assign(**whose).reindex(columns=list(STOCK.column_names)),
    )
    if _has_no_days(at_work, findings):
        return rows
    assert findings.days is not None
    by_day = day_rows(all_days(at_work, panel, weeks), found, in_units(panel, found), findings.days)
    return (*rows, by_day.assign(**whose)[list(BY_DAY.column_names)])


def _names(at_work: Writing) -> dict[str, str]:
    asked = at_work.table("products").select("product_id", "product_name")
    rows = at_work.draft.engine.collect(asked.filter(asked.product_name.notnull())).to_pylist()
    return {row["product_id"]: row["product_name"] for row in rows}


def _version(at_work: Writing, model: str) -> ModelVersion | None:
    name, _, number = model.rpartition(" ")
    try:
        return at_work.workspace.registry.version(name, int(number))
    except UnknownNameError:
        # The registry was emptied by hand; what it foretold stays until it is trained again.
        return None
