"""Understanding: from the profiles of a file's columns to a reading, or to a clear refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopkeeper.errors import FormatError, shorten
from shopkeeper.settings import FormatSettings, SourceSettings
from shopkeeper.sources.reading.column_guesses import FormatHints
from shopkeeper.sources.reading.formats import DateFormat, NumberFormat
from shopkeeper.sources.reading.mapping import check_mapping, guess_mapping
from shopkeeper.sources.reading.profiles import ColumnProfile, Kind
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Reading

NUMBER_TERMS = ("quantity", "unit_price", "line_amount", "discount_amount")
IDENTIFIER_TERMS = ("order_id", "customer_id", "product_id", "refund_of")
# Of these terms most cells must be readable; a discount column may be mostly empty or odd.
NEEDED_NUMBERS = ("quantity", "unit_price", "line_amount")
# A column of which more than this share cannot be read is the wrong column, or wrongly written.
UNREADABLE_SHARE_AT_MOST = 0.5
CORRECT = "correct it under [[sources]] in shopkeeper.toml; see `shopkeeper profile FILE`"
# Currency signs and the currency that most shops mean by them.
CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD", "US$": "USD", "R$": "BRL", "¥": "JPY", "₹": "INR"}


def understand(profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
    """Finds out what each column of a file is and how it is written.

    Args:
        profiles: What was found in each column, over all rows.
        settings: The user's corrections.

    Raises:
        FormatError: A needed column is missing, or its values cannot be understood.
    """
    by_name = {profile.name: profile for profile in profiles}
    columns = _columns(profiles, settings.columns)
    check_mapping(columns, tuple(by_name))
    if "unit_price" in columns:
        columns.pop("line_amount", None)
    served = {term: by_name[name] for term, name in columns.items()}
    dates = {"ordered_at": _date_format(served["ordered_at"], settings.format)}
    numbers = {
        term: _number_format(term, served[term], settings.format)
        for term in NUMBER_TERMS
        if term in served
    }
    return Reading(
        columns=columns,
        numbers={term: found for term, found in numbers.items() if found is not None},
        dates={term: found for term, found in dates.items() if found is not None},
        trailing_zero=tuple(
            term for term in IDENTIFIER_TERMS if term in served and served[term].has_trailing_zero
        ),
    )


def understand_columns(
    profiles: Sequence[ColumnProfile],
    columns: Mapping[str, str],
    written: FormatSettings,
    kinds: Mapping[str, TermKind],
) -> Reading:
    """Finds out how known columns are written.

    Args:
        profiles: What was found in each column, over all rows.
        columns: Term → column, each of which is there.
        written: What the user says of the formats.
        kinds: What the values of the terms must be.

    Raises:
        FormatError: The values of a column cannot be understood.
    """
    by_name = {profile.name: profile for profile in profiles}
    served = {term: by_name[name] for term, name in columns.items()}
    dates: dict[str, DateFormat] = {}
    numbers: dict[str, NumberFormat] = {}
    for term, profile in served.items():
        if kinds[term] is TermKind.INSTANT and profile.kind is not Kind.EMPTY:
            found = _date_format(profile, written)
            dates |= {term: found} if found else {}
        elif kinds[term] is TermKind.NUMBER:
            number = _number_format(term, profile, written)
            numbers |= {term: number} if number else {}
    return Reading(
        columns=dict(columns),
        numbers=numbers,
        dates=dates,
        trailing_zero=tuple(term for term, profile in served.items() if profile.has_trailing_zero),
    )


def problems_of(profiles: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Gives what is odd about the columns of a file, one sentence each."""
    found = []
    for profile in profiles:
        if profile.is_mixed:
            ways = " and ".join(f"{v.text} ({v.count:,} rows)" for v in profile.variants)
            found.append(f"Column `{profile.name}` is written in several ways: {ways}.")
        elif profile.is_ambiguous and profile.kind in (Kind.TIMESTAMP, Kind.NUMBER):
            found.append(f"Nothing in column `{profile.name}` tells how it is meant.")
    return tuple(found)


def currency_of(profiles: Sequence[ColumnProfile]) -> str:
    """Gives the ISO code of the currency seen beside numbers; empty if none or several."""
    seen = {profile.currency for profile in profiles if profile.currency}
    codes = {CURRENCIES.get(sign, sign if len(sign) == 3 else "") for sign in seen}
    return codes.pop() if len(codes) == 1 else ""


def _columns(profiles: Sequence[ColumnProfile], stated: Mapping[str, str]) -> dict[str, str]:
    """Gives term → column: what the user states, and guesses for columns that are left."""
    taken = set(stated.values())
    left = [profile for profile in profiles if profile.name not in taken]
    guessed = guess_mapping(tuple(profile.name for profile in left), left)
    # A stated amount of the line is meant instead of a guessed price, and the other way round.
    prices = {"unit_price", "line_amount"}
    replaced = prices if prices & set(stated) else set()
    kept = {t: c for t, c in guessed.items() if t not in stated and t not in replaced}
    return {**kept, **stated}


def _date_format(profile: ColumnProfile, written: FormatSettings) -> DateFormat | None:
    """Gives how dates are written; None where the column has a type of its own."""
    found = profile.date_format
    if found is None:
        if profile.kind is Kind.TIMESTAMP:
            return None
        raise FormatError(
            f"Column `{profile.name}` should hold dates, but holds {profile.kind}s"
            f"{_example(profile)}.",
            f"name the column of the dates as `ordered_at`: {CORRECT}",
            {"column": profile.name, "kind": str(profile.kind)},
        )
    if written.date_order not in (None, found.order):
        raise FormatError(
            f"Column `{profile.name}` is written {found.text}, not `{written.date_order}`.",
            f"take `date_order` out, or {CORRECT}",
            {"column": profile.name},
        )
    if profile.is_mixed:
        raise _mixed(profile, "mixed date formats")
    if profile.is_ambiguous and written.date_order is None:
        raise FormatError(
            f"Nothing in column `{profile.name}` tells day from month{_example(profile)}.",
            'say it in shopkeeper.toml under [[sources]]: format = { date_order = "dmy" } or "mdy"',
            {"column": profile.name},
        )
    _mostly_readable(profile, "dates")
    return found


def _number_format(
    term: str, profile: ColumnProfile, written: FormatSettings
) -> NumberFormat | None:
    """Gives how numbers are written; None where the column has a type of its own."""
    found = profile.number_format
    if found is None:
        if profile.kind in (Kind.NUMBER, Kind.EMPTY) or term not in NEEDED_NUMBERS:
            return NumberFormat() if profile.kind is not Kind.NUMBER else None
        raise FormatError(
            f"Column `{profile.name}`, read as `{term}`, should hold numbers, but holds "
            f"{profile.kind}s{_example(profile)}.",
            f"name the right column as `{term}`: {CORRECT}",
            {"column": profile.name, "kind": str(profile.kind)},
        )
    if written.decimal is None and profile.is_mixed:
        raise _mixed(profile, "numbers written in several ways")
    if term in NEEDED_NUMBERS:
        _mostly_readable(profile, "numbers")
    return found


def _mixed(profile: ColumnProfile, what: str) -> FormatError:
    ways = "; ".join(
        f"{variant.text} in {variant.count:,} rows, first {_place(variant.first_row)}"
        f"`{shorten(variant.example)}`"
        for variant in profile.variants[:3]
    )
    return FormatError(
        f"Column `{profile.name}` has {what}: {ways}.",
        f"put each way into a file and a source of its own, or {CORRECT}",
        {"column": profile.name, "variants": [variant.text for variant in profile.variants]},
    )


def _mostly_readable(profile: ColumnProfile, what: str) -> None:
    if profile.misfit_count > UNREADABLE_SHARE_AT_MOST * max(profile.value_count, 1):
        raise FormatError(
            f"Column `{profile.name}` has {profile.misfit_count:,} values that are not {what}; "
            f"first: {_place(profile.first_misfit_row)}`{shorten(profile.first_misfit)}`.",
            CORRECT,
            {"column": profile.name, "count": profile.misfit_count},
        )


def _place(row: int | None) -> str:
    return f"row {row:,} " if row else ""


def _example(profile: ColumnProfile) -> str:
    return f", such as `{shorten(profile.examples[0])}`" if profile.examples else ""


def hints_of(written: FormatSettings, delimiter: str) -> FormatHints:
    """Gives what is known of a file's formats besides its values."""
    return FormatHints(delimiter, written.decimal, written.date_order)
