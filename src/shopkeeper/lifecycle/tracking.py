"""Tracking: the MLflow store of training runs and registered models, without its telemetry."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import TrackingError, shorten
from shopkeeper.settings import without_password

if TYPE_CHECKING:
    from mlflow import MlflowClient

DATABASE_FILE = "mlflow.db"
ARTIFACTS_FOLDER = "mlartifacts"
# MLflow asks these before it is imported. They are set, never read, so nothing depends on them:
# no telemetry, no search for a git repository, whose warnings would end on the terminal, and no
# model of anybody's that would be unpickled.
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
}
# MLflow's pages show runs of training then, instead of conversations.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
# For a server that does not answer MLflow would try for minutes; whoever wants that says so.
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}
REFUSALS = ("401", "403", "PERMISSION_DENIED")


@dataclass(frozen=True)
class Tracking:
    """Where training runs and registered models are kept.

    Attributes:
        folder: The `.shopkeeper` folder; holds database and artefacts unless an address is set.
        address: MLflow server or database; None keeps them in the folder.
        experiment: Name of the experiment; it also stands before the names of models.
    """

    folder: Path
    address: str | None = None
    experiment: str = "shopkeeper"

    @property
    def store(self) -> str:
        """Address in MLflow's form."""
        return self.address or f"sqlite:///{self.database}"

    @property
    def database(self) -> Path:
        """The database file, where there is no address."""
        return self.folder / DATABASE_FILE

    @property
    def exists(self) -> bool:
        """Whether there may be anything to read; a server always may have."""
        return self.address is not None or self.database.exists()

    def model_name(self, name: str) -> str:
        """Gives the name under which a model is registered in MLflow."""
        return f"{self.experiment}-{name}"

    @cached_property
    def client(self) -> MlflowClient:
        """Speaks to the store; made when first needed, because MLflow takes seconds to import."""
        quiet_mlflow()
        from mlflow import MlflowClient

        if self.address is None:
            self.folder.mkdir(parents=True, exist_ok=True)
        with told_apart(self.store):
            return MlflowClient(tracking_uri=self.store, registry_uri=self.store)

    @cached_property
    def experiment_id(self) -> str:
        """Number of the experiment, which is made if it is not there yet."""
        with told_apart(self.store):
            found = self.client.get_experiment_by_name(self.experiment)
            if found is not None:
                return str(found.experiment_id)
            # A server knows itself where it keeps artefacts.
            is_server = self.store.startswith("http")
            place = None if is_server else (self.folder / ARTIFACTS_FOLDER).as_uri()
            return str(
                self.client.create_experiment(
                    self.experiment, artifact_location=place, tags=EXPERIMENT_TAGS
                )
            )


def quiet_mlflow() -> Any:
    """Gives MLflow, imported without telemetry and without chatter."""
    os.environ.update(QUIET)
    for name, text in PATIENCE.items():
        os.environ.setdefault(name, text)
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow
    # MLflow sets up its own logger while it is imported.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return mlflow


@contextmanager
def told_apart(store: str) -> Iterator[None]:
    """Turns what the store raises into our own error, with the store's address.

    Raises:
        TrackingError: The store does not answer, or refuses.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        is_refused = store.startswith("http") and any(word in str(error) for word in REFUSALS)
        raise TrackingError(
            f"The store of training runs `{shorten(without_password(store), 80)}` says: "
            f"{shorten(without_password(str(error)), 200)}.",
            "name who you are in `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or "
            "`MLFLOW_TRACKING_TOKEN`, of the environment"
            if is_refused
            else "look at the setting `tracking.address` and whether its server runs",
        ) from error
