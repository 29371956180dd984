"""What people type rings nobody, breaks nothing, and is shown as they typed it, wherever it is shown."""

import html
import json
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest

from bot.actions.notifications import digest, nudge
from bot.fake_slack.state.blocks import elements
from bot.fake_slack.state.models import Json, Message, View, VisibleChange
from bot.messages import as_json
from bot.notifications.claim import run_all
from bot.scores import query
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.workspaces import workspaces
from tests.authority.desk import Desk, filled
from tests.authority.forms import FILLED
from tests.each import each
from tests.listeners.judge import judge_shown
from tests.listeners.office import ADA, ANA, NOW, ROOM, TODAY

TEXTS = {
    "everybody": "<!channel> <!here|here> <!everyone>",
    "a person": "<@U0NOBODY> <@U0NOBODY|no> @nobody",
    "a channel": "<#C0NOWHERE> <#C0NOWHERE|no>",
    "a link": "<https://example.com|click> <mailto:a@example.com|b>",
    "entities": "R&D &amp; &lt;b&gt; &",
    "marks": "*a* _b_ ~c~ `d` :wave: > e",
    "right to left": "שלם עלם",  # names are freed of the signs that turn what follows
    "emoji": "🦄👩\u200d👩\u200d👧🏳\ufe0f\u200d🌈",
    "a formula": "=1+1 -2 @x",
}
LONG = "wörd " * 2_000
# All of them in one go, a field each in turn; and, where there is time, each in every field.
EVERY = pytest.mark.parametrize(
    "texts",
    [
        pytest.param(tuple(TEXTS.values()), id="in turn"),
        *(pytest.param((text,), id=name, marks=pytest.mark.slow) for name, text in TEXTS.items()),
    ],
)
# Fields of words that stand for something else: an amount, a number, a setting.
OF_FIGURES = {
    "referral.value", "edit_entry.value", "edit_entry.count", "won.value", "cost.cost", "partner_add.cadence_days",
    "partner_edit.cadence_days",
    "vertical_cadence.cadence_days", "partner_cadence.cadence_days", "terms.terms_hours", "terms.terms_rate_minor",
    "terms.terms_retainer_minor", "terms.terms_months", "terms.terms_fee_minor", "terms.terms_share",
    "terms.terms_worth_minor", "settings.timezone", "settings.digest_hour", "settings.nudge_hour",
    "settings.quiet_hour", "settings.working_days", "settings.holidays", "settings.cadence_days", "settings.currency",
    "settings.concentration_percent", "settings.hourly_rate", "settings.review_days", "settings.signals_off",
    "person_add.address",
    "person_edit.address",
    "meetings.address",
    "meetings.own",
    "webhook.address",
}  # fmt: skip
# Only copied out of the form: the record keeps that something was sent, not what.
NOT_KEPT = ["check_in.message"]
LINES = (
    "/referral from Acme Legal {} 5k", "/event Acme Legal {}", "/touch Acme Legal {} next: {} by friday", "/touch {}",
    "/trust Acme Legal 4 {}", "/trust {} 4", "/partner cost Acme Legal 2h {}", "/partner issue Acme Legal {}",
    "/partner idea Acme Legal {}", "/partner pause Acme Legal because {}", "/partner show {}", "/partner explain {}",
    "/partner list {}", '/partner add "{}" vertical {}', "/partner {}", "/partner what-if {}", "/partner review {}",
    "/tend {}", "/tend settings currency {}", "/tend settings {}", "/partner end Acme Legal {}", "/partner resume {}",
)  # fmt: skip
VIEWS = (
    "/partner list", "/partner due", "/partner review", "/partner review all", "/partner prune", "/partner verticals",
    "/partner stakeholders", "/partner candidates", "/partner concentration", "/partner served", "/tend digest",
    "/tend status", "/tend settings",
)  # fmt: skip
OF_ONE = (
    "open_card",
    "more_of_partner",
    "rvi_over_time",
    "explain_partner",
    "prepare_review",
    "hold_review",
    "rate_trust",
    "risk_plan",
)


def of_words(form: str, body: Json) -> list[str]:
    """The form's fields into which anything can be typed."""
    return [field for field in typed_fields(body) if f"{form}.{field}" not in OF_FIGURES]


def typed_fields(body: Json) -> list[str]:
    return [block["block_id"] for block, one in elements(body["blocks"]) if one["type"] == "plain_text_input"]


def shown(changes: list[VisibleChange]) -> Iterator[str]:
    """Every text as it is read on the screen."""
    for change in changes:
        item = change.item
        yield from _read(
            [*item.blocks, {"type": "mrkdwn", "text": item.text}] if isinstance(item, Message) else _view(item)
        )


def _view(item: View) -> list[Any]:
    return list(item.blocks)


def _read(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield html.unescape(node["text"]) if node.get("type") == "mrkdwn" else node["text"]
        yield from (text for key, part in node.items() if key != "value" for text in _read(part))
        yield from (part for key, part in node.items() if key == "initial_value")
    elif isinstance(node, list | tuple):
        yield from (text for part in node for text in _read(part))


def fill_all(desk: Desk, texts: Sequence[str]) -> dict[str, str]:
    """Send every form with one of the texts in each of its fields, in turn; what was typed, by form and field."""
    typed, turn = {}, cycle(texts)
    # The one that gives the partner another name comes last: others choose it by its name.
    for place, form in enumerate(sorted(FILLED, key=lambda name: name == "partner_edit")):
        body = FILLED[form].body(desk)
        said = {field: f"{place} {field[:9]} {next(turn)}" for field in of_words(form, body)}
        tried = desk.submit(ADA, body, filled(body["blocks"], {**FILLED[form].values, **said}))
        assert "errors" not in (tried.answer.body or ()), (form, tried.words)
        typed |= {f"{form}.{field}": words for field, words in said.items()}
    return typed


def look_everywhere(desk: Desk) -> None:
    """All views of all partners, all of each, the Home, and a pass of the clockwork."""
    for line in VIEWS:
        desk.types(ANA, line)
    for partner_id in range(1, 20):  # those that are not there, or not ours, show nothing
        for action in OF_ONE:
            desk.press(ANA, action, str(partner_id))
        desk.press(ANA, "verb", f"people:{partner_id}")
        for step in ("who", "why", "terms", "more"):
            desk.press(ANA, "edit_partner", f"{partner_id}:{step}")
        for page in (0, 10, 20, 30):
            desk.press(ANA, "page_of_history", f"{partner_id}:{page}")
    desk.happens(ANA, {"type": "app_home_opened", "channel": desk.world.open_dm(ANA).id, "tab": "home"})
    with writing(desk.engine) as session:
        workspaces.set_fields(session, workspace_id=desk.office.workspace_id, fields={"digest_channel": ROOM})
    mark = len(desk.world.journal)
    done = run_all(desk.office.services, NOW)
    assert (done.digests, done.problems) == (1, ())
    assert done.nudges
    for change in desk.world.journal[mark:]:
        judge_shown(change.item, desk.world.people)


@EVERY
def test_every_field_of_every_form_is_shown_as_it_was_typed(desk: Desk, texts: Sequence[str]) -> None:
    """In confirmations, cards, lists, reviews, histories, the Home, a nudge and a digest: and rings nobody."""
    typed = fill_all(desk, texts)
    look_everywhere(desk)
    everything = "\n".join(" ".join(one.split()) for one in shown(desk.world.journal))
    missing = [field for field, words in typed.items() if " ".join(words.split()) not in everything]
    assert missing == NOT_KEPT


@pytest.mark.parametrize("form", FILLED)
def test_ten_thousand_characters_are_refused_on_the_field(desk: Desk, form: str) -> None:
    """Slack's client takes no more than the form says; whoever sends more is told so, and nothing is recorded."""
    body = FILLED[form].body(desk)
    for field in typed_fields(body):
        tried = desk.submit(ADA, body, filled(body["blocks"], {**FILLED[form].values, field: LONG}))
        if f"{form}.{field}" in NOT_KEPT:
            assert LONG[:100] not in str(desk.office.records())
            continue
        assert list(tried.answer.body["errors"]) == [field]
        assert desk.changed() == []


@pytest.mark.parametrize("line", LINES)
def test_every_command_takes_any_text(desk: Desk, line: str) -> None:
    """Escaped as Slack's client does it, and as it stands; it is answered to the one who typed it alone."""
    with each() as trying:
        for what, text in TEXTS.items():
            desk.put_back()
            name, _, rest = line.format(*[text] * 2).partition(" ")
            with trying(what):
                for tried in (desk.types(ADA, f"{name} {rest}"), desk.command(ADA, name, rest)):
                    assert tried.answer.status == 200
                    assert "on our side" not in tried.words
                assert desk.world.messages(ROOM) == []


@pytest.mark.parametrize("line", LINES)
def test_every_command_takes_ten_thousand_characters(desk: Desk, line: str) -> None:
    """It is said what is too long, and where."""
    with each() as trying:
        for text in (LONG, "<!channel>" * 1_000, "&" * 10_000, "🦄" * 10_000):
            desk.put_back()
            name, _, rest = line.format(*[text] * 2).partition(" ")
            with trying(text[:9]):
                tried = desk.command(ADA, name, rest)
                assert tried.answer.status == 200
                assert "on our side" not in tried.words


@EVERY
def test_what_json_prints_holds_it_as_it_was_typed(desk: Desk, texts: Sequence[str]) -> None:
    """No marks of Slack's are in it: it is for other programs."""
    typed = fill_all(desk, texts)
    with reading(desk.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=desk.office.workspace_id))
        found: list[Any] = [as_json.score(one, "GBP") for one in query.load_scored(session, team=team, day=TODAY)]
        found += [as_json.digest(digest.build_digest(session, team=team, day=TODAY))]
        found += [as_json.nudge(nudge.build_nudge(session, team=team, owner=who, day=TODAY)) for who in (ADA, ANA)]
    printed = json.loads(json.dumps(found))
    names = [one["partner"] for one in printed if "vertical" in one]
    assert " ".join(typed["partner_add.name"].split()) in names
