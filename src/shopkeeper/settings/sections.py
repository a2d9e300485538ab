"""Sections: each part of shopkeeper.toml with its values, defaults and meanings."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from shopkeeper.settings.addresses import without_password
from shopkeeper.settings.deciding import DecisionSettings
from shopkeeper.settings.forecasting import DemandSettings
from shopkeeper.settings.publishing import PublishSettings
from shopkeeper.settings.recommending import RecommendationSettings
from shopkeeper.settings.scheduling import ScheduleSettings
from shopkeeper.settings.serving import ApiSettings, DashboardSettings
from shopkeeper.settings.watching import AlertSettings, MonitoringSettings, RetrainingSettings


class Section(BaseModel):
    """A part of the settings: frozen, and refusing names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineType(StrEnum):
    """What a line of an order is."""

    MERCHANDISE = "merchandise"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    FEE = "fee"
    GIFT_CARD = "gift_card"
    ADJUSTMENT = "adjustment"
    STOCK_ADJUSTMENT = "stock_adjustment"
    SAMPLE = "sample"
    TEST = "test"
    OTHER = "other"


class ShopSettings(Section):
    """The shop itself."""

    name: str = Field("My shop", min_length=1, description="Name shown in the report")
    currency: str = Field(
        "GBP", pattern="^[A-Z]{3}$", description="ISO 4217 code of all amounts; one currency a shop"
    )
    time_zone: str = Field("UTC", description="IANA time zone in which the shop's calendar runs")
    as_of: date | None = Field(
        None,
        description="Day before which data may be seen (exclusive); default: the day after the "
        "last order",
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, KeyError, OSError) as error:
            raise ValueError("not an IANA time zone such as `Europe/London`") from error
        return value


class FormatSettings(Section):
    """How the raw files are written; what is left out is recognised."""

    delimiter: str | None = Field(None, min_length=1, max_length=1, description="Field separator")
    encoding: str | None = Field(None, description="Text encoding, such as `utf-8` or `latin-1`")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal sign of numbers")
    date_order: Literal["ymd", "dmy", "mdy"] | None = Field(
        None, description="Order of year, month and day in dates"
    )
    sheet: str | None = Field(None, description="Sheet of a workbook; default: all alike ones")


class SourceSettings(Section):
    """One source of order lines."""

    name: str = Field(
        "orders",
        pattern="^[a-z][a-z0-9_]{0,40}$",
        description="Name; the raw table is `raw_<name>`",
    )
    kind: str = Field("files", description="Kind of source: `files`, `events`, `online_retail`, …")
    path: Annotated[str, PlainSerializer(without_password)] = Field(
        description="File, folder or pattern, relative to the workspace; or a table of a database, "
        "`postgresql://user@host/database?table=schema.table`"
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="Term → column of the file, where the guess is wrong"
    )
    format: FormatSettings = FormatSettings()


class DefinitionSettings(Section):
    """Definitions on which the field disagrees, settled for this shop."""

    line_types: dict[LineType, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Line type → product ids (with `*` at the end for any ending) that are no "
        "merchandise",
    )
    period_days: int = Field(
        90, ge=1, le=730, description="Days that headline measures and segment moves compare"
    )
    session_minutes: int = Field(
        30,
        ge=1,
        le=1440,
        description="Minutes of silence that end a session, where the source names none",
    )


class RfmSettings(Section):
    """How recency, order count and amount become scores."""

    scoring: Literal["quintiles", "quartiles", "bands"] = Field(
        "quintiles", description="Scores by quintiles, quartiles or fixed bands"
    )
    bands: dict[str, tuple[float, ...]] = Field(
        default_factory=dict, description="Cut points for each measure where scoring is `bands`"
    )


class LifetimeValueSettings(Section):
    """What customers are worth, and when models of it are trained again."""

    horizons_days: tuple[Literal[30, 90, 180, 365], ...] = Field(
        (90, 180, 365), min_length=1, description="Days ahead for which spending is predicted"
    )
    yearly_discount_rate: float = Field(
        0.1, ge=0, le=1, description="Rate at which money of next year is worth less today"
    )
    retrain_days: int = Field(
        30, ge=1, le=365, description="Days after which a run trains again; `train` always does"
    )
    seed: int = Field(0, ge=0, description="Seed of everything that is drawn in training")


class SegmentationSettings(Section):
    """Groups of customers who buy alike, and when they are formed again."""

    retrain_days: int = Field(
        90, ge=1, le=365, description="Days after which a run groups anew; `train` always does"
    )
    seed: int = Field(0, ge=0, description="Seed of starts and samples")


class ChurnSettings(Section):
    """Who counts as leaving, how that is learned, and what keeping a customer is worth."""

    horizon_days: Literal["auto", 30, 60, 90, 120, 180] = Field(
        "auto",
        description="Days without an order that count as leaving; `auto` takes them from the "
        "shop's own times between orders",
    )
    calibration: Literal["season", "sigmoid", "isotonic", "none"] = Field(
        "season",
        description="How probabilities are put right: on the same season of the year before, on "
        "the last days whose outcome is known, or not at all",
    )
    class_weights: bool = Field(
        False,
        description="Whether those who leave and those who stay weigh the same; it costs "
        "calibration",
    )
    resampling: Literal["none", "smote"] = Field(
        "none",
        description="`smote` makes up rows of the rarer class in training; it costs calibration "
        "and needs the extra `resampling`",
    )
    tuning_trials: int = Field(
        6, ge=0, le=200, description="Ways to grow trees that are tried; 0 takes the usual one"
    )
    saved_amount: float = Field(
        2.0,
        gt=0,
        description="Margin that contacting a customer who would have left brings on average; the "
        "cost of a contact is that of the cheapest of `decisions.channels`",
    )
    retrain_days: int = Field(
        30, ge=1, le=365, description="Days after which a run trains again; `train` always does"
    )
    seed: int = Field(0, ge=0, description="Seed of everything that is drawn in training")

    @model_validator(mode="before")
    @classmethod
    def _cost_in_one_place(cls, values: object) -> object:
        if isinstance(values, dict) and "contact_cost" in values:
            raise ValueError(
                "`contact_cost` stands under `[decisions]` now, as `cost_amount` of `channels`, so "
                "that a contact has one cost: take it away here, and state it there"
            )
        return values


class IdentitySettings(Section):
    """What tells that several ids, or guests, are one person; applied by `merge` only."""

    keys: tuple[Literal["email", "phone", "person_key"], ...] = Field(
        ("email",), min_length=1, description="What persons are told by: terms of order lines"
    )
    with_guests: bool = Field(
        True, description="Whether guests who give a key become customers when keys are merged by"
    )
    ignores_plus_tags: bool = Field(
        True, description="Whether `ann+shop@…` and `ann@…` are taken for one mail box"
    )
    most_ids: int = Field(
        5,
        ge=2,
        description="Most ids and guests that may be one person; keys shared by more are refused",
    )
    most_guest_orders: int = Field(
        100, ge=1, description="Most orders under one key of guests; keys with more are refused"
    )
    ignored: tuple[str, ...] = Field(
        (),
        description="Values that are no key, in lower case; with `*` at the beginning for any "
        "beginning, such as `*@marketplace.example`",
    )


class EngineSettings(Section):
    """Where queries run and what they may use."""

    kind: Literal["duckdb", "postgres", "spark"] = Field(
        "duckdb", description="Engine: `duckdb`, `postgres` or `spark`"
    )
    address: Annotated[str, PlainSerializer(without_password)] | None = Field(
        None,
        repr=False,
        description="Server of the engine, such as `postgresql://user@host/database`; the password "
        "is best left to the environment (`PGPASSWORD`) or `~/.pgpass`. For Spark `local[*]` "
        "(default), `sc://host:port` for Spark Connect, or a cluster: `spark://host:port`, `yarn`, "
        "`k8s://…`",
    )
    schema_prefix: str = Field(
        "",
        pattern="^[a-z0-9_]{0,20}$",
        description="Put before the names of schemas in a database: `bronze`, `silver`, …",
    )
    reader_role: str | None = Field(
        None, min_length=1, description="Role in a database that may read all tables"
    )
    kept_versions: int = Field(
        3, ge=2, description="Versions of each table that a database keeps, the last one included"
    )
    memory_limit: str | None = Field(
        None,
        pattern=r"^\d+(\.\d+)?\s*(MB|GB|MiB|GiB)$",
        description="Memory for queries, such as `4GB`",
    )
    threads: int | None = Field(None, ge=1, description="Threads for queries")
    options: dict[str, str] = Field(
        default_factory=dict, description="Spark's own settings, by their full names"
    )


class LakeSettings(Section):
    """Where the tables of the lake live."""

    address: str | None = Field(
        None,
        pattern=r"^(s3a?|az|abfss?|gs)://[^/]+",
        description="Object storage for the tables: `s3://bucket/shop`, `az://container/shop`, "
        "`gs://bucket/shop`; default: the folder of the shop",
    )
    options: dict[str, str] = Field(
        default_factory=dict,
        repr=False,
        description="Of the storage, as delta-rs names them; keys are best left to the "
        "environment (`AWS_ACCESS_KEY_ID`, …)",
    )
    keep_days: int = Field(
        30,
        ge=0,
        description="Days for which old runs can still be read; `shopkeeper vacuum` removes older "
        "ones. The last good run always stays",
    )
    refresh_from_rows: int = Field(
        200_000,
        ge=0,
        description="Tables that have or read so many rows are brought up to date by what changed; "
        "smaller ones are built from everything, which is quicker",
    )


class TrackingSettings(Section):
    """Where training runs and registered models are kept."""

    address: Annotated[str, PlainSerializer(without_password)] | None = Field(
        None,
        repr=False,
        pattern=r"^(https?|sqlite|postgresql|mysql|mssql)(\+\w+)?://.+$",
        description="MLflow server or database; default: a file in the workspace. A server's user "
        "and password, or token, come from the environment: `MLFLOW_TRACKING_USERNAME` and "
        "`MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`",
    )
    experiment: str = Field(
        "shopkeeper",
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$",
        description="Name of the experiment in MLflow; it also stands before the names of models",
    )

    @field_validator("address")
    @classmethod
    def _no_password(cls, value: str | None) -> str | None:
        if value and value.startswith("http") and "@" in value.split("//", 1)[1].split("/", 1)[0]:
            raise ValueError(
                "the password of a server has no place in settings: put it into "
                "`MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD` of the environment"
            )
        return value


class ExperimentSettings(Section):
    """A test that the report tells the outcome of."""

    file: str = Field(description="File of assignments and outcomes, seen from the shop's folder")
    definition: str = Field(description="TOML file that says what was planned, seen from there too")
    where: tuple[str, ...] = Field((), description="Rows to look at, each as `column=value`")


class Settings(Section):
    """All settings of a workspace."""

    shop: ShopSettings = ShopSettings()
    sources: tuple[SourceSettings, ...] = ()
    experiments: tuple[ExperimentSettings, ...] = ()
    definitions: DefinitionSettings = DefinitionSettings()
    rfm: RfmSettings = RfmSettings()
    lifetime_value: LifetimeValueSettings = LifetimeValueSettings()
    decisions: DecisionSettings = DecisionSettings()
    identities: IdentitySettings = IdentitySettings()
    segmentation: SegmentationSettings = SegmentationSettings()
    churn: ChurnSettings = ChurnSettings()
    recommendation: RecommendationSettings = RecommendationSettings()
    demand: DemandSettings = DemandSettings()
    engine: EngineSettings = EngineSettings()
    lake: LakeSettings = LakeSettings()
    tracking: TrackingSettings = TrackingSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    api: ApiSettings = ApiSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    retraining: RetrainingSettings = RetrainingSettings()
    alerts: AlertSettings = AlertSettings()
    publish: PublishSettings = PublishSettings()
    dashboard: DashboardSettings = DashboardSettings()

    @field_validator("sources")
    @classmethod
    def _unique_names(cls, value: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        names = [source.name for source in value]
        if len(set(names)) < len(names):
            raise ValueError("two sources have the same `name`")
        return value
