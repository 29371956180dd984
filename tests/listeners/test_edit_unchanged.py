"""Whatever line was typed: what *Edit* shows, saved unchanged, changes nothing."""

from itertools import count

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storage.tables import Amendment
from tests.examples import UNHURRIED, examples
from tests.listeners.office import Office, labels, only_answer

NUMBERS = count(1)
ENDS = st.sampled_from(["", " yesterday", " on 2 Nov", " last friday", " 3 days ago"])
NOTES = st.text(st.sampled_from("ab é’&<>*_`\"'.,:;!?()-–\n1k£"), max_size=30)
TOUCHES = st.sampled_from(
    ["call", "had a great lunch", "podcast", "newsletter", "tried to call, no answer", "team dinner", "lunch cancelled"]
)
AMOUNTS = st.sampled_from(["", " 5k", " £1,234.50", " about half a million", " tbc"])
OUTCOMES = st.sampled_from(["", " won", " met", " closed lost", " not interested", " on hold", ", needs a will"])
PROMISES = st.sampled_from(["", ", I'll send the deck by 27 Nov", ". Next: call Jo", ", they will share the list"])


@pytest.fixture
def acme(office: Office) -> int:
    return office.partner()


@st.composite
def typed_lines(draw: st.DrawFn) -> str:
    command = draw(st.sampled_from(["touch", "referral", "event", "trust"]))
    match command:
        case "touch":
            said = draw(TOUCHES) + draw(ENDS) + draw(PROMISES)
        case "referral":
            lead = f"Lead {next(NUMBERS)} Ltd"  # a lead that is open already would be brought up to date
            said = lead + draw(AMOUNTS) + draw(OUTCOMES) + draw(ENDS) + draw(st.sampled_from(["", " strategic"]))
        case "event":
            said = draw(st.sampled_from(["Quiz night", "joint webinar on fees", "“Friday” drinks"])) + draw(ENDS)
        case "trust":
            said = f"{draw(st.sampled_from(['', 'them ']))}{draw(st.integers(1, 5))}"
    return f"/{command} {draw(st.sampled_from(['', 'from ']))}Acme Legal {said} {draw(NOTES)}"


@settings(max_examples=examples(200), suppress_health_check=UNHURRIED)
@given(line=typed_lines())
def test_what_edit_shows_saved_unchanged_changes_nothing(office: Office, acme: int, line: str) -> None:
    answer = only_answer(office.types(line))
    assume("Edit" in labels(answer))  # else it asked
    form = office.press_label(answer, "Edit").view
    assert form is not None
    before = office.records()
    seen = office.submit(form)
    assert "Nothing was changed" in only_answer(seen).visible_text
    after = office.records()
    assert {name: rows for name, rows in after.items() if name != "seen_request"} == {
        name: rows for name, rows in before.items() if name != "seen_request"
    }
    assert office.rows(Amendment) == []
