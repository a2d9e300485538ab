"""Decision settings: whom to contact, what it may cost, what is assumed until it is measured."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class ChannelSettings(BaseModel):
    """One way to reach a customer: what a contact costs, and whom it is thought to keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[a-z][a-z0-9_ -]{0,30}$", description="Name, such as `call`")
    cost_amount: float = Field(ge=0, description="Cost of one contact, in the shop's currency")
    saved_rate: float = Field(
        ge=0, le=1, description="Share of leaving customers that a contact keeps: an assumption"
    )
    saved_rate_low: float = Field(0.0, ge=0, le=1, description="Lower end of that assumption")
    saved_rate_high: float = Field(1.0, ge=0, le=1, description="Upper end of that assumption")

    @model_validator(mode="after")
    def _in_order(self) -> ChannelSettings:
        if not self.saved_rate_low <= self.saved_rate <= self.saved_rate_high:
            raise ValueError("`saved_rate` must lie between `saved_rate_low` and `saved_rate_high`")
        return self


class DecisionSettings(BaseModel):
    """Whom to contact, what it may cost, and how it will be known whether it worked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    margin_rate: float = Field(
        0.4, gt=0, le=1, description="Share of sales that stays with the shop: an assumption"
    )
    horizon_days: int | None = Field(
        None,
        ge=1,
        description="Days over which a contact is to pay; default: the shortest with values",
    )
    reach_days: int = Field(
        365, ge=1, description="Customers silent for longer are left alone: they have left already"
    )
    quiet_days: int = Field(
        30, ge=0, description="Days after a contact in which the same customer is left alone"
    )
    holdout_share: float = Field(
        0.2, gt=0, lt=1, description="Share of each list that is not contacted, to compare with"
    )
    list_size: int = Field(100, ge=1, description="Most customers on a call list")
    budget_amount: float | None = Field(
        None, gt=0, description="Most that the contacts of one plan may cost"
    )
    seed: int = Field(0, ge=0, description="Seed of everything that is drawn in a plan")
    channels: tuple[ChannelSettings, ...] = Field(
        (
            ChannelSettings(
                name="call",
                cost_amount=6.0,
                saved_rate=0.1,
                saved_rate_low=0.04,
                saved_rate_high=0.16,
            ),
            ChannelSettings(
                name="email",
                cost_amount=0.1,
                saved_rate=0.02,
                saved_rate_low=0.0,
                saved_rate_high=0.04,
            ),
        ),
        min_length=1,
        description="Ways to reach a customer; the one that pays most is recommended",
    )

    @property
    def contact_cost(self) -> float:
        """Cost of the cheapest contact."""
        return min(channel.cost_amount for channel in self.channels)

    @field_validator("channels")
    @classmethod
    def _unique_channels(cls, value: tuple[ChannelSettings, ...]) -> tuple[ChannelSettings, ...]:
        names = [channel.name for channel in value]
        if len(set(names)) < len(names):
            raise ValueError("two channels have the same `name`")
        return value
