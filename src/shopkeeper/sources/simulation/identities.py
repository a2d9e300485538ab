"""Names a person goes by in the files: person id, customer ids, e-mail addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.people import People

FIRST_CUSTOMER_NUMBER = 1_000_000

_FIRST_NAMES = (
    *("emma", "noah", "mia", "liam", "sofia", "lukas", "anna", "ben", "clara", "david"),
    *("ella", "felix", "greta", "hugo", "ines", "jonas", "katie", "leo", "marie", "nils"),
    *("olivia", "paul", "rosa", "samuel", "tessa", "aoife", "victor", "wim", "yasmin", "zoe"),
)
_LAST_NAMES = (
    *("baker", "fischer", "jansen", "moreau", "murphy", "schmidt", "garcia", "peeters"),
    *("weber", "visser", "dubois", "kelly", "wagner", "lopez", "smith", "gruber", "bakker"),
    *("martin", "walsh", "huber", "koch", "de-vries", "laurent", "byrne", "richter", "taylor"),
)
_DOMAINS = ("example.com", "example.com", "example.org")


def numbered_ids(prefix: str, numbers: Integers) -> pa.StringArray:
    """Gives ids such as `C1000042`, one per number."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def person_ids(people: People) -> pa.StringArray:
    """Gives the id of each person, which stands in the truth only."""
    return numbered_ids("P", people.number + FIRST_CUSTOMER_NUMBER)


def customer_numbers(people: People, person: Integers, account: Integers) -> Integers:
    """Gives the number in the customer id of an account (0 or 1) of a person of the block."""
    return FIRST_CUSTOMER_NUMBER + 2 * people.number[person] + account


def emails(people: People) -> list[str]:
    """Gives the e-mail address of each person; every person has a different one."""
    return list(map(_email, people.number.tolist(), people.name.tolist()))


def _email(number: int, name: int) -> str:
    rest, first = divmod(name, len(_FIRST_NAMES))
    rest, last = divmod(rest, len(_LAST_NAMES))
    domain = _DOMAINS[rest % len(_DOMAINS)]
    return f"{_FIRST_NAMES[first]}.{_LAST_NAMES[last]}{number + 1}@{domain}"


def second_emails(people: People) -> list[str | None]:
    """Gives the address of each second account: the same mail box, written in another way."""
    addresses: list[str | None] = [None] * len(people)
    for row in np.flatnonzero(people.has_two_accounts).tolist():
        number, name = int(people.number[row]), int(people.name[row])
        addresses[row] = _written_otherwise(_email(number, name), name)
    return addresses


def _written_otherwise(address: str, name: int) -> str:
    local, domain = address.split("@")
    ways = (address.upper(), f"{local.title()}@{domain}", f"{local}+shop@{domain}")
    # Another remainder than those the names are made from.
    return ways[name % 7 % 3]
