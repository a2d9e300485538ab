"""Recommendation settings: how much each interaction says, and which products may be shown."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RecommendationSettings(BaseModel):
    """What customers may want next: weights, lists, rules of the shop, and training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view_weight: float = Field(1.0, ge=0, description="What a view of a product says of interest")
    cart_weight: float = Field(3.0, ge=0, description="What putting it into a cart says")
    purchase_weight: float = Field(5.0, gt=0, description="What buying it says")
    half_life_days: float = Field(
        180.0, gt=0, description="Days after which an interaction weighs half"
    )
    horizon_days: int = Field(
        30, ge=7, le=180, description="Days ahead for which it is foretold what customers buy"
    )
    list_length: int = Field(10, ge=1, le=50, description="Products that each customer is shown")
    mode: Literal["both", "again", "new"] = Field(
        "both",
        description="What is recommended: products to buy `again`, `new` ones, or `both` mixed by "
        "how likely they are bought",
    )
    least_new: int = Field(
        3, ge=0, le=50, description="Products on each list that the customer has not bought yet"
    )
    exclude_bought_days: int = Field(
        0, ge=0, description="Days for which what was just bought is not recommended again"
    )
    most_per_category: int | None = Field(
        None, ge=1, description="Products of one category on a list; default: any number"
    )
    fresh_days: int | None = Field(
        180, ge=1, description="Products that nobody bought for so many days are not recommended"
    )
    products_file: str | None = Field(
        None,
        description="CSV of what the shop knows of its products: `product_id`, and where known "
        "`is_in_stock` (1 or 0) and `margin_rate` (0-1)",
    )
    least_margin_rate: float | None = Field(
        None, ge=-1, le=1, description="Least margin of products whose margin is known"
    )
    with_als: bool = Field(
        False,
        description="Whether implicit ALS enters the contest too; it needs the extra `recommend`. "
        "On Spark its vectors are learned by Spark, of all customers",
    )
    is_trained: bool = Field(True, description="Whether runs train and score recommendations")
    retrain_days: int = Field(
        30, ge=1, le=365, description="Days after which a run trains again; `train` always does"
    )
    seed: int = Field(0, ge=0, description="Seed of everything that is drawn in training")
