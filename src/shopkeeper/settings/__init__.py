"""Settings: shopkeeper.toml < SHOPKEEPER_* environment < flags; validated whole, read once."""

from shopkeeper.settings.addresses import without_password
from shopkeeper.settings.loading import (
    ENVIRONMENT_PREFIX,
    SETTINGS_FILE,
    LoadedSettings,
    load_settings,
)
from shopkeeper.settings.publishing import PublishSettings
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
)
from shopkeeper.settings.serving import ApiKeySettings, ApiSettings

__all__ = [
    "ENVIRONMENT_PREFIX",
    "SETTINGS_FILE",
    "ApiKeySettings",
    "ApiSettings",
    "ChurnSettings",
    "DefinitionSettings",
    "EngineSettings",
    "ExperimentSettings",
    "FormatSettings",
    "IdentitySettings",
    "LakeSettings",
    "LifetimeValueSettings",
    "LineType",
    "LoadedSettings",
    "PublishSettings",
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
