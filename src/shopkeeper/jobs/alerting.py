"""Alerting: tells people of an alarm, by webhook and by mail; what is told names no customer."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import shorten
from shopkeeper.settings.watching import host_only

if TYPE_CHECKING:
    from shopkeeper.monitoring.findings import Findings
    from shopkeeper.settings import AlertSettings, MailSettings


PASSWORD_VARIABLE = "SMTP_PASSWORD"  # noqa: S105 - a name
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DETAIL_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one message.

    Attributes:
        target: Host of a webhook, or `mail`.
        was_sent: Whether it was taken.
        detail: Why not; empty where it was.
    """

    target: str
    was_sent: bool
    detail: str = ""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An alarm goes where the settings say and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follows no redirection."""


def alert(settings: AlertSettings, shop: str, run_id: str, found: Findings) -> tuple[Told, ...]:
    """Sends the alarms of a look that are news to all places that the settings name; none raises.

    Args:
        settings: To whom, and how long to wait.
        shop: Name of the shop.
        run_id: Run that keeps the findings.
        found: What was found.
    """
    message = message_of(shop, run_id, found)
    told = [_post(address, message, settings.timeout_seconds) for address in settings.webhooks]
    if settings.mail.host and settings.mail.recipients:
        told.append(_mail(settings.mail, message, settings.timeout_seconds))
    return tuple(told)


def message_of(shop: str, run_id: str, found: Findings) -> dict[str, Any]:
    """Gives what is told: sums and names of columns and models, never of a customer."""
    signs = [
        {"sign": sign.name, "subject": sign.subject, "sentence": sign.sentence}
        for sign in found.news
    ]
    still = [
        {"sign": sign.name, "subject": sign.subject, "since": sign.since}
        for sign in found.alarms
        if not sign.is_news
    ]
    lines = [f"{sign['subject']}, {sign['sign']}: {sign['sentence']}" for sign in signs]
    lines += [f"still, since {one['since']}: {one['subject']}, {one['sign']}" for one in still]
    # Chats show the field `text`.
    return {
        "text": "\n".join([_subject(shop, signs), *lines]),
        "shop": shorten(shop, 80),
        "run_id": run_id,
        "as_of": found.as_of,
        "alarms": signs,
        "still": still,
    }


def _subject(shop: str, signs: Sequence[Any]) -> str:
    return f"{shorten(shop, 80)}: {len(signs)} alarm{'' if len(signs) == 1 else 's'}"


def _post(address: str, message: dict[str, Any], timeout: float) -> Told:
    target = host_only(address)
    request = urllib.request.Request(  # noqa: S310 - the settings allow http and https only
        address,
        json.dumps(message).encode(),
        {"Content-Type": "application/json", "User-Agent": "shopkeeper"},
        method="POST",
    )
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=timeout):
            return Told(target, was_sent=True)
    except (OSError, ValueError, urllib.error.URLError) as error:
        return Told(target, was_sent=False, detail=shorten(error, DETAIL_CHARACTERS))


def _mail(settings: MailSettings, message: dict[str, Any], timeout: float) -> Told:
    if settings.encryption == "none" and settings.user and settings.host not in OWN_HOSTS:
        why = "a password is sent only over an encrypted line: set `alerts.mail.encryption`"
        return Told("mail", was_sent=False, detail=why)
    mail = EmailMessage()
    subject, _, text = message["text"].partition("\n")
    mail["Subject"], mail["From"] = subject, settings.sender
    mail["To"] = ", ".join(settings.recipients)
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="shopkeeper.invalid")
    mail.set_content(f"{text}\n\nRun {message['run_id']}, data before {message['as_of']}.\n")
    try:
        with _server(settings, timeout) as server:
            if settings.user:
                server.login(settings.user, os.environ.get(PASSWORD_VARIABLE, ""))
            server.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Told("mail", was_sent=False, detail=shorten(error, DETAIL_CHARACTERS))
    return Told("mail", was_sent=True)


def _server(settings: MailSettings, timeout: float) -> smtplib.SMTP:
    """Connects; certificates are verified wherever a line is encrypted."""
    context = ssl.create_default_context()
    if settings.encryption == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
    if settings.encryption == "starttls":
        try:
            server.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server
