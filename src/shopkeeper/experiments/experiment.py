"""Experiment: what a test is, said before it is read: arms, unit, metrics, alpha, decision rule."""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shopkeeper.errors import SettingsError, UnknownNameError, closest_hint, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Cookie Cats has p .009; a stricter limit would let the best-known broken test through.
RATIO_ALPHA = 0.01


class Part(BaseModel):
    """A part of a definition: frozen, and refusing names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """What a metric gives for an arm."""

    MEAN = "mean"
    REVENUE = "revenue"
    PROPORTION = "proportion"
    RATIO = "ratio"
    QUANTILE = "quantile"


class Role(StrEnum):
    """What a metric is for: it decides, it is looked at, or it must not be harmed."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class Direction(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"


class DecidingTest(StrEnum):
    """Which test decides; the others are shown beside it."""

    WELCH = "welch"
    SEQUENTIAL = "sequential"


class Missing(StrEnum):
    """What a unit without an outcome means."""

    LEAVE_OUT = "leave_out"
    ZERO = "zero"


class Metric(Part):
    """An outcome by which arms are compared."""

    name: str = Field("", description="Name for people; default: the column")
    kind: Kind = Field(
        Kind.MEAN, description="`mean`, `revenue`, `proportion`, `ratio`, `quantile`"
    )
    column: str = Field(description="Column with the outcome of a unit")
    denominator: str | None = Field(None, description="Column that a `ratio` is divided by")
    quantile: float = Field(0.5, gt=0, lt=1, description="Which `quantile`, as a share")
    covariate: str | None = Field(None, description="Column known before the test, for CUPED")
    cap_quantile: float | None = Field(
        None, gt=0.5, lt=1, description="Outcomes above this quantile of all arms count as it"
    )
    cap_value: float | None = Field(None, gt=0, description="Outcomes above this count as it")
    missing: Missing = Field(Missing.LEAVE_OUT, description="Empty outcomes: `leave_out`, `zero`")
    better: Direction = Field(Direction.HIGHER, description="Which way is good")
    role: Role = Field(Role.PRIMARY, description="`primary`, `secondary`, `guardrail`")
    tolerated_loss: float | None = Field(
        None, ge=0, lt=1, description="Relative loss that a guardrail may not be shown to exceed"
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Metric:
        if (self.kind is Kind.RATIO) != (self.denominator is not None):
            raise ValueError("a `ratio` has a `denominator`, and no other kind has one")
        if self.covariate and self.kind in {Kind.RATIO, Kind.QUANTILE}:
            raise ValueError("CUPED is for means: leave `covariate` out of ratios and quantiles")
        if self.cap_quantile is not None and self.cap_value is not None:
            raise ValueError("give `cap_quantile` or `cap_value`, not both")
        return self

    @property
    def label(self) -> str:
        """Name for people."""
        if self.name:
            return self.name
        if self.kind is Kind.RATIO:
            return f"{self.column} / {self.denominator}"
        if self.kind is Kind.QUANTILE:
            return f"{self.column} ({self.quantile:.0%} quantile)"
        return self.column

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns with numbers that it needs."""
        return tuple(c for c in (self.column, self.denominator, self.covariate) if c)


class Experiment(Part):
    """A whole test, as it was planned."""

    name: str = Field("experiment", min_length=1, description="Name for people")
    question: str = Field("", description="What is to be learned, in one sentence")
    variant: str = Field(description="Column that names the arm")
    control: str = Field(description="Arm that all others are compared with")
    allocation: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="Arm → planned part; default: equal parts of those seen"
    )
    unit: str | None = Field(None, description="Column that names whom was drawn; default: a row")
    starts_on: date | None = Field(None, description="First day")
    ends_before: date | None = Field(None, description="Day after the last, as planned")
    planned_count: int | None = Field(None, ge=2, description="Units planned, in all arms together")
    metrics: tuple[Metric, ...] = Field(min_length=1, description="What is compared")
    segments: tuple[str, ...] = Field((), description="Columns known before the test to divide by")
    alpha: float = Field(0.05, gt=0, lt=0.5, description="Chance of a false alarm that is accepted")
    test: DecidingTest = Field(
        DecidingTest.WELCH, description="`welch` looks once, at the end; `sequential` any time"
    )
    tuning_count: int = Field(
        5000, ge=100, description="Units at which always-valid intervals are tightest"
    )
    least_lift: float = Field(0.0, ge=0, description="Relative gain below which it is not worth it")
    usual_lift: float | None = Field(
        None,
        gt=0,
        description="How large relative changes usually are, up or down: the prior of the Bayesian "
        "read-out; default: nothing is known",
    )
    ratio_alpha: float = Field(
        RATIO_ALPHA,
        gt=0,
        lt=0.5,
        description="Sample ratio: p-value below which reading is blocked",
    )
    seed: int = Field(0, ge=0, description="Seed of all that is drawn while reading")

    @model_validator(mode="after")
    def _holds_together(self) -> Experiment:
        if not any(metric.role is Role.PRIMARY for metric in self.metrics):
            raise ValueError("one metric must have the role `primary`")
        labels = [metric.label for metric in self.metrics]
        if len(set(labels)) < len(labels):
            raise ValueError("two metrics have the same name")
        if self.allocation and self.control not in self.allocation:
            raise ValueError("`allocation` must name the control, too")
        if self.starts_on and self.ends_before and self.ends_before <= self.starts_on:
            raise ValueError("`ends_before` must lie after `starts_on`")
        return self

    @property
    def number_columns(self) -> tuple[str, ...]:
        """Columns with numbers that any metric needs, each once."""
        return tuple(dict.fromkeys(c for metric in self.metrics for c in metric.columns))


def experiment_from(values: Mapping[str, object], origin: str) -> Experiment:
    """Holds plain values to what a definition may say.

    Args:
        values: As in the TOML file.
        origin: Where they came from, for the error.

    Raises:
        SettingsError: A name is unknown, missing or not valid.
    """
    try:
        return Experiment.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "definition"
        if first["type"] == "extra_forbidden":
            known = Metric.model_fields if "metrics" in first["loc"] else Experiment.model_fields
            raise SettingsError(
                f"An experiment has no `{shorten(name)}` ({origin}).",
                closest_hint(str(first["loc"][-1]), known),
            ) from error
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(
            f"`{shorten(name)}` of the experiment ({origin}): {message[:1].lower()}{message[1:]}.",
            "see docs/guides/how-to-design-a-test.md",
        ) from error


def read_experiment(file: Path) -> Experiment:
    """Reads a definition from a TOML file.

    Raises:
        SettingsError: It cannot be read, is no TOML, or says something else than a definition.
    """
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"`{file.name}` is not valid TOML: {error}.", f"mend `{file}`"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"`{file}` cannot be read: {error.strerror}.", "give the path of a definition"
        ) from error
    return experiment_from(values, file.name)


def check_control(experiment: Experiment, variants: tuple[str, ...]) -> None:
    """Holds the named control to being an arm.

    Raises:
        UnknownNameError: It is none; the hint offers the closest.
    """
    if experiment.control not in variants:
        raise UnknownNameError.among("arm", experiment.control, variants)
