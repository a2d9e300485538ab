"""New data: hand in a file of orders, see how it is understood, and watch the main job at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from shopkeeper.dashboard.charts import card, plain, told
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.pages.page import First, Page
from shopkeeper.errors import ShopkeeperError
from shopkeeper.html import cells
from shopkeeper.html.blocks import Block, Column, DataTable, Kind, Notice, Section, Sentences
from shopkeeper.jobs.handed_in import ENDINGS, keep_file, running_job, start_run
from shopkeeper.jobs.profile import profile
from shopkeeper.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.jobs.profile import Profile

COLUMNS = (
    Column("Column"), Column("Read as"), Column("Kind"), Column("Written"),
    Column("Missing", Kind.NUMBER), Column("Do not fit", Kind.NUMBER), Column("Example"),
)  # fmt: skip
SECONDS_BETWEEN_LOOKS = 1
# Lines of a running job that are shown.
MOST_LINES = 60


def show(asking: Asking) -> None:
    """Shows the form for a new shop, or how to bring one up to date; and a job that is running."""
    if (asking.workspace.folder / SETTINGS_FILE).exists():
        _again(asking)
    else:
        _begin(asking)
    job = running_job(asking.workspace.folder)
    # A job says its first word only after some seconds.
    if job.is_running or job.lines:
        _watch(asking)


def _begin(asking: Asking) -> None:
    most = asking.settings.dashboard.largest_upload_megabytes
    handed = st.file_uploader(
        "A file of orders: one row for each line of an order",
        type=[ending.removeprefix(".") for ending in ENDINGS],
        help=f"At most {most:,} MB. It is kept in the folder of this shop and goes nowhere else.",
    )
    if handed is None:
        show_sections(_steps(), key="begin")
        return
    try:
        file = keep_file(asking.workspace.folder, handed.name, handed.getvalue())
        found = asking.keep(("profile", file), lambda: profile(file))
    except ShopkeeperError as error:
        show_sections(card("refused", "The file cannot be read", "", told(error)), key="refused")
        return
    show_sections(_profile(found), key="profile")
    if found.problems:
        st.text(
            "Correct the file, or say in shopkeeper.toml what was not recognised; see the guide."
        )
    elif st.button("Build the shop from this file", type="primary"):
        _start(asking, file)


def _again(asking: Asking) -> None:
    show_sections(_news(), key="again")
    if st.button("Run", type="primary"):
        _start(asking, None)


def _first(asking: Asking) -> tuple[Section, ...]:
    return (_news(),) if (asking.workspace.folder / SETTINGS_FILE).exists() else ()


def _steps() -> Section:
    notice = Notice("info", "The file is looked at first; nothing is built before you say so")
    return card("begin", "What happens", "", notice, Sentences("", STEPS))


def _news() -> Section:
    lead = "Only what is new is read, and only what depends on it is built again."
    return card("again", "Read new and changed files", lead)


def _start(asking: Asking, file: Any) -> None:
    try:
        start_run(asking.workspace.folder, file)
    except ShopkeeperError as error:
        st.text(plain(f"{error.message} {error.hint}"))


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(asking: Asking) -> None:
    """Shows what a job says while it works, and how it ended."""
    job = running_job(asking.workspace.folder)
    with st.container(border=True):
        if job.is_running:
            st.header(f"At work: step {len(job.lines)}", anchor=False)
        elif job.exit_code == 0:
            st.header("Done: the pages show the new run", anchor=False)
        else:
            st.header(f"Stopped with exit code {job.exit_code}", anchor=False)
            st.text("The last good run stays published. The last lines say why.")
        st.code("\n".join(job.lines[-MOST_LINES:]), language=None, wrap_lines=True)


def _profile(found: Profile) -> Section:
    blocks: list[Block] = []
    if found.problems:
        problems = tuple(plain(problem) for problem in found.problems)
        blocks.append(Sentences("To be mended before it can be built", problems))
    facts = (("Kind", found.kind), ("Rows", f"{found.row_count:,}"), *found.facts)
    rows = tuple((cells.text(name), cells.prose(value)) for name, value in facts if value)
    blocks.append(DataTable("file", "The file", (Column("What"), Column("Found")), rows))
    columns = tuple(
        (
            cells.text(each.name),
            cells.text(each.term),
            cells.text(each.kind),
            cells.text(each.written),
            cells.count(each.missing),
            cells.count(each.misfits),
            cells.text(each.example),
        )
        for each in found.columns
    )
    blocks.append(DataTable("columns", "How each column is read", COLUMNS, columns))
    return card("profile", "How the file is understood", "", *blocks)


STEPS = (
    "All rows are read, and it is shown what each column was taken for.",
    "The tables are built; each total is tied to the cent, rows that break a rule are put aside.",
    "Models are trained and judged on later time; those that cannot be trusted are refused.",
    "The pages show the run as soon as it is published, whole.",
)
PAGE = Page(
    "start",
    "New data",
    "Trust",
    "Hand in orders, see how they are understood, and watch the run.",
    show,
    needs_run=False,
    first=First(_first),
)
