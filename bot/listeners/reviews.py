"""Reviews of one partner and of all; issues, ideas, and the trust survey between them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from bot.actions import overview
from bot.actions.caller import Caller
from bot.actions.partners import edit, search
from bot.actions.portfolio import backtest, quarterly_review
from bot.actions.reviews import brief, hold, issues, referral_link, trust_survey
from bot.actions.workspace import settings
from bot.errors import NotFound
from bot.forms.state import FormState, field_value
from bot.grammar import AskRequest, IdeaRequest, IssueRequest, ReviewRequest
from bot.listeners.respond import Form, Reply
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, FormHandler, parse_form_id, parse_id
from bot.messages import common
from bot.messages.notifications import nudge
from bot.messages.portfolio import backtest as proof_words
from bot.messages.portfolio import quarterly_review as portfolio_words
from bot.messages.reviews import brief as words
from bot.messages.reviews import due, forms
from bot.messages.reviews import issues as matter_words
from bot.messages.reviews import referral_link as referral_words
from bot.messages.reviews import trust_survey as survey_words
from bot.services import Services
from bot.slack import action_ids, blocks, callback_ids
from bot.workspace.settings import SWITCHABLE
from scoring.signals import Reason

DONE, DROPPED = "done", "dropped"


def run_request(
    engine: Engine, caller: Caller, request: ReviewRequest | IssueRequest | IdeaRequest | AskRequest
) -> Reply:
    """Do what a request to `/partner` says."""
    match request:
        case ReviewRequest():
            return _review(engine, caller, request)
        case IssueRequest():
            return _note(engine, caller, request, issues.IssueKind.ISSUE)
        case IdeaRequest():
            return _note(engine, caller, request, issues.IssueKind.IDEA)
        case AskRequest():
            return _open_survey_form(engine, caller, request)


def _review(engine: Engine, caller: Caller, request: ReviewRequest) -> Reply:
    if request.everyone:
        found = quarterly_review.build_review(engine, caller)
        return portfolio_words.review_message(found, caller.team.currency)
    if request.partner is None:
        return due.due_message(brief.list_due_reviews(engine, caller), caller.user_id)
    return show_brief(engine, caller, search.get_partner_id(engine, caller, request.partner))


def _show_proof(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return proof_words.proof_message(backtest.run_backtest(services.engine, caller))


def _switch_off(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    if value not in SWITCHABLE:
        raise NotFound(UNKNOWN_BUTTON)
    words = " ".join({*caller.team.signals_off, value})
    settings.change_settings(services.engine, caller, {"signals_off": words})
    return proof_words.switched_off_message(Reason(value))


def show_due(engine: Engine, caller: Caller) -> blocks.Message:
    """Return the caller's partners to act on, and what became of their nudges."""
    found = nudge.due_message(overview.list_my_partners(engine, caller)[0])
    effects = backtest.measure_own_nudges(engine, caller)
    return blocks.Message(found.text, [*found.blocks, *proof_words.own_nudges_block(effects)])


def show_brief(engine: Engine, caller: Caller, partner_id: int) -> Reply:
    """Return the message with a partner's brief."""
    return words.brief_message(brief.build_brief(engine, caller, partner_id), caller.team.currency)


def _press_prepare(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return show_brief(services.engine, caller, parse_id(value))


def _hold(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = brief.build_brief(services.engine, caller, parse_id(value))
    next_on = caller.today + timedelta(days=caller.team.review_days)
    return Form(forms.hold_form(found, caller.team, next_on))


def _submit_review(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    values: dict[str, Any] = {
        name: kind.read(name, field_value(state, name), caller.team)
        for name, (_, kind, _) in forms.ANSWER_INPUTS.items()
    }
    answers = hold.ReviewAnswers(
        texts={name: values[name] for name in brief.ANSWER_FIELDS},
        openness=int(values["openness"]) if values["openness"] else None,
        step=values["step"],
        step_due_on=values["step_due_on"],
        next_on=values["next_on"],
    )
    return words.held_message(hold.hold_review(services.engine, caller, parse_form_id(rest), answers))


def _note(engine: Engine, caller: Caller, request: IssueRequest | IdeaRequest, kind: issues.IssueKind) -> Reply:
    partner_id = search.get_partner_id(engine, caller, request.partner or "")
    if request.what is None:
        return _note_form(engine, caller, partner_id, kind)
    return matter_words.issue_message(issues.add_issue(engine, caller, partner_id, kind, request.what))


def _note_form(engine: Engine, caller: Caller, partner_id: int, kind: issues.IssueKind) -> Form:
    return Form(forms.issue_form(partner_id, search.get_partner_name(engine, caller, partner_id), kind))


def _open_note(kind: issues.IssueKind) -> ButtonHandler:
    def press(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
        return _note_form(services.engine, caller, parse_id(value), kind)

    return press


def _submit_issue(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    if not rest or rest[0] not in list(issues.IssueKind):
        raise NotFound(UNKNOWN_BUTTON)
    kind = issues.IssueKind(rest[0])
    return matter_words.issue_message(
        issues.add_issue(services.engine, caller, parse_form_id(rest[1:]), kind, _text_value(state, "what"))
    )


def _resolve(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = issues.get_issue(services.engine, caller, parse_id(value), issues.IssueKind.ISSUE)
    return matter_words.settled_message(found) if found.was_settled else Form(forms.resolve_form(found))


def _submit_resolution(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    done = issues.resolve_issue(
        services.engine, caller, parse_form_id(rest), issues.IssueKind.ISSUE, _text_value(state, "how")
    )
    return matter_words.settled_message(done)


def _settle_idea(how: str) -> ButtonHandler:
    def press(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
        return matter_words.settled_message(
            issues.resolve_issue(services.engine, caller, parse_id(value), issues.IssueKind.IDEA, how)
        )

    return press


def _text_value(state: FormState, name: str) -> str | None:
    found = field_value(state, name)
    return found if isinstance(found, str) else None


# -- the trust survey: asking a partner's contact by a link, taking it back, keeping what they said


def _open_survey_form(engine: Engine, caller: Caller, request: AskRequest) -> Reply:
    partner_id = search.get_partner_id(engine, caller, request.partner or "")
    if request.contact is not None:
        return survey_words.link_message(trust_survey.create_survey_link(engine, caller, partner_id, request.contact))
    name, contact = trust_survey.prepare_request(engine, caller, partner_id)
    return Form(survey_words.request_form(partner_id, name, contact))


def _submit_survey(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    partner_id, contact = parse_form_id(rest), _text_value(state, "contact")
    if _text_value(state, "purpose") == survey_words.FOR_REFERRALS:
        made = referral_link.create_referral_link(services.engine, caller, partner_id, contact)
        return referral_words.link_message(made)
    return survey_words.link_message(trust_survey.create_survey_link(services.engine, caller, partner_id, contact))


def _withdraw(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return survey_words.withdrawn_message(trust_survey.withdraw_link(services.engine, caller, parse_id(value)))


def _withdraw_referral_link(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return referral_words.withdrawn_message(
        referral_link.withdraw_referral_link(services.engine, caller, parse_id(value))
    )


def _accept_offer(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = referral_link.accept_offer(services.engine, caller, parse_id(value))
    return referral_words.decided_message(done, caller.team.currency, caller.today)


def _decline_offer(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = referral_link.decline_offer(services.engine, caller, parse_id(value))
    return referral_words.decided_message(done, caller.team.currency, caller.today)


def _keep_answer(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = trust_survey.get_answer(services.engine, caller, parse_id(value))
    done = edit.edit_partner(services.engine, caller, found.partner_id, {"wiifm_them": found.text})
    if not done.changed:
        return common.saved_message(done, "is unchanged: the record already says so.")
    return common.saved_message(
        done, f"now has this in the record as what's in it for them: “{blocks.escape_clip(found.text, 600)}”"
    )


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.PREPARE_REVIEW, _press_prepare, False),
    (action_ids.HOLD_REVIEW, _hold, False),
    (action_ids.NOTE_ISSUE, _open_note(issues.IssueKind.ISSUE), False),
    (action_ids.NOTE_IDEA, _open_note(issues.IssueKind.IDEA), False),
    (action_ids.ISSUE_RESOLVED, _resolve, False),
    (action_ids.IDEA_DONE, _settle_idea(DONE), False),
    (action_ids.IDEA_DROPPED, _settle_idea(DROPPED), False),
    (action_ids.WITHDRAW_QUESTION, _withdraw, False),
    (action_ids.KEEP_THEIR_WORDS, _keep_answer, False),
    (action_ids.SHOW_PROOF, _show_proof, False),
    (action_ids.SIGNAL_OFF, _switch_off, False),
    (action_ids.WITHDRAW_REFERRAL_LINK, _withdraw_referral_link, False),
    (action_ids.ACCEPT_OFFER, _accept_offer, False),
    (action_ids.DECLINE_OFFER, _decline_offer, False),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.REVIEW_HOLD: _submit_review,
    callback_ids.MATTER_NOTE: _submit_issue,
    callback_ids.ISSUE_RESOLVE: _submit_resolution,
    callback_ids.ASK_VIEW: _submit_survey,
}
