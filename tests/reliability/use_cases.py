"""Every use case that writes, as it is done in a workspace with one of everything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine

from bot.actions import last_record, record_line
from bot.actions.activity import (
    amendments,
    another_lead,
    batch,
    cancel_plan,
    edit_entry,
    edit_values,
    outcomes,
    promises,
    record,
    undo,
    use_leftover,
    workflow_record,
)
from bot.actions.automatic_contact import Source, record_automatic_contact
from bot.actions.caller import Caller, claim_request
from bot.actions.economics import costs, terms
from bot.actions.notifications import changes, occasions
from bot.actions.partners import channels, edit, lifecycle, merge, people, removal, seen_addresses, spellings
from bot.actions.portfolio import verticals
from bot.actions.reviews import hold, issues, referral_link, referral_offer, trust_survey, trust_survey_answer
from bot.actions.reviews.referral_offer import OfferForm
from bot.actions.workspace import (
    calendar,
    crm_connections,
    crm_intake,
    first_steps,
    imports,
    integrations,
    mail,
    meetings,
    settings,
    webhooks,
)
from bot.actions.workspace.crm_intake import Changes
from bot.calendars.events import CalendarFacts, Meeting
from bot.calendars.fetch import Problem
from bot.config import Settings
from bot.crm.records import Company, CrmError, Deal, PartnerMark, System
from bot.crm.records import Problem as CrmProblem
from bot.grammar import CostRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.lines.values import Command, Entry, Found, How, Record
from bot.importing.csv_reader import parse_sheet
from bot.importing.run import ImportOptions, run_sheet
from bot.mail.message import MailFacts, MailKind
from bot.notifications import compose
from bot.notifications.compose import NUDGE
from bot.signed_links import ReferralTicket, SignedLinks, SurveyTicket
from bot.webhooks.events import CHOSEN
from bot.workspace import retention
from bot.workspace.team import Team
from scoring.vocabulary import Direction, Kind, Outcome, Promiser
from storage.contacts import calendars
from storage.db.engine import reading, writing
from storage.notifications import deliveries
from storage.workspaces import workspaces
from tests.authority.seeding import LINKED, SECRET, seed
from tests.listeners.office import ANA, NOW

LINKS = SignedLinks.of(Settings(tend_url="https://tend.example.com", slack_signing_secret="stand-in-secret"))
TODAY = NOW.date()


@dataclass(frozen=True)
class Place:
    """A workspace with one of everything; `mark` stands in all its names."""

    team: Team
    ids: SimpleNamespace
    mark: str

    def caller(self, request_key: str | None = None) -> Caller:
        return Caller(self.team, ANA, NOW, is_steward=True, request_key=request_key, links=lambda: LINKS, is_admin=True)

    def name(self, name: str) -> str:
        return name + self.mark


def make_place(engine: Engine, number: int) -> Place:
    """A workspace of its own, so that nothing has to be put back."""
    mark = f" w{number:06}"
    with writing(engine) as session:
        team = Team.of(workspaces.connect(session, team_id=f"T{number:06}", now=NOW, adopt=False))
    return Place(team, SimpleNamespace(**seed(engine, team.id, ANA, NOW, mark)), mark)


Do = Callable[[Engine, Caller, Place], Any]


def _touch(place: Place, *names: str) -> list[Any]:
    return [TouchRequest(partner=place.name(name), note="call", occurred_on=TODAY) for name in names]


def _lead(place: Place, outcome: Outcome) -> ReferralRequest:
    return ReferralRequest(
        partner=place.name("Acme Legal"), lead=place.name("Northwind"), outcome=outcome, value=700,
        direction=Direction.IN, occurred_on=TODAY,
    )  # fmt: skip


def _line(place: Place, *partners: str) -> list[Entry]:
    def entry(key: str) -> Entry:
        found = Found(id=getattr(place.ids, key), name=key, typed=key, how=How.EXACT)
        touch = Record(command=Command.TOUCH, kind=Kind.MEETING, partners=(found,), title="call", occurred_on=TODAY)
        return Entry(typed="call", command=Command.TOUCH, records=(touch,))

    return [entry(key) for key in partners]


def _edit_entry(engine: Engine, caller: Caller, place: Place, row: str, **changes: Any) -> Any:
    shown = edit_entry.entry_to_edit(engine, caller, getattr(place.ids, row))
    values = {name: getattr(shown.values, name) for name in edit_entry.EntryValues.__slots__} | changes
    return edit_entry.edit_entry(engine, caller, shown.id, shown.version, edit_entry.EntryValues(**values))


def _edit_rating(engine: Engine, caller: Caller, place: Place) -> Any:
    shown = edit_values.rating_to_edit(engine, caller, place.ids.rating)
    values = edit_values.RatingValues(side=shown.values.side, level=2, rated_on=shown.values.rated_on, note="less")
    return edit_values.edit_rating(engine, caller, shown.id, shown.version, values)


def _edit_promise(engine: Engine, caller: Caller, place: Place) -> Any:
    shown = edit_values.promise_to_edit(engine, caller, place.ids.promise)
    values = edit_values.PromiseValues(what="Send more", due_on=None, side=shown.values.side)
    return edit_values.edit_promise(engine, caller, shown.id, shown.version, values)


def _import(kind: str, text: str) -> Do:
    def do(engine: Engine, _caller: Caller, place: Place) -> Any:
        sheet = parse_sheet("a.csv", text.replace("{m}", place.mark).encode())
        return run_sheet(
            engine,
            team=place.team,
            sheet=sheet,
            options=ImportOptions(kind=kind, by=ANA, now=NOW),  # type: ignore[arg-type]
        )

    return do


def _nudge(engine: Engine, _caller: Caller, place: Place) -> Any:
    with writing(engine) as session:
        claimed = deliveries.claim(
            session, workspace_id=place.team.id, kind=NUDGE, recipient=ANA, period="today", as_of_on=TODAY, now=NOW
        )
        if claimed:
            row = deliveries.get(session, delivery_id=claimed)
            compose.compose_delivery(session, place.team, row, NOW, None)
    return claimed is not None


def _answers() -> hold.ReviewAnswers:
    return hold.ReviewAnswers({"benefits": "leads"}, 3, "Call", TODAY + timedelta(7), TODAY + timedelta(90))


_FIGURES = {
    "terms_hours": 40, "terms_rate_minor": 8000, "terms_retainer_minor": None, "terms_months": None,
    "terms_fee_minor": 50000, "terms_share": None, "terms_worth_minor": 2000000,
}  # fmt: skip


def _swap_names(own: str, other: str) -> Do:
    return lambda e, c, p: edit.edit_partner(e, c, getattr(p.ids, own), {"name": p.name(other)})


def _channel_message(engine: Engine, _caller: Caller, place: Place) -> Any:
    channel = LINKED + place.mark.upper()
    return channels.record_channel_message(engine, place.team, channel, ours=True, at=NOW.timestamp(), now=NOW)


def _connect(engine: Engine, caller: Caller) -> Any:
    return meetings.connect_calendar(engine, caller, "https://calendar.example/a.ics", "", str, sends_briefs=True)


def _claimed(engine: Engine, caller: Caller, place: Place) -> meetings.DueCalendar:
    """A calendar of the place that is read now."""
    with reading(engine) as session:
        row = calendars.get_source(session, workspace_id=place.team.id, user_id=caller.user_id)
    found = meetings.claim_calendar(engine, row, NOW) if row else None
    assert found
    return found


def _take_calendar(engine: Engine, caller: Caller, place: Place) -> Any:
    met = Meeting("k1", NOW - timedelta(hours=3), NOW - timedelta(hours=2), None, _at_acme(place))
    return meetings.take_calendar(engine, _claimed(engine, caller, place), CalendarFacts((met,)), None, NOW)


def _take_mail(engine: Engine, caller: Caller, place: Place) -> Any:
    facts = MailFacts("k" * 64, MailKind.MESSAGE, ("ana@tend.example",), _at_acme(place), NOW)
    return mail.take_mail(engine, mail.MailOwner(place.team, caller.user_id), facts, NOW)


def _at_acme(place: Place) -> tuple[str, ...]:
    """Somebody who is known, and two who are not."""
    return tuple(f"{name}@acme{place.team.id}.example" for name in ("jane", "carl", "eve"))


def _connect_crm(engine: Engine, caller: Caller) -> Any:
    return crm_connections.add_connection(engine, caller, System.HUBSPOT, {"token": "t"}, PartnerMark(), str)


def _claimed_crm(engine: Engine, caller: Caller) -> crm_connections.DueCrm:
    """A CRM of the place that is read now."""
    _connect_crm(engine, caller)
    crm_connections.note_preview(engine, caller, System.HUBSPOT)
    return crm_connections.claim_now(engine, caller, System.HUBSPOT, confirms=True)


def _due_crm(engine: Engine, caller: Caller) -> Any:
    crm_connections.give_back(engine, _claimed_crm(engine, caller), NOW)
    rows = crm_connections.list_due(engine, NOW, 1_000)
    return crm_connections.claim_connection(
        engine, next(row for row in rows if row.workspace_id == caller.team.id), NOW
    )


def _take_crm(engine: Engine, caller: Caller, place: Place) -> Any:
    company = Company("1", place.name("Acme Legal"), is_partner=True)
    deal = Deal("2", "Contoso", ("1",), NOW, None, "5", "", "Closed Won", True, True)
    changes = Changes(companies=[company], deals=[deal])
    return crm_intake.take(engine, _claimed_crm(engine, caller), changes, NOW)


CASES: dict[str, Do] = {
    "activity.amendments.undo_update": lambda e, c, p: amendments.undo_update(e, c, p.ids.update),
    "activity.another_lead.record_as_another": lambda e, c, p: another_lead.record_as_another(e, c, p.ids.update),
    "activity.batch.record_several": lambda e, c, p: batch.record_several(e, c, _touch(p, "Acme Legal", "Paper Ltd")),
    "activity.batch.record_several the other way": lambda e, c, p: batch.record_several(
        e, c, _touch(p, "Paper Ltd", "Acme Legal")
    ),
    "activity.cancel_plan.cancel_plan": lambda e, c, p: cancel_plan.cancel_plan(e, c, p.ids.plan),
    "activity.cancel_plan.cancel_planned": lambda e, c, p: cancel_plan.cancel_planned(
        e, c, p.name("Acme Legal"), "fair"
    ),
    "activity.edit_entry.edit_entry": lambda e, c, p: _edit_entry(e, c, p, "event", title="Other"),
    "activity.edit_entry.edit_entry to another": lambda e, c, p: _edit_entry(e, c, p, "event", partner_id=p.ids.paper),
    "activity.edit_values.edit_promise": _edit_promise,
    "activity.edit_values.edit_rating": _edit_rating,
    "activity.outcomes.set_outcome": lambda e, c, p: outcomes.set_outcome(e, c, p.ids.referral, Outcome.WON, 500),
    "activity.promises.put_promises": lambda e, c, p: promises.put_promises(
        e, c, ["Acme Legal", "Paper Ltd"], [Promised(what="Send it")]
    ),
    "activity.promises.add_promise": lambda e, c, p: promises.add_promise(e, c, p.ids.acme, "Call", None),
    "activity.promises.mark_promise_kept": lambda e, c, p: promises.mark_promise_kept(e, c, p.ids.promise),
    "activity.promises.undo_promise": lambda e, c, p: promises.undo_promise(e, c, p.ids.promise),
    "activity.record.record_request": lambda e, c, p: record.record_request(e, c, _touch(p, "Acme Legal")[0]),
    "activity.record.record_request of an open lead": lambda e, c, p: record.record_request(
        e, c, _lead(p, Outcome.WON)
    ),
    "activity.record.record_request of a rating": lambda e, c, p: record.record_request(
        e, c, TrustRequest(partner=p.name("Acme Legal"), level=2)
    ),
    "activity.undo.undo_activity": lambda e, c, p: undo.undo_activity(e, c, p.ids.event),
    "activity.undo.undo_activity of a lead": lambda e, c, p: undo.undo_activity(e, c, p.ids.referral),
    "activity.undo.undo_trust": lambda e, c, p: undo.undo_trust(e, c, p.ids.rating),
    "activity.use_leftover.promise_of_record": lambda e, c, p: use_leftover.promise_of_record(
        e, c, p.ids.event, use_leftover.Promised(Promiser.US, "Send it", None)
    ),
    "activity.use_leftover.record_for_another": lambda e, c, p: use_leftover.record_for_another(
        e, c, p.ids.event, p.ids.paper
    ),
    "activity.workflow_record.record_from_workflow": lambda e, c, p: workflow_record.record_from_workflow(
        e, c, _touch(p, "Acme Legal")[0]
    ),
    "automatic_contact.record_automatic_contact": lambda e, c, p: record_automatic_contact(
        e, p.team, p.ids.acme, TODAY, Source.MAIL, side=Direction.OUT, person_ids=[p.ids.jane], now=NOW
    ),
    "caller.claim_request": lambda e, c, p: claim_request(e, p.caller("the same")),
    "economics.costs.record_cost": lambda e, c, p: costs.record_cost(
        e, c, CostRequest(partner=p.name("Acme Legal"), minutes=60, what="lunch")
    ),
    "economics.costs.undo_cost": lambda e, c, p: costs.undo_cost(e, c, p.ids.cost),
    "economics.terms.save_terms": lambda e, c, p: terms.save_terms(e, c, p.ids.acme, _FIGURES),
    "last_record.undo_last": lambda e, c, p: last_record.undo_last(e, c),
    "notifications.changes.tell_changes": lambda e, c, p: changes.tell_changes(e, p.team, NOW),
    "notifications.occasions.keep_as_it_is": lambda e, c, p: occasions.keep_as_it_is(e, c, p.ids.acme),
    "partners.channels.create_link": lambda e, c, p: channels.create_link(e, c, p.ids.acme, "C0NEW"),
    "partners.channels.mark_announced": lambda e, c, p: channels.mark_announced(
        e, c, channels.create_link(e, c, p.ids.acme, "C0NEW")
    ),
    "partners.channels.record_channel_message": _channel_message,
    "partners.channels.remove_links": lambda e, c, p: channels.remove_links(e, c, p.ids.acme),
    "partners.people.add_person": lambda e, c, p: people.add_person(e, c, p.ids.acme, {"name": "Joe"}),
    "partners.people.edit_person": lambda e, c, p: people.edit_person(e, c, p.ids.jane, {"role": "CEO"}),
    "partners.people.erase_person": lambda e, c, p: people.erase_person(e, c, p.ids.joan),
    "partners.people.undo_person": lambda e, c, p: people.undo_person(e, c, p.ids.joan),
    "partners.people.undo_person_edit": lambda e, c, p: people.undo_person_edit(e, c, p.ids.person_edit),
    "partners.seen_addresses.refuse_offered": lambda e, c, p: seen_addresses.refuse_offered(e, c, p.ids.seen),
    "partners.seen_addresses.undo_refusal": lambda e, c, p: seen_addresses.undo_refusal(
        e, c, p.ids.refused, "dan@acme.example"
    ),
    "partners.edit.add_partner": lambda e, c, p: edit.add_partner(e, c, {"name": "Zenith"}, TODAY),
    "partners.edit.edit_partner": lambda e, c, p: edit.edit_partner(
        e, c, p.ids.acme, {"owner": None, "aliases": ("Acme", "Akme"), "vertical": "new"}
    ),
    "partners.edit.edit_partner to another's name": _swap_names("acme", "Paper Ltd"),
    "partners.edit.edit_partner to another's name, the other way": _swap_names("paper", "Acme Legal"),
    "partners.lifecycle.activate": lambda e, c, p: lifecycle.activate(e, c, p.ids.prospect),
    "partners.lifecycle.end": lambda e, c, p: lifecycle.end(e, c, p.ids.acme, "no fit"),
    "partners.lifecycle.pause": lambda e, c, p: lifecycle.pause(e, c, p.ids.acme, None, None),
    "partners.lifecycle.resume": lambda e, c, p: lifecycle.resume(e, c, p.ids.paused),
    "partners.lifecycle.snooze": lambda e, c, p: lifecycle.snooze(e, c, p.ids.acme, 7),
    "partners.lifecycle.wake": lambda e, c, p: lifecycle.wake(e, c, p.ids.snoozed),
    "partners.merge.merge": lambda e, c, p: merge.merge(e, c, p.ids.paper, p.ids.acme),
    "partners.merge.merge the other way": lambda e, c, p: merge.merge(e, c, p.ids.acme, p.ids.paper),
    "partners.merge.undo": lambda e, c, p: merge.undo(e, c, p.ids.merge),
    "partners.removal.remove": lambda e, c, p: removal.remove(e, c, p.ids.paper),
    "partners.spellings.forget_spelling": lambda e, c, p: spellings.forget_spelling(e, c, p.ids.spelling),
    "partners.spellings.learn_spelling": lambda e, c, p: spellings.learn_spelling(
        e, c, p.ids.paper, p.name("Akme Legl")
    ),
    "portfolio.verticals.create_vertical": lambda e, c, p: verticals.create_vertical(e, c, "new"),
    "portfolio.verticals.set_cadence": lambda e, c, p: verticals.set_cadence(e, c, p.ids.vertical, 9),
    "record_line.record_line": lambda e, c, p: record_line.record_line(e, c, _line(p, "acme", "paper")),
    "record_line.record_line the other way": lambda e, c, p: record_line.record_line(e, c, _line(p, "paper", "acme")),
    "reviews.hold.hold_review": lambda e, c, p: hold.hold_review(e, c, p.ids.acme, _answers()),
    "reviews.issues.add_issue": lambda e, c, p: issues.add_issue(e, c, p.ids.acme, issues.IssueKind.ISSUE, "late"),
    "reviews.issues.resolve_issue": lambda e, c, p: issues.resolve_issue(
        e, c, p.ids.issue, issues.IssueKind.ISSUE, "paid"
    ),
    "reviews.referral_link.accept_offer": lambda e, c, p: referral_link.accept_offer(e, c, p.ids.offer),
    "reviews.referral_link.create_referral_link": lambda e, c, p: referral_link.create_referral_link(
        e, c, p.ids.acme, p.name("Jane")
    ),
    "reviews.referral_link.decline_offer": lambda e, c, p: referral_link.decline_offer(e, c, p.ids.offer),
    "reviews.referral_link.withdraw_referral_link": lambda e, c, p: referral_link.withdraw_referral_link(
        e, c, p.ids.referral_link
    ),
    "reviews.referral_offer.record_offer": lambda e, c, p: referral_offer.record_offer(
        e, ReferralTicket(p.team.id, p.ids.referral_link, SECRET), NOW, OfferForm("x" * 22, "Fabrikam")
    ),
    "reviews.trust_survey.create_survey_link": lambda e, c, p: trust_survey.create_survey_link(
        e, c, p.ids.acme, p.name("Jane")
    ),
    "reviews.trust_survey.withdraw_link": lambda e, c, p: trust_survey.withdraw_link(e, c, p.ids.question),
    "reviews.trust_survey_answer.record_answer": lambda e, c, p: trust_survey_answer.record_answer(
        e, SurveyTicket(p.team.id, p.ids.question, SECRET), NOW, "4", "good"
    ),
    "workspace.calendar.disable_feed": lambda e, c, p: calendar.disable_feed(e, c),
    "workspace.calendar.renew_feed": lambda e, c, p: calendar.renew_feed(e, c),
    "workspace.meetings.connect_calendar": lambda e, c, p: _connect(e, c),
    "workspace.meetings.disconnect_calendar": lambda e, c, p: meetings.disconnect_calendar(e, c),
    "workspace.meetings.list_due": lambda e, c, p: len(meetings.list_due(e, NOW, 1)),
    "workspace.meetings.claim_calendar": _claimed,
    "workspace.meetings.note_failure": lambda e, c, p: meetings.note_failure(e, _claimed(e, c, p), Problem.HOST, NOW),
    "workspace.meetings.note_unchanged": lambda e, c, p: meetings.note_unchanged(e, _claimed(e, c, p), NOW),
    "workspace.meetings.take_calendar": _take_calendar,
    "workspace.mail.disable_address": lambda e, c, p: mail.disable_address(e, c),
    "workspace.mail.forget_old_mails": lambda e, c, p: mail.forget_old_mails(e, NOW),
    "workspace.mail.renew_address": lambda e, c, p: mail.renew_address(e, replace(c, mail_host="tend.example")),
    "workspace.mail.take_mail": _take_mail,
    "workspace.crm_connections.add_connection": lambda e, c, p: _connect_crm(e, c),
    "workspace.crm_connections.claim_connection": lambda e, c, p: _due_crm(e, c),
    "workspace.crm_connections.claim_now": lambda e, c, p: _claimed_crm(e, c),
    "workspace.crm_connections.give_back": lambda e, c, p: crm_connections.give_back(e, _claimed_crm(e, c), NOW),
    "workspace.crm_connections.list_due": lambda e, c, p: _due_crm(e, c),
    "workspace.crm_connections.note_failure": lambda e, c, p: crm_connections.note_failure(
        e, _claimed_crm(e, c), CrmError(CrmProblem.HOST), NOW
    ),
    "workspace.crm_connections.note_preview": lambda e, c, p: _claimed_crm(e, c),
    "workspace.crm_connections.note_written": lambda e, c, p: crm_connections.note_written(
        e, _claimed_crm(e, c), None, NOW
    ),
    "workspace.crm_connections.remove_connection": lambda e, c, p: (
        _connect_crm(e, c), crm_connections.remove_connection(e, c, System.HUBSPOT)
    ),
    "workspace.crm_connections.renew": lambda e, c, p: crm_connections.renew(
        e, _claimed_crm(e, c), NOW + timedelta(minutes=5)
    ),
    "workspace.crm_connections.set_fields": lambda e, c, p: (
        _connect_crm(e, c),
        crm_connections.set_fields(e, c, System.HUBSPOT, crm_connections.WriteFields(rvi="tend_rvi")),
    ),
    "workspace.first_steps.name_partners": lambda e, c, p: first_steps.name_partners(
        e, c, "\n".join([p.name("Paper Ltd"), p.name("Acme Legal"), "Zenith"]), None
    ),
    "workspace.imports.discard_file": lambda e, c, p: imports.discard_file(e, c, p.ids.staged),
    "workspace.imports.resume_file": lambda e, c, p: imports.resume_file(e, c, p.ids.staged),
    "workspace.imports.stage_file": lambda e, c, p: imports.stage_file(e, c, "F2", "b.csv", None, ""),
    "workspace.imports.undo_import": lambda e, c, p: imports.undo_import(e, c, p.ids.batch),
    "workspace.integrations.count_request": lambda e, c, p: integrations.count_request(
        e, integrations.ApiClient(p.ids.integration, p.team, "CRM", ANA, True), NOW
    ),
    "workspace.integrations.create_integration": lambda e, c, p: integrations.create_integration(e, c, "Site"),
    "workspace.integrations.revoke_integration": lambda e, c, p: integrations.revoke_integration(
        e, c, p.ids.integration
    ),
    "workspace.webhooks.add_webhook": lambda e, c, p: webhooks.add_webhook(
        e, c, "https://hooks.example.com/b", CHOSEN, str.swapcase
    ),
    "workspace.webhooks.pause_webhook": lambda e, c, p: webhooks.pause_webhook(e, c, p.ids.hook, paused=True),
    "workspace.webhooks.remove_webhook": lambda e, c, p: webhooks.remove_webhook(e, c, p.ids.hook),
    "workspace.webhooks.send_test_event": lambda e, c, p: webhooks.send_test_event(e, c, p.ids.hook),
    "workspace.webhooks.replay_dead": lambda e, c, p: webhooks.replay_dead(e, c, p.ids.hook),
    "workspace.settings.change_settings": lambda e, c, p: settings.change_settings(e, c, {"cadence_days": "20"}),
    "an import of activities": _import(
        "activities", f"partner,kind,direction,date,title\nAcme Legal{{m}},event,joint,{TODAY},A\n"
        f"Paper Ltd{{m}},event,joint,{TODAY},B\n",
    ),
    "an import of partners": _import(
        "partners", "name,since,role\nPaper Ltd{m},2025-01-01,client\nAcme Legal{m},2025-01-01,client\n"
        "New Ltd,2025-01-01,client\n",
    ),
    "a nudge": _nudge,
    "an intake of a CRM": _take_crm,
    "a purge": lambda e, c, p: retention.purge_workspace(e, NOW, p.team.id),
}  # fmt: skip
"""By the use case's name, with what is special about it behind."""
