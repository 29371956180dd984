"""The forms when they come back, and the menu of partners that fills as one types."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import look, partner_record, record
from bot.actions.caller import AlreadyDone, Caller
from bot.house import House
from bot.listeners import fields
from bot.listeners.context import CALLER
from bot.listeners.fields import State
from bot.listeners.showing import answer_form
from bot.messages import confirm
from bot.messages.blocks import Message, option
from bot.messages.forms import PARTNER_MENU
from scoring.words import Outcome

Submit = Callable[[House, Caller, State, int], Message]
MOST_OPTIONS = 100


def register(app: App, house: House) -> None:
    """Listen to every form. A repeated one was done the first time and is only closed."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        name, _, id = view["callback_id"].partition(":")
        try:
            done = FORMS[name](house, context[CALLER], view["state"]["values"], int(id or 0))
        except AlreadyDone:
            ack()
            return
        answer_form(client, view, context[CALLER].user_id, done)
        ack()

    app.view(re.compile(rf"^({'|'.join(FORMS)})(:\d+)?$"))(submitted)

    @app.options(PARTNER_MENU)
    def partners(ack: Ack, payload: dict[str, Any], context: BoltContext) -> None:
        found = look.names_like(house.engine, context[CALLER], payload.get("value") or "", MOST_OPTIONS)
        ack(options=[option(name, name) for _, name in found])


def _referral(house: House, caller: Caller, state: State, _id: int) -> Message:
    done = record.record_referral(house.engine, caller, fields.referral(state, caller))
    return confirm.recorded(done, caller.team.currency)


def _event(house: House, caller: Caller, state: State, _id: int) -> Message:
    done = record.record_event(house.engine, caller, fields.event(state, caller))
    return confirm.recorded(done, caller.team.currency)


def _touch(house: House, caller: Caller, state: State, _id: int) -> Message:
    done = record.record_touch(house.engine, caller, fields.touch(state, caller))
    return confirm.recorded(done, caller.team.currency)


def _trust(house: House, caller: Caller, state: State, _id: int) -> Message:
    done = record.record_trust(house.engine, caller, fields.trust(state, caller))
    return confirm.recorded(done, caller.team.currency)


def _partner_add(house: House, caller: Caller, state: State, _id: int) -> Message:
    done = partner_record.add_partner(house.engine, caller, fields.partner(state, caller))
    return confirm.saved(done, "is added.")


def _partner_edit(house: House, caller: Caller, state: State, partner_id: int) -> Message:
    done = partner_record.edit_partner(house.engine, caller, partner_id, fields.partner(state, caller))
    changed = ", ".join(done.changed)
    return confirm.saved(done, f"is saved: {changed}." if changed else "is as it was: nothing changed.")


def _won(house: House, caller: Caller, state: State, activity_id: int) -> Message:
    value = fields.money(state, "value", caller)
    done = record.set_outcome(house.engine, caller, activity_id, Outcome.WON, value)
    return confirm.outcome_set(done, caller.team.currency, caller.today)


FORMS: Mapping[str, Submit] = {
    "referral": _referral,
    "event": _event,
    "touch": _touch,
    "trust": _trust,
    "partner_add": _partner_add,
    "partner_edit": _partner_edit,
    "won": _won,
}
