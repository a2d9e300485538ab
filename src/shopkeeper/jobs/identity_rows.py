"""Identity rows: the links that merges and splits have left, as the table that others read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.engines.store import Rows
from shopkeeper.pipeline.draft import StagedTable, arrow_schema
from shopkeeper.pipeline.identity_log import read_log
from shopkeeper.pipeline.state import digest
from shopkeeper.warehouse.identities import CONTRACT
from shopkeeper.warehouse.identity_links import links_after

if TYPE_CHECKING:
    from shopkeeper.jobs.writing import Writing


def stage_identities(at_work: Writing) -> None:
    """Writes the links aside where they differ from those that stand."""
    import pyarrow as pa

    rows = links_after(read_log(at_work.workspace.state_folder)).rows
    columns = [rows[name].tolist() for name in CONTRACT.column_names]
    # What they say, not how they came to it: who merges and splits again changes nothing.
    wanted = digest(columns, list(CONTRACT.types().items()))
    if at_work.draft.fingerprints.get(CONTRACT.name) == wanted:
        return
    table = pa.table(dict(zip(CONTRACT.column_names, columns, strict=True)), arrow_schema(CONTRACT))
    embedded = at_work.workspace.embedded
    handle = embedded.register(f"{CONTRACT.name} (new)", table)
    written = at_work.draft.store.write(CONTRACT, wanted, Rows(handle, CONTRACT.grain, embedded))
    at_work.draft.stage(StagedTable(CONTRACT, wanted, written.parts))
