"""Locks the dependencies: exact versions with hashes, and no address of any package host."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
# A stand-in for object storage in tests, in an environment of its own: it needs an older dateutil.
STORAGE = ["flask>=3", "flask-cors>=6", "moto[s3]>=5.1"]
# dbt, with the three engines that the generated package is tested on; 1.12 fetches a parser.
DBT = ["dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10", "dbt-postgres>=1.9", "dbt-spark[session]>=1.9"]
DBT += ["duckdb>=1.5,<2", "pyspark>=4.2,<4.3"]
# Each in an environment of its own, as their pins clash with ours and with each other's.
AIRFLOW = ["apache-airflow>=3.1,<4"]
SUPERSET = ["apache-superset>=6.0,<7", "cachelib<0.14", "cachetools", "flask-caching<2.4"]
SUPERSET += ["psycopg2-binary>=2.9", "rich"]
# Those whose words our contracts are written in, to hold them to it.
QUALITY = ["great-expectations>=1.5,<2", "pandera>=0.24,<1", "pyarrow>=20,<26"]
DVC = ["dvc>=3.60,<4"]
ADDRESS = re.compile(r"https?://")


def main() -> None:
    """Writes requirements/*.lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    core = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    # An editable install needs the build backend's own helper.
    core.append("editables")
    grouped = [*project["project"]["optional-dependencies"].values()]
    grouped += project["dependency-groups"].values()
    groups = [line for group in grouped for line in group]
    lock("uv", ["uv>=0.9"])
    lock("core", core)
    lock("all", [*core, *groups], constraint="core")
    lock("storage", STORAGE)
    lock("dbt", DBT)
    lock("airflow", AIRFLOW)
    lock("superset", SUPERSET)
    lock("dvc", DVC)
    lock("quality", QUALITY)


def lock(name: str, wanted: list[str], constraint: str | None = None) -> None:
    """Compiles one lock file for all platforms."""
    output = ROOT / "requirements" / f"{name}.lock"
    command = [str(UV), "pip", "compile", "-", "--universal", "--generate-hashes", "--quiet"]
    command += ["--python-version", "3.11", "--no-header", "--no-emit-index-url"]
    command += ["--no-annotate", "--output-file", str(output)]
    if constraint:
        command += ["--constraint", str(ROOT / "requirements" / f"{constraint}.lock")]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=ROOT)
    if ADDRESS.search(output.read_text()):
        sys.exit(f"error: {output.name} names an address")
    print(f"locked {output.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
