"""Words that collide in this field keep their one meaning in every contract."""

import re

import ibis
import pytest

from shopkeeper import catalog

CONTRACTS = catalog.contracts()
BTYD_WORDS = {"frequency", "recency", "t"}
BTYD_HOME = {"purchase_history"}


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_names_follow_the_rules(name):
    contract = CONTRACTS[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", contract.name)
    for column in contract.columns:
        assert re.fullmatch(r"_?[a-z][a-z0-9_]*", column.name), column.name
        assert column.meaning
        assert not column.meaning.endswith("."), column.name
        if name not in BTYD_HOME:
            assert column.name not in BTYD_WORDS


@pytest.mark.parametrize("name", CONTRACTS)
def test_endings_of_columns_say_their_type(name):
    for column in CONTRACTS[name].columns:
        kind = ibis.dtype(column.type)
        if column.name.endswith("_at"):
            assert kind.is_timestamp(), column.name
        if column.name.endswith("_date"):
            assert kind.is_date(), column.name
        if column.name.endswith(("_count", "_days")):
            assert kind.is_integer() or column.name.startswith(("average", "median_")), column.name
        if column.name.endswith("_amount"):
            assert kind.is_decimal() or column.name.startswith(("average", "median_")), column.name
            assert column.unit == "currency", column.name
        if column.name.startswith(("is_", "has_")):
            assert kind.is_boolean(), column.name
        if column.name.endswith("_id"):
            assert kind.is_string(), column.name
        if column.name.endswith(("_share", "_rate")):
            assert column.unit == "0-1", column.name


@pytest.mark.parametrize("name", CONTRACTS)
def test_grain_is_among_the_columns_and_always_there(name):
    contract = CONTRACTS[name]
    for column in contract.grain:
        assert not contract.column(column).nullable or name == "source_lines"
