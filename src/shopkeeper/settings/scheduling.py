"""Scheduling settings: when the nightly job runs, and what is tried again; read by schedulers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ScheduleSettings(BaseModel):
    """When the nightly job runs; Shopkeeper starts nothing by itself, a scheduler reads this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str = Field(
        "03:30",
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Time of the day at which it runs, in the shop's time zone",
    )
    days: tuple[Weekday, ...] = Field(
        WEEK, min_length=1, description="Days of the week on which it runs"
    )
    declares_as_of: bool = Field(
        True,
        description="Whether a scheduled run sees data before its own day only, so that it can be "
        "repeated later; otherwise it sees all that is there",
    )
    retries: int = Field(2, ge=0, le=20, description="Times that a failed step is tried again")
    retry_minutes: int = Field(10, ge=0, le=1440, description="Minutes between two tries")

    @field_validator("days")
    @classmethod
    def _each_once(cls, value: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a day of the week stands in it twice")
        return tuple(day for day in WEEK if day in value)
