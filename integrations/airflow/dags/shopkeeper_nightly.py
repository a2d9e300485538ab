"""A shop's night as assets: each is made by a command of Shopkeeper, in an environment of its own.

Variables of Airflow's environment; none begins with `SHOPKEEPER_`, which names settings:

`SHOP_FOLDERS`        folders of shops, with `:` between them; each becomes a DAG
`SHOP_COMMAND`        how Shopkeeper is called; default `shopkeeper`
`SHOP_ALERT_ADDRESS`  where a failure is told, as JSON by POST; nowhere if it is not set
"""

from __future__ import annotations

import json
import logging
import os
import re
import shlex
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Asset, PartitionedAssetTimetable, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from shop_timetable import ShopTimetable

# Exit codes of Shopkeeper behind which no second try helps: wrong settings, a broken contract, an
# alarm of `monitor`.
FINAL = (2, 3, 4)
ALERT_SECONDS = 20
LONGEST = timedelta(hours=6)
# Asset → the commands that make it, after those it is made from.
STEPS: dict[str, tuple[str, ...]] = {
    "bronze": ("ingest", "build --layer bronze"),
    "silver": ("build --layer silver",),
    "gold": ("build --layer gold",),
    "marts": ("build --layer mart",),
    "lifetime_value": ("train lifetime_value --due",),
    "churn": ("train churn --due",),
    "recommendation": ("train recommendation --due",),
    "demand": ("train demand --due",),
    "scores": ("score",),
    "report": ("report",),
}
# What is done when a report is new, by a DAG of its own; such as `check; monitor --retrain`.
AFTERWARDS = tuple(os.environ.get("SHOP_AFTERWARDS", "check").split(";"))
log = logging.getLogger(__name__)


def words_of(command: str, folder: Path) -> list[str]:
    """Gives a command of Shopkeeper as the system takes it."""
    called = shlex.split(os.environ.get("SHOP_COMMAND", "shopkeeper"))
    return [*called, *command.split(), "--folder", str(folder), "--json"]


def outside() -> dict[str, str]:
    """Gives the environment without what is Airflow's own, such as its database and its keys."""
    ours = ("AIRFLOW", "VIRTUAL_ENV", "PYTHONHOME", "__AIRFLOW", "_AIRFLOW")
    return {name: text for name, text in os.environ.items() if not name.startswith(ours)}


def call(command: str, folder: Path, flags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Runs a command to its end; gives what it says of itself.

    Raises:
        AirflowFailException: It failed in a way that a second try does not mend.
        AirflowException: It failed.
    """
    words = [*words_of(command, folder), *flags]
    log.info("%s", shlex.join(words))
    with subprocess.Popen(  # noqa: S603 - the command is the operator's own setting
        words, env=outside(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said, told = process.communicate()
        finally:
            # A task that is stopped takes its command with it; what was published stays.
            process.terminate()
    for line in told.splitlines():
        log.info("%s", line)
    if process.returncode:
        kind = AirflowFailException if process.returncode in FINAL else AirflowException
        raise kind(f"`{command}` ended with {process.returncode}: {told.strip()[-500:]}")
    plain = json.loads(said) if said.strip() else {}
    return {name: value for name, value in plain.items() if not isinstance(value, (dict, list))}


def settings_of(folder: Path) -> dict[str, Any]:
    """Gives the settings of a shop, read by Shopkeeper itself."""
    words = words_of("settings", folder)
    done = subprocess.run(  # noqa: S603 - as above
        words, env=outside(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AirflowException(f"{folder}: {done.stderr.strip()}")
    settings: dict[str, Any] = json.loads(done.stdout)
    return settings


def day_of_run(time_zone: str) -> str | None:
    """Gives the day before which this run may see data, as ISO text: the key of its partitions.

    None where somebody has it run without a day.
    """
    end = get_current_context().get("data_interval_end")
    return None if end is None else str(end.in_timezone(time_zone).date())


def alert(context: dict[str, Any]) -> None:
    """Tells a failure where `SHOP_ALERT_ADDRESS` says; a callback of every task."""
    address = os.environ.get("SHOP_ALERT_ADDRESS")
    instance = context["task_instance"]
    told = {
        "dag": instance.dag_id,
        "task": instance.task_id,
        "run": instance.run_id,
        "try": instance.try_number,
        "error": str(context.get("exception"))[:1000],
    }
    log.error("failed: %s", told)
    if address and address.startswith(("http://", "https://")):
        request = urllib.request.Request(  # noqa: S310 - held to HTTP above
            address, json.dumps(told).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=ALERT_SECONDS):  # noqa: S310
            pass


def nightly(folder: Path) -> DAG:
    """Gives the DAG of a shop's night: one task for each asset, one after the other."""
    settings = settings_of(folder)
    schedule, time_zone = settings["schedule"], settings["shop"]["time_zone"]
    shop = name_of(folder)
    options = {
        "retries": schedule["retries"],
        "retry_delay": timedelta(minutes=schedule["retry_minutes"]),
        "execution_timeout": LONGEST,
        "on_failure_callback": alert,
    }
    with DAG(
        dag_id=f"shopkeeper_{shop}",
        description=f"The night of {settings['shop']['name']}",
        schedule=ShopTimetable(schedule["at"], schedule["days"], time_zone),
        start_date=datetime(2009, 1, 1, tzinfo=UTC),
        catchup=False,
        # A shop has one writer at a time.
        max_active_runs=1,
        max_active_tasks=1,
        default_args=options,
        tags=["shopkeeper"],
    ) as dag:
        before = None
        for name, commands in STEPS.items():
            made = asset_of(shop, name)

            @task(task_id=name, outlets=[made])
            def make(commands: tuple[str, ...] = commands, made: Asset = made) -> None:
                day = day_of_run(time_zone)
                is_declared = day is not None and schedule["declares_as_of"]
                # Where the shop wants all data, a run still stands for its day.
                flags = ("--set", f"shop.as_of={day}") if is_declared else ()
                said = {}
                for command in commands:
                    said.update(call(command, folder, flags))
                event = get_current_context()["outlet_events"][made]
                event.extra = said
                if day is not None:
                    event.add_partitions(day)

            step = make()
            if before is not None:
                before >> step
            before = step
    return dag


def afterwards(folder: Path) -> DAG:
    """Gives the DAG that begins when the report of a shop is new."""
    shop = name_of(folder)
    with DAG(
        dag_id=f"shopkeeper_{shop}_afterwards",
        description="Looks whether all totals tie, each time there is a new report",
        # Each day of the report wakes one run, which carries the same key.
        schedule=PartitionedAssetTimetable(assets=asset_of(shop, "report")),
        start_date=datetime(2009, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={"on_failure_callback": alert, "execution_timeout": LONGEST},
        tags=["shopkeeper"],
    ) as dag:
        for command in AFTERWARDS:

            @task(task_id=command.split()[0])
            def do(command: str = command) -> None:
                call(command, folder)

            do()
    return dag


def asset_of(shop: str, name: str) -> Asset:
    """Gives the asset by which others know what was made."""
    return Asset(name=f"{shop}_{name}", uri=f"shopkeeper://{shop}/{name}", group="shopkeeper")


def name_of(folder: Path) -> str:
    """Gives the name of a shop's folder as Airflow takes it."""
    return re.sub("[^a-z0-9_]+", "_", folder.resolve().name.lower()).strip("_") or "shop"


for place in filter(None, os.environ.get("SHOP_FOLDERS", "").split(os.pathsep)):
    for made_dag in (nightly(Path(place)), afterwards(Path(place))):
        globals()[made_dag.dag_id] = made_dag
