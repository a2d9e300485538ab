"""Addresses: those of servers as they may be shown, without the password in them."""

from __future__ import annotations

import re

# What stands between the user's name and the host of an address, or after `password=`.
PASSWORD = re.compile(r"(?<=//)([^:/@\s]*:)[^/@\s]*(?=@)|(password\s*=\s*)('[^']*'|[^&\s]*)")


def without_password(address: str) -> str:
    """Gives the address of a server as it may be shown."""
    return PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", address)
