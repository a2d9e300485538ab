"""The demo shop, published to a database of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from postgres_server import Server

from shopkeeper import Workspace
from shopkeeper.jobs.publish import PublishReport, publish


@dataclass
class PublishedShop:
    """A shop, the database it was published to, and what the job said."""

    folder: Path
    server: Server
    address: str
    report: PublishReport

    def open(self, *overrides: str) -> Workspace:
        return Workspace(self.folder, overrides=overrides)

    def ask(self, statement: str) -> list[tuple]:
        """Asks the database, as other programs do."""
        return self.server.run(statement, self.address)


def published_shop(demo_folder: Path, folder: Path, server: Server) -> PublishedShop:
    """Publishes a copy of the demo shop: publishing writes a mark into the shop's folder."""
    shutil.copytree(demo_folder, folder)
    address = server.database()
    return PublishedShop(folder, server, address, publish(Workspace(folder), to=address))
