"""Loads generated contracts in the libraries they are for, and holds frames to them.

Runs in an environment with Pandera and Great Expectations, and without Shopkeeper:
`python hold_frames.py FOLDER`, where FOLDER holds `pandera_contracts.py`, suites as
`suites/<table>.json` and tables as `tables/<table>.parquet`. Prints JSON: table → tool → outcome.
"""

import json
import sys
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from pandera.errors import SchemaErrors


def main() -> None:
    """Holds every table and prints what came of it."""
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    from pandera_contracts import SCHEMAS

    context = gx.get_context(mode="ephemeral")
    context.data_sources.add_pandas("frames")
    found = {}
    for file in sorted((folder / "tables").glob("*.parquet")):
        name = file.stem
        # Pandera cannot tell of duplicates in a frame whose row labels repeat.
        frame = pd.read_parquet(file).reset_index(drop=True)
        found[name] = {
            "pandera": pandera_outcome(SCHEMAS[name], frame),
            "great-expectations": suite_outcome(context, folder, name, frame),
        }
    print(json.dumps(found))


def pandera_outcome(schema: Any, frame: pd.DataFrame) -> list[str]:
    """Gives the checks that the frame breaks, by Pandera."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        return sorted({str(check) for check in error.failure_cases["check"]})
    return []


def suite_outcome(context: Any, folder: Path, name: str, frame: pd.DataFrame) -> list[str]:
    """Gives the expectations that the frame breaks, by Great Expectations."""
    plain = json.loads((folder / "suites" / f"{name}.json").read_text())
    suite = context.suites.add(gx.ExpectationSuite(**plain))
    asset = context.data_sources.get("frames").add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("whole")
    result = batch.get_batch({"dataframe": frame}).validate(suite)
    failed = [one.expectation_config.type for one in result.results if not one.success]
    return sorted(set(failed))


if __name__ == "__main__":
    main()
