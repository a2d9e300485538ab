"""Contracts elsewhere: as Pandera schemas, Great Expectations suites or data contracts (ODCS)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from shopkeeper.contracts.checks import Check, Severity
from shopkeeper.contracts.contract import Column, Contract

MADE_BY = "Made by `shopkeeper contracts` from the contracts of Shopkeeper"
# Ibis type → what a data frame holds; money becomes floating point, as `Workspace.frame` says.
PANDAS = {
    "int64": "Int64",
    "float64": "Float64",
    "string": "string",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
}
ODCS = {
    "int64": "integer",
    "float64": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    # Version 3.0 of the standard knows no other word for a moment.
    "timestamp": "date",
}
ODCS_MOMENT = "yyyy-MM-dd HH:mm:ss"


def kept_apart(contract: Contract) -> tuple[Check, ...]:
    """Gives the checks that other tools have no plain words for: only Shopkeeper holds them."""
    return tuple(check for check in contract.checks if check.bound is None)


def as_pandera(contracts: Iterable[Contract]) -> dict[str, str]:
    """Gives a Python module with one `DataFrameSchema` per table; it needs Pandera, not us."""
    tables = list(contracts)
    lines = [f'"""{MADE_BY}: `SCHEMAS[name].validate(frame)`."""', ""]
    lines += ["from pandera.pandas import Check, Column, DataFrameSchema", "", "SCHEMAS = {"]
    for contract in tables:
        lines += [f"    {contract.name!r}: DataFrameSchema(", "        {"]
        lines += [f"            {_pandera_column(contract, c)}," for c in contract.columns]
        unique = f"unique={list(contract.grain)!r}, " if contract.grain else ""
        described = f"description={contract.meaning!r}, "
        lines += ["        },", f"        {unique}{described}strict=True, ordered=True,"]
        lines += [f"        # not carried over: {check.name}" for check in kept_apart(contract)]
        lines += ["    ),"]
    return {"pandera_contracts.py": "\n".join([*lines, "}"]) + "\n"}


def _pandera_column(contract: Contract, column: Column) -> str:
    checks = []
    for check in _bounds(contract, column):
        assert check.bound is not None
        words = "raise_warning=True, " if check.severity is Severity.WARN else ""
        if check.bound.least is not None:
            checks.append(f"Check.ge({check.bound.least}, {words}name={check.name!r})")
        if check.bound.values is not None:
            checks.append(
                f"Check.isin({[str(v) for v in check.bound.values]!r}, {words}name={check.name!r})"
            )
    type_ = PANDAS.get(column.type, "Float64")
    return (
        f"{column.name!r}: Column({type_!r}, [{', '.join(checks)}], nullable={column.nullable}, "
        f"coerce=True, description={column.meaning!r})"
    )


def _bounds(contract: Contract, column: Column) -> tuple[Check, ...]:
    return tuple(c for c in contract.checks if c.bound and c.bound.column == column.name)


def as_great_expectations(contracts: Iterable[Contract]) -> dict[str, str]:
    """Gives one expectation suite per table, as JSON that `ExpectationSuite` takes."""
    return {
        f"{contract.name}.json": json.dumps(_suite(contract), indent=1, ensure_ascii=False) + "\n"
        for contract in contracts
    }


def _suite(contract: Contract) -> dict[str, Any]:
    names = list(contract.column_names)
    found = [_expectation("expect_table_columns_to_match_ordered_list", column_list=names)]
    found += [
        _expectation("expect_column_values_to_not_be_null", column=column.name)
        for column in contract.columns
        if not column.nullable
    ]
    if len(contract.grain) == 1:
        found.append(_expectation("expect_column_values_to_be_unique", column=contract.grain[0]))
    elif contract.grain:
        columns = list(contract.grain)
        found.append(_expectation("expect_compound_columns_to_be_unique", column_list=columns))
    found += [_bound_expectation(check) for check in contract.checks if check.bound is not None]
    return {
        "name": contract.name,
        "expectations": found,
        "meta": {
            "made_by": MADE_BY,
            "meaning": contract.meaning,
            "not_carried_over": [f"{c.name}: {c.meaning}" for c in kept_apart(contract)],
        },
    }


def _bound_expectation(check: Check) -> dict[str, Any]:
    assert check.bound is not None
    level = "warning" if check.severity is Severity.WARN else "critical"
    column = check.bound.column
    if check.bound.values is not None:
        values = [str(value) for value in check.bound.values]
        name = "expect_column_values_to_be_in_set"
        return _expectation(name, level, column=column, value_set=values)
    least = check.bound.least
    return _expectation("expect_column_values_to_be_between", level, column=column, min_value=least)


def _expectation(type_: str, severity: str = "critical", **options: Any) -> dict[str, Any]:
    return {"type": type_, "kwargs": options, "severity": severity, "meta": {}}


def as_odcs(contracts: Iterable[Contract]) -> dict[str, str]:
    """Gives one data contract per table in the Open Data Contract Standard, version 3."""
    import yaml

    return {
        f"{contract.name}.odcs.yaml": yaml.safe_dump(
            _data_contract(contract), sort_keys=False, width=100, allow_unicode=True
        )
        for contract in contracts
    }


def _data_contract(contract: Contract) -> dict[str, Any]:
    return {
        "apiVersion": "v3.0.2",
        "kind": "DataContract",
        "id": f"shopkeeper-{contract.layer}-{contract.name}",
        "name": contract.name,
        "version": "1.0.0",
        "status": "active",
        "description": {"purpose": contract.meaning},
        "schema": [
            {
                "name": contract.name,
                "physicalName": contract.name,
                "logicalType": "object",
                "description": contract.meaning,
                "properties": [_property(contract, column) for column in contract.columns],
                "quality": [
                    {
                        "type": "text",
                        "name": check.name,
                        "description": check.meaning,
                        "severity": "warning" if check.severity is Severity.WARN else "error",
                    }
                    for check in contract.checks
                ],
            }
        ],
    }


def _property(contract: Contract, column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "logicalType": ODCS.get(column.type, "number"),
        "physicalType": column.type,
        "description": column.meaning + (f" ({column.unit})" if column.unit else ""),
        "required": not column.nullable,
    }
    options: dict[str, Any] = {}
    if column.type == "timestamp":
        options["format"] = ODCS_MOMENT
    for check in _bounds(contract, column):
        if check.bound is not None and check.bound.least is not None:
            options["minimum"] = check.bound.least
    if options:
        found["logicalTypeOptions"] = options
    if column.name in contract.grain:
        found |= {"primaryKey": True, "primaryKeyPosition": contract.grain.index(column.name) + 1}
    if column.personal:
        found["classification"] = "personal"
    return found


FORMS: dict[str, Callable[[Iterable[Contract]], dict[str, str]]] = {
    "pandera": as_pandera,
    "great-expectations": as_great_expectations,
    "odcs": as_odcs,
}
