"""Errors: one tree, exit codes by kind, the closest name offered, samples cut and made safe."""

from __future__ import annotations

import inspect

import pytest

from shopkeeper import errors
from shopkeeper.errors import (
    ContractError,
    FileUnreadableError,
    SettingsError,
    ShopkeeperError,
    UnknownNameError,
    UsageError,
    WorkspaceLockedError,
    closest_hint,
    shorten,
)

OURS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", OURS)
def test_every_error_belongs_to_the_one_tree(kind):
    assert issubclass(kind, ShopkeeperError)


@pytest.mark.parametrize("kind", OURS)
def test_every_error_stands_in_the_drawn_tree_with_its_exit_code(kind):
    drawn = [text for text in errors.__doc__.splitlines() if f" {kind.__name__} " in f" {text} "]
    assert len(drawn) == 1
    stated = drawn[0].partition("exit ")[2][:1]
    assert stated in ("", str(kind.exit_code))


@pytest.mark.parametrize("kind", OURS)
def test_every_error_stands_below_its_parent_in_the_drawn_tree(kind):
    tree = [text for text in errors.__doc__.splitlines() if "Error" in text]
    names = {text.strip("│├└─ ").split()[0]: text for text in tree}
    if kind is ShopkeeperError:
        return
    parent = names[kind.__mro__[1].__name__]
    place = tree.index(names[kind.__name__])
    above = [text for text in tree[:place] if _depth(text) < _depth(tree[place])]
    assert above[-1] == parent


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip("│├└─ "))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ShopkeeperError, 1),
        (UsageError, 2),
        (SettingsError, 2),
        (UnknownNameError, 2),
        (FileUnreadableError, 1),
        (ContractError, 3),
        (WorkspaceLockedError, 1),
    ],
)
def test_the_exit_code_says_the_kind(kind, code):
    assert kind("it happened").exit_code == code


def test_an_error_reads_as_its_message():
    assert str(ShopkeeperError("it happened", "do this")) == "it happened"


def test_an_error_without_hint_and_context_has_empty_ones():
    error = ShopkeeperError("it happened")
    assert (error.hint, error.context) == ("", {})


def test_the_context_of_an_error_is_its_own():
    context = {"row": 1}
    error = ShopkeeperError("it happened", context=context)
    context["row"] = 2
    assert error.context == {"row": 1}


def test_an_unknown_name_offers_the_closest():
    error = UnknownNameError.among("table", "oders", ["orders", "products"])
    assert (error.message, error.hint) == ("There is no table `oders`.", "did you mean `orders`?")


def test_an_unknown_name_keeps_what_is_known_in_order():
    error = UnknownNameError.among("table", "zzz", ["products", "orders"])
    assert error.context == {"kind": "table", "name": "zzz", "known": ["orders", "products"]}


def test_letter_case_does_not_hide_the_closest_name():
    assert closest_hint("invoicedate", ["InvoiceDate", "Quantity"]) == "did you mean `InvoiceDate`?"


def test_of_names_that_differ_by_case_the_first_is_offered():
    assert closest_hint("price", ["price", "Price"]) == "did you mean `Price`?"


def test_where_nothing_is_close_the_known_names_are_listed():
    assert closest_hint("zzz", ["orders", "products"]) == "known: `orders`, `products`"


def test_a_long_list_of_known_names_ends_with_a_sign_that_there_are_more():
    hint = closest_hint("zzz", [f"column {place}" for place in range(1, 10)])
    assert hint.count("`") == 16
    assert hint.endswith("…")


def test_where_nothing_is_known_there_is_no_hint():
    assert closest_hint("orders", []) == ""


def test_a_hostile_name_cannot_steer_the_terminal_through_the_hint():
    assert "\x1b" not in closest_hint("quantity", ["quantity\x1b[31m"])


def test_a_short_text_stays_as_it_is():
    assert shorten("tea & cake – 5 £") == "tea & cake – 5 £"


def test_a_text_of_just_the_length_is_not_cut():
    assert shorten("x" * 40) == "x" * 40


def test_a_longer_text_is_cut_to_the_length_and_shows_it():
    assert shorten("x" * 41) == "x" * 39 + "…"


def test_a_text_of_several_lines_becomes_one():
    assert shorten(" tea\n\tand  cake ") == "tea and cake"


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\x07", "\u202e", "\u200b"])
def test_what_cannot_be_printed_is_replaced(hostile):
    assert shorten(f"a{hostile[0]}b") == "a�b"


def test_any_value_can_be_shown():
    assert shorten(None) == "None"
