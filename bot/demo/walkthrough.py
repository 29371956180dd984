"""The story that leads through the demo: five steps, each found to be done by what was really recorded and seen."""

from datetime import timedelta

from bot.demo.clock import DemoClock
from bot.demo.people import PARTNERSHIPS
from bot.fake_slack import FakeSlack, Message
from bot.fake_slack.demo_hooks import TourStep
from bot.notifications.post import EVENT_TYPE
from bot.services import Services
from scoring.vocabulary import Kind
from storage.db.engine import reading
from storage.ledger import team_totals, trust_ratings

PARTNER = "Acme Legal"
WEEKS = timedelta(weeks=2)
REFERRALS = (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL)


class Story:
    """Where everyone is in the story. What counts is what happened since it was made, when the page opened first."""

    def __init__(self, services: Services, slack: FakeSlack, clock: DemoClock) -> None:
        self._services, self._slack, self._clock = services, slack, clock
        self._begun = clock()
        self._referrals, self._ratings = self._recorded()
        self._skipped: dict[str, int] = {}
        self._closed: set[str] = set()

    def steps(self, user: str) -> tuple[TourStep, ...]:
        """All five; one is done when it happened, or was skipped."""
        happened = self._happened(user)
        skipped = self._skipped.get(user, 0)
        return tuple(
            TourStep(title, text, done=done or place < skipped, **offer)
            for place, ((title, text, offer), done) in enumerate(zip(_STEPS, happened, strict=True))
        )

    def skip(self, user: str) -> None:
        """Count the first step that is not done as done."""
        steps = self.steps(user)
        self._skipped[user] = next((place for place, step in enumerate(steps) if not step.done), len(steps) - 1) + 1

    def close(self, user: str) -> None:
        """Hide the story."""
        self._closed.add(user)

    def open(self, user: str) -> None:
        """Show it again; after its end, from the beginning."""
        self._closed.discard(user)
        if all(step.done for step in self.steps(user)):
            self._skipped.pop(user, None)
            self._begun = self._clock()
            self._referrals, self._ratings = self._recorded()

    def is_open(self, user: str) -> bool:
        """Whether this person sees it. Whoever may not use Tend has no story."""
        person = self._slack.world.people.get(user)
        if person is None or person.deleted or person.is_stranger:
            return False
        return not (person.is_restricted or person.is_ultra_restricted) and user not in self._closed

    def _recorded(self) -> tuple[int, int]:
        """How many referrals and ratings stand."""
        team = self._services.workspaces.teams()[0]
        today = team.today(self._clock())
        with reading(self._services.engine) as session:
            ends = [today + timedelta(days=days) for days in (-3650, 3650)]
            ever = team_totals.Span(ends[0], ends[1], team.end_of(ends[0]), team.end_of(ends[1]))
            done = team_totals.activity_totals(session, workspace_id=team.id, span=ever)
            ratings = trust_ratings.load_ratings(session, workspace_id=team.id, until=today)
        return sum(number for (kind, _), number in done.items() if kind in REFERRALS), len(ratings)

    def _happened(self, user: str) -> tuple[bool, ...]:
        referrals, ratings = self._recorded()
        world = self._slack.world
        dm = world.open_dm(user).id
        answered = any(
            change.kind == "pressed" and isinstance(change.item, Message) and self._is_new(change.item, dm)
            for change in world.journal
        )
        digests = [message for message in world.messages(PARTNERSHIPS) if self._is_new(message, PARTNERSHIPS)]
        return (
            referrals > self._referrals,
            ratings > self._ratings,
            self._clock() - self._begun >= WEEKS,
            answered,
            bool(digests) and not world.unread.get((user, PARTNERSHIPS)),
        )

    def _is_new(self, message: Message, place: str) -> bool:
        """Whether Tend sent it of itself, since the story began; an answer to somebody is no nudge."""
        sent = (message.metadata or {}).get("event_type") == EVENT_TYPE
        return sent and message.channel == place and float(message.ts) > self._begun.timestamp()


_STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Record a referral",
        f"{PARTNER} sent you a lead. Type it in passing, in any channel: only you see the answer.",
        {"type": f"/referral from {PARTNER} Northwind Foods 5k won", "label": "Type it for me"},
    ),
    (
        "Rate trust, and see the number move",
        "They kept their word, so you trust them more. The answer shows the RVI before and after.",
        {"type": f"/trust {PARTNER} 5 they kept their word on the pilot", "label": "Type it for me"},
    ),
    (
        "Let two weeks pass",
        "Nobody calls, as it goes. Tend watches: its own clockwork runs at every hour on the way.",
        {"move": "fortnight", "label": "Two weeks pass"},
    ),
    (
        "Answer the nudge",
        "One message a day at most, worst first, with a reason to call that helps them. "
        "Open it and press a button: log a touch, snooze, or open the card.",
        {"place": "dm", "label": "Go to Tend's message"},
    ),
    (
        "Read the digest",
        "Each Monday the team reads who produces, who weakened and why, and what is due.",
        {"place": PARTNERSHIPS, "label": "Go to #partnerships"},
    ),
)
