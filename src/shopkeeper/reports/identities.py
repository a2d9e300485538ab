"""Who is one person: ids and guests that share a key, and what counting them as one changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.decision_rolls import YES
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.identity_effect import UNITS_OF_MONEY, Effects, SegmentMove, effects
from shopkeeper.reports.identity_groups import Groups, groups_of
from shopkeeper.reports.identity_keys import anonymous_count, keys_of, people_of, said_of
from shopkeeper.reports.identity_rolls import (
    GUEST,
    LINKED,
    LINKED_IDS,
    RENAMED,
    WAITING,
    changed_rows,
    key_selections,
    refused_selection,
    selections,
    told_apart,
)
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse.identity_links import GUESTS, Links, changes_between

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.settings import IdentitySettings, RfmSettings

EXAMPLES = 10
MASK = "…"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What one kind of key tells.

    Attributes:
        kind: `email`, `phone` or `person_key`.
        party_count: Ids and guests who give one.
        value_count: Different values.
        shared_count: Values that several ids or guests share.
        refused_count: Values that are refused as keys.
        givers: Opens the ids and guests.
        values: Opens the different values.
        shared: Opens those that several share.
        refused: Opens those that are refused.
    """

    kind: str
    party_count: int
    value_count: int
    shared_count: int
    refused_count: int
    givers: Selection
    values: Selection
    shared: Selection
    refused: Selection


@dataclass(frozen=True, slots=True)
class PersonGroup:
    """Ids and guests that would be one person.

    Attributes:
        customer_id: The name that they would count under.
        members: All of them, the name included.
        linked_by: What tells it.
        order_count: Sales of all of them.
        order_amount: What they bought less discounts and refunds.
    """

    customer_id: str
    members: tuple[str, ...]
    linked_by: str
    order_count: int
    order_amount: Decimal


@dataclass(frozen=True, slots=True)
class RefusedKey:
    """A key that links nobody.

    Attributes:
        kind: Kind of key.
        value: The value, masked unless asked for.
        id_count: Ids and guests who share it.
        guest_order_count: Sales of guests among them.
        reason: Why.
    """

    kind: str
    value: str
    id_count: int
    guest_order_count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Identities:
    """Who would be one person, by the keys that were asked for.

    Attributes:
        as_of: Day before which measures look.
        keys: One line for each kind of key.
        linked_count: Ids and guests that were merged so far.
        waiting_count: Ids and guests that the tables do not yet count as the log says.
        group_count: Persons with several ids or guests, that would be new or grow.
        merged_id_count: Ids that would count under another name.
        guest_count: Guests that would become customers, or part of one.
        groups: The largest of them.
        refused_count: Keys that are refused.
        refused: The most shared of them.
        effects: What changes in the measures.
        definition: What links, in words.
        findings: Sentences about what stands out.
        persons: Opens the persons with several ids or guests.
        merged_ids: Opens the ids that would count under another name.
        guests: Opens the guests.
        linked: Opens the ids and guests that were merged so far.
        waiting: Opens those that the tables do not yet count so.
        refused_keys: Opens the keys that are refused.
    """

    as_of: date
    keys: tuple[KeyLine, ...]
    linked_count: int
    waiting_count: int
    group_count: int
    merged_id_count: int
    guest_count: int
    groups: tuple[PersonGroup, ...]
    refused_count: int
    refused: tuple[RefusedKey, ...]
    effects: Effects
    definition: str
    findings: tuple[str, ...]
    persons: Selection
    merged_ids: Selection
    guests: Selection
    linked: Selection
    waiting: Selection
    refused_keys: Selection


@dataclass(frozen=True, slots=True)
class Listing:
    """How examples are shown.

    Attributes:
        limit: How many.
        is_unmasked: Whether keys are shown whole.
    """

    limit: int = EXAMPLES
    is_unmasked: bool = False


def identities(
    order_items: ir.Table,
    identities: ir.Table,
    *,
    as_of: date,
    links: Links,
    rules: IdentitySettings,
    scoring: RfmSettings,
    listing: Listing = Listing(),
) -> Identities:
    """Gives who would be one person, and the effect on measures; changes nothing."""
    people = people_of(order_items, as_of=as_of)
    groups = groups_of(keys_of(order_items, rules), people, links, rules)
    changed = changed_rows(groups.links, links)
    found = effects(
        people,
        (links.names, groups.links.set_index("source_customer_id")["customer_id"]),
        anonymous_count=anonymous_count(order_items, as_of=as_of),
        as_of=as_of,
        scoring=scoring,
    )
    counts = _counts(changed, groups)
    return Identities(
        as_of=as_of,
        keys=_key_lines(order_items, rules, groups),
        linked_count=len(links.rows),
        waiting_count=len(changes_between(links, identities.to_pyarrow().to_pandas())[0]),
        group_count=counts[0],
        merged_id_count=counts[1],
        guest_count=counts[2],
        groups=_examples(changed, groups, people, listing),
        refused_count=len(groups.refused),
        refused=_refused(groups.refused, listing),
        effects=found,
        definition=definition_of(rules),
        findings=_findings(counts, found, groups.refused),
        **_openers(rules),
    )


def _openers(rules: IdentitySettings) -> dict[str, Selection]:
    """Gives the ways to the lists behind the counts of all keys together."""
    persons, merged_ids, guests = selections(rules)
    return {
        "persons": persons,
        "merged_ids": merged_ids,
        "guests": guests,
        "linked": Selection(LINKED_IDS.name).where("role", LINKED),
        "waiting": Selection(LINKED_IDS.name).where("role", WAITING),
        "refused_keys": refused_selection(rules),
    }


def _counts(changed: pd.DataFrame, groups: Groups) -> tuple[int, int, int]:
    """Gives persons with several ids or guests, ids under another name, and guests, all new."""
    told = told_apart(changed, groups.links)
    persons = told.loc[told["is_group"] == YES, "customer_id"].nunique()
    return int(persons), int((told["role"] == RENAMED).sum()), int((told["role"] == GUEST).sum())


def _key_lines(
    order_items: ir.Table, rules: IdentitySettings, groups: Groups
) -> tuple[KeyLine, ...]:
    said = said_of(order_items, rules)
    values = said.group_by("kind", "value").agg(id_count=said.count())
    lines = values.group_by("kind").agg(
        value_count=values.count(), shared_count=(values.id_count > 1).ifelse(1, 0).sum()
    )
    parties = said.group_by("kind").agg(party_count=said.party.nunique())
    known = {row["kind"]: row for row in rows_of(lines)}
    givers = {row["kind"]: row["party_count"] for row in rows_of(parties)}
    refused = groups.refused["kind"].value_counts()
    found = []
    for kind in rules.keys:
        row = known.get(kind, {"value_count": 0, "shared_count": 0})
        opens = key_selections(kind, rules)
        line = KeyLine(
            kind,
            int(givers.get(kind, 0)),
            int(row["value_count"]),
            int(row["shared_count"]),
            int(refused.get(kind, 0)),
            *opens,
        )
        found.append(line)
    return tuple(found)


def _examples(
    changed: pd.DataFrame,
    groups: Groups,
    people: pd.DataFrame,
    listing: Listing,
) -> tuple[PersonGroup, ...]:
    """Gives the groups with most ids, and of equal ones those with most orders."""
    rows = groups.links[groups.links["customer_id"].isin(changed["customer_id"])]
    known = people.set_index("party")
    rows = rows.assign(
        order_count=rows["source_customer_id"].map(known["order_count"]).fillna(0).astype("int64"),
        amount_units=rows["source_customer_id"]
        .map(known["amount_units"])
        .fillna(0)
        .astype("int64"),
    )
    sums = rows.groupby("customer_id").agg(
        size=("order_count", "size"),
        order_count=("order_count", "sum"),
        amount_units=("amount_units", "sum"),
    )
    sums = sums[sums["size"] > 1].reset_index()
    order = ["size", "order_count", "customer_id"]
    first = sums.sort_values(order, ascending=[False, False, True]).head(listing.limit)
    written = str if listing.is_unmasked else shown
    found = []
    for row in first.to_dict("records"):
        members = rows.loc[rows["customer_id"] == row["customer_id"], "source_customer_id"]
        found.append(
            PersonGroup(
                written(str(row["customer_id"])),
                tuple(written(member) for member in sorted(members)),
                str(groups.told_by.get(row["customer_id"], "")),
                int(row["order_count"]),
                (Decimal(int(row["amount_units"])) / UNITS_OF_MONEY).quantize(Decimal("0.01")),
            )
        )
    return tuple(found)


def _refused(refused: pd.DataFrame, listing: Listing) -> tuple[RefusedKey, ...]:
    rows: Sequence[dict[Any, Any]] = refused.head(listing.limit).to_dict("records")
    return tuple(
        RefusedKey(
            str(row["kind"]),
            str(row["value"]) if listing.is_unmasked else masked(str(row["value"])),
            int(row["id_count"]),
            int(row["guest_order_count"]),
            str(row["reason"]),
        )
        for row in rows
    )


def shown(name: str) -> str:
    """Gives an id as it is; the key that a guest is named after, and an address, masked."""
    for prefix in GUESTS:
        if name.startswith(prefix):
            return prefix + masked(name.removeprefix(prefix))
    return masked(name) if "@" in name else name


def masked(value: str) -> str:
    """Gives a key so that its owner knows it again, and others do not learn it.

    Examples:
        >>> masked("ann.lee@example.com"), masked("442071234567")
        ('a…e@example.com', '4…7')
    """
    local, at, domain = value.partition("@")
    return f"{local[:1]}{MASK}{local[-1:]}{at}{domain}" if len(local) > 1 else f"{MASK}{at}{domain}"


def definition_of(rules: IdentitySettings) -> str:
    """Gives what makes ids and guests one person, in words."""
    written = {
        "email": "e-mail address (letter case aside"
        + (
            ", also aside from what stands between `+` and `@`)" if rules.ignores_plus_tags else ")"
        ),
        "phone": "telephone number (its digits)",
        "person_key": "person key",
    }
    named = " or ".join(written[kind] for kind in rules.keys)
    guests = "guests who give one are customers" if rules.with_guests else "guests stay guests"
    return (
        f"ids are one person that share an {named}, directly or through others; {guests}; "
        f"keys shared by more than {rules.most_ids} ids and guests, or with more than "
        f"{rules.most_guest_orders} orders of guests, are refused; who was split by name stays so"
    )


def move_text(move: SegmentMove) -> str:
    """Gives a move between segments in words."""
    return f"{move.count:,} from {move.source} to {move.target}"


def _findings(
    counts: tuple[int, int, int], found: Effects, refused: pd.DataFrame
) -> tuple[str, ...]:
    group_count, merged_id_count, guest_count = counts
    if not merged_id_count and not guest_count:
        sentences = ["No key tells that anybody is one person who does not count as one already."]
    else:
        sentences = [
            f"{merged_id_count:,} ids would count under another name and {guest_count:,} guests "
            f"under a customer's; {group_count:,} persons have several ids or guests."
        ]
        rate = next(one for one in found.measures if one.name == "repeat_rate")
        if rate.before is not None and rate.after is not None:
            sentences.append(
                f"The repeat rate would go from {percent(float(rate.before))} to "
                f"{percent(float(rate.after))}."
            )
    if found.moves:
        sentences.append(f"The largest move in segments: {move_text(found.moves[0])}.")
    if len(refused):
        sentences.append(f"{len(refused):,} keys are refused: too many share them to be a person.")
    return tuple(sentences)
