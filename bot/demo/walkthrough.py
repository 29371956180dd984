"""The demo's guided tour: seven steps, each completed by what was actually recorded and seen."""

from dataclasses import replace
from datetime import timedelta

from bot.demo.briefs import brief_stamps
from bot.demo.clock import DemoClock
from bot.demo.people import PARTNERSHIPS
from bot.fake_slack import FakeSlack, Message
from bot.fake_slack.demo_hooks import TourStep
from bot.notifications.post import EVENT_TYPE
from bot.services import Services
from scoring.vocabulary import Kind
from storage.db.engine import reading
from storage.ledger import team_totals, trust_ratings

PARTNER, QUIET_PARTNER = "Acme Legal", "Brindle Moss Law"
WEEKS = timedelta(weeks=2)
BRIEF = 3
"""The step of the brief."""
REFERRALS = (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL)


class Story:
    """Each person's progress. Only events since the tour started count."""

    def __init__(self, services: Services, slack: FakeSlack, clock: DemoClock) -> None:
        self._services, self._slack, self._clock = services, slack, clock
        self._begun = clock()
        self._referrals, self._ratings = self._recorded()
        self._letters = self._written()
        self._skipped: dict[str, int] = {}
        self._closed: set[str] = set()
        self._briefed: set[str] = set()

    def steps(self, user: str) -> tuple[TourStep, ...]:
        """Return all steps. One is done if it happened or was skipped."""
        happened = self._happened(user)
        skipped = self._skipped.get(user, 0)
        steps = [
            TourStep(title, text, done=done or place < skipped, **offer)
            for place, ((title, text, offer), done) in enumerate(zip(_STEPS, happened, strict=True))
        ]
        if self._briefs(user):
            steps[BRIEF] = replace(steps[BRIEF], place="dm", label="Read the brief")
        return tuple(steps)

    def skip(self, user: str) -> None:
        """Mark the first open step as done."""
        steps = self.steps(user)
        self._skipped[user] = next((place for place, step in enumerate(steps) if not step.done), len(steps) - 1) + 1

    def close(self, user: str) -> None:
        """Hide the tour."""
        self._closed.add(user)

    def open(self, user: str) -> None:
        """Show the tour, from the beginning if it was complete."""
        self._closed.discard(user)
        if all(step.done for step in self.steps(user)):
            self._skipped.pop(user, None)
            self._briefed.clear()
            self._begun = self._clock()
            self._referrals, self._ratings = self._recorded()
            self._letters = self._written()

    def is_open(self, user: str) -> bool:
        """Return whether the tour is shown. People who can't use Tend have none."""
        person = self._slack.world.people.get(user)
        if person is None or person.deleted or person.is_stranger:
            return False
        return not (person.is_restricted or person.is_ultra_restricted) and user not in self._closed

    def _recorded(self) -> tuple[int, int]:
        """Return the numbers of referrals and ratings."""
        team = self._services.workspaces.teams()[0]
        today = team.today(self._clock())
        with reading(self._services.engine) as session:
            ends = [today + timedelta(days=days) for days in (-3650, 3650)]
            span = team_totals.Span(ends[0], ends[1], team.end_of(ends[0]), team.end_of(ends[1]))
            totals = team_totals.activity_totals(session, workspace_id=team.id, span=span)
            ratings = trust_ratings.load_ratings(session, workspace_id=team.id, until=today)
        return sum(number for (kind, _), number in totals.items() if kind in REFERRALS), len(ratings)

    def _written(self) -> dict[str, int]:
        """Return how many mails each person has sent."""
        desk = self._slack.desk
        return {user: len(desk.sent(user)) for user in self._slack.world.people} if desk else {}

    def _briefs(self, user: str) -> frozenset[str]:
        """Return the timestamps of the person's briefs since the tour started."""
        begun = self._begun.timestamp()
        return frozenset(ts for ts in brief_stamps(self._services, user) if float(ts) > begun)

    def _happened(self, user: str) -> tuple[bool, ...]:
        referrals, ratings = self._recorded()
        world = self._slack.world
        dm, briefs = world.open_dm(user).id, self._briefs(user)
        answered = any(
            change.kind == "pressed"
            and isinstance(change.item, Message)
            and self._is_new(change.item, dm)
            and change.item.ts not in briefs
            for change in world.journal
        )
        digests = [message for message in world.messages(PARTNERSHIPS) if self._is_new(message, PARTNERSHIPS)]
        if briefs and not world.unread.get((user, dm)):
            self._briefed.add(user)  # to stay so when the next nudge is unread
        return (
            referrals > self._referrals,
            ratings > self._ratings,
            self._written().get(user, 0) > self._letters.get(user, 0),
            user in self._briefed,
            self._clock() - self._begun >= WEEKS,
            answered,
            bool(digests) and not world.unread.get((user, PARTNERSHIPS)),
        )

    def _is_new(self, message: Message, place: str) -> bool:
        """Return whether Tend sent the message on its own since the tour started, rather than as a response."""
        sent = (message.metadata or {}).get("event_type") == EVENT_TYPE
        return sent and message.channel == place and float(message.ts) > self._begun.timestamp()


_STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Record a referral",
        f"{PARTNER} sent you a lead. Log it from any channel; only you see the answer.",
        {"type": f"/referral from {PARTNER} Northwind Foods 5k won", "label": "Type it for me"},
    ),
    (
        "Rate trust and see the RVI change",
        "They kept their word, so you trust them more. The answer shows their RVI before and after.",
        {"type": f"/trust {PARTNER} 5 they kept their word on the pilot", "label": "Type it for me"},
    ),
    (
        "Write a mail, and log nothing",
        f"{QUIET_PARTNER} has been quiet for weeks. Write to them with Tend in Bcc: that counts as contact.",
        {"place": "mail", "label": "Write the mail"},
    ),
    (
        "Be briefed before you meet",
        "Put a meeting with them into your calendar, and go to an hour before. What to know comes by itself.",
        {"place": "calendar", "label": "Open the calendar"},
    ),
    (
        "Let two weeks pass",
        "Nobody calls. Tend keeps watch: its scheduler runs every hour along the way.",
        {"move": "fortnight", "label": "Two weeks pass"},
    ),
    (
        "Answer the nudge",
        "At most one message a day, most urgent first, each with a good reason to call. "
        "Open it and press a button: log a touch, snooze, or open the card.",
        {"place": "dm", "label": "Go to Tend's message"},
    ),
    (
        "Read the digest",
        "Each Monday the team sees who brings business, who weakened and why, and what is due.",
        {"place": PARTNERSHIPS, "label": "Go to #partnerships"},
    ),
)
