"""A scripted tour: what it understands, what it does, and what it says was seen."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.demo import script, tour
from bot.demo.people import ANA
from bot.demo.run import by_itself
from bot.demo.script import FORMS, ScriptLine, read_script, run_script
from bot.demo.workspace import DemoWorkspace, open_workspace
from bot.errors import ConfigurationError
from tests.demo.conftest import from_instant

WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
TOUR = Path(__file__).parents[2] / "docs" / "tour.txt"


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot has done all before it answers; a person's demo waits a little longer for more."""
    monkeypatch.setattr(script, "QUIET_SECONDS", 0.01)


# -- reading


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/trust Acme Legal 5  they kept their word", ("/", "/trust Acme Legal 5  they kept their word")),
        ("as Ben Okafor", ("as", "Ben Okafor")),
        ("in #general", ("in", "#general")),
        ("in dm", ("in", "dm")),
        ("say Hello, as it were", ("say", "Hello, as it were")),
        ("press Undo", ("press", "Undo")),
        ("choose Snooze: Snooze 1 week", ("choose", "Snooze: Snooze 1 week")),
        ("fill Worth: £5,000", ("fill", "Worth: £5,000")),
        ("fill Worth:", ("fill", "Worth:")),
        ("submit", ("submit", "")),
        ("close", ("close", "")),
        ("wait 2 weeks", ("wait", "2 weeks")),
        ("   wait for nudge  ", ("wait", "for nudge")),
    ],
)
def test_each_form_is_read(text: str, line: tuple[str, str]) -> None:
    """The word that it begins with, and the rest as it was written."""
    assert read_script(text) == (None, [ScriptLine(1, *line)])
    assert line[0] in ("/", *FORMS)


def test_comments_and_blank_lines_only_count() -> None:
    """The numbers are those of the file; a sign further on is no comment."""
    assert read_script("# A tour\n\n  # of it\nin #general\r\n\n\tsay # one\n") == (
        None, [ScriptLine(4, "in", "#general"), ScriptLine(6, "say", "# one")],
    )  # fmt: skip
    assert read_script("") == read_script("\n# nothing\n") == (None, [])


@pytest.mark.parametrize("wrong", ["dance", "Press Undo", "presses Undo", "wait2 weeks", "“as ben”"])
def test_a_wrong_word_names_its_line_and_lists_the_forms(wrong: str) -> None:
    """In one line."""
    with pytest.raises(ConfigurationError) as caught:
        read_script(f"as ben\n\n{wrong}\nsubmit")
    told = str(caught.value)
    assert told.startswith(f"line 3: “{wrong.split()[0]}” is not a known command; use one of: /COMMAND, ")
    assert all(form in told for form in FORMS.values())
    assert "\n" not in told


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("2026-11-25T14:00Z", WEDNESDAY),
        ("2026-11-25 14:00", WEDNESDAY),
        ("2026-11-25T15:00+01:00", WEDNESDAY.astimezone(timezone(timedelta(hours=1)))),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
    ],
)
def test_it_may_begin_at_an_instant(text: str, begin: datetime) -> None:
    """Under comments, above all that is done; without a zone it is UTC."""
    assert read_script(f"# A tour\n\nat {text}\nsubmit") == (begin, [ScriptLine(4, "submit", "")])


@pytest.mark.parametrize("text", ["submit\nat 2026-11-25T14:00Z", "at 2026-11-25\nat 2026-11-26"])
def test_an_instant_stands_on_top_once(text: str) -> None:
    """Anywhere else it is refused."""
    with pytest.raises(ConfigurationError, match=r"line 2: “at” is not a known command.*\(on top\)"):
        read_script(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("noon", "is not a date and time; write it like 2026-11-25T14:00Z"),
        ("", "is not a date and time"),
        ("2026-02-30T09:00Z", "is not a date and time"),
        ("2026-11-25T25:00Z", "is not a date and time"),
        ("0001-01-01", "is too far away; choose a year from 2000 to 2099"),
        ("9999-12-31T23:59Z", "is too far away"),
    ],
)
def test_a_wrong_instant_names_its_line(text: str, told: str) -> None:
    """And says how to write one."""
    with pytest.raises(ConfigurationError, match=f"line 2: “{text}” {told}"):
        read_script(f"# when\nat {text}\nsubmit")


# -- playing


@pytest.fixture(scope="module")
def workspace() -> Iterator[DemoWorkspace]:
    """One for all: each test looks at what its own lines show."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        yield workspace


def played(workspace: DemoWorkspace, *lines: str) -> list[str]:
    """What the lines show, without the spaces that it is indented by."""
    told: list[str] = []
    try:
        run_script(read_script("\n".join(lines))[1], workspace, told.append)
    finally:
        with suppress(ConfigurationError):
            run_script(read_script("close")[1], workspace, lambda _: None)
    return [line.strip() for text in told for line in text.splitlines()]


def refused(workspace: DemoWorkspace, *lines: str) -> str:
    """The one line that says what the last of the lines is about."""
    with pytest.raises(ConfigurationError) as caught:
        played(workspace, *lines)
    told = str(caught.value)
    assert told.startswith(f"line {len(lines)}: ")
    assert told.endswith(".")
    assert "\n" not in told
    return told


def test_a_line_is_said_before_what_it_shows(workspace: DemoWorkspace) -> None:
    """Who does it where; and who sees what where, with its buttons."""
    told = played(workspace, "in #general", "/referral from Acme Legal Tidewater 5k won")
    assert told[:3] == [
        "Ana Ruiz, DM of Ana Ruiz> in #general",
        "Ana Ruiz, #general> /referral from Acme Legal Tidewater 5k won",
        "in #general only Ana Ruiz sees:",
    ]
    assert told[3] == "✅ Recorded: referral from *Acme Legal* · Tidewater · £5,000 · won · today"
    assert told[4].startswith("RVI ")
    assert told[5:] == ["[Undo] [Edit] [Open card]"]


def test_what_was_recorded_is_undone(workspace: DemoWorkspace) -> None:
    """A button is pressed where it was seen last; the message changes."""
    told = played(workspace, "/event Acme Legal Webinar on tides", "press Undo")
    at = told.index("Ana Ruiz, DM of Ana Ruiz> press Undo")
    assert told[at + 1] == "in DM of Ana Ruiz only Ana Ruiz sees, changed:"
    assert told[at + 2].startswith("↩️ Undone for *Acme Legal*.")
    assert len(told) == at + 3


def test_a_form_is_filled_in_by_its_labels(workspace: DemoWorkspace) -> None:
    """Shown when it opens; text, a choice, a menu that asks the bot, and a day."""
    told = played(
        workspace, "/touch", "fill Partner: Brindle Moss Law", "fill What was it?: Collaboration",
        "fill What was it about?: An article", "fill Who did it?: They did it for us", "fill On: 2026-11-20", "submit",
    )  # fmt: skip
    assert told[1:4] == ["Ana Ruiz sees “Log a touch”:", "Partner", "What was it?"]
    assert "[Record]" in told
    at = told.index("Ana Ruiz, DM of Ana Ruiz> submit")
    assert told[at + 2].startswith("✅ Recorded: collaboration from *Brindle Moss Law* · An article · 20 Nov")
    assert told[-1] == "Ana Ruiz's form closes"


def test_people_and_channels_are_chosen_by_their_names(workspace: DemoWorkspace) -> None:
    """One, or several with commas between; boxes, too; an empty value takes away what was there."""
    told = played(
        workspace, "as Priya Raman", "/tend settings", "press Change", "fill Stewards: Chloe Lindqvist, ben",
        "fill Weekly digest channel: #general", "submit",
    )  # fmt: skip
    assert "✅ Weekly digest channel: #general" in told
    assert "Stewards: @Chloe Lindqvist, @Ben Okafor" in told
    back = ("fill Stewards: chloe", "fill Weekly digest channel: partnerships", "submit")
    played(workspace, "as priya", "/tend settings", "press Change", *back)
    told = played(workspace, "/partner edit Acme Legal", "fill Owner: Ben Okafor", "submit")
    assert any(line.startswith("✅ *Acme Legal* was saved: ") for line in told)
    told = played(workspace, "/partner edit Acme Legal", "fill Vertical:", "fill Owner: ana", "submit")
    assert any("Vertical" in line for line in told if line.startswith("✅"))


def test_a_refused_field_is_said_with_its_reason(workspace: DemoWorkspace) -> None:
    """By Slack and by the bot; the form stays open, and mended it is taken."""
    told = played(
        workspace, "/referral", "fill Partner: Acme Legal", "fill Which way?: We sent it to them", "submit",
        "fill Who was referred?: Gull & Sons", "fill Worth: lots", "submit", "fill Worth:", "submit",
    )  # fmt: skip
    submits = [place for place, line in enumerate(told) if line.endswith("> submit")]
    assert told[submits[0] + 1] == "at Who was referred?: Please complete this required field."
    assert told[submits[1] + 1].startswith("at Worth: I could not read the amount “lots”")
    assert "· Gull & Sons · introduced · today" in told[submits[2] + 2]


def test_a_menu_is_chosen_from(workspace: DemoWorkspace) -> None:
    """What it says and what is chosen, with a colon between."""
    told = played(workspace, "/referral from Acme Legal Ebb Ltd", "choose Update outcome…: Met")
    at = told.index("Ana Ruiz, DM of Ana Ruiz> choose Update outcome…: Met")
    assert told[at + 1] == "in DM of Ana Ruiz only Ana Ruiz sees:"
    assert told[at + 2] == "✅ Noted (was introduced): referral from *Acme Legal* · Ebb Ltd · met · today"


def test_the_home_is_looked_at(workspace: DemoWorkspace) -> None:
    """Its buttons open forms; a closed one is gone."""
    told = played(workspace, "in home", "press Event", "close", "in dm", "say Hello?")
    assert told[1] == "Ana Ruiz sees the Home:"
    assert "Ana Ruiz, Home> press Event" in told
    assert "Ana Ruiz sees “Record an event”:" in told
    assert "Ana Ruiz's form closes" in told
    assert told[told.index("Ana Ruiz, DM of Ana Ruiz> say Hello?") + 1] == "in DM of Ana Ruiz:"


def test_plain_talk_in_a_channel_shows_nothing(workspace: DemoWorkspace) -> None:
    """The bot answers nobody who did not ask it."""
    assert played(workspace, "in #general", "say Lunch?")[1:] == ["Ana Ruiz, #general> say Lunch?"]


def test_another_person_goes_on(workspace: DemoWorkspace) -> None:
    """In the same channel if they are in it, else in their own DM."""
    told = played(workspace, "in #partnerships", "as chloe", "say Hi", "as Gus Tailor", "say Hi", "as U0BEN", "say Hi")
    assert [line for line in told if line.endswith("say Hi")] == [
        "Chloe Lindqvist, #partnerships> say Hi",
        "Gus Tailor, DM of Gus Tailor> say Hi",
        "Ben Okafor, DM of Ben Okafor> say Hi",
    ]


def test_guests_and_strangers_are_refused(workspace: DemoWorkspace) -> None:
    """In words, as they would be in Slack; that is no mistake of the script."""
    told = played(workspace, "as gus", "in #general", "/partner list", "as oona", "in #acme-shared", "/partner list")
    assert "⚠️ Guests can't use Tend. Ask a full member of this workspace." in told
    assert "⚠️ Tend is not installed in this workspace." in told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["as Zoe"], "nobody here is called “Zoe”; people: ana, ben, chloe, priya, gus, oona"),
        (["as leo"], "nobody here is called “leo”"),
        (["in #nowhere"], "there is no channel “#nowhere”; channels: #partnerships, #general, #acme-shared"),
        (["as gus", "in #partnerships"], "Gus Tailor is not in #partnerships"),
        (["/partner list", "press Detonate"], "nothing here is called “Detonate”"),
        (["in home", "press Snooze"], "nothing here is called “Snooze”"),
        (["/event", "press Detonate"], "0 elements match None 'Detonate'"),
        (["submit"], "no form is open"),
        (["close"], "no form is open"),
        (["fill Worth: 5k"], "no form is open"),
        (["/event", "fill Colour: red"], "the form has no field “Colour”; its fields: Partner, What was it?, On, Who"),
        (["/event", "fill Who did it?"], "“Who did it?” needs a colon; write fill FIELD: VALUE"),
        (["/event", "fill Who did it?: Nobody"], "no option 'Nobody' in direction; options: Done together, They did"),
        (["/partner add", "fill Owner: Zoe"], "nobody here is called “Zoe”"),
        (["/event", "fill Partner: Zenith", "fill What was it?: Tea", "submit"], "no option 'Zenith' in partner"),
        (["choose Snooze"], "“Snooze” needs a colon; write choose MENU: OPTION"),
        (["choose Weather: Fine"], "nothing here is called “Weather”"),
        (["/referral from Acme Legal Ebb", "choose Update outcome…: Well"], "no option 'Well' in"),
        (["wait a moment"], "“a moment” is not a valid wait; write wait 2 weeks, or wait for nudge"),
        (["wait 1000 weeks"], "“1000 weeks” is not a valid wait"),
        (["wait -1 days"], "“-1 days” is not a valid wait"),
    ],
    ids=lambda part: part[-1] if isinstance(part, list) else "",
)
def test_what_can_not_be_done_names_its_line(workspace: DemoWorkspace, lines: list[str], told: str) -> None:
    """And says what there is instead."""
    assert told in refused(workspace, *lines)


def test_waiting_moves_time() -> None:
    """By hours, days or weeks, or to one's own next nudge; what is sent on the way is told in its order."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        told = played(workspace, "wait 1 hour", "wait 2 days", "wait for nudge")
        first = told.index("Ana Ruiz, DM of Ana Ruiz> wait 1 hour")
        assert told[first + 1] == "it is Wednesday 2026-11-25 15:00 UTC"
        assert "it is Friday 2026-11-27 15:00 UTC" in told
        last = told.index("Ana Ruiz, DM of Ana Ruiz> wait for nudge")
        assert told[last + 1].endswith("09:00 UTC")
        mine = told.index("in DM of Ana Ruiz:", last)
        assert "in #partnerships:" in told[last:mine]
        assert "to look after today" in told[mine + 1]


# -- the whole of it


def transcript(text: str, machine: str = "2026-07-01T10:00+00:00") -> str:
    """What a script prints on a day of the machine's clock."""
    told: list[str] = []
    tour(text, say=told.append, clock=from_instant(machine))
    return "\n".join(told)


@pytest.fixture(scope="module")
def told() -> str:
    """The transcript of the tour in the documentation."""
    return transcript(TOUR.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "Ana Ruiz, #general> /referral from Acme Legal Northwind Foods 5k won",
        "    ✅ Recorded: referral from *Acme Legal* · Northwind Foods · £5,000 · won · today",
        "    ↩️ Undone for *Acme Legal*. RVI 2.00 good → *1.75* 🟡 good",
        "    RVI 2.00 good → *3.33* 🟢 strong",
        "  it is Wednesday 2026-12-09 14:00 UTC",
        "  in DM of Ana Ruiz:",
        "    Week of 23 Nov",
        "    🙏 Thanks for logging: @Ana Ruiz 1, @Chloe Lindqvist 1.",
        "Ben Okafor, #partnerships> /partner list",
        "    ⚠️ Guests can't use Tend. Ask a full member of this workspace.",
    ],
)
def test_the_documented_tour_tells_its_story(told: str, line: str) -> None:
    """A referral, undone and recorded again; trust; a fortnight with its nudges and digests; a snooze; a guest."""
    assert line in told.splitlines()


def test_the_documented_tour_snoozes_a_partner(told: str) -> None:
    """From the menu of the last nudge."""
    asked, after = told.split("choose Snooze: ", 1)
    assert asked.rstrip().endswith("DM of Ana Ruiz>")
    assert "😴" in after or "snoozed" in after.split(">", 1)[0]


def test_the_same_script_prints_the_same_text_on_any_day(told: str) -> None:
    """Byte for byte, when it says when it begins."""
    assert transcript(TOUR.read_text(encoding="utf-8"), "2027-02-13T23:59+00:00") == told


def test_without_an_instant_it_begins_now() -> None:
    """By the machine's clock."""
    assert "it is Wednesday 2026-07-01 12:00 UTC" in transcript("wait 2 hours")


def test_a_kept_workspace_goes_on(tmp_path: Path) -> None:
    """What one script recorded, the next one finds."""
    said: list[str] = []
    for line in ("/touch Acme Legal coffee A word that is kept", "/partner show Acme Legal"):
        tour(f"at 2026-11-25T14:00Z\n{line}", say=said.append, keep=tmp_path)
    assert any("A word that is kept" in text for text in said[2:])
    assert ANA not in "".join(said)
