"""A client of the API that calls the application in this process, as a server would."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from typing import Any

KEYS = {scope: f"a-key-that-may-{scope}-and-nothing-else" for scope in ("read", "operate")}
ALL_KEY = "a-key-that-may-do-everything"
NO_LOG = ("api.logs_predictions=false", "api.requests_per_minute=0")


def key_settings() -> str:
    """Gives the settings that know the keys, as TOML."""
    scopes = {**{key: [scope] for scope, key in KEYS.items()}}
    scopes[ALL_KEY] = ["read", "customers", "predict", "operate"]
    blocks = []
    for number, (key, may) in enumerate(scopes.items()):
        mark = hashlib.sha256(key.encode()).hexdigest()
        listed = ", ".join(f'"{scope}"' for scope in may)
        blocks.append(
            f'[[api.keys]]\nname = "k{number}"\nscopes = [{listed}]\nhash = "sha256:{mark}"\n'
        )
    return "\n".join(blocks)


def client_of(folder: Path, *overrides: str, address: str = "127.0.0.1") -> Any:
    """Gives a client of the API of a shop; it asks from `address`."""
    from shopkeeper.api.app import create_app

    return client_for(create_app(folder, [*NO_LOG, *overrides]), address)


def client_for(app: Any, address: str = "127.0.0.1") -> Any:
    """Gives a client of an application."""
    with warnings.catch_warnings():
        # Starlette would rather have a successor of httpx.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    return TestClient(
        app, base_url="http://localhost", client=(address, 50000), raise_server_exceptions=False
    )
