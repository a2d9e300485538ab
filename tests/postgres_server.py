"""A private PostgreSQL server: Debian's own, on a socket in a folder of its own, thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

BINARIES = Path("/usr/lib/postgresql")
SUPERUSER = "postgres"
PASSWORD = "right-one"
_numbers = count()


@dataclass(frozen=True)
class Server:
    """A running server; each test takes a database of its own.

    Texts are sorted as Americans do, not by code point: nothing may depend on it. Passwords are
    asked for, as servers do.
    """

    folder: Path
    binaries: Path

    def address(
        self, database: str = SUPERUSER, user: str = SUPERUSER, password: str = PASSWORD
    ) -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def database(self) -> str:
        """Makes a database; gives its address."""
        name = f"shop_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)

    def put_back(self, address: str) -> str:
        """Puts a database back as it was when this was first asked; gives its address.

        It keeps its name, by which a shop knows it. Nobody may be connected the first time;
        who still is later is sent away.
        """
        name = urlsplit(address).path.strip("/")
        kept = f"{name}_as_it_was"
        if not self.run(f"SELECT 1 FROM pg_database WHERE datname = '{kept}'"):
            self.run(f"ALTER DATABASE {name} RENAME TO {kept}")
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run(f"CREATE DATABASE {name} TEMPLATE {kept}")
        return address

    def run(self, statement: str, address: str | None = None) -> list[tuple]:
        """Runs a statement as somebody else than Shopkeeper."""
        with psycopg.connect(address or self.address(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def control(self, *arguments: str) -> None:
        _call(self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", *arguments)


def binaries() -> Path | None:
    """Gives the folder of Debian's newest server, if there is one."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda p: float(p.parent.parent.name))
    return found[-1].parent if found else None


@contextmanager
def running() -> Iterator[Server]:
    """Starts a server and throws it away at the end."""
    programs = binaries()
    assert programs is not None
    # Not below pytest's own folder: that one is closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, SUPERUSER)
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    order = ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=30"
    try:
        _call(
            programs / "initdb",
            *("-D", folder / "data", "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", secret),
            *order,
        )
        server = Server(folder, programs)
        server.control("-o", options, "-l", str(folder / "log"), "start")
        yield server
        server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _call(*command: object) -> None:
    user = SUPERUSER if os.geteuid() == 0 else None
    subprocess.run(
        list(map(str, command)), check=True, stdout=subprocess.DEVNULL, user=user, cwd="/"
    )
