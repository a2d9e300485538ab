"""Answering: calls a report with the tables it names and the questions that a run answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from shopkeeper import catalog
from shopkeeper.engines.store import TableVersion
from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.models.rfm_scores import RfmScores
from shopkeeper.monitoring.findings import findings_of_facts as monitoring_findings_of_facts
from shopkeeper.pipeline.manifest import Manifest, PublishedTable
from shopkeeper.reports.quality import TableState
from shopkeeper.settings import Settings
from shopkeeper.tasks.churn.findings import all_of_facts as findings_of_churn
from shopkeeper.tasks.customer_segmentation.findings import (
    findings_of_facts as segment_findings_of_facts,
)
from shopkeeper.tasks.demand.findings import findings_of_facts as demand_findings_of_facts
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts
from shopkeeper.tasks.recommendation.findings import (
    findings_of_facts as recommendation_findings_of_facts,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir


# Rows that answers name unless asked for more.
LISTED = 25
# Part of the customers who count as the best.
TOP_SHARE = 0.1

Answer = TypeVar("Answer")


def answer(
    report: Callable[..., Answer], table: Callable[[str], ir.Table], questions: Mapping[str, Any]
) -> Answer:
    """Calls a report with the tables its positional parameters name and the questions it asks.

    A positional parameter with a default names a table that the data may not carry.

    Args:
        report: A function of the shelf `reports`.
        table: Gives a table by name.
        questions: Values for keyword-only parameters; those not asked for are left out, and those
            not given keep the report's own.
    """
    parameters = inspect.signature(report).parameters.values()
    tables = [_table_for(p, table) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    asked = {
        p.name: questions[p.name]
        for p in parameters
        if p.kind is p.KEYWORD_ONLY and (p.name in questions or p.default is p.empty)
    }
    return report(*tables, **asked)


def _table_for(parameter: inspect.Parameter, table: Callable[[str], ir.Table]) -> ir.Table | None:
    try:
        return table(parameter.name)
    except (NotPublishedError, UnknownNameError):
        if parameter.default is inspect.Parameter.empty:
            raise
        return None


def questions_of_run(settings: Settings, manifest: Manifest) -> dict[str, Any]:
    """Gives the values of the questions that reports of a run share."""
    facts = manifest.facts
    model = RfmScores.load(facts["rfm_scores"]) if facts.get("rfm_scores") else RfmScores()
    return {
        "as_of": manifest.as_of,
        "period_days": settings.definitions.period_days,
        "time_zone": settings.shop.time_zone,
        "currency": settings.shop.currency,
        "model": model,
        "tables": table_states(manifest.tables),
        "value_findings": findings_of_facts(facts),
        "refusals": manifest.refused,
        "churn_findings": findings_of_churn(facts),
        "segment_findings": segment_findings_of_facts(facts),
        "recommendation_findings": recommendation_findings_of_facts(facts),
        "monitoring_findings": monitoring_findings_of_facts(facts),
        "run_id": manifest.run_id,
        "demand_findings": demand_findings_of_facts(facts),
        "limit": LISTED,
        "top_share": TOP_SHARE,
        "before": None,
        "after": None,
    }


def table_states(tables: Mapping[str, PublishedTable]) -> tuple[TableState, ...]:
    """Gives what stands published, in order of the flow of data and then of names."""
    layers = {layer: place for place, layer in enumerate(catalog.LAYERS)}
    ordered = sorted(tables.items(), key=lambda item: (layers[item[1].version.layer], item[0]))
    return tuple(_state(name, table) for name, table in ordered)


def _state(name: str, table: PublishedTable) -> TableState:
    version: TableVersion = table.version
    contract = catalog.contracts().get(name)
    return TableState(
        name=name,
        layer=version.layer,
        meaning=contract.meaning if contract else catalog.RAW_MEANING,
        version=version.version,
        row_count=version.row_count,
        check_count=table.check_count,
        broken=tuple(f"{check}: {count:,} rows" for check, count in table.broken.items()),
    )
