"""Identities: which ids and guests of a shop are one person, and the keys that tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.contract import Column, Contract, Layer

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="identities",
    layer=Layer.SILVER,
    meaning="One row per id or guest that is known to be one person with others, as merges and "
    "splits have left it; who stands alone has no row. Empty until somebody merges.",
    grain=("source_customer_id",),
    columns=(
        Column(
            "source_customer_id",
            "string",
            "Customer as the shop names them; of guests what they gave, such as `email:<address>`",
            personal=True,
        ),
        Column(
            "customer_id", "string", "The id that all of this person count under", personal=True
        ),
    ),
)

# The keys in the order in which a guest is named after them; others would rename guests.
EMAIL, PHONE, PERSON_KEY = "email", "phone", "person_key"
KINDS = (EMAIL, PHONE, PERSON_KEY)
# Stands between the kind of key and the value in the name of a guest.
OF_GUEST = ":"

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
# Shorter numbers are internal ones, or parts.
LEAST_PHONE_DIGITS = 7


def party(rows: ir.Table) -> ir.StringValue:
    """Gives who a line is of: the customer as the shop names them, else the guest by a key.

    Missing where a line names neither. Settings change nothing of these names, so that links that
    were made once hold.
    """
    given = [ibis.literal(f"{kind}{OF_GUEST}").concat(own_key(rows, kind)) for kind in KINDS]
    return cast("ir.StringValue", ibis.coalesce(rows.source_customer_id, *given))


def own_key(rows: ir.Table, kind: str) -> ir.StringValue:
    """Gives what a row says of a kind of key, written in one way; missing if it is none."""
    return _WRITTEN[kind](rows[kind])


def without_tag(address: ir.StringValue) -> ir.StringValue:
    """Gives an e-mail address without what stands between `+` and `@`: the same mail box."""
    bare = address.re_replace("[+][^@]*@", "@")
    return cast("ir.StringValue", _is_address(bare).ifelse(bare, address))


def resolved(
    rows: ir.Table, identities: ir.Table, of: Callable[[ir.Table], ir.StringValue]
) -> ir.Table:
    """Gives rows with `customer_id` as the person counts, and as the shop said it beside it.

    Args:
        rows: With `customer_id`.
        identities: The links.
        of: Rows → whom a row is of, by the names that links have.

    Returns:
        The rows with `source_customer_id`, and `customer_id` replaced where there is a link.
    """
    names = [name for name in rows.columns if name != "customer_id"]
    said = rows.select(*names, source_customer_id=rows.customer_id)
    said = said.mutate(party=of(said))
    links = identities.select(party=identities.source_customer_id, linked_id=identities.customer_id)
    joined = said.left_join(links, "party")
    known: Mapping[str, ir.Value] = {
        "source_customer_id": joined.source_customer_id,
        "customer_id": ibis.coalesce(joined.linked_id, joined.source_customer_id),
    }
    return joined.select(*names, **known)


def _email(value: ir.StringValue) -> ir.StringValue:
    bare = value.strip()
    # Letters beyond ASCII stay: engines fold them differently, mail boxes do not fold them.
    folded = bare.translate(UPPER, LOWER)
    return cast("ir.StringValue", _is_address(bare).ifelse(folded, ibis.null("string")))


def _is_address(value: ir.StringValue) -> ir.BooleanValue:
    return value.re_search("^[^@ ]+@[^@ ]+$")


def _phone(value: ir.StringValue) -> ir.StringValue:
    digits = value.re_replace("[^0-9]", "").re_replace("^00", "")
    is_whole = digits.length() >= LEAST_PHONE_DIGITS
    return cast("ir.StringValue", is_whole.ifelse(digits, ibis.null("string")))


def _person_key(value: ir.StringValue) -> ir.StringValue:
    return value.strip().nullif("")


_WRITTEN: Mapping[str, Callable[[ir.StringValue], ir.StringValue]] = {
    EMAIL: _email,
    PHONE: _phone,
    PERSON_KEY: _person_key,
}
