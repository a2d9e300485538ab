"""Publishing settings: the database in which tools for dashboards find tables and boards."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from shopkeeper.settings.addresses import without_password


class PublishSettings(BaseModel):
    """Where `publish` writes, and who may read there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: Annotated[str, PlainSerializer(without_password)] | None = Field(
        None,
        repr=False,
        description="Database for dashboards, such as `postgresql://user@host/database`; the "
        "password is best left to the environment (`PGPASSWORD`) or `~/.pgpass`",
    )
    schema_prefix: str = Field(
        "", pattern="^[a-z0-9_]{0,20}$", description="Put before the names of schemas there"
    )
    reader_role: str | None = Field(
        None, min_length=1, description="Role there that may read tables and boards"
    )
