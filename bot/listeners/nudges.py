"""What one click on a nudge or a digest does."""

from collections.abc import Mapping
from datetime import date

from bot.actions import overview
from bot.actions.activity import promises, record
from bot.actions.caller import Caller
from bot.actions.notifications import occasions
from bot.actions.partners import search
from bot.errors import NotFound
from bot.forms.state import State
from bot.grammar import Touch
from bot.listeners.middleware import for_button
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, id_in, number, pair
from bot.messages import common
from bot.messages.activity import confirm
from bot.messages.notifications import check_in, digest, nudge
from bot.services import House
from bot.slack import action_ids, callback_ids


def _promise_kept(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = promises.keep_promise(house.engine, caller, number(value))
    return nudge.promise_done(done, number(value))


def _count_as_contact(house: House, caller: Caller, value: str, body: Body) -> Reply:
    partner_id, step_id = pair(value)
    what = promises.kept(house.engine, caller, number(step_id))
    return _logged(house, for_button(caller, body, value), partner_id, f"Done: {what}", None)


def _check_in(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(check_in.check_in_form(occasions.check_in(house.engine, caller, number(value))))


def _sent(house: House, caller: Caller, _state: State, rest: list[str]) -> Reply:
    return _logged(house, caller, id_in(rest), "A short check-in", "mail")


def _logged(house: House, caller: Caller, partner_id: int, note: str, medium: str | None) -> Reply:
    name = search.name_of(house.engine, caller, partner_id)
    touch = Touch(partner=name, occurred_on=caller.today, note=note, medium=medium)
    return confirm.recorded(record.record_touch(house.engine, caller, touch), caller.team.currency)


def _keep(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = occasions.keep_as_it_is(house.engine, caller, number(value))
    return common.saved(done, "stays as it is. I will only mention it again if it gets worse.")


def _more(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    try:
        since, day = (date.fromisoformat(part) for part in value.split(":"))
    except ValueError:
        raise NotFound(NOT_OURS) from None
    return digest.more(overview.digest_of(house.engine, caller, since, day))


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (action_ids.PROMISE_KEPT, _promise_kept, False),
    (action_ids.COUNT_AS_CONTACT, _count_as_contact, True),
    (action_ids.CHECK_IN, _check_in, False),
    (action_ids.DIGEST_MORE, _more, False),
    (action_ids.KEEP_AS_IT_IS, _keep, False),
)
FORMS: Mapping[str, Submit] = {callback_ids.CHECK_IN: _sent}
