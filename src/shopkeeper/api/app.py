"""App: the application that answers for one shop; made by a factory, started by the job `serve`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from shopkeeper.api import problems
from shopkeeper.api.auth import SCHEMES
from shopkeeper.api.gate import Gate, log_to_stderr
from shopkeeper.api.limits import RateLimit
from shopkeeper.api.metrics import Metrics
from shopkeeper.api.published_run import PublishedRuns
from shopkeeper.api.quick_look_ups import QuickLookUps
from shopkeeper.api.routes import ALL
from shopkeeper.api.schemas import Schemas
from shopkeeper.version import VERSION

# Where the job `serve` says which shop is served; workers are processes of their own.
SERVED = "SHOPKEEPER_SERVED"
SMALLEST_PACKED = 1_000
QUICK_PACKING = 4
DESCRIPTION = """\
Every answer comes from one published run: `ETag` and `X-Shopkeeper-Run` name it. Answers are given
as JSON, CSV or Arrow, by `Accept`. Money is exact: decimals are texts in JSON. Errors are problem
documents (RFC 9457)."""


def create_app(folder: Path | str, overrides: Sequence[str] = ()) -> ASGIApp:
    """Gives the application that answers for a shop.

    Args:
        folder: The shop's folder.
        overrides: Settings as `name=value`.

    Raises:
        SettingsError: The settings are not valid.
    """
    runs = PublishedRuns(Path(folder).resolve(), overrides)
    metrics = Metrics.new()
    app = FastAPI(
        title="Shopkeeper",
        version=VERSION,
        description=DESCRIPTION,
        # Their pages load programs from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.runs, app.state.metrics = runs, metrics
    schemas = Schemas()
    for group in ALL:
        app.include_router(group(schemas).router)
    app.openapi = lambda: _documented(app, schemas)  # type: ignore[method-assign]
    problems.add_to(app)
    packed = GZipMiddleware(app, minimum_size=SMALLEST_PACKED, compresslevel=QUICK_PACKING)
    quick = QuickLookUps(packed, runs)
    return Gate(quick, runs, metrics, RateLimit(runs.settings.api.requests_per_minute))


def served_app() -> ASGIApp:
    """Gives the application of the shop that the job `serve` named; workers call this."""
    told: dict[str, Any] = json.loads(os.environ[SERVED])
    log_to_stderr()
    return create_app(told["folder"], told["overrides"])


def openapi_of(app: ASGIApp) -> dict[str, Any]:
    """Gives the OpenAPI document of an application that `create_app` made."""
    assert isinstance(app, Gate)
    inner: Any = app.app
    found: dict[str, Any] = inner.app.app.openapi()
    return found


def _documented(app: FastAPI, schemas: Schemas) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update(schemas.known)
        components["securitySchemes"] = SCHEMES
        for path in list(document["paths"]):
            # Starlette's word for what may stand in an address is none of OpenAPI.
            plain = re.sub(r":\w+}", "}", path)
            document["paths"][plain] = document["paths"].pop(path)
        app.openapi_schema = document
    return app.openapi_schema
