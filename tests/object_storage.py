"""Stand-ins for object storage that speak the real protocols: S3 by moto, Azure Blob by Azurite."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest

LOCK = Path(__file__).resolve().parent.parent / "requirements" / "storage.lock"
BUCKET = "shops"
ACCOUNT = "teashop"
KEY = base64.b64encode(b"not a secret, but a test's own").decode()
AZURE_VERSION = "2021-08-06"
AZURITE_VERSION = "3.35.0"
SECONDS_TO_START = 120


@dataclass(frozen=True)
class Storage:
    """An empty place in object storage.

    Attributes:
        address: Where it is.
        options: How it is reached, as delta-rs names it.
    """

    address: str
    options: Mapping[str, str]

    def overrides(self, name: str) -> list[str]:
        """Gives the settings that put the lake of a shop there."""
        told = ", ".join(f'"{key}" = "{value}"' for key, value in self.options.items())
        return [f'lake.address="{self.address}/{name}"', f"lake.options={{{told}}}"]


def install_moto(folder: Path) -> None:
    """Makes an environment for moto: it needs other versions than we do."""
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
    subprocess.run([*install, "-r", str(LOCK)], check=True)


def install_azurite(folder: Path) -> None:
    """Installs Azurite where npm can be had; else leaves an empty folder."""
    folder.mkdir()
    if shutil.which("npm"):
        named = f"azurite@{AZURITE_VERSION}"
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*install, named], check=False, capture_output=True)


@contextmanager
def s3(environment: Path) -> Iterator[Storage]:
    """Runs a server that speaks S3."""
    port = _free_port()
    server = "from moto.server import main; main()"
    command = [str(environment / "bin" / "python"), "-c", server, "-H", "127.0.0.1"]
    with _running([*command, "-p", str(port)], port):
        endpoint = f"http://127.0.0.1:{port}"
        _put(f"{endpoint}/{BUCKET}", {})
        options = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        yield Storage(f"s3://{BUCKET}", options)


@contextmanager
def azure(folder: Path) -> Iterator[Storage]:
    """Runs a server that speaks Azure Blob Storage; without it, skips, and fails in CI."""
    program = folder / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        reason = "Azurite could not be installed: there is no npm, or it cannot be reached"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    port = _free_port()
    command = [str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"]
    command += ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]
    with _running(command, port, AZURITE_ACCOUNTS=f"{ACCOUNT}:{KEY}"):
        endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
        _put(f"{endpoint}/{BUCKET}?restype=container", _signed())
        options = {
            "AZURE_STORAGE_ENDPOINT": endpoint,
            "AZURE_ALLOW_HTTP": "true",
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": KEY,
        }
        yield Storage(f"az://{BUCKET}", options)


def _signed() -> dict[str, str]:
    """Gives the headers with which Azure lets the container be made."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": AZURE_VERSION}
    canonical = "".join(f"{name}:{value}\n" for name, value in headers.items())
    resource = f"/{ACCOUNT}/{ACCOUNT}/{BUCKET}\nrestype:container"
    # Verb, then eleven headers that are empty, then ours.
    text = "PUT" + "\n" * 12 + canonical + resource
    digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    return {
        **headers,
        "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}",
    }


def _put(address: str, headers: Mapping[str, str]) -> None:
    request = urllib.request.Request(address, data=b"", headers=dict(headers), method="PUT")
    # An empty body has no type; the library would add one, and the signature break.
    request.add_unredirected_header("Content-type", "")
    with urllib.request.urlopen(request) as answer:
        assert answer.status in (200, 201)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], port: int, **environment: str) -> Iterator[None]:
    server = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + SECONDS_TO_START
        while server.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield
    finally:
        server.terminate()
        server.wait()
