"""Latency of a `/referral` command, committed durably and answered."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from pydantic import SecretStr
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from sqlmodel import select

from benchmarks.ledgers import OWNER, clock, name_of
from benchmarks.measuring import Calls, Do, Found, Target, call_by_call, figure, middle, slowest
from benchmarks.place import Place
from bot.app import create_app
from bot.config import Settings
from bot.fake_slack import FakeSlack
from bot.fake_slack.transport.link import BotRequest, encode
from bot.services import Services
from bot.slack.manifest import build_manifest
from storage.db.engine import reading
from storage.tables import Activity

TEAM = "T00000001"
SECRET = "stand-in-secret"


def commands(place: Place) -> Iterator[Found]:
    """Rows 1 to 3: a command through `app.dispatch`, with signature check and a durable commit before the response.

    Row 1 compares with an empty command in Bolt's default mode, which polls every 10 ms for the ack. Row 2 uses
    `process_before_response`, as Tend does. Row 3 compares a large ledger with a small one, both with a hundred
    activities per partner.
    """
    sizes = place.sizes
    large = place.copy(place.ledger(partners=sizes.partners, activities=sizes.activities))
    small = place.copy(place.ledger(partners=sizes.few_partners, activities=sizes.few_activities))
    with ExitStack() as stack:
        slack = stack.enter_context(FakeSlack(team_id=TEAM, clock=clock))
        slack.install(build_manifest())
        slack.world.add_person(OWNER, "ana")
        in_large = _referrals(place, slack, large, sizes.partners)
        in_small = _referrals(place, slack, small, sizes.few_partners)
        for row, ours, theirs, against, targets in (
            (1, in_large, _empty(before=False), "an empty Bolt command", (Target(0.5), Target(1))),
            (2, in_large, _empty(before=True), "the same, process_before_response", (Target(15), None)),
            (3, in_large, in_small, f"the same at {sizes.few_activities:,} activities", (Target(1.2), None)),
        ):
            calls = call_by_call(ours, theirs, rounds=sizes.rounds, calls=sizes.calls)
            yield from _figures(row, calls, f"/referral at {sizes.activities:,} activities", against, targets)


def _figures(
    row: int, calls: list[Calls], what: str, against: str, targets: tuple[Target, Target | None]
) -> Iterator[Found]:
    yield figure(row, f"{what}, median", against, [middle(call.wall) for call in calls], targets[0])
    yield figure(row, f"{what}, p99", against, [slowest(call.wall) for call in calls], targets[1])
    yield figure(row, f"{what}, CPU", against, [middle(call.cpu) for call in calls], unit="ms CPU")


def _referrals(place: Place, slack: FakeSlack, path: Path, partners: int) -> Iterator[Do]:
    """Yield referral commands, each to another partner. Check at the end that the last one is in the database."""
    engine = place.open(path)
    settings = Settings(
        slack_bot_token=SecretStr(slack.keys.bot_token),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack.api_url,
    )
    services = Services.build(settings, engine, clock)
    services.workspaces.check()
    app = create_app(services)
    for number in count(1):
        lead = f"Measured {number}"
        request = request_of("/referral", f"from {name_of(1 + number * 7 % partners)} {lead} 5k met")
        yield lambda request=request: _must_answer(app, request)  # type: ignore[misc]
        if number == 1:
            with reading(engine) as session:
                assert session.exec(select(Activity).where(Activity.title == lead)).one()


def _must_answer(app: App, request: BoltRequest) -> None:
    answer = app.dispatch(request)
    assert answer.status == 200, answer.body
    assert "ecorded" in answer.body or '"blocks"' in answer.body, answer.body


def empty_app(*, before: bool) -> App:
    """Build a Bolt app with a command that answers one word."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id="UBOT", bot_token="xoxb-none")

    app = App(signing_secret=SECRET, authorize=authorize, process_before_response=before)

    @app.command("/referral")
    def say_one_word(ack) -> None:  # type: ignore[no-untyped-def]
        ack("ok")

    return app


def _empty(*, before: bool) -> Iterator[Do]:
    app = empty_app(before=before)
    while True:
        request = request_of("/referral", "anything")
        yield lambda request=request: app.dispatch(request)  # type: ignore[misc]


_TRIGGERS = count(1)


def request_of(command: str, text: str) -> BoltRequest:
    """Return a signed request, as Slack sends it."""
    headers, body = encode(BotRequest("slash_commands", payload_of(command, text)), SECRET)
    return BoltRequest(body=body, headers={name: [value] for name, value in headers.items()}, mode="http")


def payload_of(command: str, text: str) -> dict[str, str]:
    """Return the fields of a slash command."""
    return {
        "token": "x",
        "team_id": TEAM,
        "team_domain": "firm",
        "channel_id": "C0ROOM",
        "channel_name": "room",
        "user_id": OWNER,
        "user_name": "ana",
        "command": command,
        "text": text,
        "response_url": "http://127.0.0.1:1/nowhere",
        "trigger_id": f"{next(_TRIGGERS)}.2.3",  # another for each, as the same one again is not recorded
        "api_app_id": "A1",
    }
