"""Settings: file, then environment, then flags; validated whole, errors say name and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from shopkeeper.errors import SettingsError
from shopkeeper.settings import LoadedSettings, Section, Settings, load_settings, without_password


def load(
    folder: Path, toml: str = "", *, environment: dict | None = None, flags: Sequence[str] = ()
) -> LoadedSettings:
    """Loads settings from a text as `shopkeeper.toml`, an environment and `--set` flags."""
    if toml:
        (folder / "shopkeeper.toml").write_text(toml, encoding="utf-8")
    return load_settings(folder, environment=environment or {}, overrides=flags)


def test_a_contact_has_one_cost(tmp_path):
    """It stands with the decisions; the old place says where it went."""
    told = error(tmp_path, "[churn]\ncontact_cost = 1.5\n")
    assert "cost_amount" in told.message
    assert "[decisions]" in told.message
    channels = '[{name="a", cost_amount=4.0, saved_rate=0.1}, {name="b", cost_amount=0.5, '
    found = load(tmp_path, f"[decisions]\nchannels = {channels}saved_rate=0.01}}]\n")
    assert found.settings.decisions.contact_cost == 0.5


def error(folder: Path, toml: str = "", **given) -> SettingsError:
    """Gives the error that loading these settings ends in."""
    with pytest.raises(SettingsError) as caught:
        load(folder, toml, **given)
    return caught.value


def test_a_folder_without_a_file_has_the_defaults(tmp_path):
    assert load(tmp_path).settings == Settings()


def test_the_file_sets_values(tmp_path):
    found = load(tmp_path, '[shop]\nname = "Tea & Cake"\nas_of = 2025-07-01').settings.shop
    assert (found.name, found.as_of) == ("Tea & Cake", date(2025, 7, 1))


def test_the_environment_is_stronger_than_the_file(tmp_path):
    environment = {"SHOPKEEPER_SHOP__CURRENCY": "EUR"}
    found = load(tmp_path, '[shop]\ncurrency = "USD"', environment=environment)
    assert found.settings.shop.currency == "EUR"


def test_a_flag_is_stronger_than_the_environment(tmp_path):
    environment = {"SHOPKEEPER_SHOP__CURRENCY": "EUR"}
    found = load(tmp_path, environment=environment, flags=["shop.currency=SEK"])
    assert found.settings.shop.currency == "SEK"


def test_a_stronger_place_leaves_the_values_beside_it(tmp_path):
    found = load(tmp_path, '[shop]\nname = "Tea"\ncurrency = "USD"', flags=["shop.currency=SEK"])
    assert found.settings.shop.name == "Tea"


def test_the_last_of_two_flags_counts(tmp_path):
    found = load(tmp_path, flags=["shop.currency=SEK", "shop.currency=NOK"])
    assert found.settings.shop.currency == "NOK"


def test_each_value_knows_where_it_came_from(tmp_path):
    found = load(
        tmp_path,
        '[shop]\nname = "Tea"\ncurrency = "USD"\ntime_zone = "Europe/Rome"',
        environment={"SHOPKEEPER_SHOP__CURRENCY": "EUR"},
        flags=["shop.time_zone=Europe/Paris"],
    )
    assert found.origins == {
        "shop.name": "shopkeeper.toml",
        "shop.currency": "SHOPKEEPER_SHOP__CURRENCY",
        "shop.time_zone": "--set",
    }


def test_a_default_has_no_origin(tmp_path):
    assert load(tmp_path).origins == {}


def test_values_of_flags_are_written_as_in_toml(tmp_path):
    found = load(tmp_path, flags=["rfm.bands.order_count=[1, 2.5]", "engine.threads=2"]).settings
    assert (found.rfm.bands, found.engine.threads) == ({"order_count": (1, 2.5)}, 2)


def test_a_bare_word_in_a_flag_is_text(tmp_path):
    assert load(tmp_path, flags=["shop.name=Tea and Cake"]).settings.shop.name == "Tea and Cake"


def test_the_process_environment_is_read_where_none_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPKEEPER_SHOP__CURRENCY", "CHF")
    assert load_settings(tmp_path).settings.shop.currency == "CHF"


def test_the_place_of_test_data_is_no_setting(tmp_path):
    assert load(tmp_path, environment={"SHOPKEEPER_DATA": "data"}).settings == Settings()


def test_variables_of_others_are_not_read(tmp_path):
    assert load(tmp_path, environment={"SHOP__CURRENCY": "EUR"}).settings == Settings()


def test_an_unknown_setting_offers_the_closest(tmp_path):
    found = error(tmp_path, '[shop]\ncurency = "EUR"')
    assert (found.message, found.hint) == (
        "There is no setting `shop.curency` (from shopkeeper.toml).",
        "did you mean `currency`?",
    )


def test_an_unknown_section_offers_the_closest(tmp_path):
    assert error(tmp_path, "[sop]\nname = 'Tea'").hint == "did you mean `shop`?"


def test_an_unknown_setting_of_a_source_offers_the_closest(tmp_path):
    toml = '[[sources]]\npath = "a.csv"\n[sources.format]\ndelimitr = ";"'
    assert error(tmp_path, toml).hint == "did you mean `delimiter`?"


def test_an_unknown_variable_is_named(tmp_path):
    found = error(tmp_path, environment={"SHOPKEEPER_SHOP__CURENCY": "EUR"})
    assert found.message.endswith("(from SHOPKEEPER_SHOP__CURENCY).")


@pytest.mark.parametrize(
    ("flag", "start"),
    [
        ("shop.currency=euro", "Setting `shop.currency` is `euro` (from --set): "),
        ("shop.time_zone=Mars/North", "Setting `shop.time_zone` is `Mars/North` (from --set): not"),
        ("shop.time_zone=Europe", "Setting `shop.time_zone` is `Europe` (from --set): not"),
        ("shop.as_of=soon", "Setting `shop.as_of` is `soon` (from --set): "),
        ("definitions.period_days=0", "Setting `definitions.period_days` is `0` (from --set): "),
        ("rfm.scoring=deciles", "Setting `rfm.scoring` is `deciles` (from --set): "),
        ("engine.memory_limit=lots", "Setting `engine.memory_limit` is `lots` (from --set): "),
        ("engine.threads=0", "Setting `engine.threads` is `0` (from --set): "),
    ],
)
def test_a_wrong_value_is_told_with_its_name_value_and_place(tmp_path, flag, start):
    assert error(tmp_path, flags=[flag]).message.startswith(start)


def test_a_wrong_value_of_a_source_is_told_with_its_place_in_the_list(tmp_path):
    toml = '[[sources]]\npath = "a.csv"\n[[sources]]\npath = "b.csv"\nname = "No Name"'
    assert error(tmp_path, toml).message.startswith("Setting `sources.1.name` is `No Name`")


def test_a_source_needs_a_path(tmp_path):
    found = error(tmp_path, '[[sources]]\nname = "orders"')
    assert found.message == "Setting `sources.0.path` (from shopkeeper.toml): field required."


def test_two_sources_of_one_name_are_refused(tmp_path):
    toml = '[[sources]]\npath = "a.csv"\n[[sources]]\npath = "b.csv"'
    assert error(tmp_path, toml).message.endswith("two sources have the same `name`.")


def test_a_line_type_that_does_not_exist_is_refused(tmp_path):
    found = error(tmp_path, '[definitions.line_types]\nshiping = ["POST"]')
    assert "did you mean `shipping`?" in found.hint


def test_a_long_value_is_cut_in_the_error(tmp_path):
    assert "x" * 41 not in error(tmp_path, flags=[f"shop.currency={'x' * 400}"]).message


def test_a_flag_without_an_equals_sign_is_refused(tmp_path):
    found = error(tmp_path, flags=["shop.currency"])
    assert (found.message, found.hint) == (
        "`--set shop.currency` has no `=`.",
        "write `--set name=value`",
    )


def test_a_file_that_is_no_toml_is_told_with_the_line(tmp_path):
    message = error(tmp_path, "[shop]\nname = Tea").message
    assert message.startswith("`shopkeeper.toml` is not valid TOML: ")
    assert "line 2" in message


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "shopkeeper.toml").write_bytes(b"\xff\xfe\x00")
    assert error(tmp_path).message.startswith("`shopkeeper.toml` is not valid TOML: ")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "shopkeeper.toml").mkdir()
    assert "cannot be read" in error(tmp_path).message


def test_wrong_settings_end_with_exit_code_two(tmp_path):
    assert error(tmp_path, flags=["shop.currency=euro"]).exit_code == 2


def test_settings_cannot_be_changed_after_loading(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        load(tmp_path).settings.shop.currency = "EUR"


@pytest.mark.parametrize("section", [s for s in Section.__subclasses__() if s is not Settings])
def test_every_setting_says_what_it_means(section):
    fields = section.model_fields.values()
    assert [f for f in fields if not (f.description or isinstance(f.default, Section))] == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ann:se:cret@host:5432/shop", "postgresql://ann:***@host:5432/shop"),
        ("host=db password = 'se cret' user=ann", "host=db password = *** user=ann"),
        ("postgresql://ann:secret@host:5432/shop", "postgresql://ann:***@host:5432/shop"),
        ("postgresql://ann:@host/shop", "postgresql://ann:***@host/shop"),
        (
            "postgresql://ann@host/shop?password=secret&x=1",
            "postgresql://ann@host/shop?password=***&x=1",
        ),
        (
            "host=db user=ann password=secret dbname=shop",
            "host=db user=ann password=*** dbname=shop",
        ),
        ("postgresql://ann@host/shop", "postgresql://ann@host/shop"),
        ("orders/2024: a@b.csv", "orders/2024: a@b.csv"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert without_password(address) == shown
