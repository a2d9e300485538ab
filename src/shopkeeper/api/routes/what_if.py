"""Routes of what-if questions: scores, persona and value of a customer made up by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import Question, answered, asked_of
from shopkeeper.api.routes.predict import predictor_of
from shopkeeper.api.routes.route import Address, Routes
from shopkeeper.api.schemas import query
from shopkeeper.errors import UsageError
from shopkeeper.jobs.what_if import (
    HORIZON,
    MEANINGS,
    Asked,
    Persona,
    RfmAnswer,
    ValueOfHistory,
    persona,
    read_number,
    rfm,
    value,
)
from shopkeeper.models.rfm_scores import MEASURES
from shopkeeper.tasks.customer_segmentation.features import RAW

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schema, Schemas


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of what-if questions."""
    routes = Routes("what-if", schemas)
    for path, answer, names, ask, summary in (
        ("/what-if/rfm", RfmAnswer, MEASURES, rfm, "Scores and segment of given R, F and M"),
        ("/what-if/persona", Persona, RAW, persona, "Segment that a history belongs to"),
        (
            "/what-if/lifetime-value",
            ValueOfHistory,
            (*RAW, HORIZON),
            value,
            "What customers with a history are worth",
        ),
    ):
        address = Address(
            path=path,
            answer=answer,
            summary=summary,
            scope="predict",
            parameters=[_parameter(name) for name in names],
            has_tables=False,
        )
        routes.add(address, _endpoint(path, names, ask))
    return routes


def _endpoint(
    path: str,
    names: tuple[str, ...],
    ask: Callable[[Asked], Any],
) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        texts = asked_of(request, names)
        numbers = {name: read_number(name, text) for name, text in texts.items()}
        for name in names:
            if name not in numbers and name != HORIZON:
                raise UsageError(f"`{name}` is missing.", f"it is: {MEANINGS[name]}")

        def answer(run: PublishedRun) -> Any:
            return ask(Asked(run.manifest, numbers, lambda name: predictor_of(run, name)))

        key = (path, tuple(sorted(numbers.items())))
        return await answered(request, Question(key, answer))

    return endpoint


def _parameter(name: str) -> Schema:
    if name == HORIZON:
        return query(name, "Days ahead; default: a year", type="integer", minimum=1)
    kind = "number" if name.endswith("amount") else "integer"
    return {**query(name, MEANINGS[name], type=kind, minimum=0), "required": True}
