"""Routes of health: whether the API lives, whether it can answer, and what it has counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import runs_of
from shopkeeper.api.formats import JSON, to_json
from shopkeeper.api.metrics import MEDIA_TYPE as METRICS_TYPE
from shopkeeper.api.routes.route import Address, Routes
from shopkeeper.errors import NotPublishedError, ShopkeeperError
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from shopkeeper.api.published_run import PublishedRuns
    from shopkeeper.api.schemas import Schemas

NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Health:
    """How the API is.

    Attributes:
        status: `ok`; `degraded` where a newer run cannot be read and an older one answers;
            `empty` where nothing was published yet; `failed` where nothing can be read.
        model_loaded: Whether the published run holds scores of a model.
        run_id: Run that answers come from.
        as_of: Day before which data were seen.
        age_seconds: Seconds since the run was published.
        version: Version of Shopkeeper.
    """

    status: str
    model_loaded: bool
    run_id: str | None
    as_of: str | None
    age_seconds: int | None
    version: str


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to `/ping`: managed platforms look at nothing but the status."""

    status: str


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of health."""
    routes = Routes("health", schemas)
    for path, answer, summary, endpoint in (
        ("/health", Health, "How the API is, and which run answers", health),
        ("/ready", Health, "Whether questions can be answered: 200, or 503", ready),
        ("/ping", Pong, "Whether the API lives and can predict, for managed platforms", ping),
    ):
        told = Address(path=path, answer=answer, summary=summary, scope=None, has_tables=False)
        routes.add(told, endpoint)
    told = Address(
        path="/metrics",
        answer=str,
        summary="Counts and times, for Prometheus",
        scope="operate",
        has_tables=False,
        form="text/plain",
    )
    routes.add(told, metrics)
    return routes


async def health(request: Request) -> Response:
    """Gives how the API is; 200 as long as it lives."""
    return Response(to_json(_health(runs_of(request))), 200, NEVER_KEPT, JSON)


async def ready(request: Request) -> Response:
    """Gives 200 where questions can be answered, else 503."""
    found = _health(runs_of(request))
    status = 200 if found.run_id is not None else 503
    return Response(to_json(found), status, NEVER_KEPT, JSON)


async def ping(request: Request) -> Response:
    """Gives 200 where a run is published, else 503."""
    is_there = _health(runs_of(request)).run_id is not None
    answer = Pong("ok" if is_there else "empty")
    return Response(to_json(answer), 200 if is_there else 503, NEVER_KEPT, JSON)


async def metrics(request: Request) -> Response:
    """Gives all counts as text."""
    return Response(request.app.state.metrics.text(), 200, NEVER_KEPT, METRICS_TYPE)


def _health(runs: PublishedRuns) -> Health:
    try:
        run = runs.current()
    except NotPublishedError:
        return Health("empty", model_loaded=False, version=VERSION, **NOTHING)
    except ShopkeeperError:
        return Health("failed", model_loaded=False, version=VERSION, **NOTHING)
    manifest = run.manifest
    age = datetime.now(UTC) - manifest.created_at
    has_model = {"churn_scores", "lifetime_values", "customer_segments"} & set(manifest.tables)
    return Health(
        status="degraded" if runs.problem else "ok",
        model_loaded=bool(has_model),
        run_id=run.run_id,
        as_of=manifest.as_of.isoformat() if manifest.as_of else None,
        age_seconds=int(age.total_seconds()),
        version=VERSION,
    )


NOTHING = {"run_id": None, "as_of": None, "age_seconds": None}
