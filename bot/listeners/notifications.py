"""Handle the buttons and the form of nudges and digests."""

from collections.abc import Mapping
from datetime import date

from bot.actions import overview
from bot.actions.activity import promises, record
from bot.actions.caller import Caller
from bot.actions.notifications import occasions
from bot.actions.partners import search
from bot.errors import NotFound
from bot.forms.state import FormState
from bot.grammar import TouchRequest
from bot.listeners.middleware import caller_for_button
from bot.listeners.respond import Form, Reply
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, FormHandler, parse_form_id, parse_id, parse_pair
from bot.messages import common
from bot.messages.activity import confirm
from bot.messages.notifications import check_in, digest, nudge
from bot.services import Services
from bot.slack import action_ids, callback_ids


def _promise_kept(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = promises.mark_promise_kept(services.engine, caller, parse_id(value))
    return nudge.promise_done(done, parse_id(value))


def _count_as_contact(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    partner_id, step_id = parse_pair(value)
    what = promises.promise_text(services.engine, caller, parse_id(step_id))
    return _logged(services, caller_for_button(caller, body, value), partner_id, f"Done: {what}", None)


def _check_in(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(check_in.check_in_form(occasions.check_in(services.engine, caller, parse_id(value))))


def _sent(services: Services, caller: Caller, _state: FormState, rest: list[str]) -> Reply:
    return _logged(services, caller, parse_form_id(rest), "A short check-in", "mail")


def _logged(services: Services, caller: Caller, partner_id: int, note: str, medium: str | None) -> Reply:
    name = search.get_partner_name(services.engine, caller, partner_id)
    touch = TouchRequest(partner=name, occurred_on=caller.today, note=note, medium=medium)
    return confirm.record_message(record.record_request(services.engine, caller, touch), caller.team.currency)


def _keep(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = occasions.keep_as_it_is(services.engine, caller, parse_id(value))
    return common.saved_message(done, "stays as it is. I will only mention it again if it gets worse.")


def _more(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    try:
        since, day = (date.fromisoformat(part) for part in value.split(":"))
    except ValueError:
        raise NotFound(UNKNOWN_BUTTON) from None
    return digest.more(overview.digest_of(services.engine, caller, since, day))


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.PROMISE_KEPT, _promise_kept, False),
    (action_ids.COUNT_AS_CONTACT, _count_as_contact, True),
    (action_ids.CHECK_IN, _check_in, False),
    (action_ids.DIGEST_MORE, _more, False),
    (action_ids.KEEP_AS_IT_IS, _keep, False),
)
FORMS: Mapping[str, FormHandler] = {callback_ids.CHECK_IN: _sent}
