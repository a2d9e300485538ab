"""PostgreSQL address: where a database is, for other tools, without its password."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from shopkeeper.engines.postgres import PostgresEngine
from shopkeeper.errors import SettingsError

DEFAULT_PORT = 5432


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a database is and who asks; a host that begins with `/` is a folder of sockets."""

    host: str
    port: int
    database: str
    user: str

    @property
    def server(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    def for_sqlalchemy(self, password: str) -> str:
        """Gives the address as SQLAlchemy writes it, with what is to stand for the password."""
        who = f"{quote(self.user, safe='')}:{password}@"
        database = quote(self.database, safe="")
        if self.host.startswith("/"):
            asked = urlencode({"host": self.host, "port": self.port}, safe="/")
            return f"postgresql+psycopg2://{who}/{database}?{asked}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql+psycopg2://{who}{host}:{self.port}/{database}"


def postgres_address(address: str, setting: str) -> PostgresAddress:
    """Gives the parts of an address; a password in it is left behind.

    Raises:
        MissingExtraError: The driver, which reads addresses, is not installed.
        SettingsError: It is no address, or names no database or user.
    """
    given = PostgresEngine(address, setting).parameters
    for name, told in (("dbname", "database"), ("user", "user")):
        if not given.get(name):
            raise SettingsError(
                f"Setting `{setting}` names no {told}.",
                "write it as `postgresql://user@host:5432/database`",
            )
    host = str(given.get("host") or given.get("hostaddr") or "localhost")
    port = int(given.get("port") or DEFAULT_PORT)
    return PostgresAddress(host, port, str(given["dbname"]), str(given["user"]))
