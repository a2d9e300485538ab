"""Says what a column is, from all that was gathered about it."""

from __future__ import annotations

import re

from shopkeeper.sources.reading.evidence import Evidence
from shopkeeper.sources.reading.profiles import ColumnProfile, FormatVariant, Kind

# Share of the values that a format must read so that the column is of its kind.
KIND_SHARE = 0.5
# Share of a sample that must look like codes so that a column of text holds identifiers.
CODE_SHARE = 0.9
EXAMPLES = 3
# Words in names of columns whose whole numbers are names of things, not amounts of them.
IDENTIFIER_WORDS = (
    "id ids uid uuid guid key no nr num number nummer numero número code sku ean gtin asin upc "
    "isbn ref reference invoice order customer client zip plz postcode postal phone tel barcode "
    "bestellnummer kundennummer artikelnummer rechnungsnummer belegnr kundennr artikelnr "
    "commande pedido cliente produto producto prodotto ordine bestelling klant"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
_CODE = re.compile(r"\S*[0-9@]\S*")
_CODE_WITH_LETTERS = re.compile(r"(?=\S*[A-Za-z])(?=\S*[0-9])\S+")
_LEADING_ZERO = re.compile("0[0-9]+")
_WHOLE = re.compile(r"-?[0-9]+(?:\.0)?")


def profile_column(name: str, evidence: Evidence) -> ColumnProfile:
    """Gives the profile of a column.

    Args:
        name: Its name.
        evidence: What was gathered, with the order of dates settled.
    """
    count, guess = evidence.count, evidence.guess
    kind = _kind(name, evidence)
    is_read = kind in {Kind.NUMBER, Kind.TIMESTAMP}
    date = guess.date.date_format if guess.date else None
    number = guess.number.number_format if guess.number else None
    misfit_count = 0 if guess.is_plain_text else evidence.value_count - count.reach.count
    return ColumnProfile(
        name=name,
        kind=kind,
        row_count=count.row_count,
        missing_count=count.missing_count,
        distinct_count=count.distinct_count,
        minimum=_text(count.reach.minimum) if is_read else None,
        maximum=_text(count.reach.maximum) if is_read else None,
        examples=tuple(evidence.sample)[:EXAMPLES],
        number_format=number,
        date_format=date,
        misfit_count=misfit_count,
        first_misfit=evidence.first_misfit if misfit_count else None,
        first_misfit_row=count.reach.first_misfit_row if misfit_count else None,
        is_ambiguous=evidence.is_ambiguous or _has_doubtful_sign(evidence),
        variants=_variants(evidence),
        currency=number.currency if number else "",
        has_trailing_zero=bool(guess.number and guess.number.has_trailing_zero),
    )


def _kind(name: str, evidence: Evidence) -> Kind:
    if not evidence.value_count:
        return Kind.EMPTY
    kind = evidence.type
    if kind.is_timestamp() or kind.is_date():
        return Kind.TIMESTAMP
    if kind.is_numeric():
        whole = kind.is_integer() or all(_WHOLE.fullmatch(value) for value in evidence.sample)
        return Kind.IDENTIFIER if whole and names_identifiers(name) else Kind.NUMBER
    if not kind.is_string():
        return Kind.TEXT
    return _kind_of_text(name, evidence)


def _kind_of_text(name: str, evidence: Evidence) -> Kind:
    read = evidence.count.reach.count + sum(variant.count for variant in evidence.variants)
    if evidence.guess.is_plain_text or read < KIND_SHARE * evidence.value_count:
        codes = sum(n for value, n in evidence.sample.items() if _CODE.fullmatch(value))
        is_code = codes >= CODE_SHARE * sum(evidence.sample.values())
        return Kind.IDENTIFIER if is_code else Kind.TEXT
    if evidence.guess.date is not None:
        return Kind.TIMESTAMP
    unread = sum(value.count for value in evidence.misfits)
    codes = sum(v.count for v in evidence.misfits if _CODE_WITH_LETTERS.fullmatch(v.text))
    if unread and codes > KIND_SHARE * unread:
        return Kind.IDENTIFIER
    is_whole = all(_WHOLE.fullmatch(value.strip()) for value in evidence.sample)
    has_zeros = any(_LEADING_ZERO.fullmatch(value) for value in evidence.sample)
    is_name = is_whole and (has_zeros or names_identifiers(name))
    return Kind.IDENTIFIER if is_name else Kind.NUMBER


def names_identifiers(name: str) -> bool:
    """Whether the name of a column says that its numbers are names of things.

    Examples:
        >>> names_identifiers("CustomerID"), names_identifiers("Customer ID")
        (True, True)
        >>> names_identifiers("num_of_item"), names_identifiers("Quantity")
        (False, False)
    """
    words = [word.casefold() for word in _WORD.findall(name)]
    return bool(words) and words[-1] in IDENTIFIER_WORDS.split()


def _has_doubtful_sign(evidence: Evidence) -> bool:
    return bool(evidence.guess.number and evidence.guess.number.doubtful_sign)


def _variants(evidence: Evidence) -> tuple[FormatVariant, ...]:
    """Gives the usual way of writing and the others, if there are others."""
    if not evidence.variants:
        return ()
    reach = evidence.count.reach
    example = next(iter(evidence.sample), "")
    usual = FormatVariant(evidence.format_text, reach.count, example, reach.first_row)
    return (usual, *evidence.variants)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
