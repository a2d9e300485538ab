"""Forms: what-if questions where a person types numbers, answered by the models of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from shopkeeper.dashboard.charts import card, plain, show
from shopkeeper.dashboard.frames import meaning_of
from shopkeeper.dashboard.refusals import no_model
from shopkeeper.errors import ShopkeeperError
from shopkeeper.html import cells
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice
from shopkeeper.html.text import words
from shopkeeper.jobs.predict import Input, inputs_of
from shopkeeper.jobs.what_if import HORIZON, MEANINGS, VALUES, Asked, persona, rfm, value
from shopkeeper.models.rfm_scores import MEASURES
from shopkeeper.tasks.customer_segmentation.features import RAW

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

# Examples of a customer, so that a form can be sent as it stands.
USUAL: Mapping[str, float] = {
    "days_since_last_order": 30, "order_count": 4, "order_amount": 250.0, "purchase_count": 4,
    "purchase_amount": 250.0, "days_since_first_purchase": 200, "days_since_last_purchase": 30,
}  # fmt: skip
MOST_FIELDS = 8


def ask_rfm(asking: Asking) -> None:
    """Asks for days, orders and amount; says which segment that is, and what to do."""
    numbers = _numbers("rfm", "What if: which segment would this customer be in?", MEASURES)
    if numbers is None:
        return
    with _refusing("rfm"):
        found = rfm(_asked(asking, numbers))
        scores = (
            f"Recency {found.recency_score}, frequency {found.frequency_score}, "
            f"monetary {found.monetary_score}, each from 1 to 5. {found.meaning} {found.advice}"
        )
        _say("rfm", f"{found.segment} ({found.rfm_score})", scores)


def ask_persona(asking: Asking) -> None:
    """Asks for a history; says which of the groups that were found it belongs to."""
    title = "What if: which group would this history belong to?"
    if "customer_segments" not in asking.models():
        show(no_model(asking, title, "customer_segments"), key="no-persona")
        return
    numbers = _numbers("persona", title, RAW)
    if numbers is None:
        return
    with _refusing("persona"):
        found = persona(_asked(asking, numbers))
        far = "This history is far from all groups. " if found.is_outlier else ""
        text = f"{far}{found.meaning} {found.advice} By {found.model}."
        _say("persona", found.segment, text)


def ask_value(asking: Asking) -> None:
    """Asks for a history; says what such customers are worth at each horizon."""
    horizons = [
        int(name.removeprefix(VALUES).removesuffix("_days"))
        for name in asking.models()
        if name.startswith(VALUES)
    ]
    title = "What if: what would this history be worth?"
    if not horizons:
        show(no_model(asking, title, VALUES), key="no-value")
        return
    numbers = _numbers("value", title, RAW)
    if numbers is None:
        return
    with _refusing("value"):
        rows = tuple(
            _value_row(asking, {**numbers, HORIZON: horizon}) for horizon in sorted(horizons)
        )
        table = DataTable("what-if-value", "What such customers are worth", VALUE_COLUMNS, rows)
        show(card("what-if-value", "The answer", "", table), key="answer-value")


def ask_features(asking: Asking, names: Sequence[str]) -> None:
    """Asks for a row of features and a model; says what the model says of it."""
    models = [name for name in asking.models() if name in names]
    title = "What if: how likely would this customer leave?"
    if not models:
        show(no_model(asking, title, *names), key="no-features")
        return
    with st.form("features"):
        st.header(title, anchor=False)
        st.text("Filled in for a customer in the middle; what is left empty is not known.")
        name = st.selectbox("Model", models, format_func=words)
        row = _feature_fields(name, asking.typical_customer())
        if not st.form_submit_button("Ask the model", type="primary"):
            return
    with _refusing("features"):
        predictor = asking.predictor(name)
        known = {name: number for name, number in row.items() if number is not None}
        said = predictor.predict([known])[0]
        rows = tuple((cells.text(words(key)), _said(key, value)) for key, value in said.items())
        columns = (Column("What"), Column("The model says", Kind.NUMBER))
        table = DataTable("what-if-features", f"By {predictor.label}", columns, rows)
        show(card("what-if-features", "The answer", "", table), key="answer-features")


def _feature_fields(model: str, usual: Mapping[str, Any]) -> dict[str, Any]:
    inputs = inputs_of(model)
    needed = [each for each in inputs if each.is_needed]
    others = [each for each in inputs if not each.is_needed]
    row: dict[str, Any] = {}
    for part, fields in (
        ("", needed[:MOST_FIELDS]),
        ("More features", [*needed[MOST_FIELDS:], *others]),
    ):
        place = st.expander(part) if part else st.container()
        with place:
            columns = st.columns(2)
            for number, each in enumerate(fields):
                with columns[number % 2]:
                    row[each.name] = _feature(each, usual.get(each.name))
    return row


def _feature(each: Input, usual: Any) -> Any:
    label, key, known = words(each.name), f"feature-{each.name}", plain(each.meaning)
    if each.type == "string":
        return st.text_input(label, value=usual or "", help=known, key=key) or None
    if each.type == "boolean":
        return st.checkbox(label, value=bool(usual), help=known, key=key)
    number = None if usual is None else float(usual)
    return st.number_input(label, value=number, help=known, key=key)


VALUE_COLUMNS = (
    Column("Within"),
    Column("Expected", Kind.NUMBER, "Mean of what such customers spend"),
    Column("8 of 10 spend from", Kind.NUMBER),
    Column("to", Kind.NUMBER),
    Column("Will buy", Kind.NUMBER, "Probability of at least one purchase"),
    Column("Purchases", Kind.NUMBER, "Days of purchase to expect"),
    Column("Not gone for good", Kind.NUMBER),
)


def _value_row(asking: Asking, numbers: Mapping[str, float]) -> tuple[Cell, ...]:
    found = value(_asked(asking, numbers))
    currency = asking.currency
    ends = [
        cells.EMPTY if end is None else cells.amount(end, currency)
        for end in (found.lower_amount, found.upper_amount)
    ]
    return (
        cells.length(found.horizon_days),
        cells.amount(found.expected_amount, currency),
        *ends,
        cells.share(found.purchase_probability),
        cells.decimal(found.expected_purchases),
        cells.share(found.alive_probability),
    )


def _said(name: str, value: Any) -> Cell:
    if isinstance(value, float) and name.endswith(("probability", "share")):
        return cells.share(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return cells.decimal(float(value))
    return cells.text(None if value is None else str(value))


def _asked(asking: Asking, numbers: Mapping[str, float]) -> Asked:
    return Asked(asking.manifest, numbers, asking.predictor)


def _numbers(name: str, title: str, fields: Sequence[str]) -> dict[str, float] | None:
    """Gives the numbers of a form that was sent; None before."""
    with st.form(name):
        st.header(title, anchor=False)
        columns = st.columns(len(fields))
        found: dict[str, float] = {}
        for place, field in enumerate(fields):
            with columns[place]:
                found[field] = _field(name, field)
        return found if st.form_submit_button("Answer", type="primary") else None


def _field(form: str, field: str) -> float:
    label, key, known = MEANINGS[field], f"{form}-{field}", meaning_of(field)
    usual = USUAL[field]
    if field.endswith("amount"):
        return float(st.number_input(label, 0.0, value=float(usual), help=known, key=key))
    return float(st.number_input(label, 0, value=int(usual), step=1, help=known, key=key))


def _say(name: str, title: str, text: str) -> None:
    notice = Notice("good", title, plain(text))
    show(card(f"what-if-{name}", "The answer", "", notice), key=f"answer-{name}")


class _refusing:  # noqa: N801 - reads as a word of the sentence in which it stands
    """Shows why a question was refused, in the place of its answer."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, ShopkeeperError):
            return False
        text = plain(f"{error.message} {error.hint}")
        notice = Notice("bad", "This cannot be answered", text)
        show(card(f"refused-{self._name}", "The answer", "", notice), key=f"answer-{self._name}")
        return True
