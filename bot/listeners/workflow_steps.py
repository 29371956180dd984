"""Tend's steps in Slack's Workflow Builder.

A step acts for the person who ran the workflow, whom Slack names, with their rights. What judges a partner goes to them
alone, in Tend's DM: nobody can say where a workflow posts what a step returns. Slack sends an execution again if it got
no answer. It is recorded once, and its answer is posted once, which the DM's history shows after a crash.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from bot.actions import overview
from bot.actions.activity.record import Request
from bot.actions.activity.workflow_record import record_from_workflow
from bot.actions.caller import Caller, DuplicateRequest, claim_request, claimed_at
from bot.actions.partners.search import find_close_names, get_partner_id, get_partner_name
from bot.errors import FieldError, NotAllowed, NotFound, TendError
from bot.forms.inputs import Day, Money
from bot.grammar import NameSplit, ReferralRequest, TouchRequest
from bot.grammar.days import is_in_reach
from bot.listeners.middleware import CALLER, CLIENT
from bot.listeners.respond import POST_ERRORS
from bot.messages.activity import confirm, workflow
from bot.messages.notifications import nudge
from bot.notifications.history import HistoryLimited, PostingTime, find_posted
from bot.notifications.post import post_message
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.blocks import Message, unescape
from bot.slack.client import impatient, is_transient, slack_error_code
from bot.slack.workflow_steps import LOG_TOUCH, RECORD_REFERRAL, TOUCHES, WHO_NEEDS_US
from scoring.vocabulary import Direction, Kind

log = logging.getLogger(__name__)

NO_PERSON = (
    "Slack did not say who ran this workflow, so Tend can't know who it is for. Start the workflow from a link, a "
    "shortcut or a button."
)
UNKNOWN_STEP = "This version of Tend has no such step. Whoever runs Tend can update the app's manifest."
IN_PROGRESS = timedelta(seconds=30)
"""For how long an execution that comes again is left to whoever began it. Slack asks again after a minute, too."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step says to the person, and what it returns to the workflow."""

    message: Message
    outputs: dict[str, Any]


Inputs = dict[str, Any]
Step = Callable[[Engine, Caller, Inputs], StepResult]


def register(app: App, services: Services) -> None:
    """Listen to executions of any step, so that one we don't know fails in words."""

    @app.function(re.compile(".*"))
    def executed(event: dict[str, Any], context: BoltContext, client: WebClient) -> BoltResponse:
        caller = context.get(CALLER)
        if caller is None:
            raise NotAllowed(NO_PERSON)
        step = STEPS.get(event["function"]["callback_id"])
        if step is None:
            raise NotFound(UNKNOWN_STEP)
        do, again = step
        begun = claimed_at(services.engine, caller)
        if begun is not None and caller.now - begun < IN_PROGRESS:
            return _send_again()
        try:
            result = (again if begun else do)(services.engine, caller, event.get("inputs") or {})
        except DuplicateRequest:  # another process has begun it just now
            return _send_again()
        if not _tell(impatient(context[CLIENT]), caller, result.message, begun):
            return _send_again()
        return _end(client, event, outputs=result.outputs)


def fail_step(client: WebClient, event: dict[str, Any], text: str) -> BoltResponse:
    """End an execution with the reason, which Slackbot passes on."""
    return _end(client, event, error=text)


def _end(client: WebClient, event: dict[str, Any], **how: Any) -> BoltResponse:
    """End an execution. If Slack can't take that now, let it send the event again.

    The client has the execution's own token, which Bolt takes from the event.
    """
    client = impatient(client)
    end = client.functions_completeSuccess if "outputs" in how else client.functions_completeError
    try:
        end(function_execution_id=event["function_execution_id"], **how)
    except SlackApiError as error:
        log.warning("could not end a step: %s", slack_error_code(error))
        return _send_again() if is_transient(error) else BoltResponse(status=200, body="")  # it may be over by now
    except POST_ERRORS as error:
        log.warning("could not end a step: %s", safe_repr(error))
        return _send_again()
    return BoltResponse(status=200, body="")


def _send_again() -> BoltResponse:
    """Build the response after which Slack sends an event again."""
    return BoltResponse(status=503, body="")


def _tell(client: WebClient, caller: Caller, message: Message, begun: datetime | None) -> bool:
    """Post a step's answer in the person's DM, unless it is there. Return whether the step may end.

    `begun` is when the execution was first done, if this is not the first time.
    """
    token = caller.request_key or ""
    try:
        channel = str(client.conversations_open(users=caller.user_id)["channel"]["id"])
        if begun is None or find_posted(client, channel, token, _posting_time(begun), lambda *_: None) is None:
            post_message(client, channel, token, message)
    except HistoryLimited:
        return False
    except SlackApiError as error:
        log.warning("could not post a step's answer: %s", slack_error_code(error))
        return not is_transient(error)  # what was recorded stands, whether or not it can be told
    except POST_ERRORS as error:
        log.warning("could not post a step's answer: %s", safe_repr(error))
        return False
    return True


def _posting_time(begun: datetime) -> PostingTime:
    return PostingTime.from_now(begun.astimezone(UTC))


# -- the steps


def _text(inputs: Inputs, name: str) -> str | None:
    """Return an input's text as it was typed: Slack escapes control characters in some of them."""
    value = inputs.get(name)
    return unescape(value).strip() or None if isinstance(value, str) else None


def _required(inputs: Inputs, name: str, problem: str) -> str:
    if (value := _text(inputs, name)) is None:
        raise FieldError(name, problem)
    return value


def _partner(engine: Engine, caller: Caller, inputs: Inputs) -> str:
    """Return the partner's own name.

    Raises:
        NotFound: Tend knows no such partner; a workflow adds none.
    """
    typed = _required(inputs, "partner", "Say which partner it is.")
    try:
        return get_partner_name(engine, caller, get_partner_id(engine, caller, typed))
    except NotFound as error:
        close = find_close_names(engine, caller, [NameSplit(typed, "", "")])
        raise NotFound(f"{error} {f'Did you mean {close[0].name}?' if close else 'Add it in Slack first.'}") from None


def _day(inputs: Inputs, caller: Caller) -> date:
    day = Day().read("day", _text(inputs, "day"), caller.team) or caller.own_today
    if not is_in_reach(day, caller.today):
        raise FieldError("day", "Choose a day between 1970 and two years ahead.")
    return day


def _referral(engine: Engine, caller: Caller, inputs: Inputs) -> Request:
    way = _text(inputs, "direction")
    return ReferralRequest(
        partner=_partner(engine, caller, inputs),
        lead=_required(inputs, "lead", "Say who was referred."),
        direction=Direction.OUT if way == "to" else Direction.IN,
        is_direction_said=way is not None,
        value=Money().read("value", _text(inputs, "value"), caller.team),
        occurred_on=_day(inputs, caller),
    )


def _touch(engine: Engine, caller: Caller, inputs: Inputs) -> Request:
    word = _text(inputs, "kind") or "meeting"
    if word not in TOUCHES:
        raise FieldError("kind", "Choose what it was.")
    is_meeting = word in ("meeting", "call", "mail")
    return TouchRequest(
        partner=_partner(engine, caller, inputs),
        kind=Kind.MEETING if is_meeting else Kind(word),
        medium=word if is_meeting else None,
        note=_required(inputs, "note", "Say what it was about."),
        occurred_on=_day(inputs, caller),
    )


def _recorder(read: Callable[[Engine, Caller, Inputs], Request]) -> tuple[Step, Step]:
    def do(engine: Engine, caller: Caller, inputs: Inputs) -> StepResult:
        done = record_from_workflow(engine, caller, read(engine, caller, inputs))
        message = confirm.record_message(
            done, caller.team.currency, more=[workflow.FROM_WORKFLOW], today=caller.own_today
        )
        return StepResult(message, {"partner": done.partner})

    def again(engine: Engine, caller: Caller, inputs: Inputs) -> StepResult:
        try:
            partner = _partner(engine, caller, inputs)
        except TendError:  # renamed since; it was recorded all the same
            partner = _text(inputs, "partner") or ""
        about = _text(inputs, "lead") or _text(inputs, "note") or ""
        return StepResult(workflow.recorded_before(partner, about), {"partner": partner})

    return do, again


def _needs(engine: Engine, caller: Caller, _inputs: Inputs) -> StepResult:
    due, _ = overview.list_my_partners(engine, caller)
    return StepResult(nudge.due_message(due), {"partners": len(due.urgent_items)})


def _needs_once(engine: Engine, caller: Caller, inputs: Inputs) -> StepResult:
    claim_request(engine, caller)
    return _needs(engine, caller, inputs)


STEPS: dict[str, tuple[Step, Step]] = {
    RECORD_REFERRAL: _recorder(_referral),
    LOG_TOUCH: _recorder(_touch),
    WHO_NEEDS_US: (_needs_once, _needs),
}
"""What each step does, and what it says if it was done before."""
