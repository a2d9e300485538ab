"""Forecasting settings: how far ahead demand is foretold, and what stock must last through."""

from __future__ import annotations

import math
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DAYS_OF_A_WEEK = 7


class DemandSettings(BaseModel):
    """What will sell: horizon, products, ranges, and what is needed to order in time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon_weeks: int = Field(
        4, ge=1, le=13, description="Weeks ahead for which sales are foretold"
    )
    most_products: int = Field(
        200,
        ge=0,
        le=2000,
        description="Best sellers that are foretold each by itself; the rest of a category is "
        "foretold as one series, so that sums hold",
    )
    interval_level: float = Field(
        0.8, ge=0.5, le=0.98, description="Share of weeks that are to lie within their range"
    )
    lead_time_days: int = Field(
        14, ge=1, le=91, description="Days from an order at the supplier to goods on the shelf"
    )
    service_level: float = Field(
        0.95,
        ge=0.5,
        le=0.99,
        description="Probability with which stock is to last through the lead time",
    )
    calendar_file: str | None = Field(
        None,
        description="CSV of days known in advance, such as promotions and days the shop is closed: "
        "`first_date`, `last_date`, `name`; public holidays come from `holiday_country`",
    )
    holiday_country: str | None = Field(
        None,
        max_length=60,
        description="Country whose public holidays are known in advance, as an ISO code such as "
        "`GB`; default: the country of most orders; `none` for no holidays",
    )
    stock_file: str | None = Field(
        None, description="CSV of stock on hand and on order: `product_id`, `stock_quantity`"
    )
    is_trained: bool = Field(True, description="Whether runs train and make forecasts")
    retrain_days: int = Field(
        7, ge=1, le=365, description="Days after which a run trains again; `train` always does"
    )
    seed: int = Field(0, ge=0, description="Seed of everything that is drawn in training")

    @property
    def lead_time_weeks(self) -> int:
        """Whole weeks that the lead time begins."""
        return math.ceil(self.lead_time_days / DAYS_OF_A_WEEK)

    @model_validator(mode="after")
    def _lead_time_within_horizon(self) -> Self:
        if self.lead_time_weeks > self.horizon_weeks:
            raise ValueError(
                f"`lead_time_days` {self.lead_time_days} is longer than `horizon_weeks` "
                f"{self.horizon_weeks}; foretell at least {self.lead_time_weeks} weeks"
            )
        return self
