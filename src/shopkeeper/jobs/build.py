"""Build: brings silver, gold and marts up to date with the raw rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shopkeeper import catalog
from shopkeeper.errors import ContractError, FormatError, NotPublishedError, UnknownNameError
from shopkeeper.jobs.identity_rows import stage_identities
from shopkeeper.jobs.ingest import readings_of
from shopkeeper.jobs.recommendation_data import interaction_weights
from shopkeeper.jobs.source_rows import source_builds
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.pipeline.runner import Outcome, Runner, TableOutcome
from shopkeeper.warehouse.bronze import BATCHES, SOURCE_LINES
from shopkeeper.warehouse.table import ENDS_WITH, Table
from shopkeeper.workspace import Workspace

# Folder of a run for the rows that break a promise.
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        as_of: Day before which data were seen; None where only bronze was built so far.
        outcomes: What became of each table, in order.
    """

    as_of: date | None
    outcomes: tuple[TableOutcome, ...]

    @property
    def errors(self) -> tuple[ContractError, ...]:
        """The broken contracts; their tables stay as they were."""
        return tuple(outcome.error for outcome in self.outcomes if outcome.error)


def build(
    workspace: Workspace,
    *,
    layers: Collection[str] = (),
    is_whole: bool = False,
    now: datetime | None = None,
    tell: Tell = silent,
) -> BuildReport:
    """Builds what is stale and publishes it.

    Args:
        workspace: The shop.
        layers: Only tables of these layers; none for all.
        is_whole: Whether each table is built from everything, whatever stands.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        UnknownNameError: There is no such layer.
        NotPublishedError: Nothing was ingested yet.
        FormatError: No row of the files could be kept.
        ContractError: The first lines of all broke their contract; nothing is published.
        WorkspaceLockedError: Another job is writing.
    """
    with writing(workspace, now=now, tell=tell) as at_work:
        report = build_into(at_work, layers, is_whole=is_whole)
        if at_work.has_news:
            at_work.publish()
        return report


def build_into(
    at_work: Writing, layers: Collection[str] = (), *, is_whole: bool = False
) -> BuildReport:
    """Builds what is stale into a draft, of all layers or of those that are named."""
    _check_asked(at_work, layers)
    stage_identities(at_work)
    settings = at_work.workspace.settings
    questions = Questions(at_work)
    builds = source_builds(settings, questions["readings"])
    runner = Runner(
        draft=at_work.draft,
        evidence=at_work.run_folder / EVIDENCE,
        questions=questions,
        report=lambda outcome: at_work.tell(_step(outcome)),
        aside=at_work.workspace.state_folder / "spill" / "changes",
        is_whole=is_whole,
        least_rows=settings.lake.refresh_from_rows,
    )
    tables = catalog.tables(catalog.source_tables(builds))
    outcomes = runner.run(tuple(table for table in tables if _is_of(table, layers)))
    for outcome in outcomes:
        at_work.refused.pop(outcome.name, None)
    at_work.refused.update(
        {o.name: o.detail for o in outcomes if o.outcome in (Outcome.FAILED, Outcome.SKIPPED)}
    )
    for error in (outcome.error for outcome in outcomes if outcome.error):
        if not at_work.draft.has(ENDS_WITH):
            raise without_last_version(error, at_work)
    # Without order lines, of which bronze knows nothing yet, data have no end.
    as_of = questions["as_of"] if at_work.draft.has(ENDS_WITH) else None
    at_work.as_of = as_of
    return BuildReport(as_of, outcomes)


def _check_asked(at_work: Writing, layers: Collection[str]) -> None:
    """Holds files to have been read, by this version, and layers to exist."""
    for layer in layers:
        if layer not in catalog.LAYERS:
            raise UnknownNameError.among("layer", layer, catalog.LAYERS)
    if not at_work.draft.has(BATCHES.name):
        raise NotPublishedError("No file has been read yet.", "read files with `shopkeeper ingest`")
    if not set(BATCHES.column_names) <= set(at_work.table(BATCHES.name).columns):
        raise NotPublishedError(
            "Files were read by an earlier version.", "read them again with `shopkeeper run`"
        )


def _is_of(table: Table, layers: Collection[str]) -> bool:
    """Whether a table is to be built; views are made in passing, as every layer may read them."""
    return not layers or not table.is_stored or str(table.contract.layer) in layers


def without_last_version(error: ContractError, at_work: Writing) -> ContractError:
    """Gives the error for a contract that broke where no earlier version can stand in."""
    evidence = (at_work.run_folder / EVIDENCE).relative_to(at_work.workspace.folder)
    return ContractError(
        error.message,
        f"nothing is published, for there is no earlier version to go on with; the rows that "
        f"break it are kept in `{evidence}`",
        error.context,
    )


class Questions(Mapping[str, Any]):
    """Values of builds' keyword-only parameters; `as_of` is found when it is first asked for."""

    def __init__(self, at_work: Writing) -> None:
        self._at_work = at_work
        settings = at_work.workspace.settings
        self._known: dict[str, Any] = {
            "readings": readings_of(at_work),
            "time_zone": settings.shop.time_zone,
            "as_of": settings.shop.as_of,
            "session_minutes": settings.definitions.session_minutes,
            "interaction_weights": interaction_weights(settings.recommendation),
        }

    def __getitem__(self, name: str) -> Any:
        if name == "as_of" and self._known["as_of"] is None:
            self._known["as_of"] = self._end_of_data()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _end_of_data(self) -> date:
        """Gives the day after the last booking."""
        items = self._at_work.table("order_items")
        engine = self._at_work.draft.engine
        last = engine.collect(items.agg(last=items.order_date.max())).column("last")[0].as_py()
        if last is None:
            raise self._nothing_kept()
        return last + timedelta(days=1)

    def _nothing_kept(self) -> FormatError:
        # Not from the quarantine, which may be built after those who ask for the date.
        lines = self._at_work.table(SOURCE_LINES.name)
        rows = lines.filter(lines.reason.notnull())
        counted = rows.group_by("reason").agg(n=rows.count())
        found = self._at_work.draft.engine.collect(counted.order_by("reason")).to_pylist()
        reasons = ", ".join(f"{row['n']:,} × `{row['reason']}`" for row in found)
        return FormatError(
            f"No row could be kept: {reasons or 'there is none'}.",
            "see how the file was understood with `shopkeeper profile FILE`, and correct it under "
            "[[sources]] in shopkeeper.toml",
        )


def _step(outcome: TableOutcome) -> Step:
    return Step(
        "build",
        outcome.name,
        str(outcome.outcome),
        outcome.row_count if outcome.outcome in (Outcome.BUILT, Outcome.UNCHANGED) else None,
        outcome.seconds,
        outcome.detail,
    )
