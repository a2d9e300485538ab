"""Routes of models: what is registered, what the gate said, and what a model looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import TABLE, Question, answered, asked_of
from shopkeeper.api.problems import missing_as_404
from shopkeeper.api.routes.reports import named
from shopkeeper.api.routes.route import Address, Routes, in_path
from shopkeeper.jobs.predict import Input, inputs_of, published_models

if TYPE_CHECKING:
    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas
    from shopkeeper.lifecycle.history import Change
    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One version of a registered model.

    Attributes:
        name: Name under which it is registered.
        version: Number, from 1.
        aliases: `champion`, `challenger`, both or neither.
        is_scoring: Whether the scores of the current run are its own.
        model: Name of the model.
        run_id: Training run that it came from.
        created_at: When it was registered, UTC.
        as_of: Day before which data were seen.
        data_fingerprint: Hash of the tables it learned from.
        code_version: Version of the code.
        judged_against: Version that was champion when it was judged.
        has_passed: Whether the gate let it through; None where it was not asked.
        verdict: What the gate said.
    """

    name: str
    version: int
    aliases: tuple[str, ...]
    is_scoring: bool
    model: str
    run_id: str
    created_at: datetime
    as_of: date
    data_fingerprint: str
    code_version: str
    judged_against: int | None
    has_passed: bool | None
    verdict: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ModelChange:
    """A change of a champion."""

    action: str
    version: int
    previous: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ModelList:
    """All registered models.

    Attributes:
        models: Every version, by name.
        refused: Task → why the current run has no scores of it.
    """

    models: tuple[ModelFacts, ...]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class ModelDetail:
    """One registered model.

    Attributes:
        name: Its name.
        versions: Ascending.
        history: Changes of the champion, oldest first.
        inputs: Features that `/predict` takes for it.
    """

    name: str
    versions: tuple[ModelFacts, ...]
    history: tuple[ModelChange, ...]
    inputs: tuple[Input, ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of models."""
    routes = Routes("models", schemas)
    routes.add(
        Address(path="/models", answer=ModelList, summary="All registered models, every version"),
        list_models,
    )
    routes.add(
        Address(
            path="/models/{name}",
            answer=ModelDetail,
            summary="One model: its versions, its history, and the features it looks at",
            parameters=[in_path("name", "Name of a registered model, as in `churn`")],
        ),
        one_model,
    )
    return routes


async def list_models(request: Request) -> Response:
    """Gives all registered models."""
    asked_of(request, (TABLE,))

    def ask(run: PublishedRun) -> ModelList:
        registry = run.workspace.registry
        found = [each for name in registry.names() for each in _versions(run, run.workspace, name)]
        return ModelList(tuple(found), dict(run.manifest.refused))

    # A promotion changes the answer without a run.
    return await answered(request, Question("models", ask, is_kept=False))


async def one_model(request: Request) -> Response:
    """Gives one registered model."""
    asked_of(request, (TABLE,))
    name = request.path_params["name"]

    def ask(run: PublishedRun) -> ModelDetail:
        registry = run.workspace.registry
        named("registered model", name, registry.names())
        history = tuple(_change(change) for change in registry.history(name))
        return ModelDetail(name, _versions(run, run.workspace, name), history, inputs_of(name))

    with missing_as_404():
        return await answered(request, Question(("model", name), ask, is_kept=False))


def _versions(run: PublishedRun, shop: Workspace, name: str) -> tuple[ModelFacts, ...]:
    scoring = set(published_models(run.manifest).values())
    return tuple(_facts(version, scoring) for version in shop.registry.versions(name))


def _facts(version: ModelVersion, scoring: set[str]) -> ModelFacts:
    return ModelFacts(
        name=version.name,
        version=version.version,
        aliases=version.aliases,
        is_scoring=f"{version.name} {version.version}" in scoring,
        model=version.model,
        run_id=version.run_id,
        created_at=version.created_at,
        as_of=version.as_of,
        data_fingerprint=version.data_fingerprint,
        code_version=version.code_version,
        judged_against=version.judged_against,
        has_passed=version.passed if version.verdict else None,
        verdict=version.verdict.to_plain() if version.verdict else None,
    )


def _change(change: Change) -> ModelChange:
    return ModelChange(change.action, change.version, change.previous, change.at)
