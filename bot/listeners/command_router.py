"""Run what was typed: a slash command, a message in the DM, or a button that stands for one. Return what to show."""

from datetime import date

from sqlalchemy import Engine

from bot.actions import overview
from bot.actions.caller import Caller, claim_request
from bot.actions.partners import edit, lifecycle, search
from bot.actions.workspace import mail
from bot.actions.workspace.settings import change_settings, digest_readers, find_setting, get_settings
from bot.formatting import format_day
from bot.forms.partner_fields import FormPage
from bot.grammar import (
    PARTNER_FORMS,
    AddRequest,
    AskRequest,
    BriefRequest,
    CommandContext,
    CostRequest,
    DueRequest,
    EditRequest,
    EndRequest,
    ExplainRequest,
    HistoryRequest,
    IdeaRequest,
    IssueRequest,
    LinkRequest,
    ListRequest,
    MergeRequest,
    PartnerRequest,
    PartnerVerb,
    PauseRequest,
    PeopleRequest,
    ResumeRequest,
    ReviewRequest,
    ShowRequest,
    TendVerb,
    TermsRequest,
    UnknownPartner,
    UnlinkRequest,
    UsageError,
    ViewRequest,
    WhatIfRequest,
    read_partner,
    read_tend,
)
from bot.grammar.tend import without_equals
from bot.grammar.verbs import find_close_verb
from bot.listeners import economics, imports, lines, partners, people, portfolio, reviews, workspace
from bot.listeners.respond import Form, Reply
from bot.messages import card, common, forms, partner_brief
from bot.messages.activity import confirm
from bot.messages.listing import listing_message
from bot.messages.notifications import digest
from bot.messages.partners import added
from bot.messages.partners.explain import explanation_message
from bot.messages.workspace import help, settings
from bot.messages.workspace import mail as mail_words
from bot.slack.blocks import Message, actions, escape
from scoring.vocabulary import Status

COMMANDS = ("/referral", "/event", "/touch", "/trust", "/partner", "/tend")

_NEED_A_PARTNER = (
    PauseRequest,
    ResumeRequest,
    EndRequest,
    IssueRequest,
    IdeaRequest,
    AskRequest,
    HistoryRequest,
    PeopleRequest,
    BriefRequest,
    LinkRequest,
    UnlinkRequest,
)


def run_command(engine: Engine, caller: Caller, command: str, text: str, *, is_command: bool = True) -> Reply:
    """Read a command's text, do what it says, and return what to show.

    Raises:
        UsageError, TendError: what was wrong, in words for the person; nothing was recorded.
    """
    words = search.command_context(engine, caller)
    try:
        if command != "/tend" and help.is_help_request(text) and not words.known([text.strip()]):
            return help.command_help(command)
        if command == "/partner":
            return _partner(engine, caller, text, words)
        if command == "/tend" and (is_of_tend(text) or (is_command and is_mistyped_verb(text, words))):
            return _tend(engine, caller, text)
        name = "" if command == "/tend" else command.removeprefix("/")
        return lines.typed(engine, caller, name, text, _other, is_command=is_command)
    except UnknownPartner as unknown:
        return confirm.unknown_partner_message(
            command, unknown, search.find_close_names(engine, caller, unknown.splits)
        )


def _other(engine: Engine, caller: Caller, command: str, text: str) -> Reply:
    """Run `/partner …` or `/tend …` that was typed behind `/tend`, in the DM or to @Tend."""
    if command == "/tend" and not is_of_tend(text):
        return lines.typed(engine, caller, "", text, _other, is_command=True)
    return run_command(engine, caller, command, text)


def say(engine: Engine, caller: Caller, text: str) -> Reply:
    """Answer what was written in the DM or to @Tend: a command without its slash, or plain words."""
    if help.is_help_request(text):
        claim_request(engine, caller)
        return help.help_message()
    return understand_plain(engine, caller, text)


def understand_plain(engine: Engine, caller: Caller, text: str) -> Reply:
    """Answer a text as `say` does, but take a request for help as plain words.

    Raises:
        UsageError, TendError: as `run_command`.
    """
    try:
        return lines.typed(engine, caller, "", text, _other, is_command=False)
    except UnknownPartner as unknown:
        return confirm.unknown_partner_message(
            "/partner", unknown, search.find_close_names(engine, caller, unknown.splits)
        )


def is_of_tend(text: str) -> bool:
    """Return whether a text after `/tend` begins with a verb that only `/tend` has, or asks for help."""
    first = text.split(maxsplit=1)[0].casefold().rstrip(":") if text.strip() else ""
    return not first or help.is_help_request(text) or first in list(TendVerb)


def is_mistyped_verb(text: str, words: CommandContext) -> bool:
    """Return whether all of a text is a slip for a verb of `/tend`, and no partner's name."""
    word = text.strip()
    return word.isalpha() and bool(find_close_verb(word, list(TendVerb))) and not words.known([word])


def _tend(engine: Engine, caller: Caller, text: str) -> Reply:
    if help.is_help_request(text):
        return help.help_message()
    asked = read_tend(text)
    if asked.verb == TendVerb.STATUS:
        return help.status_message(overview.workspace_status(engine, caller))
    if asked.verb == TendVerb.CALENDAR:
        return workspace.calendars(engine, caller)
    if asked.verb == TendVerb.MAIL:
        return mail_words.address_message(mail.get_address(engine, caller), caller.today)
    if asked.verb == TendVerb.EXPORT:
        return workspace.export(engine, caller, asked)
    if asked.verb == TendVerb.IMPORT:
        return imports.ask_for_file(caller)
    if asked.verb == TendVerb.DIGEST:
        found = overview.team_digest(engine, caller)
        return digest.whole(found) if found.has_news else digest.no_news_message()
    if asked.verb == TendVerb.SETTINGS:
        if asked.key and asked.value is not None:
            # Of `@ana` and `#room`, which Slack sends as ids, only the names would be left when read as words.
            ids = asked.key in ("stewards", "digest_channel")
            value = without_equals(text).split(maxsplit=2)[2] if ids else asked.value
            team = change_settings(engine, caller, {asked.key: value})
            now = get_settings(engine, caller)[asked.key]
            changed = {asked.key: now}
            return settings.settings_changed_message(
                changed, locked_out=caller.is_locked_out(team), readers=digest_readers(caller, changed)
            )
        if asked.key:
            one = find_setting(asked.key)
            return settings.setting_message(one, get_settings(engine, caller)[one.key], caller.is_steward)
        return settings.settings_message(get_settings(engine, caller), caller.is_steward)
    topic = f"/{(asked.key or '').removeprefix('/').casefold()}"
    return help.command_help(topic) if topic in COMMANDS else help.help_message()


def _partner(engine: Engine, caller: Caller, text: str, words: CommandContext) -> Reply:
    try:
        request = read_partner(text, words)
    except UnknownPartner as unknown:
        try:
            request = search.read_by_beginning(engine, caller, text)
        except (UnknownPartner, UsageError):
            raise unknown from None
    if request is None:
        mine = overview.list_partners(engine, caller, ListRequest(is_mine=True))
        return listing_message(mine) if mine.scored else help.help_message()
    return run_request(engine, caller, request)


def run_request(engine: Engine, caller: Caller, request: PartnerRequest) -> Reply:
    """Do what a request to `/partner` says, or ask which partner it is about."""
    if isinstance(request, _NEED_A_PARTNER) and request.partner is None:
        form = PARTNER_FORMS.get(request.verb, f"/partner {request.verb} PARTNER")
        choices = search.partners_for_menu(engine, caller, request.verb)
        return confirm.partner_menu_message(request.verb, choices, form)
    match request:
        case MergeRequest() | LinkRequest() | UnlinkRequest():
            return partners.run_request(engine, caller, request)
        case CostRequest() | WhatIfRequest() | TermsRequest():
            return economics.run_request(engine, caller, request)
        case ReviewRequest() | IssueRequest() | IdeaRequest() | AskRequest():
            return reviews.run_request(engine, caller, request)
        case ViewRequest() | HistoryRequest():
            return portfolio.run_request(engine, caller, request)
        case AddRequest():
            return _add(engine, caller, request)
        case ListRequest():
            return listing_message(overview.list_partners(engine, caller, request))
        case DueRequest():
            return _due(engine, caller, request)
        case _ if request.partner is None:
            return _partner_menu(engine, caller, request.verb)
        case _:
            return _run_on_partner(engine, caller, request, search.get_partner_id(engine, caller, request.partner))


def _run_on_partner(
    engine: Engine,
    caller: Caller,
    request: ShowRequest
    | PeopleRequest
    | BriefRequest
    | EditRequest
    | ExplainRequest
    | PauseRequest
    | ResumeRequest
    | EndRequest,
    partner_id: int,
) -> Reply:
    match request:
        case ShowRequest():
            return show_card(engine, caller, partner_id)
        case PeopleRequest():
            return people.show_people(engine, caller, partner_id)
        case BriefRequest():
            return partner_brief.brief_message(*overview.partner_brief(engine, caller, partner_id))
        case EditRequest():
            return edit_form(engine, caller, partner_id)
        case ExplainRequest():
            return explain(engine, caller, partner_id, request.since)
        case PauseRequest():
            return _pause(engine, caller, partner_id, request)
        case ResumeRequest():
            return resume(engine, caller, partner_id)
        case EndRequest():
            return _end(engine, caller, partner_id, request.reason)


def _add(engine: Engine, caller: Caller, request: AddRequest) -> Reply:
    values = {"vertical": request.vertical, "owner": request.owner or caller.user_id, "since_on": request.since}
    if request.partner is None:
        return Form(forms.new_partner_form(values, caller.team))
    done = edit.add_partner(engine, caller, {"name": request.partner, **values})
    return added.added(done, overview.get_partner_values(engine, caller, done.partner_id))


def show_card(engine: Engine, caller: Caller, partner_id: int) -> Reply:
    return card.card_message(overview.partner_card(engine, caller, partner_id))


def _partner_menu(engine: Engine, caller: Caller, verb: PartnerVerb) -> Message:
    """List all partners, with a menu that runs the verb on one of them."""
    listed = listing_message(overview.list_partners(engine, caller, ListRequest()))
    choices = search.partners_for_menu(engine, caller, verb)
    if not choices:
        return listed
    return Message(listed.text, [*listed.blocks, actions(confirm.partner_menu(verb, choices))])


def edit_form(engine: Engine, caller: Caller, partner_id: int, step: FormPage = FormPage.WHO) -> Form:
    return Form(
        forms.edit_partner_form(overview.get_partner_values(engine, caller, partner_id), caller.team, partner_id, step)
    )


def _due(engine: Engine, caller: Caller, request: DueRequest) -> Reply:
    if request.partner:
        return show_card(engine, caller, search.get_partner_id(engine, caller, request.partner))
    if request.owner and request.owner != caller.user_id:
        return listing_message(overview.list_partners(engine, caller, ListRequest(owner=request.owner)))
    return reviews.show_due(engine, caller)


def explain(engine: Engine, caller: Caller, partner_id: int, since: date | None = None) -> Reply:
    return explanation_message(overview.explain_rvi(engine, caller, partner_id, since))


def _pause(engine: Engine, caller: Caller, partner_id: int, request: PauseRequest) -> Reply:
    done = lifecycle.pause(engine, caller, partner_id, request.until, request.reason)
    until = f" until {format_day(done.until)}" if done.until else ""
    return common.pause_message(done, f"is paused{until}: no nudges, and it is left out of the digest.")


def resume(engine: Engine, caller: Caller, partner_id: int) -> Reply:
    done = lifecycle.resume(engine, caller, partner_id)
    what = "a prospect" if done.status == Status.PROSPECT else done.status
    return common.saved_message(done, f"is {what} {'again' if done.changed else 'already; nothing changed'}.")


def _end(engine: Engine, caller: Caller, partner_id: int, reason: str | None) -> Reply:
    done = lifecycle.end(engine, caller, partner_id, reason)
    why = f" ({reason})" if reason else ""
    return common.pause_message(done, f"has ended{escape(why)}. The record and its history stay.")
