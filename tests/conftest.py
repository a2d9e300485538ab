"""Fixtures that tests share: real data, a demo shop, workspaces on real files, the command line."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import run_command
from filelock import FileLock
from order_of_modules import in_lanes
from postgres_server import Server, binaries, running

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Gives each of several workers its long modules first; one alone keeps the usual order."""
    # What workers are told; the process that leads them collects nothing.
    told = getattr(config, "workerinput", None)
    if told is None or told["workercount"] < 2:
        return

    def module_of(item: pytest.Item) -> str:
        file = item.path
        return (file.relative_to(TESTS) if file.is_relative_to(TESTS) else file).as_posix()

    def is_slow(item: pytest.Item) -> bool:
        return item.get_closest_marker("slow") is not None

    items[:] = in_lanes(items, told["workercount"], module_of, is_slow)


def data_folder() -> Path:
    return Path(os.environ.get("SHOPKEEPER_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Gives the path of a real data file; without it, skips, and fails in CI."""

    def find(name: str) -> Path:
        file = data_folder() / name
        if not file.exists():
            reason = f"real data `{name}` is not here; set SHOPKEEPER_DATA"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return file

    return find


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory) -> Path:
    """One folder for all workers of a test session, for what is costly to make."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    made = folder / "shared"
    made.mkdir(exist_ok=True)
    return made


@pytest.fixture(scope="session")
def once(shared_folder) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder once for all workers; the maker gets its path."""

    def make(name: str, maker: Callable[[Path], None]) -> Path:
        folder = shared_folder / name
        with FileLock(shared_folder / f"{name}.lock"):
            done = shared_folder / f"{name}.done"
            if not done.exists():
                maker(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def demo_folder(once) -> Path:
    """The demo shop, made once; tests must not write to it."""

    def maker(folder: Path) -> None:
        from shopkeeper.jobs.demo import demo

        demo(folder)

    return once("demo-shop", maker)


@pytest.fixture(scope="session")
def demo(demo_folder):
    """The workspace of the demo shop."""
    from shopkeeper import Workspace

    return Workspace(demo_folder)


@pytest.fixture(scope="session")
def plain_online_retail_ii(real_data, once) -> Path:
    """Online Retail II as a plain CSV file."""
    packed = real_data("online_retail_ii/online_retail_II.csv.gz")

    def maker(folder: Path) -> None:
        folder.mkdir()
        with gzip.open(packed) as source, (folder / "online_retail_II.csv").open("wb") as target:
            shutil.copyfileobj(source, target)

    return once("online-retail-ii-csv", maker) / "online_retail_II.csv"


@pytest.fixture(scope="session")
def online_retail_ii(plain_online_retail_ii, once):
    """The workspace of Online Retail II, built once."""
    from shopkeeper import Workspace, run
    from shopkeeper.jobs.initialise import ensure_source

    def maker(folder: Path) -> None:
        ensure_source(folder, plain_online_retail_ii)
        run(Workspace(folder))

    return Workspace(once("online-retail-ii", maker))


@pytest.fixture(scope="session")
def malls(real_data, once) -> Path:
    """A real shop of 99,457 customers who bought once each: every gate refuses it."""
    from shopkeeper import Workspace, run
    from shopkeeper.jobs.initialise import ensure_source

    file = real_data("customer_shopping/customer_shopping_data.csv.gz")

    def maker(folder: Path) -> None:
        ensure_source(folder, file)
        run(Workspace(folder))

    return once("shop-of-malls", maker)


DELTA_VERSION = "4.4.0"
# What Spark needs to read and write Delta Lake by itself.
DELTA_JARS = ("delta-spark_4.2_2.13", "delta-storage")
NATIVE_DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}


# Tests are many small queries: what compiles them, Java's second compiler and Spark's own, costs
# more than it gains them. Runs of a process of its own have neither option.
QUICK_START = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
}


@pytest.fixture(scope="session")
def delta_jars(once) -> tuple[Path, ...]:
    """Delta Lake's own archives for Spark; none where they cannot be had."""

    def maker(folder: Path) -> None:
        folder.mkdir()
        for name in DELTA_JARS if shutil.which("mvn") else ():
            artifact = f"-Dartifact=io.delta:{name}:{DELTA_VERSION}"
            copy = ["mvn", "-q", "-B", "dependency:copy", artifact, f"-DoutputDirectory={folder}"]
            subprocess.run(copy, check=False, capture_output=True)

    found = tuple(sorted(once("delta-jars", maker).glob("*.jar")))
    return found if len(found) == len(DELTA_JARS) else ()


@pytest.fixture(scope="session")
def spark(tmp_path_factory, delta_jars):
    """Spark on this machine: started once for all tests of a worker, which share its Java."""
    from shopkeeper.engines.spark import SparkEngine

    jars = {"spark.jars": ",".join(map(str, delta_jars)), **NATIVE_DELTA} if delta_jars else {}
    folder = tmp_path_factory.mktemp("spark")
    engine = SparkEngine(folder, options={**jars, **QUICK_START}, memory_limit="3GB")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A private PostgreSQL server; without Debian's, skips, and fails in CI."""
    if binaries() is None:
        reason = "PostgreSQL is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running() as server:
        yield server


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess]:
    """Runs the command line in a process of its own, as people do."""

    def call(*arguments: object, cwd: Path | None = None, **environment: str):
        return subprocess.run(
            [sys.executable, "-m", "shopkeeper", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, "NO_COLOR": "1", **environment},
            check=False,
        )

    return call


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess]:
    """Runs the command line in this process, which has imported its libraries already."""
    return run_command


@pytest.fixture
def run_json(command) -> Callable[..., dict]:
    """Runs a command with `--json` and gives what it printed."""

    def call(*arguments: object, **options) -> dict:
        done = command(*arguments, "--json", **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call
