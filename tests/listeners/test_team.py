"""`/tend`: help, the team's settings, the digest as it stands, and how Tend is doing."""

from pathlib import Path

import pytest

from bot.grammar import EVENT_FORM, REFERRAL_FORM, TOUCH_FORM, TRUST_FORM
from bot.messages.workspace.help import EXAMPLES
from bot.workspace.settings import SETTINGS
from storage.db.engine import writing
from storage.tables import AuditEntry, Workspace
from storage.workspaces import workspaces
from tests.listeners.office import ADA, ANA, BOB, GONE, ROOM, STEVE, Office, first_values, labels, only_answer


@pytest.mark.parametrize("line", ["/tend", "/tend help", "/tend ?", "/tend help nonsense", "/partner"])
def test_help_names_every_command(office: Office, line: str) -> None:
    """With its form, so that it can be typed."""
    words = office.told(line).visible_text
    for command in ("/referral", "/event", "/touch", "/trust", "/partner", "/tend"):
        assert f"`{command} " in words


@pytest.mark.parametrize("command", ["/referral", "/event", "/touch", "/trust", "/partner"])
def test_each_command_has_its_own_help(office: Office, command: str) -> None:
    """By `help` behind it or by `?`, and as a topic; with lines to copy, and nobody is called so."""
    office.partner()
    words = office.told(f"{command} help").visible_text
    assert f"`{command} " in words
    assert f"`{command} {EXAMPLES[command][0]}`" in words
    for line in (f"{command} ?", f"{command} HELP", f"/tend help {command[1:]}", f"/tend help {command}"):
        assert office.told(line).visible_text == words


@pytest.mark.parametrize("command", [*EXAMPLES])
def test_the_examples_of_help_can_be_read(office: Office, command: str) -> None:
    office.partner()
    for example in EXAMPLES[command]:
        words = office.told(f"{command} {example}", user=ADA).visible_text
        assert "There is no partner" not in words
        assert "Write it like this" not in words


def test_the_documents_write_the_commands_as_help_does() -> None:
    page = Path("docs/team/what-to-type.md").read_text(encoding="utf-8").replace("\\|", "|")
    for form in (REFERRAL_FORM, EVENT_FORM, TOUCH_FORM, TRUST_FORM):
        assert f"| `{form}` |" in page


def test_a_partner_may_be_called_help(office: Office) -> None:
    office.partner("Help")
    assert office.told("/partner help").visible_text == office.told("/partner show Help").visible_text
    assert office.types("/event help").ok


@pytest.mark.parametrize(
    ("line", "said"),
    [("/tend status now", "Nothing can follow"), ("/tend digest monthly", "Nothing can follow")],
)
def test_what_cannot_be_read_is_named(office: Office, line: str, said: str) -> None:
    """With the right form."""
    words = office.told(line).visible_text
    assert said in words
    assert "`/tend help|" in words


def test_everyone_may_read_the_settings(office: Office) -> None:
    """All of them, with their keys; how to change one is told to those who may."""
    words = office.told("/tend settings").visible_text
    for key in SETTINGS:
        assert f"(`{key}`)" in words
    assert "admins and stewards can change them" in words
    assert f"<@{STEVE}>" in words
    assert labels(office.told("/tend settings", user=STEVE)) == ["Change", "Integrations", "Webhooks"]


@pytest.mark.parametrize(
    ("line", "column", "value", "said"),
    [
        ("timezone Europe/Berlin", "timezone", "Europe/Berlin", "Europe/Berlin"),
        ("digest_channel #room", "digest_channel", ROOM, f"<#{ROOM}>"),
        ("digest_channel none", "digest_channel", None, "not set"),
        ("digest_day friday", "digest_day", "fri", "fri"),
        ("digest_hour 8am", "digest_hour", 8, "8"),
        ("digest_hour 08:00", "digest_hour", 8, "8"),
        ("nudge_hour 2 pm", "nudge_hour", 14, "14"),
        ("quiet_hour 12am", "quiet_hour", 24, "24"),
        ("digest_hour 12 am", "digest_hour", 0, "0"),
        ("digest_hour 12pm", "digest_hour", 12, "12"),
        ("cadence_days 45 days", "cadence_days", 45, "45"),
        ("cadence_days=45", "cadence_days", 45, "45"),
        ("cadence_days = 45d", "cadence_days", 45, "45"),
        ("concentration_percent 35%", "concentration_percent", 35, "35"),
        ("concentration_percent 35 percent", "concentration_percent", 35, "35"),
        ("timezone berlin", "timezone", "Europe/Berlin", "Europe/Berlin"),
        ("timezone europe/berlin", "timezone", "Europe/Berlin", "Europe/Berlin"),
        ("timezone new york", "timezone", "America/New_York", "America/New_York"),
        ("digest_hour 8", "digest_hour", 8, "8"),
        ("working_days mon, wed", "working_days", "mon wed", "mon wed"),
        ("working_days mon-thu", "working_days", "mon tue wed thu", "mon tue wed thu"),
        ("working_days Sunday to Tuesday, fri", "working_days", "mon tue fri sun", "mon tue fri sun"),
        ("stewards none", "stewards", "", "not set"),
        ("holidays 2026-12-26 2026-12-25", "holidays", "2026-12-25 2026-12-26", "2026-12-25, 2026-12-26"),
        ("cadence_days 45", "cadence_days", 45, "45"),
        ("currency eur", "currency", "EUR", "EUR"),
        ("stewards @ana @bob", "stewards", f"{ANA} {BOB}", f"<@{ANA}>, <@{BOB}>"),
        (f"stewards {BOB}", "stewards", BOB, f"<@{BOB}>"),
    ],
)
@pytest.mark.parametrize("who", [ADA, STEVE])
def test_admins_and_stewards_change_them(
    office: Office, who: str, line: str, column: str, value: object, said: str
) -> None:
    """Typed as people write them, a channel or a person by name; the history says who did it."""
    meant = " without me" if who == STEVE and line.startswith("stewards") else ""
    answer = office.told(f"/tend settings {line}{meant}", user=who)
    assert said in answer.visible_text
    assert getattr(office.row(Workspace), column) == value
    assert [(row.field, row.changed_by) for row in office.rows(AuditEntry)] == (
        [(line.split()[0].partition("=")[0], who)] if line != "digest_channel none" else []
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("timezone Mars", "I don't know the time zone “Mars”"),
        ("timezone indianapolis", "I don't know the time zone"),
        ("timezone GMT+1", "is an offset and ignores summer time"),
        ("timezone etc/gmt+1", "is an offset and ignores summer time"),
        ("timezone +01:00", "is an offset and ignores summer time"),
        ("timezone \uff27\uff2d\uff34\uff0b\uff11", "is an offset and ignores summer time"),
        ("timezone UTC\u22125", "is an offset and ignores summer time"),
        ("timezone EST", "is an offset and ignores summer time"),
        ("timezone GMT", "is an offset and ignores summer time"),
        ("timezone localtime", "I don't know the time zone"),
        ("timezone right/Europe/London", "I don't know the time zone"),
        ("digest_hour 9:30", "is not a valid hour of the day"),
        ("digest_hour 13pm", "is not a valid hour of the day"),
        ("cadence_days 45%", "is not a valid number of days"),
        ("concentration_percent 40 days", "is not a valid percentage"),
        ("digest_hour 25", "from 0 to 23"),
        ("digest_channel room", "is not a channel ID"),
        ("stewards ana", "is not a member ID"),
        ("currency shells", "is not a currency"),
        ("working_days someday", "is not a day of the week"),
        ("working_days mon-", "is not a day of the week"),
        ("working_days weekdays", "is not a day of the week"),
        ("holidays 2026-13-01", "“2026-13-01” is"),
        ("nudge_hour 20", "nudge_hour must be less than quiet_hour"),
        ("quiet_hour 9", "Nudges from 9:00 would fall into the quiet hours, which begin at 9:00"),
        ("cadence_dais 3", "Did you mean cadence_days?"),
        ("nothing 3", "There is no setting called “nothing”"),
    ],
)
def test_a_value_that_cannot_be_taken_changes_nothing(office: Office, line: str, said: str) -> None:
    """And what it should look like is said."""
    before = office.records()
    assert said in office.told(f"/tend settings {line}", user=ADA).visible_text
    assert office.records() == before


def test_one_setting_can_be_asked_for(office: Office) -> None:
    """By its key alone: what it is, and to those who may, how to change it."""
    assert "/tend settings" not in (words := office.told("/tend settings nudge_hour").visible_text)
    assert "Nudges from (hour)" in words
    assert "9" in words
    assert "Time zone" not in words
    assert "`/tend settings nudge_hour 9`" in office.told("/tend settings nudge_hour", user=ADA).visible_text
    assert "Did you mean nudge_hour?" in office.told("/tend settings nudge_our").visible_text


def test_the_days_off_can_be_cleared(office: Office) -> None:
    """As other settings can: none."""
    office.told("/tend settings holidays GB 2026-12-24", user=ADA)
    assert "Days off: none" in office.told("/tend settings holidays none", user=ADA).visible_text
    assert office.row(Workspace).holidays == "none"


def test_others_may_not_change_them(office: Office) -> None:
    """Nor make themselves stewards."""
    before = office.records()
    for line in ("currency USD", "stewards @ana"):
        assert "Only workspace admins and stewards can" in office.told(f"/tend settings {line}").visible_text
    assert office.records() == before


def test_a_new_steward_may_at_once(office: Office) -> None:
    """And one that was removed may no more."""
    office.told("/tend settings stewards @bob without me", user=STEVE)
    office.told("/tend settings cadence_days 20", user=BOB)
    assert office.row(Workspace).cadence_days == 20
    assert "Only workspace admins" in office.told("/tend settings cadence_days 21", user=STEVE).visible_text


def test_an_admin_who_is_one_no_more_loses_the_right(office: Office) -> None:
    """Within a day: what Slack said of somebody is asked again after some hours."""
    office.told("/tend settings cadence_days 20", user=ADA)
    office.slack.world.add_person(ADA, "ada", is_admin=False)
    office.clock.forward(hours=13)
    assert "Only workspace admins" in office.told("/tend settings cadence_days 21", user=ADA).visible_text


def test_the_digest_can_be_read_any_day(office: Office) -> None:
    """Of the seven days before. Only by who asks: nothing is posted, and nothing is noted as told."""
    office.partner()
    office.told("/referral Acme Legal Northwind 5k won")
    before = office.records()
    office.clock.forward(days=7)
    words = office.told("/tend digest").visible_text
    assert "Week of 23 Nov" in words
    assert "£5,000 won · 1 referral in, 0 out" in words
    assert f"<@{ANA}> 1" in words
    assert office.records() == before
    assert office.slack.channel(ROOM) == []


def test_a_week_without_news_is_said(office: Office) -> None:
    """Rather than an empty digest."""
    assert "A quiet week" in office.told("/tend digest").visible_text


def test_the_status_says_whether_anything_will_come(office: Office) -> None:
    """And what is missing for it."""
    office.partner()
    office.partner("Nobodys", owner=None)
    words = office.told("/tend status").visible_text
    assert "2 active, 1 without an owner" in words
    assert "not posted, as no channel is set" in words
    assert f"*Stewards*: <@{STEVE}>" in words
    office.told("/tend settings digest_channel #room", user=ADA)
    assert f"every Monday at 9:00 (UTC) in <#{ROOM}>" in office.told("/tend status").visible_text


def test_a_partner_whose_owner_left_is_one_that_nobody_tends(office: Office) -> None:
    """In the status as in the digest, which doesn't name the owner as if they were here."""
    office.types("/tend help", user=GONE)
    for name, owner in (("Orphan", GONE), ("Nobodys", None), ("Acme Legal", ANA)):
        office.partner(name, owner=owner)
    assert "3 active, 2 without an owner" in office.told("/tend status").visible_text
    digest = office.told("/tend digest").visible_text
    assert "Without an owner: Nobodys, Orphan." in digest
    assert "*Orphan* (gone, has left)" in digest


def test_a_steward_who_gives_it_up_is_told(office: Office) -> None:
    """Whoever is named instead, or nobody; an admin stays one who may."""
    for given, said in (("@ana", f"<@{ANA}> can change"), ("none", "only workspace admins can change")):
        office.told("/tend settings stewards @steve", user=ADA)
        words = office.told(f"/tend settings stewards {given} without me", user=STEVE).visible_text
        assert f"You're no longer a steward; {said} the settings now." in words
    office.told("/tend settings stewards @ada", user=ADA)
    assert "no longer a steward" not in office.told("/tend settings stewards @bob", user=ADA).visible_text


def test_settings_can_be_changed_in_a_form(office: Office) -> None:
    """All at once, as they stand; what was changed is said, and noted."""
    form = office.press(office.told("/tend settings", user=STEVE), "change_settings", user=STEVE).view
    assert form is not None
    first = first_values(form)
    assert (first["timezone"], first["digest_day"], first["stewards"]) == ("UTC", "mon", [STEVE])
    seen = office.submit(form, user=STEVE, timezone="Europe/Berlin", digest_channel=ROOM, stewards=[STEVE, BOB])
    words = only_answer(seen).visible_text
    for part in ("Europe/Berlin", f"<#{ROOM}>", f"<@{BOB}>"):
        assert part in words
    row = office.row(Workspace)
    assert (row.timezone, row.digest_channel, row.stewards) == ("Europe/Berlin", ROOM, f"{STEVE} {BOB}")
    assert {one.field for one in office.rows(AuditEntry)} == {"timezone", "digest_channel", "stewards"}


def test_a_setting_that_cannot_be_taken_is_said_on_its_field(office: Office) -> None:
    """None of the others is changed either."""
    form = office.press(office.told("/tend settings", user=ADA), "change_settings", user=ADA).view
    assert form is not None
    before = office.records()
    seen = office.submit(form, user=ADA, timezone="Mars", currency="USD")
    assert list(seen.errors or {}) == ["timezone"]
    seen = office.submit(form, user=ADA, timezone="UTC", quiet_hour="8", currency="USD")
    assert list(seen.errors or {}) == ["quiet_hour"]
    assert office.records() == before


def test_hours_that_leave_none_for_nudges_are_told_as_they_are_kept(office: Office) -> None:
    """Where they are stored so: the one hour before the quiet ones."""
    with writing(office.engine) as session:
        fields = {"nudge_hour": 21, "quiet_hour": 20}
        workspaces.set_fields(session, workspace_id=office.workspace_id, fields=fields)
    assert "from 19:00 to 20:00" in office.told("/tend status").visible_text
    office.told("/tend settings currency EUR", user=ADA)
    assert office.row(Workspace).currency == "EUR"
    office.told("/tend settings nudge_hour 8", user=ADA)
    assert "from 8:00 to 20:00" in office.told("/tend status").visible_text


def test_only_stewards_are_offered_the_form(office: Office) -> None:
    """And it refuses who opened it as a steward and is none any more."""
    assert labels(office.told("/tend settings")) == []
    form = office.press(office.told("/tend settings", user=STEVE), "change_settings", user=STEVE).view
    assert form is not None
    office.told("/tend settings stewards @bob", user=ADA)
    before = office.records()
    seen = office.submit(form, user=STEVE, currency="USD")
    assert ["Only workspace admins" in said for said in (seen.errors or {}).values()] == [True]
    assert office.records() == before
