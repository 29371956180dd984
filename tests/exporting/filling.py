"""A workspace in which everything was used, and what stands in its database without what is new in every database."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from storage.backup import workspace_dump
from storage.db.engine import reading, writing
from storage.partners import merges, names, partners
from storage.tables import (
    Activity,
    ActivityContact,
    Amendment,
    AuditEntry,
    ChannelLink,
    ContactPerson,
    Cost,
    Delivery,
    IgnoredAddress,
    IssueRecord,
    NextStep,
    NudgedSignal,
    OfferedReferral,
    PartnerDomain,
    PartnerSpelling,
    Person,
    ReferralLink,
    Review,
    SeenAddress,
    SignalNotice,
    TrustQuestion,
    TrustRating,
    Workspace,
)
from tests.importing.offices import NOW, Office

PARTNERS = """name,vertical,owner,since,status,cadence_days,aliases,wiifm_us,wiifm_them,wiifm_clients,external_id
Acme Legal,Solicitors,U0ANA,2024-03-01,active,20,ACME | Acme LLP,leads,"new clients,
every week",,P-1
"=Sum & Söhne",Accountants,U0BOB,2026-09-15,active,,"+plus;-minus",,,,
Paused Ltd,,,2023-01-01,paused,,,,,,P-3
"""
ACTIVITIES = """partner,kind,occurred_on,direction,count,title,value,outcome,external_id
Acme Legal,referral,2025-12-01,in,2,"=HYPERLINK(""http://x"")",5000.50,won,A-1
Acme Legal,event,2026-01-15,joint,1,Webinar,,,
Acme Legal,event,2026-01-15,joint,1,Webinar,,,
"=Sum & Söhne",strategic_referral,2026-10-01,out,1,-5 % off,,met,A-2
Paused Ltd,collaboration,2026-02-28,in,3,'quoted,,,
"""
TRUST = """partner,level,rated_on,side,rater,note
Acme Legal,4,2026-01-01,us,U0ANA,@ana said so
Acme Legal,2,2026-01-01,us,U0ANA,changed my mind
Acme Legal,5,2026-02-01,them,Jane Doe,
"=Sum & Söhne",3,2026-10-02,us,U0BOB,
"""


def fill(office: Office) -> None:
    """Import files, and add a row of every other table, some of them voided or settled."""
    for kind, text in (("partners", PARTNERS), ("activities", ACTIVITIES), ("trust", TRUST)):
        assert not office.take(kind, text).bad
    _by_hand(office.engine, office.team.id)


def _by_hand(engine: Engine, workspace_id: int) -> None:
    mine: dict[str, Any] = {"workspace_id": workspace_id}
    by: dict[str, Any] = {"recorded_at": NOW, "recorded_by": "U0ANA"}
    with writing(engine) as session:
        workspace = session.get_one(Workspace, workspace_id)
        workspace.timezone, workspace.stewards, workspace.hourly_rate_minor = "Europe/Berlin", "U0ANA U0BOB", 9_000
        twin = partners.add(
            session, workspace_id=workspace_id, name="Acme Solicitors", since_on=date(2020, 1, 1), by="U9", now=NOW
        )
        acme = names.find_name(session, workspace_id=workspace_id, spellings=["ACME"])
        assert acme is not None
        mine_of = mine | {"partner_id": acme[1]}
        rated = TrustRating(**mine_of, **by, side="theirs", level=3, rated_on=date(2026, 3, 1), rater="Jane Doe")
        gone = Activity(
            **mine_of, **by, kind="meeting", direction="joint", occurred_on=date(2026, 5, 5), medium="coffee",
            title="met Jane Doe", voided_at=NOW + timedelta(hours=1), voided_by="U0BOB",
        )  # fmt: skip
        late = Activity(
            **mine_of, **by, kind="referral", direction="in", occurred_on=date(2026, 1, 5), outcome="won",
            outcome_on=date(2026, 6, 1), value_minor=10_000, title="Contoso",
        )  # fmt: skip
        sent = Delivery(
            **mine, kind="nudge", recipient="U0ANA", period="2026-11-20", as_of_on=date(2026, 11, 20), token="t",
            state="sent", first_claimed_at=NOW, claimed_at=NOW, sent_at=NOW,
        )  # fmt: skip
        jane = ContactPerson(
            **mine_of, name="Jane Doe", role="CFO", address="Jane@acme.example", address_key="jane@acme.example",
            is_sponsor=True, created_at=NOW, created_by="U0ANA",
        )  # fmt: skip
        door = ReferralLink(
            **mine_of, contact="Jane Doe", secret_hash="d", asked_by="U0ANA", asked_at=NOW,
            expires_at=datetime(2026, 12, 1, tzinfo=UTC),
        )  # fmt: skip
        session.add_all(
            [door, rated, gone, late, sent, jane, Person(**mine, user_id="U0BOB", name="Bob", checked_at=NOW)]
        )
        session.flush()
        session.add_all([
            NextStep(**mine_of, activity_id=gone.id, what="send terms", due_on=date(2026, 6, 1), promised_by="U0BOB",
                     created_at=NOW),
            Cost(**mine_of, **by, spent_on=date(2026, 4, 1), money_minor=4_200, what="lunch"),
            Cost(**mine_of, **by, spent_on=date(2026, 4, 2), minutes=90, voided_at=NOW, voided_by="U0ANA"),
            IssueRecord(**mine_of, kind="issue", what="late", opened_at=NOW, opened_by="U0BOB", settled_at=NOW,
                   settled_by="U0ANA", settled_how="talked to <@U0BOB>"),
            Review(**mine_of, **by, held_on=date(2026, 7, 1), benefits="many", rvi="1.25"),
            AuditEntry(**mine, subject="activity", subject_id=late.id or 0, field="outcome", old="met", new="won",
                   changed_at=NOW, changed_by="U0BOB"),
            AuditEntry(**mine, subject="settings", subject_id=workspace_id, field="currency", new="GBP", changed_at=NOW,
                   changed_by="U0ANA"),
            SignalNotice(**mine_of, signal="quiet", told_to="U0ANA", level=1, told_on=date(2026, 11, 20),
                         delivery_id=sent.id or 0),
            NudgedSignal(**mine_of, signal="quiet", told_to="U0ANA", told_on=date(2026, 11, 20),
                         delivery_id=sent.id or 0),
            PartnerSpelling(**mine_of, key="akme", spelling="Akme", learnt_at=NOW, learnt_by="U0BOB"),
            Amendment(**mine_of, subject="activity", subject_id=late.id or 0, before='{"outcome": "met"}',
                      after='{"outcome": "won"}', amended_at=NOW, amended_by="U0BOB"),
            IgnoredAddress(**mine, address_key="noreply@acme.example", ignored_at=NOW, ignored_by="U0ANA"),
            PartnerDomain(**mine_of, domain="acme.example", added_at=NOW, added_by="U0ANA"),
            SeenAddress(**mine_of, key="0" * 64, address="carl@acme.example", seen_on=NOW.date(), seen_in="mail"),
            ActivityContact(**mine_of, activity_id=late.id or 0, contact_person_id=jane.id or 0),
            ChannelLink(**mine_of, channel_id="C0ACME", linked_by="U0ANA", linked_at=NOW, told_at=NOW),
            TrustQuestion(**mine_of, contact="Jane Doe", secret_hash="h", asked_by="U0ANA", asked_at=NOW,
                          expires_at=datetime(2026, 12, 1, tzinfo=UTC), answered_at=NOW, rating_id=rated.id),
            OfferedReferral(**mine_of, link_id=door.id or 0, form_key="f", name="Fabrikam", note="soon", came_at=NOW,
                            decided_at=NOW, decided_by="U0ANA", activity_id=late.id),
            Activity(**(mine_of | {"partner_id": twin.id}), **by, kind="event", direction="joint",
                     occurred_on=date(2026, 2, 2), title="Fair"),
        ])  # fmt: skip
        session.flush()
        assert merges.merge(
            session,
            **mine,
            partner_id=twin.id or 0,
            into_id=acme[1],
            before={"since_on": "2024-03-01"},
            by="U9",
            now=NOW,
        )


def other_workspace(engine: Engine) -> int:
    """Another workspace whose rows come first, so that no id is the same by chance."""
    with writing(engine) as session:
        made = Workspace(team_id="T0OTHER", created_at=NOW)
        session.add(made)
        session.flush()
        assert made.id is not None
        for name in ("Elsewhere", "Acme Legal"):
            row = partners.add(
                session, workspace_id=made.id, name=name, since_on=date(2020, 1, 1), by="U9", now=NOW, vertical="X"
            )
            session.execute(
                insert(Activity).values(
                    workspace_id=made.id, partner_id=row.id, kind="event", direction="joint",
                    occurred_on=date(2026, 1, 1), count=1, title="", recorded_at=NOW, recorded_by="U9",
                )
            )  # fmt: skip
        return made.id


def content(engine: Engine, workspace_id: int) -> dict[str, list[dict[str, Any]]]:
    """All rows of a workspace, each id replaced by the place of its row in its table; secrets left out."""
    with reading(engine) as session:
        found = {
            table: list(workspace_dump.read_rows(session, workspace_id=workspace_id, table=table))
            for table in _tables()
        }
        settings = workspace_dump.read_settings(session, workspace_id=workspace_id)
    places = {table.name: {row["id"]: at for at, row in enumerate(rows)} for table, rows in found.items()}
    told: dict[str, list[dict[str, Any]]] = {"workspace": [settings]}
    for table, rows in found.items():
        refers = {
            column.name: next(iter(column.foreign_keys)).column.table.name
            for column in table.c
            if column.foreign_keys and column.name != "workspace_id"
        } | {"id": table.name}
        for row in rows:
            for name, target in refers.items():
                if row.get(name) is not None:
                    row[name] = places[_target(table, name, target)][row[name]]
            if table.name == "partner_merge":
                moved = json.loads(row["moved"])
                row["moved"] = {name: [places[name].get(one) for one in ids] if name in merges.TABLES_BY_ID else ids
                                for name, ids in moved.items() if name != "change"}  # fmt: skip
            if table.name in ("change", "amendment"):
                row["subject_id"] = places.get(row["subject"], {workspace_id: 0})[row["subject_id"]]
        told[table.name] = rows
    return told


def _target(table: Any, name: str, guess: str) -> str:
    for one in table.c[name].foreign_keys:
        if one.column.name == "id":
            return str(one.column.table.name)
    return guess


def _tables() -> list[Any]:
    return workspace_dump.workspace_tables()


def all_tables() -> set[str]:
    """The names of the tables that belong to a workspace."""
    return {name for name, table in SQLModel.metadata.tables.items() if "workspace_id" in table.c}
