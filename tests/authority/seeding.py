"""One of everything that has an id, in our workspace and in a neighbour's."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.signed_links import LINK_LIFETIME, hash_secret
from bot.webhooks.events import CHOSEN
from storage.contacts import addresses, calendars, mail, persons, seen_addresses
from storage.db.engine import writing
from storage.imports import batches, staged_files
from storage.ledger import activities, amendments, automatic, costs, trust_ratings
from storage.partners import (
    issues,
    merges,
    partners,
    promises,
    referral_links,
    reviews,
    spellings,
    trust_surveys,
    verticals,
)
from storage.tables import ImportBatch
from storage.webhooks import endpoints, outbox
from storage.workspaces import api_tokens, calendar_feeds, linked_channels, workspaces
from tests.listeners.office import ADA, ANA, BOB, STEVE

YEARS_AGO = date(2025, 1, 1)
NEIGHBOUR = "T0OTHER"
LINKED = "C0LINKED"
SECRET = "0123456789abcdefABCDEF"
"""The random part of the links in the tests."""
FORM_KEY = "ABCDEFabcdef0123456789"
"""The key of a form that was sent by a link in the tests."""
API_TOKEN = "tend_" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
"""The token of the integration in our workspace."""


def seed(engine: Engine, workspace_id: int, by: str, now: datetime, mark: str = "") -> dict[str, int]:
    """The ids by name; `mark` stands in every text, so that a leak is seen. All is `by`'s."""
    here: dict[str, Any] = {"workspace_id": workspace_id}
    done: dict[str, Any] = {**here, "by": by, "now": now}
    today = now.date()
    with writing(engine) as session:

        def partner(name: str, **fields: Any) -> int:
            # Added on the day it began: Tend knows of all that was since.
            began = {"now": datetime.combine(YEARS_AGO, time(12), UTC), "since_on": YEARS_AGO}
            made = partners.add(session, name=name + mark, **({"owner": by} | done | began | fields))
            return made.id or 0

        acme = partner("Acme Legal", vertical="law" + mark, wiifm_us="leads")
        of: dict[str, Any] = {**done, "partner_id": acme}
        row = {"direction": "in", "occurred_on": today, "title": "Northwind" + mark}
        referral = activities.record(session, **of, **row, kind="referral", outcome="met").id
        event = activities.record(session, **of, **row, kind="event").id
        wrote = of | {"by": f"api:CRM{mark}"}
        api_event = activities.record(session, **wrote, **row, kind="event").id
        rating = trust_ratings.record_rating(
            session, **of, side="ours", level=4, rated_on=today, rater=by, note="kept" + mark
        ).id
        reviews.record_review(session, **of, held_on=YEARS_AGO, benefits="leads" + mark)
        secret = {"secret_hash": hash_secret(SECRET), "expires_at": now + LINK_LIFETIME}
        said = {"side": "theirs", "level": 3, "rated_on": today, "rater": "contact:joe", "note": "Your ears" + mark}
        answer = trust_surveys.create_question(session, **of, contact="Joe" + mark, **secret).id or 0
        trust_surveys.claim_answer(session, **here, question_id=answer, secret_hash=hash_secret(SECRET), now=now)
        told = trust_ratings.record_rating(session, **of, **said).id or 0
        trust_surveys.set_rating(session, **here, question_id=answer, rating_id=told)
        door = referral_links.create_link(session, **of, contact="Jane" + mark, **secret).id or 0
        staged = _staged(session, **done)
        found = {
            "acme": acme,
            "paper": partner("Paper Ltd"),
            "prospect": partner("Prospect Ltd", status="prospect"),
            "paused": partner("Paused Ltd", status="paused"),
            "ended": partner("Ended Ltd", status="ended"),
            "snoozed": partner("Snoozed Ltd", snoozed_until_on=today + timedelta(days=9)),
            "referral": referral,
            "event": event,
            "plan": activities.record(
                session,
                **of,
                kind="event",
                direction="joint",
                occurred_on=today + timedelta(days=9),
                title="Fair" + mark,
            ).id,
            "update": amendments.note(
                session,
                **here,
                partner_id=acme,
                subject="activity",
                subject_id=referral or 0,
                before={"outcome": "introduced"},
                after={"outcome": "met"},
                asked=_told_again("Northwind" + mark, today),
                by=by,
                now=now,
            ).id,
            "spelling": _spelling(session, workspace_id, acme, "Akme Legl" + mark, by, now),
            "api_event": api_event,
            "rating": rating,
            "promise": promises.add(session, **of, what="Send the deck" + mark, due_on=today).id,
            "cost": costs.record(session, **of, spent_on=today, money_minor=500, what="Lunch" + mark).id,
            "issue": issues.open_issue(session, **of, kind="issue", what="Late bills" + mark).id,
            "idea": issues.open_issue(session, **of, kind="idea", what="A breakfast" + mark).id,
            "question": trust_surveys.create_question(session, **of, contact="Jane" + mark, **secret).id,
            "answer": answer,
            "referral_link": door,
            "offer": referral_links.add_offer(
                session,
                **here,
                partner_id=acme,
                link_id=door,
                form_key=FORM_KEY,
                name="Contoso" + mark,
                reach=None,
                note="soon" + mark,
                now=now,
            ).id,
            "vertical": verticals.get_or_create(session, **here, name="bakers" + mark),
            "integration": api_tokens.create(
                session, **done, name="CRM" + mark, prefix="tend_012345", token_hash=hash_secret(API_TOKEN + mark)
            ).id,
            "hook": _webhook(session, workspace_id, by, now),
            "resting_hook": _webhook(session, workspace_id, by, now, paused=True),
            "staged": staged,
            "asked": _staged(session, **done),
            "batch": batches.start_batch(session, **done, kind="activities", file_name="a.csv").id,
        }
        merged = merges.merge(
            session, **done, partner_id=partner("Merged Ltd"), into_id=found["paused"] or 0, before={}
        )
        found["merge"] = merged.id if merged else 0
        link = linked_channels.link_channel(session, **of, channel_id=LINKED + mark.upper()).id or 0
        linked_channels.mark_announced(session, **here, link_id=link, now=now)
        for user in (ANA, BOB, ADA, STEVE):
            calendar_feeds.set_address(session, **here, user_id=user, token_hash=hash_secret(user + mark), now=now)
            mail.set_address(session, **here, user_id=user, token_hash=hash_secret(user + mark), now=now)
            calendars.set_source(session, **here, user_id=user, sealed="sealed", sends_briefs=True, now=now)
        jane = persons.add(session, **of, name="Jane Doe" + mark, address=f"jane@acme{workspace_id}.example").id or 0
        gone = persons.add(session, **of, name="Joan" + mark).id or 0
        mended = {"subject": "contact_person", "subject_id": jane, "before": {"role": "CFO"}, "after": {"role": None}}
        found |= {"jane": jane, "joan": gone, "person_edit": amendments.note(session, **of, **mended).id}
        contact = {"source": "mail", "medium": "mail", "side": "in", "day": today - timedelta(days=3), "now": now}
        found["mail"], _ = automatic.record_contact(session, **here, partner_id=acme, **contact)
        addresses.add_domain(session, **of, domain=f"acme{workspace_id}.example")
        found |= _seen(session, workspace_id, acme, today)
        session.flush()
        session.get_one(ImportBatch, found["batch"]).journal = _JOURNAL
        return {name: id or 0 for name, id in found.items()}


def _seen(session: Session, workspace_id: int, partner_id: int, day: date) -> dict[str, int | None]:
    """An address that is offered as a person, and one that was refused."""
    of = {"workspace_id": workspace_id, "partner_id": partner_id}
    seen = [f"carl@acme{workspace_id}.example", "dan@acme.example"]
    seen_addresses.note(
        session, workspace_id=workspace_id, partner_id=partner_id, addresses=seen, seen_on=day, seen_in="mail"
    )
    carl, dan = sorted(seen_addresses.list_offered(session, **of), key=lambda row: row.address or "")
    dan.address, dan.refused_at = None, datetime.combine(day, time.min, UTC)
    session.add(dan)
    return {"seen": carl.id, "refused": dan.id}


def _told_again(lead: str, day: date) -> dict[str, Any]:
    """A lead that was told again, as it is kept."""
    return {
        "direction": "in",
        "lead": lead,
        "value": None,
        "outcome": "met",
        "occurred_on": day,
        "strategic": False,
        "count": 1,
        "note": None,
    }


def _webhook(session: Session, workspace_id: int, by: str, now: datetime, *, paused: bool = False) -> int:
    """A webhook that gets everything, with an event that it did not take."""
    here = {"workspace_id": workspace_id}
    row = endpoints.add(session, **here, host="hooks.example.com", sealed="sealed", events=CHOSEN, by=by, now=now)
    of = {"event": "webhook.test", "lane": None, "body": "{}", "message_id": f"msg_{row.id}", "now": now}
    outbox.put(session, **here, endpoint_ids=[row.id or 0], **of)
    event = outbox.next_due(session, **here, endpoint_id=row.id or 0, now=now)
    outbox.change(session, **here, delivery_id=event.id or 0 if event else 0, state="dead", problem="500")
    if paused:
        endpoints.change(session, **here, endpoint_id=row.id or 0, paused_at=now, paused_by=by)
    return row.id or 0


def _spelling(session: Session, workspace_id: int, partner_id: int, text: str, by: str, now: datetime) -> int:
    spellings.learn(session, workspace_id=workspace_id, partner_id=partner_id, spelling=text, by=by, now=now)
    return next(row.id or 0 for row in spellings.of_partner(session, workspace_id=workspace_id, partner_id=partner_id))


_JOURNAL = '{"cells": [], "names": [], "changes": [], "verticals": []}'


def _staged(session: Session, *, workspace_id: int, by: str, now: datetime) -> int:
    """A file that waits, with a name that is only like a partner's."""
    file = {"file_id": "F1", "file_name": "a.csv", "choices": '{"kind": "trust"}'}
    staged = staged_files.stage(session, workspace_id=workspace_id, **file, by=by, now=now)
    found = '{"headers": ["Partner", "Trust", "Day"], "doubts": [["acm", "Acm", 1, [[1, "Acme"]]]]}'
    content = b"Partner,Trust,Day\nAcm,4,2026-01-01\n"
    staged_files.save_progress(
        session, workspace_id=workspace_id, staged_id=staged, now=now, state="asking", report=found, content=content
    )
    return staged


def neighbour(engine: Engine, by: str, now: datetime, ours: dict[str, int]) -> dict[str, int]:
    """The same things in a workspace that Tend once served; none of its ids is one of ours."""
    with writing(engine) as session:
        theirs = workspaces.connect(session, team_id=NEIGHBOUR, name="Elsewhere", now=now).id
    assert theirs is not None
    found = seed(engine, theirs, by, now, " Elsewhere")
    assert not any(found[name] == id for name, id in ours.items())
    return found
