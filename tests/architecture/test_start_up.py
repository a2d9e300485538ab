"""Start-up imports nothing heavy, and nothing here reads a clock or writes pickles."""

import ast
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "shopkeeper"
HEAVY = (
    "ibis",
    "pandas",
    "numpy",
    "duckdb",
    "deltalake",
    "pyarrow",
    "jinja2",
    "fastexcel",
    "mlflow",
    "pydantic",
    "pyspark",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
)
# It sets MLflow's opt-out of telemetry before MLflow is imported, and reads nothing.
SETS_THE_ENVIRONMENT = {"lifecycle/tracking.py"}
CLOCK_BELOW_JOBS = ("datetime.now", "date.today", "time.time(", "os.environ", "os.getenv")


def test_command_line_imports_nothing_heavy_at_start():
    program = "import sys, shopkeeper.cli.main; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert not modules.intersection(HEAVY)


def test_package_imports_nothing_heavy():
    program = "import sys, shopkeeper; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()).intersection(HEAVY)


def test_nothing_below_jobs_reads_clock_or_environment():
    above = {"jobs", "cli", "api", "dashboard"}
    found = []
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE)
        if place.parts[0] in above or place.parts[0] == "settings":
            continue
        text = file.read_text()
        if place.as_posix() in SETS_THE_ENVIRONMENT:
            # `setdefault` leaves what the user wants of MLflow; nothing of ours depends on it.
            text = text.replace("os.environ.update(", "").replace("os.environ.setdefault(", "")
        found += [f"{place}: {word}" for word in CLOCK_BELOW_JOBS if word in text]
    assert not found


def test_nothing_is_pickled():
    forbidden = {"pickle", "cloudpickle", "joblib", "dill", "shelve", "marshal"}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert not forbidden.intersection(name.name.split(".")[0] for name in node.names)
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] not in forbidden, file


def test_sql_text_stands_only_in_engines():
    for file in PACKAGE.rglob("*.py"):
        if file.relative_to(PACKAGE).parts[0] == "engines":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.split()
                assert words[:1] != ["SELECT"], file
                assert words[:2] != ["INSERT", "INTO"], file
