"""The commands `models` and `promote` list, promote and take back, and say why not."""

import subprocess
import sys

import pytest
from lifecycle_examples import NOW, Line, registration

from shopkeeper import Workspace
from shopkeeper.errors import WorkspaceLockedError
from shopkeeper.jobs.promote import promote
from shopkeeper.jobs.writing import locked
from shopkeeper.lifecycle.registry import Registry

pytestmark = pytest.mark.slow
NAME = "lifetime_value"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop with two versions that passed the gate: the champion, and its challenger."""
    folder = tmp_path_factory.mktemp("shop")
    workspace = Workspace(folder)
    registry = Registry(workspace.registry.tracking, [Line])
    registry.register(registration(registry.tracking, 1.0))
    registry.promote(NAME, now=NOW)
    registry.register(registration(registry.tracking, 2.0, "old"))
    return folder


def test_promote_and_roll_back_from_the_command_line(shop, command, run_json):
    listed = command("models", NAME, "-C", shop)
    assert listed.returncode == 0, listed.stderr
    assert "challenger" in listed.stdout
    assert "beats same_spend" in listed.stdout
    done = command("promote", NAME, "-C", shop)
    assert done.returncode == 0, done.stderr
    assert "version 2 is champion, before: version 1" in done.stdout
    again = run_json("promote", NAME, "--version", 2, "-C", shop)
    assert again["is_new"] is False
    back = run_json("promote", NAME, "--rollback", "-C", shop)
    assert (back["champion"]["version"], back["previous"]["version"]) == (1, 2)
    found = run_json("models", NAME, "-C", shop)
    assert [v["aliases"] for v in found["models"][NAME]] == [["champion"], []]
    assert [change["version"] for change in found["history"]] == [1, 2, 1]
    refused = command("promote", NAME, "--rollback", "-C", shop)
    assert refused.returncode == 1
    assert "no previous champion" in refused.stderr


def test_wrong_usage_says_what_to_do(shop, command, tmp_path):
    assert command("promote", NAME, "--rollback", "--version", 1, "-C", shop).returncode == 2
    unknown = command("promote", "lifetime_valeu", "-C", shop)
    assert unknown.returncode == 2
    assert f"did you mean `{NAME}`?" in unknown.stderr
    empty = command("models", "-C", tmp_path)
    assert empty.returncode == 0
    assert "No model is registered yet." in empty.stdout


def test_only_one_job_changes_the_registry(shop):
    held = locked(shop / ".shopkeeper", NOW.replace(tzinfo=None))
    with held, pytest.raises(WorkspaceLockedError):
        promote(Workspace(shop), NAME)


def test_reading_the_registry_does_not_import_mlflow(shop):
    program = (
        "import sys; from shopkeeper import Workspace; "
        f"print(Workspace({str(shop)!r}).registry.versions({NAME!r})[0].version); "
        "print('mlflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "False"]
