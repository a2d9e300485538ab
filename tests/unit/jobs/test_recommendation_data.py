"""What the shop says of its products: read as written, or refused with the place."""

from __future__ import annotations

import pytest

from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.jobs.recommendation_data import product_facts


def test_what_is_left_out_is_unknown(tmp_path):
    file = tmp_path / "products.csv"
    file.write_text("\ufeffproduct_id,is_in_stock\n0012,1\ntea,0\ncup,\n", encoding="utf-8")
    found = product_facts(file)
    assert found.loc["0012", "is_in_stock"] == 1
    assert found["is_in_stock"].isna().to_dict() == {"0012": False, "tea": False, "cup": True}
    assert found["margin_rate"].isna().all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,is_in_stock\ntea,1\n", "no column `product_id`"),
        ("product_id,margin_rate\ntea,0.4\ncup,much\n", "line 3"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path, text, words):
    file = tmp_path / "products.csv"
    file.write_text(text)
    with pytest.raises(FormatError, match=words):
        product_facts(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileUnreadableError, match=r"products\.csv"):
        product_facts(tmp_path / "products.csv")
