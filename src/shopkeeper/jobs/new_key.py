"""New key: makes a key of the API, keeps its hash in the settings, and shows the key once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from shopkeeper.errors import SettingsError, StorageError, UsageError, shorten
from shopkeeper.settings import SETTINGS_FILE, ApiKeySettings, load_settings

# What a key begins with, so that tools that look for secrets in files find it.
PREFIX = "shopkeeper_"
# 256 bits of chance: nobody guesses it, and a fast hash of it hides it.
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made.

    Attributes:
        name: Whose it is.
        scopes: What it may do.
        key: The key; it is written nowhere else.
    """

    name: str
    scopes: tuple[str, ...]
    key: str


def new_key(folder: Path, name: str, scopes: Sequence[str]) -> NewKey:
    """Makes a key and adds its hash to the settings of a shop, in one step.

    Args:
        folder: The shop's folder.
        name: Whose it is.
        scopes: What it may do.

    Raises:
        UsageError: The name or a scope is none, or the name is taken.
        SettingsError: The settings are not valid.
        StorageError: They cannot be written.
    """
    known = load_settings(folder, environment={}).settings.api.keys
    if name in {key.name for key in known}:
        raise UsageError(
            f"There is a key `{shorten(name)}` already.", f"take it out of `{SETTINGS_FILE}` first"
        )
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    mark = f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    try:
        made = ApiKeySettings.model_validate(
            {"name": name, "scopes": list(dict.fromkeys(scopes)), "hash": mark}
        )
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        raise UsageError(
            f"`{shorten(first['input'])}` is no {field.rstrip('s')} of a key.",
            "names are letters, digits and `_.-`; scopes are read, customers, predict, operate",
        ) from error
    _add(folder, made)
    return NewKey(made.name, made.scopes, key)


def _add(folder: Path, made: ApiKeySettings) -> None:
    file = folder / SETTINGS_FILE
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    block = (
        f"\n[[api.keys]]\nname = {json.dumps(made.name)}\n"
        f"scopes = {json.dumps(list(made.scopes))}\nhash = {json.dumps(made.hash)}\n"
    )
    aside = folder / f".{SETTINGS_FILE}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mode = file.stat().st_mode if file.exists() else 0o600
        aside.write_text(text.rstrip("\n") + "\n" * bool(text) + block, encoding="utf-8")
        aside.chmod(mode)
        _check(aside, made)
        aside.replace(file)
    except OSError as error:
        raise StorageError(f"`{file}` cannot be written: {error.strerror}.") from error
    finally:
        aside.unlink(missing_ok=True)


def _check(aside: Path, made: ApiKeySettings) -> None:
    """Holds the new text to say what it should: keys written in one line cannot be added to."""
    import tomllib

    try:
        keys = tomllib.loads(aside.read_text(encoding="utf-8"))["api"]["keys"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SettingsError(
            f"The key cannot be added to `{SETTINGS_FILE}`.",
            "write `api` as sections, `[api]` and `[[api.keys]]`",
        ) from error
    if keys[-1]["hash"] != made.hash:
        raise SettingsError(f"The key cannot be added to `{SETTINGS_FILE}`.")
