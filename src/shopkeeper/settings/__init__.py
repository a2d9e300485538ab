"""Settings: shopkeeper.toml < SHOPKEEPER_* environment < flags; validated whole, read once."""

from shopkeeper.settings.loading import (
    ENVIRONMENT_PREFIX,
    SETTINGS_FILE,
    LoadedSettings,
    load_settings,
)
from shopkeeper.settings.recommending import RecommendationSettings
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
    without_password,
)
from shopkeeper.settings.serving import ApiKeySettings, ApiSettings, DashboardSettings

__all__ = [
    "ENVIRONMENT_PREFIX",
    "SETTINGS_FILE",
    "ApiKeySettings",
    "ApiSettings",
    "ChurnSettings",
    "DashboardSettings",
    "DefinitionSettings",
    "EngineSettings",
    "ExperimentSettings",
    "FormatSettings",
    "IdentitySettings",
    "LakeSettings",
    "LifetimeValueSettings",
    "LineType",
    "LoadedSettings",
    "RecommendationSettings",
    "RfmSettings",
    "Section",
    "SegmentationSettings",
    "Settings",
    "ShopSettings",
    "SourceSettings",
    "TrackingSettings",
    "load_settings",
    "without_password",
]
