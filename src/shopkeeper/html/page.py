"""Renders answers into one HTML file that loads nothing, sends nothing and opens anywhere."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from shopkeeper.html import formatting, sections
from shopkeeper.html.answers import ReportAnswers
from shopkeeper.html.blocks import Section
from shopkeeper.html.text import cut, isolated, safe, spaced
from shopkeeper.html.vocabulary import meaning_of
from shopkeeper.reports.formatting import SIGNS

__all__ = ["ReportAnswers", "render_report"]

NAME_CHARACTERS = 80


def render_report(answers: ReportAnswers) -> str:
    """Gives the report as one HTML document; the same answers give the same bytes.

    Args:
        answers: Everything the report says.

    Returns:
        A whole document without any address of another file: style, script and charts are inside.
    """
    found = tuple(found for section in sections.ALL if (found := section(answers)))
    return render_page("page.html", answers=answers, sections=found, header=_header(answers))


def render_page(template: str, **values: object) -> str:
    """Gives a template as one HTML document, with style and script inside."""
    script = _script()
    page = _environment().get_template(template).render(**values, script_hash=_hash(script))
    # Addresses in the shop's own text stay readable and clickable by nobody: `//` is written as
    # character references. Style and script come after it, they are not decoded by a browser.
    page = page.replace("//", "&#47;&#47;")
    page = page.replace("<style></style>", f"<style>{_style()}</style>", 1)
    return page.replace("<script></script>", f"<script>{script}</script>", 1)


def _header(answers: ReportAnswers) -> dict[str, str]:
    """Gives the words of the header."""
    overview = answers.overview
    sign = SIGNS.get(answers.currency.upper())
    return {
        "shop": cut(answers.shop_name, NAME_CHARACTERS) or "Shop",
        "period": formatting.period(overview.first_date, overview.last_date),
        "as_of": formatting.day(answers.as_of),
        "currency": f"{answers.currency} ({sign})" if sign else answers.currency,
    }


@functools.cache
def _environment() -> Environment:
    """Gives the templates: everything is escaped, and an unknown name is an error."""
    environment = Environment(
        loader=PackageLoader("shopkeeper.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["isolated"] = isolated
    environment.filters["meaning"] = meaning_of
    environment.filters["spaced"] = spaced
    environment.globals["opening"] = False
    return environment


@functools.cache
def _style() -> str:
    return _environment().get_template("style/report.css").render()


@functools.cache
def _script() -> str:
    return part_script() + _static("report.js")


def part_script() -> str:
    """Gives the script that brings figures and tables to life, wherever they stand."""
    return _static("parts.js")


def part_style() -> str:
    """Gives the style of sections inside a page that is not ours."""
    return _environment().get_template("style/parts.css").render()


def render_section(section: Section, *, opening: bool = False) -> str:
    """Gives one section as HTML without a page around it; all text of a shop is escaped.

    Args:
        section: What is shown.
        opening: Whether numbers are buttons that open the lists of those they count.
    """
    template = _environment().get_template("section.html")
    return template.render(section=section, opening=opening)


def _static(name: str) -> str:
    return resources.files("shopkeeper.html").joinpath("static", name).read_text("utf-8")


def _hash(script: str) -> str:
    """Gives the hash by which the content security policy knows the script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
