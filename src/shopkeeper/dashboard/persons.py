"""Persons: the preview of who would be one person by shared keys, and what that would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Kind, Section, Sentences
from shopkeeper.html.changes import value_text
from shopkeeper.html.sections.summary import LEVEL, NO_LINE, Tile, Tiles

if TYPE_CHECKING:
    from shopkeeper.html.blocks import Block, Cell
    from shopkeeper.reports.identities import Identities, KeyLine, PersonGroup
    from shopkeeper.reports.identity_effect import Effect

EFFECTS = (
    Column("Measure"),
    Column("Now", Kind.NUMBER, "As customers are counted in this run"),
    Column("Then", Kind.NUMBER, "If those who share a key counted as one person"),
)
KEYS = (
    Column("Key"),
    Column("Ids and guests", Kind.NUMBER, "Who give a key of this kind"),
    Column("Values", Kind.NUMBER, "Different keys"),
    Column("Shared", Kind.NUMBER, "Keys that several ids or guests share"),
    Column("Refused", Kind.NUMBER, "Keys that link nobody, such as one that hundreds share"),
)
GROUPS = (
    Column("Counts under"),
    Column("Made of", Kind.PROSE),
    Column("By"),
    Column("Orders", Kind.NUMBER, "Sales of all of them"),
    Column("Bought", Kind.NUMBER, "Less discounts and refunds"),
)
HOW = (
    "Nothing is merged by looking. `shopkeeper merge` records who is one person, `shopkeeper "
    "split` takes it back, and the next run counts so."
)


def section_of(found: Identities, currency: str) -> Section:
    """Gives the preview; each count opens the ids it counts, with their keys in full."""
    counts = (
        ("Persons", found.group_count, "Persons who would have several ids", found.persons),
        ("Ids renamed", found.merged_id_count, "Ids under another name", found.merged_ids),
        ("Guests", found.guest_count, "Guests who would be customers", found.guests),
    )
    tiles = tuple(
        Tile(label, meaning, formatting.count(count), str(count), LEVEL, NO_LINE, opens)
        for label, count, meaning, opens in counts
    )
    noted = formatting.plural(found.linked_count, "id or guest", "ids and guests")
    blocks: list[Block] = [Tiles(tiles, f"{noted} merged so far.")]
    effects = tuple(_effect(one, currency) for one in found.effects.measures)
    blocks.append(DataTable("identity-effects", "What it would change", EFFECTS, effects))
    keys = tuple(_key(one) for one in found.keys)
    blocks.append(DataTable("identity-keys", "What people give", KEYS, keys))
    if found.groups:
        rows = tuple(_group(one, currency) for one in found.groups)
        caption = "The largest persons, keys masked"
        blocks.append(DataTable("identity-groups", caption, GROUPS, rows))
    told = (*found.findings, f"{found.definition}.", HOW)
    sentences = tuple(one[:1].upper() + one[1:].replace("`", "") for one in told)
    blocks.append(Sentences("What tells it", sentences))
    return Section("persons", "Who is one person", "", tuple(blocks))


def _effect(one: Effect, currency: str) -> tuple[Cell, ...]:
    values = (
        cells.EMPTY if value is None else cells.text(value_text(value, one.unit, currency))
        for value in (one.before, one.after)
    )
    return (cells.text(one.label), *values)


def _key(one: KeyLine) -> tuple[Cell, ...]:
    return (
        cells.text(one.kind.replace("_", " ")),
        cells.count(one.party_count, one.givers),
        cells.count(one.value_count, one.values),
        cells.count(one.shared_count, one.shared),
        cells.count(one.refused_count, one.refused),
    )


def _group(one: PersonGroup, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(one.customer_id),
        cells.prose(", ".join(one.members)),
        cells.text(one.linked_by),
        cells.count(one.order_count),
        cells.money(one.order_amount, currency),
    )
