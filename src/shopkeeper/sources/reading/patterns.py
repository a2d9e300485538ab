r"""Regular expressions for numbers and dates that RE2, PostgreSQL, Java and Python read alike.

They hold no backslash, because SQL dialects disagree on it; no look-around, because RE2 has none;
and digits are written `[0-9]`, because `\d` may match other scripts.
"""

from __future__ import annotations

from shopkeeper.sources.reading.formats import DateFormat, NumberFormat, Presence, Zone

# Space, no-break space, thin spaces, ideographic space, byte order mark; tab and line ends.
SPACES = " \u00a0\u2009\u202f\u3000\ufeff\t\r\n"
SPACE = f"[{SPACES}]"
# What stands beside amounts. A point behind a sign (`kr.`) is not read: it may be a decimal sign.
CURRENCIES = (
    "(?:US|CA|AU|NZ|HK|MX|SG|[RACS])?[$]|[£€¥₹₺₽₩₪₫₱฿₴₦]|kr|zł|Kč|Ft|lei|Fr|"
    "EUR|USD|GBP|JPY|CNY|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|BRL|MXN|ARS|CLP|COP|PEN|"
    "CAD|AUD|NZD|INR|IDR|THB|VND|PHP|MYR|SGD|HKD|KRW|TWD|ILS|SAR|AED|EGP|ZAR|NGN|KES"
)
MINUS = "-−"
# Decimals beyond this many are not written by people or programs.
DECIMALS_AT_MOST = 30
DECIMAL_DIGITS = 18
GROUP_SIGNS = {" ": " \u00a0\u2009\u202f", "'": "'’", ".": ".", ",": ",", "": ""}

# Orders before 1900 or after 2099 are typing errors, and engines disagree on the year 0.
_YEAR = "(?:19|20)[0-9]{2}"
_LEAP_OF_CENTURY = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP_YEAR = f"(?:(?:19|20){_LEAP_OF_CENTURY}|2000)"
_SHORT_LEAP_YEAR = "(?:[02468][048]|[13579][26])"
_OFFSET = "[+-](?:0[0-9]|1[0-4])(?::?(?:00|15|30|45))?"
_UTC = "(?:UTC|GMT|Z|[+-]00(?::?00)?)"


def whole_digits(scale: int) -> int:
    """Gives how many digits before the decimals surely fit, also after rounding."""
    return DECIMAL_DIGITS - scale - 1


def number_pattern(number_format: NumberFormat, scale: int) -> str:
    """Gives the pattern of a whole cell that holds a number in this format."""
    digits = whole_digits(scale)
    decimals = f"[{number_format.decimal}]"
    body = f"[0-9]{{1,{digits}}}(?:{decimals}[0-9]{{0,{DECIMALS_AT_MOST}}})?"
    body += f"|{decimals}[0-9]{{1,{DECIMALS_AT_MOST}}}"
    if number_format.is_plain:
        return f"^[-+]?(?:{body})$"
    if number_format.thousands:
        grouped = _groups(f"[{GROUP_SIGNS[number_format.thousands]}]", digits)
        body = f"(?:{grouped})(?:{decimals}[0-9]{{0,{DECIMALS_AT_MOST}}})?|{body}"
    return _decorated(f"(?:{body})")


def _groups(sign: str, digits: int) -> str:
    """Gives the pattern of at most so many digits in groups of three."""
    full = digits // 3
    rest = digits - 3 * full
    patterns = []
    if full > 1:
        patterns.append(f"[0-9]{{1,3}}(?:{sign}[0-9]{{3}}){{1,{full - 1}}}")
    if full and rest:
        patterns.append(f"[0-9]{{1,{rest}}}(?:{sign}[0-9]{{3}}){{{full}}}")
    return "|".join(patterns)


def _decorated(body: str) -> str:
    """Gives the pattern of a number with currency, spaces and any of the three ways of minus."""
    before = f"{SPACE}*(?:(?:{CURRENCIES}){SPACE}*)?"
    after = f"(?:{SPACE}*(?:{CURRENCIES}))?{SPACE}*"
    leading = f"{before}(?:[{MINUS}+]{before})?{body}{after}"
    trailing = f"{before}{body}{after}[{MINUS}]{after}"
    parentheses = f"{before}[(]{before}{body}{after}[)]{after}"
    return f"^(?:{leading}|{trailing}|{parentheses})$"


def number_body(number_format: NumberFormat) -> str:
    """Gives the pattern of digits and their signs inside a cell that is known to be a number."""
    decimal, signs = number_format.decimal, GROUP_SIGNS[number_format.thousands]
    return f"[0-9](?:[0-9{signs}]*[0-9])?(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+"


def date_pattern(date_format: DateFormat) -> str:
    """Gives the pattern of a whole cell that holds an existing date in this format."""
    clock = _clock(date_format)
    if date_format.time is Presence.NEVER:
        return f"^{_calendar(date_format)}$"
    mark = "?" if date_format.time is Presence.SOMETIMES else ""
    return f"^{_calendar(date_format)}(?:{date_format.joint}{clock}){mark}$"


def date_body(date_format: DateFormat) -> str:
    """Gives the pattern of what stands before AM, PM or the zone in a cell that is a date."""
    sign = f"[{date_format.separator}]" if date_format.separator else ""
    date = f"[0-9]+{sign}[0-9]+{sign}[0-9]+" if sign else "[0-9]+"
    return f"^{date}(?:{date_format.joint}[0-9]+:[0-9]+(?::[0-9]+(?:[.][0-9]{{1,6}})?)?)?"


def _calendar(date_format: DateFormat) -> str:
    """Gives the pattern of the days that exist: 31 and 30 by month, 29 February by leap year."""
    zero = "0" if date_format.is_padded or not date_format.separator else "0?"
    parts = {
        "any month": f"(?:{zero}[1-9]|1[0-2])",
        "not February": f"(?:{zero}[13-9]|1[0-2])",
        "long month": f"(?:{zero}[13578]|1[02])",
        "February": f"{zero}2",
        "up to 28": f"(?:{zero}[1-9]|1[0-9]|2[0-8])",
    }
    year = "[0-9]{2}" if date_format.has_short_year else _YEAR
    leap = _SHORT_LEAP_YEAR if date_format.has_short_year else _LEAP_YEAR
    days = (
        (year, parts["any month"], parts["up to 28"]),
        (year, parts["not February"], "(?:29|30)"),
        (year, parts["long month"], "31"),
        (leap, parts["February"], "29"),
    )
    sign = f"[{date_format.separator}]" if date_format.separator else ""
    places = ["ymd".index(part) for part in date_format.order]
    return f"(?:{'|'.join(sign.join(day[place] for place in places) for day in days)})"


def _clock(date_format: DateFormat) -> str:
    """Gives the pattern of the time of day, with AM or PM and the zone."""
    zero = "0" if date_format.is_padded else "0?"
    hour = f"(?:{zero}[0-9]|1[0-9]|2[0-3])"
    if date_format.has_half_days:
        hour = f"(?:{zero}[1-9]|1[0-2])"
    fraction = "(?:[.][0-9]{1,9})?" if date_format.reads_fraction else ""
    seconds = {
        Presence.NEVER: "",
        Presence.ALWAYS: f":[0-5][0-9]{fraction}",
        Presence.SOMETIMES: f"(?::[0-5][0-9]{fraction})?",
    }[date_format.seconds]
    half = "[ \u00a0\u202f]?[AaPp][.]?[Mm][.]?" if date_format.has_half_days else ""
    zone = {Zone.NONE: "", Zone.UTC: f" ?{_UTC}", Zone.OFFSET: f" ?(?:{_UTC}|{_OFFSET})"}
    return f"{hour}:[0-5][0-9]{seconds}{half}{zone[date_format.zone]}"
