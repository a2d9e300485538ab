"""Which column of a file says which of the shop's terms: guessed from names and values, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from shopkeeper.errors import FormatError, UnknownNameError, closest_hint, shorten
from shopkeeper.sources.reading.profiles import ColumnProfile, Kind
from shopkeeper.sources.reading.terms import TERMS, Term, TermKind

# Layouts in which a name means something else than elsewhere: columns that tell the layout, and
# what the name means there.
_SHOPIFY = frozenset({"lineitem name", "lineitem quantity", "lineitem price"})
_SHOPIFY_COLUMNS = {"name": "order_id", "id": "", "total": "", "subtotal": "", "source": "channel"}
_SURE, _PROBABLE, _KIND_BONUS = 1_000, 400, 100
# Words that change nothing in what a column says. Others do: `refunded amount` is no amount.
_NEUTRAL_WORDS = (
    "billing local utc gmt the of in de do da del der die das le la les du des el il lo van "
    "eur usd gbp chf brl sek nok dkk pln czk cad aud title code name field col"
)
_COLUMNS_SHOWN = 12
# Of each of these groups an order line must say one.
NEEDS_OF_A_LINE = (("order_id",), ("ordered_at",), ("unit_price", "line_amount"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+|#")


def guess_mapping(
    header: Sequence[str],
    profiles: Sequence[ColumnProfile],
    terms: Mapping[str, Term] = TERMS,
) -> Mapping[str, str]:
    """Guesses which column says which term.

    A column says at most one term, and the surest guesses are made first: names that are known as
    they are before known names with words that change nothing, such as `price (EUR)`. A column
    whose values are not what a term needs does not say it, whatever its name.

    Args:
        header: Names of the columns, as written.
        profiles: What is known of their values; columns without a profile go by name alone.
        terms: The terms that are looked for.

    Returns:
        Term → column, in the order of the terms; terms that no column seems to say are left out.
    """
    known = {profile.name: profile for profile in profiles}
    layout = _layout(header)
    scores = [
        (_score((term, terms[term]), column, known.get(column), layout), term, column)
        for term in terms
        for column in header
    ]
    places = {term: place for place, term in enumerate(terms)}
    mapping: dict[str, str] = {}
    for score, term, column in sorted(
        scores, key=lambda s: (-s[0], places[s[1]], header.index(s[2]))
    ):
        if score > 0 and term not in mapping and column not in mapping.values():
            mapping[term] = column
    return {term: mapping[term] for term in terms if term in mapping}


def check_mapping(
    mapping: Mapping[str, str],
    header: Sequence[str],
    terms: Mapping[str, Term] = TERMS,
    needs: Sequence[Sequence[str]] = NEEDS_OF_A_LINE,
) -> None:
    """Holds a mapping to naming columns that exist and all that a row needs.

    Args:
        mapping: Term → column.
        header: Names of the columns, as written.
        terms: The terms there are.
        needs: Of each of these groups of terms one must be named.

    Raises:
        UnknownNameError: A term does not exist.
        FormatError: A column does not exist, or what a row needs is not named.
    """
    for term, column in mapping.items():
        if term not in terms:
            raise UnknownNameError.among("term of a row", term, terms)
        if column not in header:
            raise FormatError(
                f"There is no column `{shorten(column)}` that could say `{term}`, "
                f"{terms[term].meaning}.",
                closest_hint(column, header),
                {"term": term, "column": column, "header": list(header)},
            )
    for group in needs:
        if not any(term in mapping for term in group):
            raise _missing(group, terms[group[0]].meaning, header)


def assumptions(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Gives what is assumed because no column says it, in sentences for the user."""
    found = []
    if "customer_id" not in mapping and "email" not in mapping:
        found.append("no column names the customer: orders are counted, customers are not")
    if "quantity" not in mapping:
        found.append("no column names the quantity: each line is one piece")
    if "product_id" not in mapping:
        named = "product_name" in mapping
        found.append(
            "no column names the product by a number: its name is taken for it"
            if named
            else "no column names the product: products are not told apart"
        )
    return tuple(found)


def _missing(terms: Sequence[str], meaning: str, header: Sequence[str]) -> FormatError:
    listed = " or ".join(f"`{term}`" for term in terms)
    shown = ", ".join(f"`{shorten(column)}`" for column in header[:_COLUMNS_SHOWN])
    more = " …" if len(header) > _COLUMNS_SHOWN else ""
    return FormatError(
        f"No column says {listed}, {meaning}. Columns: {shown}{more}",
        f'name it in shopkeeper.toml, under `columns` of the source: `{terms[0]} = "…"`',
        {"terms": list(terms), "header": list(header)},
    )


def _layout(header: Iterable[str]) -> Mapping[str, str]:
    """Gives names with a meaning of their own in the layout that a header has."""
    return _SHOPIFY_COLUMNS if {_plain(name) for name in header} >= _SHOPIFY else {}


def _score(
    named: tuple[str, Term], column: str, profile: ColumnProfile | None, layout: Mapping[str, str]
) -> int:
    """Gives how sure it is that a column says a term; 0 or less if it does not."""
    name_of_term, term = named
    plain = _plain(column)
    if plain in layout:
        return 2 * _SURE if layout[plain] == name_of_term else 0
    score = max(_likeness(name, plain) - place for place, name in enumerate(term.names))
    if score <= 0 or profile is None:
        return score
    return score + _fit(term.kind, profile)


def _likeness(name: str, plain: str) -> int:
    """Gives how much a column's name is like a known name; below 0 if it is not."""
    if name.replace(" ", "") == plain.replace(" ", ""):
        return _SURE
    bare = _without_neutral(plain)
    return _PROBABLE if bare and bare == _without_neutral(name) else -_SURE


def _without_neutral(plain: str) -> list[str]:
    neutral = _NEUTRAL_WORDS.split()
    return [word for word in plain.split() if word not in neutral]


def _fit(kind: TermKind, profile: ColumnProfile) -> int:
    """Gives what the values of a column add to the score of a term."""
    if profile.kind is Kind.EMPTY:
        return -_KIND_BONUS
    if kind is TermKind.INSTANT:
        return _KIND_BONUS if profile.kind is Kind.TIMESTAMP else -2 * _SURE
    if kind is TermKind.NUMBER:
        is_number = profile.kind is Kind.NUMBER or profile.number_format is not None
        return _KIND_BONUS if is_number else -2 * _SURE
    if profile.kind is Kind.TIMESTAMP:
        return -2 * _SURE
    return 0


def _plain(name: str) -> str:
    """Gives a name in lower case, without accents, its words divided by single spaces.

    Examples:
        >>> _plain("InvoiceNo"), _plain("Número_de-Pedido"), _plain("Order #")
        ('invoice no', 'numero de pedido', 'order #')
    """
    decomposed = unicodedata.normalize("NFKD", name.replace("°", "o"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(bare)).casefold()
