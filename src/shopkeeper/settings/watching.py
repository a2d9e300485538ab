"""Watching settings: what monitoring takes for an alarm, who is told, and when to train anew."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

# All of an address but its host: what follows often is the key to a chat.
SECRET_PART = re.compile(r"^(https?://)(?:[^/@]*@)?([^/?#]+).*$")
MAIL_ADDRESS = r"^[^@\s<>,;]+@[^@\s<>,;]+$"


def host_only(address: str) -> str:
    """Gives an address as it may be shown."""
    return SECRET_PART.sub(r"\1\2/***", address)


class MonitoringSettings(BaseModel):
    """What is taken for an alarm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_days: int = Field(
        28,
        ge=1,
        le=365,
        description="Features are watched of customers who bought within so many days; taken over "
        "by the next training",
    )
    least_effect: float = Field(
        0.2, gt=0, le=5, description="Least population stability index that is called drift"
    )
    false_discovery_rate: float = Field(
        0.01, gt=0, lt=0.5, description="Largest share of false alarms among those of one look"
    )
    watches_freshness: bool = Field(
        default=True,
        description="Whether missing orders are an alarm; false for data that will not grow",
    )
    performance_slack: float = Field(
        0.03,
        gt=0,
        le=0.5,
        description="By how much AUC and Brier score may be worse than the card promised",
    )
    calibration_slack: float = Field(
        0.1, gt=0, le=0.5, description="How far a rate may lie from what was said"
    )
    total_ratio: float = Field(
        1.5, gt=1, le=10, description="How many times spending may lie above or below what was said"
    )
    hit_rate_slack: float = Field(
        0.05,
        gt=0,
        le=0.5,
        description="By how much fewer buyers than the card promised may buy from their list",
    )
    forecast_ratio: float = Field(
        1.5, gt=1, le=10, description="How many times the promised error a forecast may lie off"
    )
    coverage_slack: float = Field(
        0.1, gt=0, le=0.5, description="By how much fewer weeks than promised may lie within ranges"
    )
    keep_predictions_days: int = Field(
        400,
        ge=60,
        description="Days for which the log of predictions is kept; longer where a model's horizon "
        "is longer, as what was said is needed until it came true",
    )
    slowest_milliseconds: float = Field(
        1000, gt=0, description="Time in which 99 of 100 predictions of the API are to be answered"
    )


class RetrainingSettings(BaseModel):
    """When `shopkeeper monitor --retrain` trains challengers; the gate decides what they become."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every_days: int | None = Field(
        None, ge=1, le=730, description="Age of the last training from which on it is due"
    )
    on_drift: bool = Field(default=True, description="Whether drift makes it due")
    on_performance: bool = Field(
        default=True, description="Whether a model that does worse than promised makes it due"
    )
    least_days: int = Field(
        7, ge=0, le=365, description="Days that must lie between two trainings, whatever happens"
    )


class MailSettings(BaseModel):
    """The mail server that brings alarms; its password stands in the environment, SMTP_PASSWORD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("", description="Mail server; empty sends no mail")
    port: int = Field(587, ge=1, le=65535, description="Its port")
    encryption: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`none` only for a server on this machine, and without a password"
    )
    user: str = Field("", description="Name to log in with; empty does not log in")
    sender: str = Field(
        "shopkeeper@localhost", pattern=MAIL_ADDRESS, description="Address that mails come from"
    )
    recipients: tuple[Annotated[str, Field(pattern=MAIL_ADDRESS)], ...] = Field(
        (), description="Addresses that mails go to"
    )


class AlertSettings(BaseModel):
    """Who is told of an alarm; what is told names no customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    webhooks: tuple[
        Annotated[str, Field(pattern="^https?://[^/]+"), PlainSerializer(host_only)], ...
    ] = Field((), repr=False, description="Addresses that alarms are posted to, as JSON")
    mail: MailSettings = MailSettings()
    remind_days: int | None = Field(
        7,
        ge=1,
        le=365,
        description="Days after which an alarm that goes on is told again; until then it is shown "
        "with the day since when, and the exit code is 0",
    )
    timeout_seconds: float = Field(
        10, gt=0, le=120, description="Time that each of them has to answer"
    )
