"""A card says what a version is for, how it was judged and what it must not be used for."""

from datetime import date

from lifecycle_examples import contest, good

from shopkeeper.lifecycle.model_card import CardFacts, CardSubject, Parameter, model_card
from shopkeeper.lifecycle.promotion import judge

SUBJECT = CardSubject(
    "value", 3, "several", "new", date(2024, 6, 1), date(2024, 6, 2), "run-1", "abc123", "1.2.3"
)
FACTS = CardFacts(
    predicts="What a customer will spend.",
    for_whom="The shop's owner.",
    data="Order lines.",
    row_count=12_345,
    limits=("Not for credit.",),
    parameters=(Parameter("r", 0.243, 0.0126), Parameter("alpha", 4.414)),
)


def card(alarms=None):
    evidence = contest({"new": good}, alarms=alarms)
    return model_card(SUBJECT, FACTS, evidence, judge(evidence, "new"))


def test_card_holds_all_that_a_reader_must_know():
    text = card()
    for wanted in (
        "# value 3: several",
        "12,345 training rows",
        "2024-06-01",
        "Not for credit.",
        "| r | 0.243 | 0.0126 |",
        "| alpha | 4.414 | – |",
        "| same_spend | baseline |",
        "| **new** | candidate |",
        "country=France",
        "**Passed**",
        "`abc123`",
        '.registry.load("value", 3)',
    ):
        assert wanted in text, wanted


def test_refused_version_says_so_on_its_card():
    text = card(alarms={"new": ("It knows <b>too</b> | much.",)})
    assert "**Refused**" in text
    assert "| REFUSED | no leak alarm |" in text
    assert "<b>" not in text


def test_same_inputs_give_the_same_card():
    assert card() == card()


def test_folds_and_slices_show_the_candidate_that_was_judged():
    tables = [line for line in card().splitlines() if ", cut-off |" in line or " on | rows" in line]
    assert tables
    assert all("| new |" in line for line in tables)
