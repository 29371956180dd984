"""One row of everything that a workspace can have."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session

from storage.contacts import addresses, calendars, mail, persons, seen_addresses, spoken_with
from storage.imports import batches, crm_connections, staged_files
from storage.ledger import amendments, automatic, costs, trust_ratings, withdrawals
from storage.name_key import twin_key
from storage.notifications import acts, deliveries, told_signals
from storage.partners import (
    audit_log,
    external_ids,
    issues,
    merges,
    promises,
    referral_links,
    reviews,
    spellings,
    trust_surveys,
    verticals,
)
from storage.tables import ImportBatch, PartnerName
from storage.webhooks import endpoints, outbox, watch
from storage.workspaces import api_tokens, calendar_feeds, idempotency_keys, linked_channels, members, seen_requests
from tests.storage.making import DAY, NOW, activity, partner

LATER = datetime(2100, 1, 1, tzinfo=UTC)
BY = {"by": "U9", "now": NOW}
FILE = {"file_id": "F1", "file_name": "a.csv", "choices": ""}
CRM = {"name": "CRM", "prefix": "tend_0"}
KEY: dict[str, Any] = {"key": "k", "fingerprint": "f", "now": NOW, "lasts": timedelta(1)}
JANE: dict[str, Any] = {"name": "Jane Doe", "address": "jane@acme.example", "is_sponsor": True, "slack_id": "U0JANE"}
MET, WITHDRAWN = date(2019, 5, 2), date(2019, 5, 3)
"""Days of meetings in a calendar; the second one was cancelled."""
SEEN: dict[str, Any] = {"source": "mail", "medium": "mail", "side": "in", "now": NOW}
NOTED: dict[str, Any] = {"addresses": ["carl@acme.example"], "seen_on": DAY, "seen_in": "mail"}
OFFERED: dict[str, Any] = {"form_key": "f", "name": "Northwind", "reach": "a@b.example", "note": "soon", "now": NOW}
ASKED = {"contact": "Jane", "secret_hash": "h", "expires_at": LATER}
AMENDED: dict[str, Any] = {"subject": "activity", "before": {"title": ""}, "after": {"title": "Northwind"}}
EVENT: dict[str, Any] = {"event": "activity.recorded", "lane": 1, "body": "{}", "now": NOW}
CONNECTED: dict[str, Any] = {"system": "hubspot", "sealed": "s", "options": "{}", "by": "U9", "now": NOW}
COST = {"spent_on": DAY, "minutes": 90, "what": "lunch"}


def furnished(session: Session, ours: int) -> SimpleNamespace:
    """One row of everything."""
    batch = batches.start_batch(session, workspace_id=ours, kind="activities", file_name="a.csv", by="U1", now=NOW).id
    acme = partner(session, ours, aliases=["Acme Ltd"], vertical="law", owner="U1")
    partner(session, ours, "Resting", status="paused", paused_until_on=DAY - timedelta(1))
    revivable = partner(session, ours, "Gone", status="ended", status_reason=batches.UNDONE_REASON)
    row = activity(
        session, ours, acme, outcome="won", value_minor=500, source_key="k1", batch_id=batch, occurred_on=DAY
    )
    activity(session, ours, acme, outcome="met")
    lead = activity(session, ours, acme, outcome="introduced", title="Lead")
    activity(session, ours, acme, kind="event", direction="joint", title="Fair")
    rating = trust_ratings.record_rating(
        session,
        workspace_id=ours,
        partner_id=acme,
        side="ours",
        level=4,
        rated_on=DAY,
        rater="U1",
        by="U1",
        now=NOW,
        source_key="k1",
        batch_id=batch,
    ).id
    step = promises.add(
        session, workspace_id=ours, partner_id=acme, what="call", due_on=DAY, by="U1", now=NOW, activity_id=row
    ).id
    delivery = deliveries.claim(
        session, workspace_id=ours, kind="nudge", recipient="U1", period="p", as_of_on=DAY, now=NOW
    )
    assert delivery
    for kind, recipient in (("nudge", "U1"), ("digest", "")):
        past = deliveries.claim(
            session, workspace_id=ours, kind=kind, recipient=recipient, period="sent", as_of_on=DAY, now=NOW
        )
        assert past
        deliveries.finish(session, delivery_id=past, attempts=1, state="sent", sent_at=NOW)
        acts.set_waiting(session, delivery_id=past, partner_ids=[acme])
        told_signals.log_nudged(
            session,
            workspace_id=ours,
            partner_id=acme,
            signal="quiet",
            told_to="U1",
            told_on=DAY,
            delivery_id=past,
        )
    told_signals.mark_told(
        session,
        workspace_id=ours,
        partner_id=acme,
        signal="quiet",
        level=1,
        told_to="U1",
        told_on=DAY,
        delivery_id=delivery,
    )
    audit_log.log_change(
        session,
        workspace_id=ours,
        subject="partner",
        subject_id=acme,
        field="owner",
        old=None,
        new="U1",
        by="U1",
        now=NOW,
    )
    # Two partners with one name, as a migration may leave them.
    session.add(PartnerName(workspace_id=ours, partner_id=revivable, key=twin_key("Acme"), name="Acme", is_alias=True))
    ended = {"subject": "partner", "subject_id": revivable, "field": "status", "old": "active", "new": "ended"}
    audit_log.log_change(session, workspace_id=ours, **ended, **BY)
    chosen = {"subject": "settings", "subject_id": ours, "field": "currency", "old": "GBP", "new": "EUR"}
    audit_log.log_change(session, workspace_id=ours, **chosen, **BY)
    members.save_member(
        session, workspace_id=ours, user_id="U1", name="Ann", timezone=None, standing="member", is_admin=True, now=NOW
    )
    seen_requests.claim_key(session, workspace_id=ours, key="Ev1", now=NOW)
    mail.set_address(session, workspace_id=ours, user_id="U1", token_hash=f"m1 of {ours}", now=NOW)
    mail.claim_mail(session, workspace_id=ours, key="k1", now=NOW)
    calendars.set_source(session, workspace_id=ours, user_id="U1", sealed="sealed", sends_briefs=True, now=NOW)
    source = calendars.get_source(session, workspace_id=ours, user_id="U1")
    when = {"occurred_on": DAY, "starts_at": NOW, "ends_at": NOW}
    calendars.add_meeting(session, workspace_id=ours, user_id="U1", partner_id=acme, key="k1", **when)
    crm_connections.add(session, workspace_id=ours, **CONNECTED)
    connection = crm_connections.get(session, workspace_id=ours, system="hubspot")
    calendar_feeds.set_address(session, workspace_id=ours, user_id="U1", token_hash=f"h1 of {ours}", now=NOW)
    crm = api_tokens.create(session, workspace_id=ours, **CRM, token_hash=f"h1 of {ours}", **BY).id or 0
    idempotency_keys.take_key(session, workspace_id=ours, integration_id=crm, **KEY)
    hook = (
        endpoints.add(session, workspace_id=ours, host="x.example", sealed="x", events=["activity.recorded"], **BY).id
        or 0
    )
    for number in range(2):
        outbox.put(session, workspace_id=ours, endpoint_ids=[hook], message_id=f"m{number}", **EVENT)
    dead = outbox.next_due(session, workspace_id=ours, endpoint_id=hook, now=NOW)
    outbox.change(session, workspace_id=ours, delivery_id=dead.id or 0 if dead else 0, state="dead")
    event = outbox.next_due(session, workspace_id=ours, endpoint_id=hook, now=NOW)
    watch.keep(session, workspace_id=ours, known="{}", was=None)
    cost = costs.record(session, workspace_id=ours, partner_id=acme, **COST, **BY).id
    issue = issues.open_issue(session, workspace_id=ours, partner_id=acme, kind="issue", what="late", **BY).id
    reviews.record_review(session, workspace_id=ours, partner_id=acme, held_on=DAY, **BY)
    asked = trust_surveys.create_question(session, workspace_id=ours, partner_id=acme, **ASKED, **BY).id
    said = (
        trust_surveys.create_question(
            session, workspace_id=ours, partner_id=acme, **(ASKED | {"contact": "Joe"}), **BY
        ).id
        or 0
    )
    trust_surveys.claim_answer(session, workspace_id=ours, question_id=said, secret_hash="h", now=NOW)
    trust_surveys.set_rating(session, workspace_id=ours, question_id=said, rating_id=rating or 0)
    door = referral_links.create_link(session, workspace_id=ours, partner_id=acme, **ASKED, **BY).id or 0
    offer = referral_links.add_offer(session, workspace_id=ours, partner_id=acme, link_id=door, **OFFERED).id
    vertical = verticals.get_or_create(session, workspace_id=ours, name="law")
    link = linked_channels.link_channel(session, workspace_id=ours, partner_id=acme, channel_id="C1", **BY).id
    linked_channels.mark_announced(session, workspace_id=ours, link_id=link or 0, now=NOW)
    learnt = {"partner_id": acme, "spelling": "Akme"}
    spellings.learn(session, workspace_id=ours, **learnt, **BY)
    (spelling,) = spellings.of_partner(session, workspace_id=ours, partner_id=acme)
    mended = amendments.note(session, workspace_id=ours, **AMENDED, partner_id=acme, subject_id=row, **BY)
    twin = partner(session, ours, "Twin")
    external_ids.add_many(
        session, workspace_id=ours, ids=[(acme, "crm", "x1"), (acme, None, "x0"), (twin, "crm", "x3")]
    )
    merged = merges.merge(session, workspace_id=ours, partner_id=twin, into_id=acme, before={}, **BY)
    assert merged
    jane = persons.add(session, workspace_id=ours, partner_id=acme, **JANE, **BY).id or 0
    joan = persons.add(session, workspace_id=ours, partner_id=acme, name="Joan", **BY).id or 0
    spoken_with.name_persons(session, workspace_id=ours, partner_id=acme, activity_id=row, person_ids=[jane, joan])
    before = DAY - timedelta(9)
    automatic.record_contact(session, workspace_id=ours, partner_id=acme, day=before, **SEEN)
    met = SEEN | {"source": "calendar", "medium": withdrawals.MEDIUM}
    for day in (MET, WITHDRAWN):
        automatic.record_contact(session, workspace_id=ours, partner_id=acme, day=day, **met)
    withdrawals.withdraw_contact(session, workspace_id=ours, partner_id=acme, day=WITHDRAWN, now=NOW)
    activity(session, ours, acme, kind="meeting", occurred_on=before)
    addresses.add_domain(session, workspace_id=ours, partner_id=acme, domain="acme.example", **BY)
    addresses.ignore_address(session, workspace_id=ours, address="noreply@acme.example", **BY)
    seen_addresses.note(session, workspace_id=ours, partner_id=acme, **NOTED)
    (seen,) = seen_addresses.list_offered(session, workspace_id=ours, partner_id=acme)
    staged = staged_files.stage(session, workspace_id=ours, **FILE, **BY)
    staged_files.save_choices(session, workspace_id=ours, headers="h", choices="{}", now=NOW)
    session.get_one(ImportBatch, batch).journal = '{"cells": [], "names": [], "changes": [], "verticals": []}'
    session.flush()
    return SimpleNamespace(
        merge=merged.id,
        source=source.id if source else 0,
        connection=connection.id if connection else None,
        meeting=calendars.list_meetings(session, workspace_id=ours, user_id="U1")[0].id,
        spelling=spelling.id,
        amendment=mended.id,
        hook=hook,
        event=event.id if event else 0,
        vertical=vertical,
        link=link,
        acme=acme,
        revivable=revivable,
        row=row,
        rating=rating,
        step=step,
        cost=cost,
        issue=issue,
        question=asked,
        door=door,
        offer=offer,
        crm=crm,
        delivery=delivery,
        batch=batch,
        staged=staged,
        lead=lead,
        seen=seen.id,
        jane=jane,
        joan=joan,
    )
