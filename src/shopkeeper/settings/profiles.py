"""Profiles: named sets of settings in shopkeeper.toml, which may build on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopkeeper.errors import SettingsError, UnknownNameError, shorten

# Of a profile: the names of those that it builds on, weaker than its own values.
EXTENDS = "extends"

Layers = tuple[tuple[str, Mapping[str, Any]], ...]


def layers_of(profiles: object) -> dict[str, Layers]:
    """Gives of each profile the layers it consists of, the weakest first, each with its name.

    Args:
        profiles: What stands under `[profiles]`.

    Raises:
        SettingsError: A profile is no table, or builds on itself.
        UnknownNameError: It builds on one that does not exist.
    """
    if not isinstance(profiles, Mapping) or not all(
        isinstance(profile, Mapping) for profile in profiles.values()
    ):
        raise SettingsError(
            "`profiles` must hold tables of settings.",
            "write `[profiles.quick.churn]`, and below it `tuning_trials = 0`",
        )
    return {name: _layers(name, profiles, ()) for name in profiles}


def chosen_profiles(wanted: object, known: Mapping[str, object]) -> tuple[str, ...]:
    """Gives the names of the profiles that are asked for, the weakest first.

    Args:
        wanted: One name, several with commas between them, or a list of names.
        known: The profiles there are.

    Raises:
        UnknownNameError: One of them does not exist.
    """
    names = wanted.split(",") if isinstance(wanted, str) else wanted
    if not isinstance(names, Sequence):
        raise SettingsError(f"`profile` is `{shorten(wanted)}`, which names no profile.")
    chosen = tuple(name for each in names if (name := str(each).strip()))
    for name in chosen:
        if not known:
            raise UnknownNameError(
                f"There is no profile `{shorten(name)}`, as the settings name none.",
                f"write `[profiles.{shorten(name)}.churn]` into shopkeeper.toml, and values below",
            )
        if name not in known:
            raise UnknownNameError.among("profile", name, known)
    return chosen


def _layers(name: str, profiles: Mapping[str, Any], above: tuple[str, ...]) -> Layers:
    if name in above:
        circle = " → ".join(f"`{each}`" for each in (*above[above.index(name) :], name))
        raise SettingsError(f"Profiles build on each other in a circle: {circle}.")
    values = dict(profiles[name])
    found: list[tuple[str, Mapping[str, Any]]] = []
    for below in chosen_profiles(values.pop(EXTENDS, ()), profiles):
        found += _layers(below, profiles, (*above, name))
    for reserved in ("profile", "profiles"):
        if reserved in values:
            raise SettingsError(
                f"Profile `{name}` names `{reserved}`, which a profile may not.",
                f"build on another one with `{EXTENDS}`",
            )
    return (*found, (name, values))
