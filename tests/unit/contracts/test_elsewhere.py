"""Contracts in the words of other tools say what ours say, and name what has no words there."""

from __future__ import annotations

import ast
import json

import pytest
import yaml

from shopkeeper import catalog
from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.contracts.elsewhere import FORMS, as_great_expectations, as_odcs, as_pandera
from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.quality_page import write_contracts

CUPS = Contract(
    "cups",
    Layer.GOLD,
    "One row per cup.",
    ("shelf", "place"),
    (
        Column("shelf", "string", "Shelf", personal=True),
        Column("place", "int64", "Place on it"),
        Column("price_amount", "decimal(18, 4)", "Price", "currency", nullable=True),
    ),
    (
        at_least("place", 1),
        one_of("shelf", ("top", "bottom")),
        holds("cheap", "cups are cheap", lambda table: table.price_amount < 9),
    ),
)


def test_a_suite_says_keys_missing_values_and_bounds():
    suite = json.loads(as_great_expectations([CUPS])["cups.json"])
    said = {
        (one["type"], json.dumps(one["kwargs"], sort_keys=True)) for one in suite["expectations"]
    }
    assert said == {
        (
            "expect_table_columns_to_match_ordered_list",
            '{"column_list": ["shelf", "place", "price_amount"]}',
        ),
        ("expect_column_values_to_not_be_null", '{"column": "shelf"}'),
        ("expect_column_values_to_not_be_null", '{"column": "place"}'),
        ("expect_compound_columns_to_be_unique", '{"column_list": ["shelf", "place"]}'),
        ("expect_column_values_to_be_between", '{"column": "place", "min_value": 1}'),
        (
            "expect_column_values_to_be_in_set",
            '{"column": "shelf", "value_set": ["top", "bottom"]}',
        ),
    }
    assert suite["meta"]["not_carried_over"] == ["cheap: cups are cheap"]


def test_the_module_for_pandera_is_python_that_names_what_it_leaves_out():
    text = as_pandera([CUPS])["pandera_contracts.py"]
    ast.parse(text)
    assert "Check.ge(1, name='at_least(place, 1)')" in text
    assert "unique=['shelf', 'place']" in text
    assert "# not carried over: cheap" in text
    assert "'price_amount': Column('Float64', [], nullable=True" in text


def test_a_data_contract_says_keys_and_personal_data():
    contract = yaml.safe_load(as_odcs([CUPS])["cups.odcs.yaml"])
    shelf, place, price = contract["schema"][0]["properties"]
    assert (shelf["primaryKeyPosition"], shelf["classification"]) == (1, "personal")
    assert (place["primaryKeyPosition"], place["logicalType"]) == (2, "integer")
    assert (price["required"], price["logicalType"]) == (False, "number")
    assert place["logicalTypeOptions"] == {"minimum": 1}
    assert {check["severity"] for check in contract["schema"][0]["quality"]} == {"error"}


# What version 3.0.2 of the standard allows of the members that are written here, in our words.
LOGICAL_TYPES = {"string", "date", "number", "integer", "object", "array", "boolean"}
MEMBERS = {
    "name",
    "physicalName",
    "logicalType",
    "logicalTypeOptions",
    "physicalType",
    "description",
    "required",
    "primaryKey",
    "primaryKeyPosition",
    "classification",
    "properties",
    "quality",
}
OPTIONS = {"date": {"format"}, "number": {"minimum"}, "integer": {"minimum"}}


def test_data_contracts_have_only_words_of_the_standard():
    for text in as_odcs(catalog.contracts().values()).values():
        contract = yaml.safe_load(text)
        assert (contract["apiVersion"], contract["kind"]) == ("v3.0.2", "DataContract")
        assert {"id", "version", "status"} <= set(contract)
        (table,) = contract["schema"]
        assert set(table) <= MEMBERS
        for column in table["properties"]:
            assert set(column) <= MEMBERS
            assert column["logicalType"] in LOGICAL_TYPES, column["name"]
            allowed = OPTIONS.get(column["logicalType"], set())
            assert set(column.get("logicalTypeOptions", ())) <= allowed, column["name"]


@pytest.mark.parametrize("form", FORMS)
def test_every_table_is_written_in_every_form(form, tmp_path):
    files = write_contracts(form, tmp_path)
    shared = [c for c in catalog.contracts().values() if c.layer is not Layer.BRONZE]
    texts = "".join(file.read_text() for file in files)
    for contract in shared:
        assert contract.name in texts
    if form == "pandera":
        ast.parse(texts)


def test_an_unknown_form_names_the_closest(tmp_path):
    with pytest.raises(UnknownNameError, match="form `pandra`") as caught:
        write_contracts("pandra", tmp_path)
    assert "pandera" in caught.value.hint
