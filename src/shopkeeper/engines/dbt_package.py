"""dbt package: the published tables as dbt sources, staging views and tests, on each engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.checks import Check, Severity
from shopkeeper.contracts.contract import Column, Contract
from shopkeeper.engines.dialects import to_sql

if TYPE_CHECKING:
    import ibis.expr.types as ir

PACKAGE = "shopkeeper"
# Engine as dbt names it → dialect in which its checks are compiled.
ENGINES = {"duckdb": "duckdb", "postgres": "postgres", "spark": "spark"}
# Stands for a table until its SQL is made into dbt's; no table of a shop is named so.
MARK = "shopkeeper__"
QUOTES = {"duckdb": '"', "postgres": '"', "spark": "`"}
MADE_BY = (
    "# Made by `shopkeeper dbt`; make it again after each run. Keep your own models elsewhere.\n"
)


@dataclass(frozen=True, slots=True)
class PackagedTable:
    """One published table as dbt sees it.

    Attributes:
        contract: What it promises.
        files: Addresses of its Parquet files; empty where it stands in a database.
    """

    contract: Contract
    files: tuple[str, ...] = ()

    @property
    def view(self) -> str:
        """Name of its staging view."""
        return f"stg_{self.contract.name}"


def dbt_package(tables: Sequence[PackagedTable], *, schema_prefix: str, run: str) -> dict[str, str]:
    """Gives the files of a dbt package over the tables of one run.

    Tests are the checks of the contracts, compiled for each engine from the very expressions that
    a build is held to.

    Args:
        tables: Published tables.
        schema_prefix: Put before the names of schemas in a database.
        run: Name of the run.

    Returns:
        Path in the package → text.
    """
    files = {
        "dbt_project.yml": MADE_BY + _yaml(_project(schema_prefix, run)),
        "profiles.yml": MADE_BY + _yaml(_profiles()),
        "macros/attach_shop.sql": _attach(tables),
        "models/exposures.yml": MADE_BY + _yaml(_exposures(tables)),
    }
    by_layer: dict[str, list[PackagedTable]] = {}
    for table in tables:
        by_layer.setdefault(str(table.contract.layer), []).append(table)
    for layer, found in by_layer.items():
        folder = f"models/staging/{layer}"
        files[f"{folder}/_sources.yml"] = MADE_BY + _yaml(_sources(layer, found))
        files[f"{folder}/_models.yml"] = MADE_BY + _yaml(_models(found))
        files |= {f"{folder}/{table.view}.sql": _staging(table) for table in found}
    return {**files, **dict(_tests(tables))}


def _project(schema_prefix: str, run: str) -> dict[str, Any]:
    return {
        "name": PACKAGE,
        "version": "1.0.0",
        "config-version": 2,
        "profile": PACKAGE,
        "require-dbt-version": ">=1.9.0",
        "model-paths": ["models"],
        "macro-paths": ["macros"],
        "test-paths": ["tests"],
        "vars": {PACKAGE: {"shop_schema_prefix": schema_prefix, "shop_run": run}},
        "models": {PACKAGE: {"staging": {"+materialized": "view", "+tags": [PACKAGE]}}},
        "on-run-start": ["{{ attach_shop() }}"],
        # A test that also looks at a view that was not asked for is left out, not failed.
        "flags": {"indirect_selection": "buildable"},
    }


def _profiles() -> dict[str, Any]:
    """Gives connections to begin with; secrets stay in the environment."""
    server = {
        "type": "postgres",
        "host": "{{ env_var('PGHOST', 'localhost') }}",
        "port": "{{ env_var('PGPORT', '5432') | int }}",
        "user": "{{ env_var('PGUSER', 'shopkeeper') }}",
        "password": "{{ env_var('PGPASSWORD', '') }}",
        "dbname": "{{ env_var('PGDATABASE', 'shop') }}",
        "schema": "analytics",
        "threads": 2,
    }
    outputs = {
        "duckdb": {"type": "duckdb", "path": "dbt.duckdb", "schema": "analytics"},
        "postgres": server,
        "spark": {"type": "spark", "method": "session", "host": "NA", "schema": "analytics"},
    }
    return {PACKAGE: {"target": "duckdb", "outputs": outputs}}


def _sources(layer: str, tables: Iterable[PackagedTable]) -> dict[str, Any]:
    source = {
        "name": f"shop_{layer}",
        "description": f"The {layer} tables of the shop, as the last good run published them.",
        "schema": "{{ var('shop_schema_prefix', '') }}" + layer,
        "tables": [_source(table) for table in tables],
    }
    return {"version": 2, "sources": [source]}


def _source(table: PackagedTable) -> dict[str, Any]:
    entry = {"name": table.contract.name, "description": table.contract.meaning}
    if not table.files:
        return entry
    # dbt's adapter for DuckDB reads this; the others look for the table in its schema.
    return {**entry, "config": {"meta": {"external_location": _read_parquet(table.files)}}}


def _models(tables: Iterable[PackagedTable]) -> dict[str, Any]:
    return {"version": 2, "models": [_model(table) for table in tables]}


def _model(table: PackagedTable) -> dict[str, Any]:
    contract = table.contract
    grain = ", ".join(contract.grain)
    return {
        "name": table.view,
        "description": f"{contract.meaning} Grain: {grain}." if grain else contract.meaning,
        "columns": [_column(column, contract) for column in contract.columns],
    }


def _column(column: Column, contract: Contract) -> dict[str, Any]:
    unit = f" ({column.unit})" if column.unit else ""
    entry: dict[str, Any] = {"name": column.name, "description": f"{column.meaning}{unit}."}
    tests = [] if column.nullable else ["not_null"]
    if contract.grain == (column.name,):
        tests.append("unique")
    if tests:
        entry["data_tests"] = tests
    if column.personal:
        entry["config"] = {"meta": {"personal_data": True}}
    return entry


def _exposures(tables: Iterable[PackagedTable]) -> dict[str, Any]:
    report = {
        "name": "shopkeeper_report",
        "label": "Shopkeeper report",
        "type": "dashboard",
        "maturity": "high",
        "description": "The one-file HTML report of the shop, written by each run.",
        "owner": {"name": "Shopkeeper", "email": "shop@example.com"},
        "depends_on": [f"ref('{table.view}')" for table in tables],
    }
    return {"version": 2, "exposures": [report]}


def _staging(table: PackagedTable) -> str:
    contract = table.contract
    columns = ",\n    ".join(contract.column_names)
    source = f"{{{{ source('shop_{contract.layer}', '{contract.name}') }}}}"
    return f"-- {contract.meaning}\nselect\n    {columns}\nfrom {source}\n"


def _tests(tables: Sequence[PackagedTable]) -> Iterator[tuple[str, str]]:
    """Gives the checks that dbt has no words for: on each engine, the rows that break them."""
    import ibis

    contracts = {table.contract.name: table.contract for table in tables}
    marked: dict[str, ir.Table] = {
        name: ibis.table(contract.types(), name=f"{MARK}{name}")
        for name, contract in contracts.items()
    }
    for name, contract in contracts.items():
        for check in _beyond_dbt(contract):
            if not all(needed in contracts for needed in check.needs):
                continue
            broken = check.breaking_rows(marked[name], marked)
            sql = {dbt: to_sql(broken, dialect) for dbt, dialect in ENGINES.items()}
            promise = re.sub(r"\W+", "_", check.name).strip("_").lower()
            yield f"tests/{name}/{name}__{promise}.sql", _test(check, sql, contracts)


def _beyond_dbt(contract: Contract) -> tuple[Check, ...]:
    """Gives the checks of a contract but for those that stand at its columns."""
    stated = contract.all_checks()[sum(not column.nullable for column in contract.columns) :]
    return stated[1:] if len(contract.grain) == 1 else stated


def _test(check: Check, sql: Mapping[str, str], names: Iterable[str]) -> str:
    lines = [f"-- {check.meaning}"]
    if check.severity is Severity.WARN:
        lines.append("{{ config(severity='warn') }}")
    word = "if"
    for engine, text in sql.items():
        lines += [f"{{% {word} target.type == '{engine}' %}}", _with_refs(text, engine, names)]
        word = "elif"
    return "\n".join([*lines, "{% endif %}"]) + "\n"


def _with_refs(sql: str, engine: str, names: Iterable[str]) -> str:
    quote = QUOTES[engine]
    for name in names:
        sql = sql.replace(f"{quote}{MARK}{name}{quote}", f"{{{{ ref('stg_{name}') }}}}")
    return sql.rstrip("\n")


def _attach(tables: Iterable[PackagedTable]) -> str:
    """Gives the macro that makes the files known to Spark, whose catalog has not seen them."""
    made = [
        f'  {{% do run_query("create or replace view {_relation(table)} as {query}") %}}'
        for table in tables
        if (query := _spark_query(table.files))
    ]
    layers = sorted({str(table.contract.layer) for table in tables if table.files})
    schemas = [
        f'  {{% do run_query("create schema if not exists {_schema(layer)}") %}}'
        for layer in layers
    ]
    body = "\n".join([*schemas, *made])
    head = "{# Made by `shopkeeper dbt`. Other engines find the tables by themselves. #}\n"
    guard = "{% if execute and target.type == 'spark' %}"
    return f"{head}{{% macro attach_shop() %}}\n{guard}\n{body}\n{{% endif %}}\n{{% endmacro %}}\n"


def _schema(layer: str) -> str:
    return f'" ~ var("shop_schema_prefix", "") ~ "{layer}'


def _relation(table: PackagedTable) -> str:
    return f"{_schema(str(table.contract.layer))}.{table.contract.name}"


def _spark_query(files: Iterable[str]) -> str:
    return " union all ".join(f"select * from parquet.`{_escaped(file)}`" for file in files)


def _read_parquet(files: Iterable[str]) -> str:
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    # The adapter fills in names between braces.
    listed = listed.replace("{", "{{").replace("}", "}}")
    return f"read_parquet([{listed}], union_by_name = true)"


def _escaped(file: str) -> str:
    return file.replace("\\", "\\\\").replace('"', '\\"').replace("`", "``")


def _yaml(plain: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(plain, sort_keys=False, width=100, allow_unicode=True)
