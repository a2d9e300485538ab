"""Formatting: money, counts and shares as text in findings and terminal output."""

from __future__ import annotations

from decimal import Decimal

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "BRL": "R$", "INR": "₹", "CNY": "¥"}


def money(amount: Decimal | float, currency: str, decimals: int = 2) -> str:
    """Gives an amount with the currency's sign, or its code where it has none known."""
    sign = SIGNS.get(currency, f"{currency} ")
    text = f"{abs(amount):,.{decimals}f}"
    return f"{'−' if amount < 0 and text.strip('0.,') else ''}{sign}{text}"


def percent(share: float, decimals: int = 1) -> str:
    """Gives a share in 0-1 as percent."""
    return f"{share * 100:.{decimals}f} %"


def change(share: float, decimals: int = 1) -> str:
    """Gives a relative change as percent with its sign.

    Examples:
        >>> change(0.813), change(-0.0163)
        ('+81.3 %', '-1.6 %')
    """
    return f"{share * 100:+.{decimals}f} %"
