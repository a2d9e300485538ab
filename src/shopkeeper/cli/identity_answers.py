"""Identities in the terminal: who would be one person, what that changes, and the log of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import close_answer, open_answer, percent_text, ratio_text
from shopkeeper.cli.output import RAW_CHARACTERS, print_table, print_text

if TYPE_CHECKING:
    from shopkeeper.pipeline.identity_log import Entry
    from shopkeeper.reports.identities import Identities
    from shopkeeper.reports.identity_effect import Effect, Effects


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the log as it is shown: counts, and the first of its ids."""

    number: int
    action: str
    at: datetime
    by: str
    rule: str
    why: str
    id_count: int
    person_count: int
    ids: tuple[str, ...]
    customer_ids: tuple[str | None, ...]


def lines_of_log(entries: Sequence[Entry], *, limit: int, is_unmasked: bool) -> tuple[LogLine, ...]:
    """Gives entries with the first `limit` ids of each, keys masked unless asked for."""
    from shopkeeper.reports.identities import shown

    def text(name: str | None) -> str | None:
        return name if name is None or is_unmasked else shown(name)

    return tuple(
        LogLine(
            entry.number,
            entry.action,
            entry.at,
            entry.by,
            entry.rule,
            entry.why,
            len(entry.ids),
            len(set(entry.customer_ids) - {None}),
            tuple(str(text(one)) for one in entry.ids[:limit]),
            tuple(text(one) for one in entry.customer_ids[:limit]),
        )
        for entry in entries
    )


def show_identities(found: Identities, currency: str) -> None:
    """Prints who would be one person by keys, and what changes."""
    open_answer(found.findings)
    print_text()
    print_table(
        ("key", "ids and guests", "values", "shared", "refused"),
        [
            (k.kind, k.party_count, k.value_count, k.shared_count, k.refused_count)
            for k in found.keys
        ],
    )
    print_text()
    show_effects(found.effects, currency)
    if found.groups:
        print_text()
        print_table(
            ("counts under", "made of", "by", "orders", currency),
            [
                (g.customer_id, ", ".join(g.members), g.linked_by, g.order_count, g.order_amount)
                for g in found.groups
            ],
            RAW_CHARACTERS,
        )
    if found.refused:
        print_text()
        print_table(
            ("refused", "value", "ids and guests", "orders of guests", "because"),
            [(r.kind, r.value, r.id_count, r.guest_order_count, r.reason) for r in found.refused],
            RAW_CHARACTERS,
        )
    notes = []
    if found.linked_count:
        notes.append(f"{found.linked_count:,} ids and guests are merged already")
    if found.waiting_count:
        notes.append(f"{found.waiting_count:,} of what was recorded wait for `shopkeeper run`")
    close_answer(found.definition, notes)


def show_effects(effects: Effects, currency: str) -> None:
    """Prints measures and segments before and after."""
    print_table(
        ("measure", "before", "after", ""),
        [
            (
                m.label,
                _value(m, m.before),
                _value(m, m.after),
                currency if m.unit == "currency" else "",
            )
            for m in effects.measures
        ],
    )
    if not effects.segments:
        return
    print_text()
    print_table(
        ("segment", "before", "after", "change"),
        [(s.segment, s.before, s.after, f"{s.after - s.before:+,}") for s in effects.segments],
    )
    from shopkeeper.reports.identities import move_text

    for move in effects.moves[:3]:
        print_text(f"• {move_text(move)}")


def show_log(lines: Sequence[LogLine]) -> None:
    """Prints all merges and splits, oldest first."""
    if not lines:
        print_text("Nothing was merged or split yet.")
        return
    print_table(
        ("entry", "what", "when (UTC)", "by", "told by", "ids", "why"),
        [
            (e.number, e.action, f"{e.at:%Y-%m-%d %H:%M}", e.by, e.rule, e.id_count, e.why)
            for e in lines
        ],
        RAW_CHARACTERS,
    )
    for line in lines:
        print_text()
        show_entry(line)


def show_entry(line: LogLine) -> None:
    """Prints an entry with the first of its ids."""
    print_text(f"{line.action} {line.number}, told by {line.rule}: {line.id_count:,} ids")
    for one, name in zip(line.ids, line.customer_ids, strict=True):
        print_text(f"  {one} → {'stands alone' if name is None else name}")
    if line.id_count > len(line.ids):
        print_text(f"  … and {line.id_count - len(line.ids):,} more")


def _value(effect: Effect, value: object) -> object:
    if isinstance(value, float):
        return percent_text(value) if effect.unit == "share" else ratio_text(value)
    return value
