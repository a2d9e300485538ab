"""Scored rows: what a model said of customers, held to its contract and staged like any table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.validation import broken_contract, validate
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.pipeline.draft import StagedTable

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.contracts.contract import Contract
    from shopkeeper.jobs.writing import Writing


def stage_rows(at_work: Writing, contract: Contract, rows: pd.DataFrame, wanted: str) -> int:
    """Writes scored rows aside, holds them to their contract and stages them; gives their number.

    Raises:
        ContractError: The rows broke their contract; the last ones stay.
    """
    import pyarrow as pa

    draft, embedded = at_work.draft, at_work.workspace.embedded
    table = embedded.register(
        f"{contract.name} (scored)", pa.Table.from_pandas(rows, preserve_index=False)
    )
    scored = Rows(table, contract.grain, embedded, anew=True)
    aside = draft.store.write(contract, wanted, scored)
    written = draft.store.open(Publication(contract, wanted, aside.parts).version)
    validation = validate(written, contract, {}, draft.engine.collect)
    if validation.is_fatal:
        fatal = next(result for result in validation.results if result.is_fatal)
        sample = draft.engine.collect(fatal.check.breaking_rows(written, {}).limit(5)).to_pylist()
        draft.store.discard(contract, aside)
        raise broken_contract(fatal, contract, sample)
    draft.stage(StagedTable(contract, wanted, aside.parts, check_count=len(validation.results)))
    return aside.row_count
