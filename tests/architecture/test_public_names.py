"""What a user may import is stated, sorted and there."""

import pytest

import shopkeeper


def test_public_names_are_sorted_and_importable():
    assert shopkeeper.__all__ == sorted(shopkeeper.__all__)
    for name in shopkeeper.__all__:
        assert getattr(shopkeeper, name) is not None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = shopkeeper.no_such_name
