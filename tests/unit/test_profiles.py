"""Profiles: named sets of settings, built on each other, held to the rules even when not in use."""

from __future__ import annotations

import pytest

from shopkeeper import Workspace
from shopkeeper.errors import SettingsError, UnknownNameError
from shopkeeper.settings import load_settings

TOML = """
[shop]
name = "Tea"

[churn]
tuning_trials = 6
seed = 3

[profiles.quick.churn]
tuning_trials = 0

[profiles.short]
extends = "quick"
[profiles.short.churn]
horizon_days = 30
[profiles.short.lifetime_value]
horizons_days = [90]

[profiles.other.churn]
tuning_trials = 1
"""


def load(folder, *flags, toml=TOML, **environment):
    (folder / "shopkeeper.toml").write_text(toml)
    return load_settings(folder, environment=environment, overrides=flags)


def test_a_profile_changes_what_it_names_and_nothing_else(tmp_path):
    found = load(tmp_path, "profile=quick")
    assert (found.settings.churn.tuning_trials, found.settings.churn.seed) == (0, 3)
    assert found.settings.shop.name == "Tea"
    assert load(tmp_path).settings.churn.tuning_trials == 6


def test_a_profile_has_what_it_builds_on(tmp_path):
    found = load(tmp_path, "profile=short").settings
    assert (found.churn.tuning_trials, found.churn.horizon_days) == (0, 30)
    assert found.lifetime_value.horizons_days == (90,)


def test_the_last_of_several_profiles_is_strongest(tmp_path):
    assert load(tmp_path, "profile=quick,other").settings.churn.tuning_trials == 1
    found = load(tmp_path, "profile=other,short")
    assert found.settings.churn.tuning_trials == 0
    assert found.profiles == ("other", "short")


def test_environment_and_flags_are_stronger_than_a_profile(tmp_path):
    variable = {"SHOPKEEPER_CHURN__TUNING_TRIALS": "4"}
    assert load(tmp_path, "profile=quick", **variable).settings.churn.tuning_trials == 4
    flags = ("churn.tuning_trials=5", "profile=quick")
    assert load(tmp_path, *flags, **variable).settings.churn.tuning_trials == 5


def test_each_value_names_the_profile_it_came_from(tmp_path):
    origins = load(tmp_path, "profile=short", "churn.seed=4").origins
    assert origins["churn.tuning_trials"] == "profile quick"
    assert origins["churn.horizon_days"] == "profile short"
    assert origins["churn.seed"] == "--set"
    assert origins["shop.name"] == "shopkeeper.toml"


def test_schedulers_name_a_profile_in_the_environment_and_a_flag_another(tmp_path):
    variable = {"SHOPKEEPER_PROFILE": "quick"}
    assert load(tmp_path, **variable).profiles == ("quick",)
    assert load(tmp_path, "profile=other", **variable).profiles == ("other",)
    assert load(tmp_path, toml=f'profile = "other"\n{TOML}').profiles == ("other",)


def test_an_unknown_profile_offers_the_closest(tmp_path):
    with pytest.raises(UnknownNameError) as caught:
        load(tmp_path, "profile=quik")
    assert caught.value.hint == "did you mean `quick`?"
    with pytest.raises(UnknownNameError) as caught:
        load(tmp_path, "profile=quick", toml="")
    assert "[profiles.quick." in caught.value.hint


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[profiles.a.churn]\nhorizn_days = 30", "`churn.horizn_days` (from profile a)"),
        ("[profiles.a.churn]\nhorizon_days = 31", "`31` (from profile a)"),
        ("[profiles.a]\nextends = 'b'\n[profiles.b]\nextends = 'a'", "circle: `a` → `b` → `a`"),
        ("[profiles.a]\nprofile = 'a'", "names `profile`"),
        ("profiles = 3", "must hold tables"),
        ("profile = 3", "names no profile"),
    ],
)
def test_a_mistake_in_a_profile_is_told_though_nobody_uses_it(tmp_path, toml, told):
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, toml=toml)
    assert told in caught.value.message


def test_sections_of_tasks_may_be_named_so(tmp_path):
    found = load(tmp_path, "tasks.churn.horizon_days=60")
    assert found.settings.churn.horizon_days == 60
    assert found.settings.churn.seed == 3
    assert found.origins["churn.horizon_days"] == "--set"
    toml = "[churn]\nseed = 1\n[tasks.churn]\nhorizon_days = 60"
    assert load(tmp_path, toml=toml).settings.churn.seed == 1
    with pytest.raises(SettingsError, match=r"no setting `tasks.shop`"):
        load(tmp_path, "tasks.shop.name=x")


def test_a_workspace_takes_a_profile_and_the_command_shows_it(tmp_path, run_json):
    load(tmp_path)
    assert Workspace(tmp_path, overrides=["profile=quick"]).settings.churn.tuning_trials == 0
    told = run_json("settings", "--origin", "--profile", "short", "-C", tmp_path)
    assert told["profiles"] == ["short"]
    assert told["settings"]["churn"]["horizon_days"] == 30
    assert told["origins"]["churn.horizon_days"] == "profile short"


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("tracking.address=https://ann:secret@mlflow.example", "MLFLOW_TRACKING_USERNAME"),
        ("schedule.at=25:00", "schedule.at"),
        ('schedule.days=["mon", "mon"]', "stands in it twice"),
    ],
)
def test_wrong_schedules_and_passwords_are_refused(tmp_path, flag, told):
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, flag)
    assert told in caught.value.message
    assert "secret" not in caught.value.message


def test_days_of_a_schedule_stand_in_the_order_of_the_week(tmp_path):
    found = load(tmp_path, 'schedule.days=["sun", "mon"]').settings.schedule
    assert found.days == ("mon", "sun")
