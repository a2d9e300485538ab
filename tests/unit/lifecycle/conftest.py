"""A registry on a database of its own, migrated once for all tests."""

import shutil

import pytest
from lifecycle_examples import Line, registration

from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.tracking import Tracking


@pytest.fixture(scope="session")
def empty_database(once):
    """The folder of a store without experiments; making its tables takes seconds."""

    def maker(folder):
        tracking = Tracking(folder)
        tracking.client.search_experiments()

    return once("mlflow-database", maker)


@pytest.fixture
def tracking(empty_database, tmp_path):
    folder = tmp_path / ".shopkeeper"
    folder.mkdir()
    shutil.copy(empty_database / "mlflow.db", folder / "mlflow.db")
    return Tracking(folder)


@pytest.fixture
def registry(tracking):
    return Registry(tracking, [Line])


@pytest.fixture
def register(registry, tracking):
    """Registers a line of a slope; judged against the candidate `champion`."""

    def call(slope=1.0, champion=None, **options):
        return registry.register(registration(tracking, slope, champion, **options))

    return call
