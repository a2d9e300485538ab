"""Address: choices of a reader stand in the address of the page, so that it can be sent on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st


def kept_text(label: str, name: str, *, meaning: str = "", placeholder: str = "") -> str:
    """Asks for a text, and keeps it in the address under `name`."""
    found = st.text_input(
        label,
        value=st.query_params.get(name, ""),
        help=meaning or None,
        placeholder=placeholder or None,
        max_chars=200,
        key=f"address-{name}",
    )
    keep(name, found.strip())
    return found.strip()


def kept_choice(
    label: str,
    name: str,
    options: Sequence[str],
    *,
    shown: Callable[[str], str] = str,
    needs_one: bool = False,
    unchosen: str = "All",
) -> str:
    """Asks for one of some options, and keeps it in the address; empty where none is chosen.

    An option of the address that is none of them counts as not chosen.
    """
    asked = st.query_params.get(name)
    usual = 0 if needs_one else None
    found = st.selectbox(
        label,
        options,
        index=options.index(asked) if asked in options else usual,
        format_func=shown,
        placeholder=unchosen,
        key=f"address-{name}",
    )
    keep(name, found or "")
    return found or ""


def kept_option(label: str, name: str, options: Mapping[str, str]) -> str:
    """Asks for one of some options; the address keeps it unless it is the first, the usual one.

    Args:
        label: What is asked.
        name: Its name in the address.
        options: Option → what a reader reads.
    """
    names = list(options)
    asked = st.query_params.get(name, "")
    found = st.selectbox(
        label,
        names,
        index=names.index(asked) if asked in names else 0,
        format_func=options.__getitem__,
        key=f"option-{name}-{len(names)}-{names[0]}",
    )
    keep(name, "" if found == names[0] else found)
    return found


def kept_part(name: str, titles: dict[str, str]) -> str:
    """Asks which part of a page is shown, and keeps it in the address; the first by default."""
    names = list(titles)
    asked = st.query_params.get("part", "")
    found = st.segmented_control(
        f"Part of the page {name}",
        names,
        default=asked if asked in titles else names[0],
        format_func=lambda each: titles[each],
        label_visibility="collapsed",
        key=f"part-{name}",
    )
    chosen = found or names[0]
    keep("part", "" if chosen == names[0] else chosen)
    return chosen


def keep(name: str, value: str) -> None:
    """Writes a choice into the address; nothing takes it out."""
    if value:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
