"""Settings: shopkeeper.toml < SHOPKEEPER_* environment < flags; validated whole, read once."""

from shopkeeper.settings.addresses import without_password
from shopkeeper.settings.forecasting import DemandSettings
from shopkeeper.settings.loading import (
    ENVIRONMENT_PREFIX,
    SETTINGS_FILE,
    LoadedSettings,
    load_settings,
)
from shopkeeper.settings.publishing import PublishSettings
from shopkeeper.settings.recommending import RecommendationSettings
from shopkeeper.settings.scheduling import ScheduleSettings
from shopkeeper.settings.sections import (
    ChurnSettings,
    DefinitionSettings,
    EngineSettings,
    ExperimentSettings,
    FormatSettings,
    IdentitySettings,
    LakeSettings,
    LifetimeValueSettings,
    LineType,
    RfmSettings,
    Section,
    SegmentationSettings,
    Settings,
    ShopSettings,
    SourceSettings,
    TrackingSettings,
)
from shopkeeper.settings.serving import ApiKeySettings, ApiSettings, DashboardSettings
from shopkeeper.settings.watching import (
    AlertSettings,
    MailSettings,
    MonitoringSettings,
    RetrainingSettings,
)

__all__ = [
    "ENVIRONMENT_PREFIX",
    "SETTINGS_FILE",
    "AlertSettings",
    "ApiKeySettings",
    "ApiSettings",
    "ChurnSettings",
    "DashboardSettings",
    "DefinitionSettings",
    "DemandSettings",
    "EngineSettings",
    "ExperimentSettings",
    "FormatSettings",
    "IdentitySettings",
    "LakeSettings",
    "LifetimeValueSettings",
    "LineType",
    "LoadedSettings",
    "MailSettings",
    "MonitoringSettings",
    "PublishSettings",
    "RecommendationSettings",
    "RetrainingSettings",
    "RfmSettings",
    "ScheduleSettings",
    "Section",
    "SegmentationSettings",
    "Settings",
    "ShopSettings",
    "SourceSettings",
    "TrackingSettings",
    "load_settings",
    "without_password",
]
