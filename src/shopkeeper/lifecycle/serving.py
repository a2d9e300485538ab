"""Serving: a checked model folder in MLflow's own form, read back through our own loader."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.lifecycle.artifacts import load_model
from shopkeeper.lifecycle.tracking import Tracking, quiet_mlflow, told_apart
from shopkeeper.models.model import Model
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.types import Schema

MODEL_PATH = "model"
# An example is for people and for a first call; more rows show no more.
EXAMPLE_ROWS = 5


class ServedModel:
    """What MLflow calls: rows in, predictions out."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives one row of predictions per row."""
        return self.model.predict(rows)


def _load_pyfunc(path: str) -> ServedModel:
    """Gives the model of a folder; MLflow calls it by this name when it loads or serves a model."""
    return ServedModel(load_model(Path(path)))


def log_model(
    tracking: Tracking, run_id: str, folder: Path, model: Model, example: pd.DataFrame
) -> str:
    """Adds a model's folder to its run, so that MLflow's own tools can load and serve it.

    Nothing is pickled: MLflow stores the folder as it is and calls this module to read it, which
    verifies every byte.

    Args:
        tracking: Where runs are kept.
        run_id: The run that trained it.
        folder: The model's checked folder.
        model: The fitted model, for the signature.
        example: Rows as `predict` takes them.

    Returns:
        Address of the model in MLflow's form.
    """
    quiet_mlflow()
    import mlflow.pyfunc
    from mlflow.models import ModelSignature

    few = example.head(EXAMPLE_ROWS).reset_index(drop=True)
    with told_apart(tracking.store), tempfile.TemporaryDirectory() as place:
        with warnings.catch_warnings():
            # It warns that whole numbers cannot be missing; our marts say so themselves.
            warnings.simplefilter("ignore")
            mlflow.pyfunc.save_model(
                f"{place}/{MODEL_PATH}",
                loader_module=__name__,
                data_path=str(folder),
                signature=ModelSignature(_schema(few), _schema(model.predict(few))),
                input_example=few,
                # Without it MLflow starts a process and looks for what it needs, for many seconds.
                pip_requirements=[f"shopkeeper=={VERSION}"],
            )
        tracking.client.log_artifacts(run_id, f"{place}/{MODEL_PATH}", MODEL_PATH)
    return f"runs:/{run_id}/{MODEL_PATH}"


def _schema(rows: pd.DataFrame) -> Schema:
    """Gives names and types of columns in MLflow's words.

    MLflow can find them itself only where SciPy is installed; elsewhere it writes "anything".
    """
    from mlflow.types import ColSpec, DataType, Schema

    kinds = {
        "b": DataType.boolean,
        "i": DataType.long,
        "u": DataType.long,
        "f": DataType.double,
        "M": DataType.datetime,
    }
    return Schema(
        [
            ColSpec(kinds.get(rows[name].dtype.kind, DataType.string), str(name))
            for name in rows.columns
        ]
    )
