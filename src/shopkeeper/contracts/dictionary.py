"""Dictionary: contracts as documentation for people."""

from __future__ import annotations

from shopkeeper.contracts.checks import Severity
from shopkeeper.contracts.contract import Column, Contract


def contract_page(contract: Contract) -> str:
    """Gives a contract as Markdown: meaning, grain, columns, checks."""
    lines = [f"### `{contract.name}`\n", f"{contract.meaning}\n"]
    lines.append(f"Grain: {', '.join(f'`{name}`' for name in contract.grain)}.\n")
    lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [_row(column) for column in contract.columns]
    stated = contract.checks
    if stated:
        lines += ["\nChecks beyond types, key and missing values:\n"]
        for check in stated:
            warns = " (warns only)" if check.severity is Severity.WARN else ""
            lines.append(f"- `{check.name}`: {check.meaning}{warns}")
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    marks = [
        mark
        for mark, is_set in (
            ("may be missing", column.nullable),
            ("personal data", column.personal),
        )
        if is_set
    ]
    meaning = column.meaning + (f" ({', '.join(marks)})" if marks else "")
    return f"| `{column.name}` | {column.type} | {column.unit} | {meaning} |"
