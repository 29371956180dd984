"""What holds for every line that anybody may type."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.grammar.lines.form_values import dumped, loaded
from bot.grammar.lines.lists import words
from bot.grammar.lines.split import split_words
from bot.grammar.lines.values import Entry, Intent
from tests.grammar.lines_office import TODAY, lines, read_typed

COMMANDS = ("/referral", "/event", "/touch", "/trust", "")
WORDS = [
    *(
        "from",
        "to",
        "with",
        "Pine",
        "Fenwick Law",
        "fenwick",
        "Hollis & Webb",
        "Blue",
        "Rao Dental",
        "Kemp Foods",
        "“Rao”",
        '"',
        "&amp;",
    ),
    *(
        "<http://ridge.ai|ridge.ai>",
        "<@U1|ana>",
        "on",
        "by",
        "next:",
        "friday",
        "last",
        "week",
        "ago",
        "2",
        "Nov",
        "3rd",
        "31/2",
        "in",
    ),
    *(
        "5k",
        "£5",
        "5k-8k",
        "$4k",
        "five grand",
        "500/month",
        "2000",
        "07700 900123",
        "won",
        "Won",
        "met",
        "lost",
        "strategic",
        "not",
    ),
    *(
        "sent us",
        "we sent",
        "referred",
        "introduced us to",
        "2 leads",
        "call",
        "lunch",
        "webinar",
        "newsletter",
        "no answer",
        "cancelled",
    ),
    *(
        "booked",
        "I'll send the deck",
        "they will call",
        "us",
        "them",
        "4",
        "4/5",
        ",",
        ";",
        "-",
        "and",
        "&",
        "(",
        ")",
        ".",
        "\n",
        "🎉",
        "re",
    ),
    *(
        "about",
        "discussed",
        "the",
        "launch",
        "tomorrow",
        "yesterday",
        "\u200b",
        "\u00a0",
        "O’Dowd",
        "undo",
        "?",
        "follow up",
        "to",
        "a",
    ),
]
# All that may be left out of a record, as it says nothing by itself.
GLUE = words(
    "& + a about actually all amount and approx approximately at be both budget but by c came come contact "
    "could customer client prospect deal down drinked eating enjoyed fee for from good grabbed great had has "
    "have he heard her him hosted i in is ish it it's just lead made maybe my new now on our out over partner "
    "perhaps potentially quick r ran re reckon referral roughly she status tbc tba that the them their then "
    "they this to total trust up us w w/ was we we've were who with worth £ took did got finally sadly been an "
    "with: around lot lots so sorry please about:"
)
TYPED = st.lists(st.sampled_from(WORDS), max_size=22).map(" ".join) | st.text(max_size=300)


def kept_words(entry: Entry) -> Counter[str]:
    """The words of all that is kept as text; what several records share is kept once."""
    texts = dict.fromkeys((record.title, record.note) for record in entry.records)
    together = "\n".join(part for pair in texts for part in pair)
    return spoken(word.text for word in split_words(together) if not word.is_mark)


def spoken(words: Iterable[str]) -> Counter[str]:
    """The words with a letter or a digit in them: of signs alone nothing is lost."""
    return Counter(word for word in words if any(each.isalnum() for each in word))


@settings(deadline=None, max_examples=400)
@given(command=st.sampled_from(COMMANDS), text=TYPED)
def test_each_word_goes_into_one_field_or_stays_in_the_text(command: str, text: str) -> None:
    for entry in read_typed(f"{command} {text}".strip()).entries:
        assert kept_words(entry) == spoken(word for word, field in entry.words if field == "text")
        assert all(field for _, field in entry.words)


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["typed"][:60])
def test_no_word_of_the_corpus_is_lost_or_doubled(line: dict[str, str]) -> None:
    for entry in read_typed(line["typed"]).entries:
        assert kept_words(entry) == spoken(word for word, field in entry.words if field == "text")


@settings(deadline=None, max_examples=400)
@given(command=st.sampled_from(COMMANDS), text=TYPED)
def test_what_a_form_is_filled_with_is_the_record_again(command: str, text: str) -> None:
    for entry in read_typed(f"{command} {text}".strip()).entries:
        for record in entry.records:
            assert loaded(dumped(record)) == replace(record, unread=())


@settings(deadline=None, max_examples=400)
@given(command=st.sampled_from(COMMANDS), text=st.text(max_size=2_000) | TYPED)
def test_any_text_is_read(command: str, text: str) -> None:
    line = read_typed(f"{command} {text}".strip())
    assert line.entries or line.intent is not Intent.RECORD


@settings(deadline=None, max_examples=400)
@given(command=st.sampled_from(COMMANDS), text=TYPED)
def test_what_is_asked_can_be_answered(command: str, text: str) -> None:
    """Each option, chosen, is taken: its question is not asked again."""
    typed = f"{command} {text}".strip()
    for entry in read_typed(typed).entries:
        for question in entry.questions:
            for option in question.options:
                again = read_typed(typed, answers={question.key: option.key})
                keys = {each.key for each in again.entries for each in each.questions}
                assert question.key not in keys


@settings(deadline=None, max_examples=300)
@given(command=st.sampled_from(COMMANDS), text=TYPED)
def test_no_typed_word_is_used_twice_or_not_at_all(command: str, text: str) -> None:
    """The words of an entry, each with one field, are the very words that were typed, in their order."""
    for entry in read_typed(f"{command} {text}".strip()).entries:
        typed = [word.text for word in split_words(entry.typed) if not word.is_mark]
        assert [word for word, _ in entry.words] == typed


SMALL_IN_CAPITALS = st.sampled_from(["IT", "US", "HE", "WHO", "ARE", "THE", "WE", "ALL", "THEY", "AS", "OPP", "HAS"])


@settings(deadline=None, max_examples=200)
@given(
    name=st.sampled_from(["Keel", "Frost Marine", "Moor & Dale"]),
    capitals=SMALL_IN_CAPITALS,
    rest=st.sampled_from(["5k", "declined", "won 5k", "5k lost - no capacity", ", met yesterday", ""]),
)
def test_a_word_in_capitals_at_a_names_end_is_no_small_word(name: str, capitals: str, rest: str) -> None:
    """Nothing is glue that belongs to a name, whatever it would mean in small letters."""
    (entry,) = read_typed(f"/referral from Pine {name} {capitals} {rest}").entries
    assert entry.records[0].title == f"{name} {capitals}"


@settings(deadline=None, max_examples=400)
@given(command=st.sampled_from(COMMANDS), text=TYPED)
def test_what_only_leads_to_a_field_is_a_word_that_tells_nothing(command: str, text: str) -> None:
    """A word that is kept nowhere is one of a list, and not written as a name."""
    for entry in read_typed(f"{command} {text}".strip()).entries:
        glue = {word.casefold().replace("’", "'") for word, field in entry.words if field == "glue"}
        assert not {word for word in spoken(glue - GLUE) if not word.isdecimal()}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("/referral from Pine", "who the lead is"),
        ("/event Pine", "what the event was"),
        ("/trust Pine", "from 1 (weak) to 5"),
        ("/trust Pine 9", "from 1 (weak) to 5"),
        ("/touch Pine", "what you did"),
        ("/touch Pine !!!", "what you did"),
        ("/touch are we still on for lunch with Pine?", "a question"),
    ],
)
def test_what_says_too_little_is_refused_with_all_that_was_understood(typed: str, problem: str) -> None:
    (entry,) = read_typed(typed).entries
    assert not entry.is_ready
    assert problem in entry.problem
    assert [found.name for record in entry.records for found in record.partners] == ["Pine"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/touch Pine call next:", "next"),
        ("/touch Pine call next: send the deck by 45 Nov", "45 Nov"),
        ('/touch Pine call about "the big day', '"the big day'),
        ("/event Pine Fair on 31/2", "31/2"),
    ],
)
def test_what_cannot_be_a_field_stays_in_the_text(typed: str, kept: str) -> None:
    """An empty promise, a day that no month has, a quotation that never ends: nothing is made up, nothing lost."""
    (entry,) = read_typed(typed).entries
    (record,) = entry.records
    texts = [record.title, *(promise.what for promise in record.promises)]
    assert any(kept in text for text in texts)
    assert record.occurred_on == TODAY
    assert all(promise.due_on is None for promise in record.promises)
