"""Loading: shopkeeper.toml < profiles < environment < flags, with the origin of each value."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ValidationError,
)

from shopkeeper.errors import SettingsError, closest_hint, shorten
from shopkeeper.settings.addresses import without_password
from shopkeeper.settings.profiles import chosen_profiles, layers_of
from shopkeeper.settings.sections import (
    ExperimentSettings,
    LineType,
    Settings,
    SourceSettings,
)
from shopkeeper.settings.serving import ApiKeySettings

# Sections of which there may be several.
LISTED: Mapping[str, type[BaseModel]] = {
    "sources": SourceSettings,
    "experiments": ExperimentSettings,
    "keys": ApiKeySettings,
}
SETTINGS_FILE = "shopkeeper.toml"
ENVIRONMENT_PREFIX = "SHOPKEEPER_"
# Sections of tasks may be named with `tasks.` before them: `tasks.churn.horizon_days`.
TASKS = "tasks"
TASK_SECTIONS = frozenset(
    name
    for name, section in Settings.model_fields.items()
    if {"retrain_days", "scoring"}.intersection(getattr(section.annotation, "model_fields", ()))
)
# Variables with the prefix that are no settings: they steer tests and paths.
ENVIRONMENT_OTHERS = frozenset({"SHOPKEEPER_DATA", "SHOPKEEPER_SERVED", "SHOPKEEPER_SHOWN"})


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings together with where each value came from.

    Attributes:
        settings: The validated settings.
        origins: Dotted name → `shopkeeper.toml`, a profile, an environment variable or `--set`;
            names that are missing here have their default.
        profiles: Profiles in use, the weakest first.
    """

    settings: Settings
    origins: Mapping[str, str]
    profiles: tuple[str, ...] = ()


def load_settings(
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    overrides: Sequence[str] = (),
) -> LoadedSettings:
    """Reads the settings of a workspace once, from all places, and validates them whole.

    Args:
        folder: The workspace; its `shopkeeper.toml` may be missing.
        environment: Environment to read; None reads the process's.
        overrides: `name=value` texts from flags, values written as in TOML.

    Raises:
        SettingsError: A name is unknown or a value is not valid.
    """
    source = os.environ if environment is None else environment
    file = folder / SETTINGS_FILE
    written = _read_toml(file) if file.exists() else {}
    stronger = [*_from_environment(source), *_from_flags(overrides)]
    known = written.pop("profiles", {})
    layers = layers_of(known)
    wanted = written.pop("profile", ())
    for values, _ in stronger:
        wanted = values.pop("profile", wanted)
    chosen = chosen_profiles(wanted, layers)
    for name in layers.keys() - set(chosen):
        # A profile that is not in use is held to the same rules, so that no mistake sleeps in it.
        _composed(written, [(layer, _origin(each)) for each, layer in layers[name]])
    used = [(layer, _origin(each)) for name in chosen for each, layer in layers[name]]
    found = _composed(written, [*used, *stronger])
    return LoadedSettings(found.settings, found.origins, chosen)


def _composed(
    written: Mapping[str, Any], stronger: Sequence[tuple[Mapping[str, Any], str]]
) -> LoadedSettings:
    """Puts layers over what is written in the file, each stronger than those before it."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer, origin in ((written, SETTINGS_FILE), *stronger):
        _merge(values, _without_prefix(layer, origin), origin, origins)
    return LoadedSettings(_validated(values, origins), origins)


def _origin(profile: str) -> str:
    return f"profile {profile}"


def _without_prefix(layer: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """Takes `tasks.` away from before the sections of tasks."""
    found = dict(layer)
    named = found.pop(TASKS, {})
    if not isinstance(named, Mapping):
        raise SettingsError(f"`{TASKS}` (from {origin}) is no section.")
    for section, values in named.items():
        if section not in TASK_SECTIONS:
            raise SettingsError(
                f"There is no setting `{TASKS}.{shorten(section)}` (from {origin}).",
                closest_hint(str(section), TASK_SECTIONS),
            )
        beside = found.get(section)
        if isinstance(beside, Mapping) and isinstance(values, Mapping):
            found[section] = {**beside, **values}
        else:
            found[section] = values
    return found


def _from_environment(source: Mapping[str, str]) -> list[tuple[dict[str, Any], str]]:
    found = []
    for variable in sorted(source):
        if variable.startswith(ENVIRONMENT_PREFIX) and variable not in ENVIRONMENT_OTHERS:
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            found.append((_nested(name, source[variable]), variable))
    return found


def _from_flags(overrides: Sequence[str]) -> list[tuple[dict[str, Any], str]]:
    found = []
    for override in overrides:
        name, separator, text = override.partition("=")
        if not separator:
            raise SettingsError(
                f"`--set {shorten(override)}` has no `=`.", "write `--set name=value`"
            )
        found.append((_nested(name.strip(), text), "--set"))
    return found


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"`{file.name}` is not valid TOML: {error}.", f"mend `{file}`"
        ) from error
    except OSError as error:
        raise SettingsError(f"`{file}` cannot be read: {error.strerror}.") from error


def _nested(name: str, text: str) -> dict[str, Any]:
    try:
        value: Any = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    for part in reversed(name.split(".")):
        value = {part: value}
    return dict(value)


def _merge(
    into: dict[str, Any],
    new: Mapping[str, Any],
    origin: str,
    origins: dict[str, str],
    prefix: str = "",
) -> None:
    for key, value in new.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, Mapping) and isinstance(into.get(key, {}), dict):
            _merge(into.setdefault(key, {}), value, origin, origins, f"{dotted}.")
        else:
            into[key] = value
            origins[dotted] = origin


def _validated(values: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        where = origins.get(name) or origins.get(name.split(".")[0]) or SETTINGS_FILE
        if first["type"] == "extra_forbidden":
            known = _names_beside(first["loc"])
            raise SettingsError(
                f"There is no setting `{shorten(name)}` (from {where}).",
                closest_hint(str(first["loc"][-1]), known),
            ) from error
        if first["type"] == "enum" and first["loc"][-1] == "[key]":
            raise SettingsError(
                f"There is no line type `{shorten(first['input'])}` (from {where}).",
                closest_hint(str(first["input"]), LineType),
            ) from error
        message = first["msg"].removeprefix("Value error, ")
        value = (
            ""
            if first["type"] == "missing"
            else f" is `{shorten(without_password(str(first['input'])))}`"
        )
        raise SettingsError(
            f"Setting `{name}`{value} (from {where}): {message[:1].lower()}{message[1:]}.",
            "see all settings with `shopkeeper settings --origin`",
        ) from error


def _names_beside(location: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        annotation: object = LISTED.get(str(part)) or model.model_fields[str(part)].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)
