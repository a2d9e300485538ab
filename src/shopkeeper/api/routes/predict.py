"""Routes of predictions: what models say of one customer, or of rows of features."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import asked_of, runs_of, unkept_headers
from shopkeeper.api.formats import JSON, to_json
from shopkeeper.api.problems import faults, missing_as_404, request_id_of
from shopkeeper.api.routes.route import Address, Routes
from shopkeeper.errors import NotPublishedError, RequestRefusedError, UsageError
from shopkeeper.jobs.predict import MOST_ROWS, Predictor, load_predictor
from shopkeeper.models.rfm_scores import SEGMENTS
from shopkeeper.monitoring.prediction_log import Prediction, PredictionLog
from shopkeeper.reports.report import as_plain
from shopkeeper.tasks.churn.findings import findings_of_facts
from shopkeeper.tasks.churn.scores import BORDERS

if TYPE_CHECKING:
    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas

LONGEST_ID = 500
ADVICE = {segment.name: segment.advice for segment in SEGMENTS}
SCOPE: Literal["predict"] = "predict"


class PredictRequest(BaseModel):
    """What is asked: one customer by id, or rows of features."""

    model_config = ConfigDict(extra="forbid")

    user_id: str | None = Field(None, min_length=1, max_length=LONGEST_ID)
    instances: list[dict[str, Any]] | None = Field(None, min_length=1, max_length=MOST_ROWS)
    model: str | None = Field(None, max_length=100)


@dataclass(frozen=True, slots=True)
class CustomerPrediction:
    """What models say of one customer; what no model may say is None.

    Attributes:
        user_id: The customer.
        run_id: Run that the answer comes from.
        as_of: Day before which data were seen.
        model: Model that gave the probability.
        horizon_days: Days without an order that count as leaving.
        probability: Probability of leaving.
        is_at_risk: Whether a contact pays at that probability.
        risk_threshold: Probability from which on it does.
        risk_band: Band of the probability.
        recommended_action: What to do with customers of the RFM segment.
        reasons: What speaks for leaving, the strongest first.
        rfm_segment: RFM segment.
        segment: Segment of the segmentation model.
        expected_amount: What the customer is expected to spend.
        value_horizon_days: Within how many days.
        value_model: Model that gave the amount.
        note: Why there is no probability; empty where there is one.
    """

    user_id: str
    run_id: str
    as_of: date
    model: str | None
    horizon_days: int | None
    probability: float | None
    is_at_risk: bool | None
    risk_threshold: float
    risk_band: str | None
    recommended_action: str | None
    reasons: tuple[str, ...]
    rfm_segment: str | None
    segment: str | None
    expected_amount: Decimal | None
    value_horizon_days: int | None
    value_model: str | None
    note: str


@dataclass(frozen=True, slots=True)
class RowPredictions:
    """What a model says of rows of features.

    Attributes:
        model: Name and version of the model.
        run_id: Run that it belongs to.
        as_of: Day that the rows are taken to be of.
        predictions: One for each row, in their order.
    """

    model: str
    run_id: str
    as_of: date
    predictions: tuple[dict[str, Any], ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of predictions."""
    routes = Routes("predictions", schemas)
    # Managed platforms ask under the second name.
    for path in ("/predict", "/invocations"):
        address = Address(
            path=path,
            method="POST",
            answer=CustomerPrediction | RowPredictions,
            summary="What models say of one customer by `user_id`, or of `instances` of features",
            scope=SCOPE,
            body={JSON: {"schema": _schema(), "examples": EXAMPLES}},
            has_tables=False,
        )
        routes.add(address, predict)
    return routes


async def predict(request: Request) -> Response:
    """Gives what models say; keeps it in the log of predictions."""
    started = time.perf_counter()
    asked_of(request, ())
    asked = await _read(request)
    run = runs_of(request).current()
    found = await run_in_threadpool(_answer, run, asked)
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    logged = _logged(found, asked, request_id_of(request), milliseconds)
    request.app.state.metrics.predictions.labels(logged[0].model).inc(len(logged))
    if run.workspace.settings.api.logs_predictions:
        log = PredictionLog(run.workspace.state_folder)
        await run_in_threadpool(log.write, logged)
    return Response(to_json(found), 200, unkept_headers(run), JSON)


def predictor_of(run: PublishedRun, name: str | None) -> Predictor:
    """Gives a model of a run, read once."""
    key = ("predictor", name)
    found: Predictor | None = run.lists.get(key)
    if found is None:
        found = run.ask(lambda shop: load_predictor(shop, name))
        run.lists.keep(key, found, size=1)
    return found


def _answer(run: PublishedRun, asked: PredictRequest) -> CustomerPrediction | RowPredictions:
    if asked.user_id is not None:
        return _of_customer(run, asked.user_id)
    predictor = predictor_of(run, asked.model)
    rows = predictor.predict(asked.instances or [])
    return RowPredictions(predictor.label, run.run_id, predictor.as_of, tuple(rows))


def _of_customer(run: PublishedRun, user_id: str) -> CustomerPrediction:
    with missing_as_404():
        score = run.customers.score(user_id)
    if score is None:
        raise NotPublishedError(
            "The models say nothing of this customer.", "score with `shopkeeper run`"
        )
    threshold = _threshold(run)
    probability = score["churn_probability"]
    return CustomerPrediction(
        user_id=user_id,
        run_id=run.run_id,
        as_of=score["as_of"],
        model=score["churn_model"],
        horizon_days=score["churn_horizon_days"],
        probability=probability,
        is_at_risk=None if probability is None else probability >= threshold,
        risk_threshold=threshold,
        risk_band=score["risk_band"],
        recommended_action=ADVICE.get(score["rfm_segment"]),
        reasons=tuple(score[f"reason_{n}"] for n in (1, 2, 3) if score[f"reason_{n}"]),
        rfm_segment=score["rfm_segment"],
        segment=score["segment"],
        expected_amount=score["expected_amount"],
        value_horizon_days=score["value_horizon_days"],
        value_model=score["value_model"],
        note=_note(run, score),
    )


def _threshold(run: PublishedRun) -> float:
    found = findings_of_facts(run.manifest.facts, "churn")
    return found.confusion.threshold if found and found.confusion else BORDERS[1]


def _note(run: PublishedRun, score: Any) -> str:
    if score["churn_probability"] is not None:
        return ""
    if score["is_in_churn_population"] is False:
        return "The customer has been silent for longer than any that the model learned from."
    refused = run.manifest.refused.get("churn", "")
    return refused or "No churn model is in use."


def _logged(
    found: CustomerPrediction | RowPredictions,
    asked: PredictRequest,
    request_id: str,
    milliseconds: float,
) -> list[Prediction]:
    now, run_id, day = datetime.now(UTC), found.run_id, found.as_of.isoformat()
    if isinstance(found, CustomerPrediction):
        inputs: list[dict[str, Any]] = [{"user_id": found.user_id}]
        outputs: list[dict[str, Any]] = [as_plain(asdict(found))]
    else:
        inputs = list(asked.instances or ())
        outputs = [as_plain(row) for row in found.predictions]
    return [
        Prediction(
            at=now,
            request_id=request_id,
            model=found.model or "none",
            run_id=run_id,
            as_of=day,
            inputs=row,
            output=output,
            milliseconds=milliseconds,
        )
        for row, output in zip(inputs, outputs, strict=True)
    ]


async def _read(request: Request) -> PredictRequest:
    require_json(request)
    try:
        asked = PredictRequest.model_validate_json(await request.body())
    except (ValidationError, RecursionError) as error:
        told = faults(error.errors()) if isinstance(error, ValidationError) else "too deep"
        raise UsageError(f"The body cannot be read: {told}.", BODY_HINT) from error
    if (asked.user_id is None) == (asked.instances is None):
        raise UsageError("The body says neither or both of `user_id` and `instances`.", BODY_HINT)
    if asked.user_id is not None and asked.model is not None:
        raise UsageError("`model` goes with `instances`.", BODY_HINT)
    return asked


def require_json(request: Request) -> None:
    """Holds a body to be JSON: a page of another site can send no such body unasked.

    Raises:
        RequestRefusedError: It says that it is something else.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != JSON:
        raise RequestRefusedError(
            415, "media-type", "The body is no JSON.", f"send it with `Content-Type: {JSON}`"
        )


def _schema() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "user_id": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
            "instances": {
                "type": "array",
                "items": {"type": "object"},
                "minItems": 1,
                "maxItems": MOST_ROWS,
            },
            "model": {"type": "string", "description": "Name of the model; default: churn"},
        },
    }


BODY_HINT = 'send `{"user_id": "…"}`, or `{"instances": [{…}]}` with features by name'
EXAMPLES = {
    "customer": {"value": {"user_id": "C1000000"}},
    "rows": {
        "value": {
            "model": "customer_segments",
            "instances": [
                {
                    "purchase_count": 3,
                    "purchase_amount": 120.5,
                    "days_since_first_purchase": 200,
                    "days_since_last_purchase": 12,
                }
            ],
        }
    },
}
