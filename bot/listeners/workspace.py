"""The team's integrations, exports, and a person's own calendar."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller, claim_request
from bot.actions.workspace import calendar, exports, integrations, mail, meetings
from bot.errors import NotAllowed
from bot.forms.state import FormState, field_value
from bot.grammar import TendRequest
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, ButtonHandler, FormHandler, parse_id
from bot.messages.workspace import calendar as calendar_words
from bot.messages.workspace import exports as export_words
from bot.messages.workspace import integrations as integration_words
from bot.messages.workspace import mail as mail_words
from bot.messages.workspace import meetings as meeting_words
from bot.services import Services
from bot.slack import action_ids, callback_ids

# -- integrations: their tokens, and what they recorded


def _open_integrations(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    found = integrations.list_integrations(services.engine, caller)
    return integration_words.list_message(found, caller.today, services.settings.tend_url)


def _make_integration(_services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.require_steward(integrations.MANAGE_ACTION)
    return Form(integration_words.new_integration_form())


def _submit_integration(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    name = field_value(state, "name")
    reads = field_value(state, "rights") != integration_words.RECORD_ONLY
    done = integrations.create_integration(
        services.engine, caller, name if isinstance(name, str) else None, reads_scores=reads
    )
    return Form(integration_words.token_view(done), also=integration_words.created_message(done))


def _revoke_integration(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return integration_words.revoked_message(integrations.revoke_integration(services.engine, caller, parse_id(value)))


def _show_integration_records(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = integrations.list_records(services.engine, caller, parse_id(value))
    return integration_words.records_message(found, caller.team.currency, caller.today)


# -- exports: offered when typed, made when the button is pressed


def export(engine: Engine, caller: Caller, asked: TendRequest) -> Reply:
    """Offer the export that `/tend export [@person|PARTNER]` asks for."""
    return export_words.offer_message(exports.request_export(engine, caller, asked.user, asked.key))


def _send_export(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    from bot.background.send_export import start_export

    asked = exports.request_from_key(services.engine, caller, value)
    claim_request(services.engine, caller)
    return (
        export_words.started_message(asked)
        if start_export(services, caller, asked)
        else export_words.restarting_message()
    )


# -- a person's private calendar, and their own


def calendars(engine: Engine, caller: Caller) -> Reply:
    """Show the calendar of Tend's dates, and whether the person's own meetings count."""
    found = meetings.describe_calendar(engine, caller)
    more = meeting_words.meetings_blocks(found, caller.team, caller.now)
    try:
        return calendar_words.address_message(calendar.get_feed(engine, caller), caller.today, more)
    except NotAllowed as error:
        return calendar_words.unavailable_message(str(error), more)


def _ask_for_meetings(services: Services, _caller: Caller, _value: str, _body: Body) -> Reply:
    if services.cipher() is None:
        raise NotAllowed(meetings.NO_KEY)
    return Form(meeting_words.meetings_form())


def _submit_meetings(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    address, own = field_value(state, "address"), field_value(state, "own")
    cipher = services.cipher()
    meetings.connect_calendar(
        services.engine,
        caller,
        address if isinstance(address, str) else "",
        own if isinstance(own, str) else "",
        cipher.encrypt if cipher else None,
        sends_briefs=field_value(state, "briefs") == meeting_words.BRIEFS_ON,
        loopback=services.network.loopback,
    )
    return meeting_words.connected_message()


def _stop_meetings(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return meeting_words.disconnected_message(meetings.disconnect_calendar(services.engine, caller))


def _renew_calendar_address(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return calendar_words.address_message(calendar.renew_feed(services.engine, caller), caller.today)


def _switch_calendar_off(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return calendar_words.switched_off_message(calendar.disable_feed(services.engine, caller))


# -- a person's private mail address


def _renew_mail_address(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return mail_words.address_message(mail.renew_address(services.engine, caller), caller.today)


def _switch_mail_off(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return mail_words.switched_off_message(mail.disable_address(services.engine, caller))


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.INTEGRATIONS, _open_integrations, False),
    (action_ids.MAKE_INTEGRATION, _make_integration, False),
    (action_ids.REVOKE_INTEGRATION, _revoke_integration, False),
    (action_ids.INTEGRATION_WROTE, _show_integration_records, False),
    (action_ids.SEND_EXPORT, _send_export, True),
    (action_ids.NEW_CALENDAR_ADDRESS, _renew_calendar_address, True),
    (action_ids.CALENDAR_OFF, _switch_calendar_off, True),
    (action_ids.COUNT_MEETINGS, _ask_for_meetings, False),
    (action_ids.STOP_MEETINGS, _stop_meetings, True),
    (action_ids.NEW_MAIL_ADDRESS, _renew_mail_address, True),
    (action_ids.MAIL_OFF, _switch_mail_off, True),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.INTEGRATION: _submit_integration,
    callback_ids.MEETINGS: _submit_meetings,
}
