"""State: the fingerprint of a table, from which follows what is stale and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract

if TYPE_CHECKING:
    from shopkeeper.pipeline.manifest import PublishedTable

FINGERPRINT_LENGTH = 16


def fingerprint(query: str, contract: Contract, inputs: Mapping[str, str]) -> str:
    """Gives the hash of all that decides a table's rows.

    Args:
        query: The compiled SQL: it holds the code, the definitions and the date in one text.
        contract: Types, order and checks of the table.
        inputs: Fingerprint of each table that is read.
    """
    promise = [
        contract.name,
        list(contract.grain),
        list(contract.types().items()),
        [(c.name, c.meaning, str(c.severity)) for c in contract.all_checks()],
    ]
    return digest(query, promise, sorted(inputs.items()))


def digest(*parts: object) -> str:
    """Gives the hash of texts, numbers and lists of them."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def why_stale(published: PublishedTable | None, wanted: str) -> str | None:
    """Says why a table must be built again; None where it need not."""
    if published is None:
        return "not built yet"
    if published.fingerprint != wanted:
        return "inputs, definitions or code changed"
    return None
