"""The story: each step is done by its own deed and by nothing else, and can be skipped, closed and told again."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.agenda import calendar_address
from bot.demo.desk import DemoDesk
from bot.demo.people import ADMIN, ANA, BEN, CHLOE, GENERAL, GUEST, LEFT, PARTNERSHIPS, STRANGER
from bot.demo.run import by_itself
from bot.demo.walkthrough import Story
from bot.demo.workspace import DemoWorkspace, open_workspace
from bot.fake_slack import FakeSlackError
from bot.fake_slack.demo_hooks import TourStep
from bot.fake_slack.pages.handlers import HANDLERS
from bot.notifications.webhooks import WebhookRound
from storage.db.engine import reading
from storage.partners import names as partner_names
from tests.patience import until

WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
REFERRAL, TRUST, MAIL, BRIEF, FORTNIGHT, ANSWER, DIGEST = STEPS = range(7)


@pytest.fixture(scope="module")
def workspace() -> Iterator[DemoWorkspace]:
    """One for all: a story counts what happens from where it was made."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        yield workspace


@pytest.fixture
def story(workspace: DemoWorkspace) -> Story:
    """A story that begins now."""
    return Story(workspace.services, workspace.slack, workspace.clock)


def done(story: Story, user: str = ANA) -> list[int]:
    return [place for place, step in enumerate(story.steps(user)) if step.done]


def typed(workspace: DemoWorkspace, line: str, user: str = ANA, channel: str = GENERAL) -> None:
    """Type a command; it must be taken."""
    name, _, text = line.partition(" ")
    seen = workspace.slack.command(user, name, text, channel=channel)
    assert seen.ok
    assert "Recorded: " in seen.visible_text


def pressed(workspace: DemoWorkspace, label: str, user: str = ANA) -> None:
    """Press a button of what this person alone saw last."""
    seen = workspace.slack.click(user, workspace.slack.ephemerals(user)[-1], text=label)
    assert seen.ok


def test_it_offers_one_thing_to_do_at_each_step(story: Story) -> None:
    """A line to type, a move of time or a place, with what the button says; nothing is done yet."""
    steps = story.steps(ANA)
    assert [bool(step.type) + bool(step.move) + bool(step.place) for step in steps] == [1] * len(STEPS)
    assert all(step.title and step.text and step.label for step in steps)
    assert done(story) == []


@pytest.mark.parametrize("place", [REFERRAL, TRUST])
def test_what_it_offers_to_type_does_the_step(workspace: DemoWorkspace, story: Story, place: int) -> None:
    """As it stands there; undoing it takes the step back."""
    typed(workspace, story.steps(ANA)[place].type)
    assert done(story) == [place]
    pressed(workspace, "Undo")
    assert done(story) == []


@pytest.mark.parametrize(
    "line",
    [
        "/event Tallow Bridge Accounting Breakfast",
        "/touch Tallow Bridge Accounting coffee talked about referrals",
        "/partner cost Tallow Bridge Accounting £200 lunch",
    ],
)
def test_other_records_do_no_step(workspace: DemoWorkspace, story: Story, line: str) -> None:
    """An event is no referral, a touch no rating; nor is a look at the list."""
    typed(workspace, line)
    workspace.slack.command(ANA, "/partner", "list", channel=GENERAL)
    workspace.slack.open_home(ANA)
    assert done(story) == []


@pytest.mark.parametrize(
    "line",
    ["/referral to Tallow Bridge Accounting Gull Ltd", "/referral from Tallow Bridge Accounting Tern Ltd strategic"],
)
def test_any_referral_does_the_first_step(workspace: DemoWorkspace, story: Story, line: str) -> None:
    """Whichever way and of whichever kind, and of a colleague's, too: what counts is that the team has one more."""
    typed(workspace, line, user=BEN)
    assert done(story) == [REFERRAL]


def test_what_was_there_before_does_not_count(workspace: DemoWorkspace, story: Story) -> None:
    """Undoing an older referral takes back nothing that was not done; a story made later begins anew."""
    typed(workspace, "/referral from Tallow Bridge Accounting Curlew Ltd")
    later = Story(workspace.services, workspace.slack, workspace.clock)
    assert (done(story), done(later)) == ([REFERRAL], [])
    pressed(workspace, "Undo")
    assert done(later) == []


def test_a_mail_counts_without_anybody_typing_it(workspace: DemoWorkspace, story: Story) -> None:
    """The quiet partner is no longer so, and its card says why; a second mail of the day adds nothing."""
    desk, slack = workspace.slack.desk, workspace.slack
    assert desk is not None
    first = desk.standings(BEN)[0]
    assert (first.name, first.is_fine) == ("Brindle Moss Law", False)
    assert "no contact for 40 days" in first.text
    assert "Quiet" in slack.command(BEN, "/partner", "show Brindle Moss Law", channel=GENERAL).visible_text
    draft = desk.draft(BEN)
    HANDLERS["letter"](slack, {"as": BEN, **asdict(draft)})
    assert (done(story, BEN), done(story)) == ([MAIL], [])
    assert "Logged by itself: mail to *Brindle Moss Law* · today" in desk.sent(BEN)[0].outcome
    assert [one.is_fine for one in desk.standings(BEN)] == [True, True]
    card = slack.command(BEN, "/partner", "show Brindle Moss Law", channel=GENERAL).visible_text
    assert "• mail to *Brindle Moss Law* · today" in card
    assert "Helen Moss" in card
    assert "Quiet" not in card
    HANDLERS["letter"](slack, {"as": BEN, **asdict(draft)})
    assert "Today's touch was there already" in desk.sent(BEN)[0].outcome


def test_a_copy_that_nobody_takes_is_no_contact(workspace: DemoWorkspace, story: Story) -> None:
    """An address that was replaced, or is none: the page says so, and how to get one."""
    desk, slack = workspace.slack.desk, workspace.slack
    assert desk is not None
    draft = desk.draft(CHLOE)
    slack.command(CHLOE, "/tend", "mail", channel=GENERAL)
    pressed(workspace, "Make a new address", CHLOE)
    shown = slack.ephemerals(CHLOE)[-1].visible_text
    for bcc in (draft.bcc, "", "é", "a\nb@c.example"):
        with pytest.raises(FakeSlackError, match="knows no such address in Bcc"):
            desk.send(CHLOE, replace(draft, bcc=bcc))
    with pytest.raises(FakeSlackError, match="Choose somebody"):
        desk.send(CHLOE, replace(draft, to="nobody@elsewhere.example"))
    assert (list(desk.sent(CHLOE)), done(story, CHLOE)) == ([], [])
    new = next(word.strip("`") for word in shown.split() if "tend+" in word)
    desk.send(CHLOE, replace(draft, to="owen.pryce@larkfield.example", bcc=new))
    assert "*Larkfield Accountants* · today" in desk.sent(CHLOE)[0].outcome


def test_a_meeting_brings_its_brief_and_counts_by_itself(tmp_path: Path) -> None:
    """An hour before it starts, once; one that was cancelled brings none; the calendar is kept with the workspace."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY, keep=tmp_path) as workspace:
        slack, desk, story = workspace.slack, workspace.slack.desk, workspace.slack.story
        assert isinstance(desk, DemoDesk)
        assert isinstance(story, Story)
        (helen, _), *others = desk.contacts(CHLOE)
        assert not desk.calendar(CHLOE)[1]
        meet(workspace, CHLOE, helen, desk.free_slot(CHLOE))
        meet(workspace, CHLOE, others[-1][0], at := desk.free_slot(CHLOE))
        assert desk.calendar(CHLOE)[1]
        assert [one.note for one in desk.meetings(CHLOE)] == ["Your brief comes at 10:00."] * 2
        assert [one.is_next for one in desk.meetings(CHLOE)] == [True, False]
        HANDLERS["cancel"](slack, {"as": CHLOE, "key": desk.meetings(CHLOE)[1].key})
        meet(workspace, BEN, helen, desk.free_slot(BEN))
        HANDLERS["cancel"](slack, {"as": BEN, "key": desk.meetings(BEN)[0].key})
        HANDLERS["move"](slack, {"as": CHLOE, "move": "meeting"})
        assert until(lambda: (found := workspace.travel.journey()) and found.over and found).news == "1 brief"
        workspace.travel.stop()
        assert workspace.clock().astimezone(ZoneInfo("Europe/Stockholm")).hour == 10
        brief = slack.dm(CHLOE)[-1]
        assert brief.text == "You meet Brindle Moss Law at 11:00"
        assert (story.steps(CHLOE)[BRIEF].place, done(story, CHLOE)) == ("dm", [])
        slack.world.mark_read(CHLOE, slack.world.open_dm(CHLOE).id)
        assert done(story, CHLOE) == [BRIEF]
        slack.click(CHLOE, brief, text="Open card")
        assert (done(story, CHLOE), done(story)) == ([BRIEF], [])  # the brief is no nudge
        assert desk.meetings(CHLOE)[0].note.startswith("Your brief is in Slack.")
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY, keep=tmp_path) as workspace:
        desk = workspace.slack.desk
        assert isinstance(desk, DemoDesk)
        mark = len(workspace.slack.world.journal)
        workspace.travel.go(at)
        assert [one.note for one in desk.meetings(CHLOE)] == ["Logged by itself."]
        assert "calendar meeting with *Brindle Moss Law*" in desk.standings(CHLOE)[0].text
        assert not any("You meet" in str(change.item) for change in workspace.slack.world.journal[mark:])


def meet(workspace: DemoWorkspace, user: str, address: str, at: datetime) -> None:
    HANDLERS["meeting"](
        workspace.slack, {"as": user, "with": address, "day": at.date().isoformat(), "time": f"{at:%H:%M}"}
    )


def test_nothing_leaves_the_demo(workspace: DemoWorkspace) -> None:
    """Of all addresses that somebody gives, it goes to its own alone; and it takes that one as it would any."""
    network = workspace.services.network
    with pytest.raises(OSError, match="no way out"):
        network.resolve("calendar.google.com", 443)
    sender = WebhookRound(workspace.services)
    assert sender.network.resolve is network.resolve
    sender.close()
    desk, slack = workspace.slack.desk, workspace.slack
    assert isinstance(desk, DemoDesk)
    slack.command(ADMIN, "/tend", "calendar", channel=GENERAL)
    form = slack.click(ADMIN, slack.ephemerals(ADMIN)[-1], text="Count my meetings").view
    assert form is not None
    assert slack.submit(ADMIN, form, {"address": calendar_address(ADMIN)}).ok
    assert desk.calendar(ADMIN)[1]


@pytest.mark.parametrize("user", [GUEST, STRANGER, LEFT, "U0NOBODY"])
def test_whoever_may_not_use_tend_has_no_mailbox(workspace: DemoWorkspace, user: str) -> None:
    assert workspace.slack.desk is not None
    assert not workspace.slack.desk.is_for(user)
    with pytest.raises(FakeSlackError, match=r"nothing outside Slack|no person"):
        HANDLERS["letter"](workspace.slack, {"as": user, "to": "", "bcc": "", "subject": "", "text": ""})


def test_two_weeks_are_two_weeks() -> None:
    """Not a day less; and the digest that came on the way is read only by who looks at the channel."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        story = Story(workspace.services, workspace.slack, workspace.clock)
        world = workspace.slack.world
        world.mark_read(ANA, PARTNERSHIPS)
        assert done(story) == []
        workspace.clock.move_to(WEDNESDAY + timedelta(days=14, seconds=-1))
        assert done(story) == []
        workspace.clock.move_to(WEDNESDAY + timedelta(days=14))
        assert done(story) == [FORTNIGHT]


def test_the_nudge_and_the_digest_are_those_that_come_on_the_way() -> None:
    """Answered by a press on it, read by a look at it; older ones and other people's do not count."""
    with by_itself(), open_workspace(clock=lambda: WEDNESDAY) as workspace:
        slack, world = workspace.slack, workspace.slack.world
        story = Story(workspace.services, slack, workspace.clock)
        world.mark_read(ANA, PARTNERSHIPS)
        old = slack.dm(ANA)[-1]
        slack.click(ANA, old, text="Open card", index=0)
        assert done(story) == []  # that nudge had come before the story
        workspace.travel.go(WEDNESDAY + timedelta(days=14))
        assert done(story) == [FORTNIGHT]
        slack.click(BEN, slack.dm(BEN)[-1], text="Open card", index=0)
        slack.command(ANA, "/trust", "Acme Legal 5")
        pressed(workspace, "Undo")  # a button, but not the nudge's
        assert (done(story), done(story, BEN)) == ([FORTNIGHT], [FORTNIGHT, ANSWER])
        slack.click(ANA, slack.dm(ANA)[-1], text="Open card", index=0)
        assert done(story) == [FORTNIGHT, ANSWER]
        world.mark_read(BEN, PARTNERSHIPS)
        assert done(story) == [FORTNIGHT, ANSWER]
        world.mark_read(ANA, PARTNERSHIPS)
        assert done(story) == [FORTNIGHT, ANSWER, DIGEST]


def test_skipping_goes_on_with_the_next_that_is_not_done(workspace: DemoWorkspace, story: Story) -> None:
    """One after the other to the end, for oneself alone; skipping after the end is no mistake."""
    typed(workspace, "/trust Tallow Bridge Accounting 3")
    story.skip(ANA)
    assert done(story) == [REFERRAL, TRUST]
    story.skip(ANA)
    assert done(story) == [REFERRAL, TRUST, MAIL]
    assert done(story, BEN) == [TRUST]
    for _ in STEPS[3:]:
        story.skip(ANA)
    assert done(story) == [*STEPS]
    pressed(workspace, "Undo")


def test_a_closed_story_opens_where_it_was(workspace: DemoWorkspace, story: Story) -> None:
    """Each person's own; after its end it begins anew."""
    assert story.is_open(ANA)
    story.skip(ANA)
    story.close(ANA)
    assert (story.is_open(ANA), story.is_open(BEN)) == (False, True)
    story.open(ANA)
    assert story.is_open(ANA)
    assert done(story) == [REFERRAL]
    typed(workspace, "/trust Tallow Bridge Accounting 4")
    for _ in STEPS[2:]:
        story.skip(ANA)
    assert done(story) == [*STEPS]
    story.close(ANA)
    story.open(ANA)
    assert done(story) == []
    pressed(workspace, "Undo")
    assert done(story) == []


@pytest.mark.parametrize("user", [GUEST, STRANGER, LEFT])
def test_whoever_may_not_use_tend_has_no_story(story: Story, user: str) -> None:
    """Opening it changes nothing; who was never here has none either."""
    story.open(user)
    assert not story.is_open(user)
    assert not story.is_open("U0NOBODY")


@pytest.mark.parametrize("name", ["story", "move"])
def test_the_page_asks_nothing_for_nobody(workspace: DemoWorkspace, name: str) -> None:
    """It is told so, and time can be moved afterwards."""
    with pytest.raises(FakeSlackError, match="There is no person 'U0NOBODY' here"):
        HANDLERS[name](workspace.slack, {"as": "U0NOBODY", "do": "skip", "move": "nudge"})
    assert workspace.travel.journey() is None


def test_the_partner_it_tells_of_is_there(workspace: DemoWorkspace, story: Story) -> None:
    """So that what it offers to type is understood."""
    team = workspace.services.workspaces.teams()[0]
    with reading(workspace.services.engine) as session:
        names = {name for name, _ in partner_names.list_names(session, workspace_id=team.id)}
    lines = [step.type for step in story.steps(ANA) if step.type]
    assert all(any(name in line for name in names) for line in lines)


def test_steps_are_the_page_s_own_shape(story: Story) -> None:
    """What moves and where they lead is there."""
    move, place = story.steps(ANA)[FORTNIGHT].move, [step.place for step in story.steps(ANA) if step.place]
    assert isinstance(story.steps(ANA)[0], TourStep)
    assert (move, place) == ("fortnight", ["mail", "calendar", "dm", PARTNERSHIPS])
