"""Champions change only through the gate, in one step, and every step can be taken back."""

import json
import shutil
from datetime import timedelta

import pytest
from lifecycle_examples import NOW, ROWS, Line, contest, registration

from shopkeeper.errors import (
    ArtifactError,
    PromotionRefusedError,
    TrackingError,
    UnknownNameError,
    UsageError,
)
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.store import Store
from shopkeeper.lifecycle.tracking import Tracking

# MLflow alone takes seconds to import.
pytestmark = pytest.mark.slow
NAME = "lifetime_value"


class KilledError(BaseException):
    """Stands for a kill: nothing catches it."""


def kill_at(monkeypatch, place):
    def killed(*_, **__):
        raise KilledError

    monkeypatch.setattr(place, killed)


def numbers(versions):
    return [version.version for version in versions]


def reopened(tracking):
    return Registry(Tracking(tracking.folder), [Line])


def test_nothing_is_registered_in_a_new_folder(tmp_path):
    registry = Registry(Tracking(tmp_path))
    assert registry.names() == ()
    assert registry.champion(NAME) is None
    assert not list(tmp_path.iterdir())


def test_new_version_is_challenger_and_changes_no_champion(registry, register):
    register()
    registry.promote(NAME, now=NOW)
    second = register(2.0, "old")
    assert second.aliases == ("challenger",)
    assert registry.champion(NAME).version == 1
    assert registry.challenger(NAME).version == 2
    assert registry.names() == (NAME,)


def test_version_knows_where_it_came_from(registry, register, tracking):
    made = register()
    found = reopened(tracking).version(NAME, 1)
    assert found == made
    assert (found.data_fingerprint, found.code_version) == ("abc123", "1.2.3")
    assert found.verdict.passed
    assert (found.folder / "card.md").exists()
    assert json.loads((found.folder / "verdict.json").read_text())["passed"]
    assert json.loads((found.folder / "evidence.json").read_text())["scores"]


def test_champion_predicts_as_the_model_that_was_registered(registry, register):
    register(2.5)
    registry.promote(NAME, now=NOW)
    assert registry.load(NAME).predict(ROWS).equals(Line(2.5).predict(ROWS))


def test_refused_and_unjudged_versions_are_never_promoted(registry, register):
    refusing = judge(contest({"line": lambda m, *_: m * 1.5}), "line")
    register(1.0, verdict=refusing)
    register(2.0, verdict=None)
    with pytest.raises(PromotionRefusedError, match="has not passed the gate"):
        registry.promote(NAME, 1, now=NOW)
    with pytest.raises(PromotionRefusedError, match="was not judged"):
        registry.promote(NAME, 2, now=NOW)
    assert registry.champion(NAME) is None


def test_version_judged_against_another_champion_is_refused(registry, register):
    register()
    register(2.0)
    registry.promote(NAME, 1, now=NOW)
    with pytest.raises(PromotionRefusedError, match="judged against champion none"):
        registry.promote(NAME, 2, now=NOW)


def test_rollback_goes_back_again_and_again(registry, register, tracking):
    for slope in (1.0, 2.0, 3.0):
        register(slope, None if slope == 1.0 else "old")
        registry.promote(NAME, now=NOW + timedelta(days=slope))
    assert registry.challenger(NAME) is None
    assert registry.rollback(NAME, now=NOW).version == 2
    assert reopened(tracking).rollback(NAME, now=NOW).version == 1
    with pytest.raises(PromotionRefusedError, match="no previous champion"):
        registry.rollback(NAME, now=NOW)
    registry.promote(NAME, 2, now=NOW)
    assert registry.rollback(NAME, now=NOW).version == 1
    changes = [(change.action, change.version) for change in registry.history(NAME)]
    assert changes == [
        *(("promoted", number) for number in (1, 2, 3)),
        *(("rolled back", 2), ("rolled back", 1)),
        *(("promoted", 2), ("rolled back", 1)),
    ]
    assert registry.history(NAME)[1].verdict.passed


def test_changed_folder_is_neither_promoted_nor_loaded(registry, register):
    made = register()
    file = made.folder / "model.json"
    file.unlink()
    file.write_text('{"kind": "another"}')
    with pytest.raises(ArtifactError, match="has changed"):
        registry.promote(NAME, now=NOW)
    with pytest.raises(ArtifactError, match="has changed"):
        registry.load(NAME, 1)


def test_changed_champion_can_be_rolled_back(registry, register):
    for slope in (1.0, 2.0):
        made = register(slope, None if slope == 1.0 else "old")
        registry.promote(NAME, now=NOW)
    (made.folder / "line.npz").unlink()
    registry.rollback(NAME, now=NOW)
    assert registry.load(NAME).slope_ == 1.0


def test_model_that_forgets_is_not_registered(registry, tracking):
    class Forgetful(Line):
        def save(self):
            return Line(self.slope_ + 1e-9).save()

    wanted = registration(tracking)
    forgetful = type(wanted)(**{**vars(wanted), "model": Forgetful(1.0)})
    with pytest.raises(ArtifactError, match="predicts otherwise"):
        Registry(tracking, [Forgetful]).register(forgetful)
    assert registry.versions(NAME) == ()


STEPS_OF_REGISTERING = {
    "write": "shopkeeper.lifecycle.artifacts.read_artifact",
    "log": "shopkeeper.lifecycle.registry.log_model",
    "add": "mlflow.MlflowClient.create_model_version",
    "alias": "mlflow.MlflowClient.set_registered_model_alias",
}


@pytest.mark.parametrize("step", STEPS_OF_REGISTERING)
def test_kill_while_registering_leaves_the_champion_and_no_orphan(
    registry, register, tracking, monkeypatch, step
):
    register()
    registry.promote(NAME, now=NOW)
    with monkeypatch.context() as patch:
        kill_at(patch, STEPS_OF_REGISTERING[step])
        with pytest.raises(KilledError):
            register(2.0, "old")
    after = reopened(tracking)
    assert after.champion(NAME).version == 1
    assert after.load(NAME).slope_ == 1.0
    third = after.register(registration(tracking, 3.0, "old"))
    folders = {f.name for f in third.folder.parent.iterdir() if f.is_dir()}
    assert folders == {str(number) for number in numbers(after.versions(NAME))}
    assert not list(third.folder.parent.glob("*.pending"))


@pytest.mark.parametrize("call", ["set_registered_model_tag", "set_registered_model_alias"])
@pytest.mark.parametrize("verb", ["promote", "rollback"])
def test_kill_while_changing_leaves_one_champion_and_the_way_back(
    registry, register, tracking, monkeypatch, verb, call
):
    for slope in (1.0, 2.0):
        register(slope, None if slope == 1.0 else "old")
        registry.promote(NAME, now=NOW)
    register(3.0, "old")
    with monkeypatch.context() as patch:
        kill_at(patch, f"mlflow.MlflowClient.{call}")
        with pytest.raises(KilledError):
            getattr(registry, verb)(NAME, now=NOW)
    after = reopened(tracking)
    standing = after.champion(NAME).version
    assert standing == (1 if (verb, call) == ("rollback", "set_registered_model_tag") else 2)
    assert after.load(NAME).slope_ == standing
    if standing == 2:
        assert after.rollback(NAME, now=NOW).version == 1
    with pytest.raises(PromotionRefusedError):
        after.rollback(NAME, now=NOW)


def test_folders_of_a_lost_database_are_kept(registry, register, tmp_path):
    register()
    without_database = tmp_path / "copy"
    shutil.copytree(registry.folder, without_database / "models")
    after = Registry(Tracking(without_database), [Line])
    assert after.versions(NAME) == ()
    assert after.register(registration(after.tracking, 2.0)).version == 2
    assert (after.folder / NAME / "1" / "line.npz").exists()


def test_index_is_only_a_cache(registry, register, tracking):
    made = register()
    index = registry.folder / "index.json"
    for text in (None, "", "[]", '{"database": [1, 2], "rows": []}'):
        index.unlink() if text is None else index.write_text(text)
        assert reopened(tracking).versions(NAME) == (made,)


def test_without_an_index_mlflow_is_asked_once_for_each_state(
    registry, register, tracking, monkeypatch
):
    register()
    (registry.folder / "index.json").unlink()
    looks, rows = [], Store._rows
    monkeypatch.setattr(Store, "_rows", lambda store: (looks.append(1), rows(store))[1])
    after = reopened(tracking)
    assert after.versions(NAME) == after.versions(NAME)
    assert len(looks) == 1
    tracking.client.set_registered_model_alias("shopkeeper-lifetime_value", "champion", "1")
    assert after.champion(NAME).version == 1
    assert len(looks) == 2


def test_alias_that_was_set_in_mlflow_is_seen(registry, register, tracking):
    register()
    tracking.client.set_registered_model_alias("shopkeeper-lifetime_value", "champion", "1")
    assert reopened(tracking).champion(NAME).version == 1


def test_unknown_names_offer_the_closest(registry, register):
    register()
    with pytest.raises(UnknownNameError) as caught:
        registry.version("lifetime_valeu", 1)
    assert "lifetime_value" in caught.value.hint
    with pytest.raises(UnknownNameError):
        registry.version(NAME, 9)
    with pytest.raises(UnknownNameError):
        registry.rollback("churn", now=NOW)
    with pytest.raises(UnknownNameError, match="no champion"):
        registry.load(NAME)


def test_name_that_leads_elsewhere_is_refused(registry, tracking):
    wanted = registration(tracking)
    with pytest.raises(UsageError):
        registry.register(type(wanted)(**{**vars(wanted), "name": "../elsewhere"}))


def test_store_that_does_not_answer_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").touch()
    address = f"sqlite:///{tmp_path}/file/mlflow.db"
    with pytest.raises(TrackingError, match="says"):
        Registry(Tracking(tmp_path, address)).names()
