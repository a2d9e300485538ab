"""Serving settings: where the API and the dashboard answer, who may ask, and how much."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

# What a key may do; documented in `docs/guides/api.md`.
ApiScope = Literal["read", "customers", "predict", "operate"]
# SHA-256 of a key with 256 bits of chance: nothing to guess, so nothing to slow down.
KEY_HASH = "^sha256:[0-9a-f]{64}$"


class ApiKeySettings(BaseModel):
    """A key that opens the API; only its hash is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$", description="Whose key it is, for the log"
    )
    scopes: tuple[ApiScope, ...] = Field(
        min_length=1,
        description="`read` answers, `customers` by name, `predict`, `operate` (metrics)",
    )
    hash: str = Field(
        pattern=KEY_HASH, description="As `shopkeeper serve --new-key NAME` writes it"
    )


class ApiSettings(BaseModel):
    """Where the API answers, who may ask, and how much."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to listen at; others than this machine's own need a key",
    )
    port: int = Field(8765, ge=0, le=65535, description="Port to listen at")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer")
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Names under which the API is reached, besides those of this machine and "
        "`api.host`; `*` for any",
    )
    keys: tuple[ApiKeySettings, ...] = Field((), description="Keys that open it")
    requests_per_minute: int = Field(
        6000, ge=0, description="Requests of one key, or of one address, and worker; 0 for any"
    )
    largest_body_bytes: int = Field(
        1_000_000, ge=1_000, le=100_000_000, description="Largest body of a request"
    )
    logs_predictions: bool = Field(
        default=True, description="Whether predictions are kept, to be watched later"
    )

    @field_validator("keys")
    @classmethod
    def _unique_names(cls, value: tuple[ApiKeySettings, ...]) -> tuple[ApiKeySettings, ...]:
        names = [key.name for key in value]
        if len(set(names)) < len(names):
            raise ValueError("two keys have the same `name`")
        return value


class DashboardSettings(BaseModel):
    """Where the dashboard answers; it is shown to this machine only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(8766, ge=0, le=65535, description="Port to listen at; 0 takes a free one")
    largest_upload_megabytes: int = Field(
        200, ge=1, le=100_000, description="Largest file that may be handed in to start a shop"
    )
