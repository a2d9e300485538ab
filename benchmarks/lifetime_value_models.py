"""Lifetime value models: fit and score beside the usual Python package, on CDNOW and multiples.

    python benchmarks/lifetime_value_models.py            # three sizes; the package in its own venv
    python benchmarks/lifetime_value_models.py --quick    # ours only, once

Writes benchmarks/results/lifetime_value_models.json and prints a table. The usual package,
`lifetimes`, is unmaintained since 2020; it is tried in a throw-away environment with the newest
versions of what it needs, then with versions of its own time, and what happens is written down.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SHOPKEEPER_DATA", ROOT.parent / "shared" / "data"))
RESULTS = ROOT / "benchmarks" / "results"
SIZES = (2_357, 100_000, 1_000_000)
MODELS = {"bg_nbd": "BgNbd", "mbg_nbd": "MbgNbd", "pareto_nbd": "ParetoNbd"}
# With which the package is tried: the newest of all, then the last that its releases knew.
ENVIRONMENTS = {
    "newest": ["lifetimes"],
    "of its time": ["lifetimes", "numpy<2", "pandas<2.2", "scipy<1.12", "autograd<1.7"],
}
SECONDS_FOR_THE_PACKAGE = 300

READ = """
import json, sys, time
import numpy as np
import pandas as pd
sample = pd.read_csv(sys.argv[1])[["frequency", "recency", "T"]]
count = int(sys.argv[2])
rows = sample.iloc[np.arange(count) % len(sample)].reset_index(drop=True)
"""

OURS = (
    READ
    + """
import importlib
kind = getattr(importlib.import_module(f"shopkeeper.models.{sys.argv[3]}"), sys.argv[4])
# Libraries are imported where they are needed; a first small fit takes that out of the time.
kind(39).fit(sample.head(200))
started = time.perf_counter()
model = kind(39).fit(rows)
fitted = time.perf_counter()
predicted = model.predict(rows)
scored = time.perf_counter()
print(json.dumps({"fit": fitted - started, "score": scored - fitted,
    "log_likelihood": model.log_likelihood_ / count,
    "expected_purchases": predicted["expected_purchases"].mean()}))
"""
)

PACKAGE = (
    READ
    + """
import lifetimes
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
kind = {"bg_nbd": BetaGeoFitter, "mbg_nbd": ModifiedBetaGeoFitter, "pareto_nbd": ParetoNBDFitter}
columns = [rows[name] for name in ("frequency", "recency", "T")]
started = time.perf_counter()
model = kind[sys.argv[3]]().fit(*columns)
fitted = time.perf_counter()
expected = model.conditional_expected_number_of_purchases_up_to_time(39, *columns)
alive = model.conditional_probability_alive(*columns)
scored = time.perf_counter()
print(json.dumps({"fit": fitted - started, "score": scored - fitted,
    "expected_purchases": float(np.mean(expected)), "parameters": dict(model.params_)}))
"""
)


def child(python: Path, program: str, *arguments: object, seconds: int = 600) -> dict:
    """Runs a program in a process of its own; gives the JSON it prints, or what went wrong."""
    command = [str(python), "-W", "ignore", "-c", program, *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"failure": f"not done after {seconds} s"}
    if done.returncode:
        return {"failure": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def ours(sample: Path, repeats: int) -> list[dict]:
    """Measures our models; medians of `repeats`."""
    results = []
    for count in SIZES:
        for name, kind in MODELS.items():
            runs = [
                child(Path(sys.executable), OURS, sample, count, name, kind) for _ in range(repeats)
            ]
            result = {"by": "shopkeeper", "model": name, "customers": count, **runs[0]}
            for part in ("fit", "score"):
                result[part] = statistics.median(run[part] for run in runs)
            results.append(result)
            report(result)
    return results


def package(sample: Path, folder: Path) -> tuple[str, list[dict]]:
    """Measures the usual package; gives what it took to run it, and the results."""
    notes = []
    for name, wanted in ENVIRONMENTS.items():
        home = folder / name.replace(" ", "-")
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", *wanted]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            notes.append(f"{name}: not installed ({done.stderr.strip().splitlines()[-1][:200]})")
            continue
        versions = child(python, VERSIONS)
        tried = child(python, PACKAGE, sample, 2_357, "bg_nbd")
        if "failure" in tried:
            notes.append(f"{name} ({versions}): {tried['failure'][:200]}")
            continue
        notes.append(f"{name} ({versions}): runs")
        return "; ".join(notes), package_sizes(python, sample)
    return "; ".join(notes), []


VERSIONS = """
import json
from importlib.metadata import version
print(json.dumps({name: version(name) for name in ("lifetimes", "numpy", "pandas", "scipy")}))
"""


def package_sizes(python: Path, sample: Path) -> list[dict]:
    """Measures each model of the package once for each size, within a time."""
    results = []
    for count in SIZES:
        for name in MODELS:
            found = child(python, PACKAGE, sample, count, name, seconds=SECONDS_FOR_THE_PACKAGE)
            results.append({"by": "lifetimes", "model": name, "customers": count, **found})
            report(results[-1])
    return results


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sample = DATA / "cdnow" / "cdnow_customers_summary.csv"
    with sample.open() as file:
        distinct = len({tuple(row[1:]) for row in csv.reader(file)}) - 1
    results = ours(sample, 1 if options.quick else 3)
    if options.quick:
        return
    with tempfile.TemporaryDirectory() as temporary:
        note, theirs = package(sample, Path(temporary))
    written = {
        "distinct_histories": distinct,
        "lifetimes": note,
        "pymc-marketing": "not measured: 0.6 GB of dependencies, and its default priors give "
        "other parameters than maximum likelihood",
        "peak_megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "results": results + theirs,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(written, indent=1) + "\n"
    (RESULTS / "lifetime_value_models.json").write_text(text)


def report(result: dict) -> None:
    """Prints one result."""
    name = f"{result['by']:<11} {result['model']:<11} {result['customers']:>9,}"
    if "failure" in result:
        print(f"{name}  {result['failure'][:80]}", flush=True)
    else:
        print(f"{name}  fit {result['fit']:.2f}  score {result['score']:.2f} s", flush=True)


if __name__ == "__main__":
    main()
