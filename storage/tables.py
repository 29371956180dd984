"""The tables. Every one belongs to a workspace; the ledger's rows are voided, never deleted, but for an import's that
is taken back whole.

Words are spelt as in `scoring.words`, which this package does not import: the checks below name
them again, and a test holds the two together. Instants end in `_at` (aware, UTC), days in `_on`
(the workspace's local day), money is integer minor units of the workspace's one currency.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

KINDS = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion", "meeting")
DIRECTIONS = ("in", "out", "joint")
OUTCOMES = ("introduced", "met", "won", "lost", "declined")
SIDES = ("ours", "theirs")
STATUSES = ("prospect", "active", "paused", "ended")
ROLES = ("partner", "introducer", "both")
OVERLAPS = ("none", "some", "high")
TERMS = ("hourly", "retainer", "retainer_and_success", "success_only", "commission", "none")
ANSWERS = ("willing", "unwilling", "not_asked")
MATTERS = ("issue", "idea")
STAGES = ("reading", "asking", "importing", "done")
DELIVERY_KINDS = ("nudge", "digest")
DELIVERY_STATES = ("claimed", "sent", "nothing", "retry", "failed")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    # A check holds for NULL, so an optional column may be empty.
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _of_partner() -> ForeignKeyConstraint:
    """A row of a partner names its workspace too, so that the database itself refuses a crossing."""
    return ForeignKeyConstraint(["workspace_id", "partner_id"], ["partner.workspace_id", "partner.id"])


def _over(condition: str) -> dict[str, Any]:
    """An index over some rows only. PostgreSQL learns it from the migrations: if it were named here too, each process
    would load PostgreSQL's dialect, 3 MB, whatever its database is."""
    return {"sqlite_where": text(condition)}


class Stored(SQLModel, defer_build=True):
    """What all rows have in common: it is the database that checks them, so that no validator is built."""


class Workspace(Stored, table=True):
    """One Slack team that installed Tend, with the team's settings.

    `team_id` is empty until the first connection to Slack tells it: what a single-token
    installation imports or sets before that belongs to the same row. `look_at` is when the clockwork
    looks at it next; empty for as soon as it can.
    """

    __tablename__: ClassVar[str] = "workspace"
    id: int | None = Field(default=None, primary_key=True)
    team_id: str | None = Field(default=None, unique=True, max_length=32)
    name: str = ""
    bot_user_id: str | None = None
    created_at: datetime
    timezone: str = "UTC"
    currency: str = Field(default="GBP", max_length=3)
    cadence_days: int = 30
    learn_cadence: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    nudge_hour: int = 9
    quiet_hour: int = 20
    working_days: str = "mon tue wed thu fri"
    holidays: str = ""
    digest_channel: str | None = None
    digest_day: str = "mon"
    digest_hour: int = 9
    hourly_rate_minor: int | None = None
    concentration_percent: int = 40
    review_days: int = 91
    stewards: str = ""
    digest_problem: str | None = None
    uninstalled_at: datetime | None = Field(default=None, index=True)
    look_at: datetime | None = Field(default=None, index=True)


class Person(Stored, table=True):
    """What Slack says of a user id, kept so that a command needs no call to learn who typed it."""

    __tablename__: ClassVar[str] = "person"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    name: str = ""
    timezone: str | None = None
    standing: str = "member"
    is_admin: bool = False
    checked_at: datetime


class Vertical(Stored, table=True):
    """A line of business, with its own cadence where the team gave it one."""

    __tablename__: ClassVar[str] = "vertical"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), UniqueConstraint("workspace_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    name: str
    cadence_days: int | None = None


class Partner(Stored, table=True):
    """An outside organisation we nurture. Its names stand in `PartnerName`.

    `fit` holds the letters of the three shapes of a fit, with spaces between. What the terms come to is worked
    out from `terms_*`: money in minor units, the share of what success is worth in hundredths of a percent.
    `merged_into_id` is the partner that this one is part of: then it is shown nowhere, and kept so that the merge can
    be undone.
    """

    __tablename__: ClassVar[str] = "partner"
    __table_args__ = (
        _one_of("status", STATUSES),
        _one_of("role", ROLES),
        _one_of("overlap", OVERLAPS),
        _one_of("terms", TERMS),
        _one_of("terms_answer", ANSWERS),
        CheckConstraint("openness BETWEEN 1 AND 5", "openness"),
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(["workspace_id", "vertical_id"], ["vertical.workspace_id", "vertical.id"]),
        ForeignKeyConstraint(["workspace_id", "merged_into_id"], ["partner.workspace_id", "partner.id"]),
        Index(None, "workspace_id", "external_id", unique=True),
        Index(None, "workspace_id", "owner"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    vertical_id: int | None = None
    owner: str | None = None
    since_on: date
    status: str = "active"
    status_reason: str | None = None
    paused_until_on: date | None = None
    snoozed_until_on: date | None = None
    cadence_days: int | None = None
    wiifm_us: str | None = None
    wiifm_them: str | None = None
    wiifm_clients: str | None = None
    role: str = "partner"
    stakeholder: str | None = None
    customer_benefit: str | None = None
    fit: str = ""
    same_customer: bool = False
    other_industry: bool | None = None
    overlap: str | None = None
    boundary: str | None = None
    boundary_link: str | None = None
    boundary_review_on: date | None = None
    customers_we_can: int | None = None
    customers_they_can: int | None = None
    other_partners: str | None = None
    our_role: str | None = None
    their_role: str | None = None
    our_sponsor: str | None = None
    their_sponsor: str | None = None
    openness: int | None = None
    terms: str | None = None
    terms_answer: str = "not_asked"
    terms_rate_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_hours: int | None = None
    terms_months: int | None = None
    terms_retainer_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    terms_share: int | None = None
    terms_worth_minor: int | None = Field(default=None, sa_type=BigInteger)
    outcome_target: str | None = None
    outcome_due_on: date | None = None
    outcome_met_on: date | None = None
    risk_plan: str | None = None
    next_review_on: date | None = None
    external_id: str | None = None
    merged_into_id: int | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    created_at: datetime
    created_by: str


class PartnerMerge(Stored, table=True):
    """A merge of one partner into another (`into_id`), with what it takes to undo it.

    `moved` is a JSON object: the ids of the rows that changed hands, by table; of names their keys, and of notices the
    signal and who was told, since those rows may be made anew. `before` is a JSON object, too: what stood in the fields
    of the other partner that were filled from this one.
    """

    __tablename__: ClassVar[str] = "partner_merge"
    __table_args__ = (
        _of_partner(),
        ForeignKeyConstraint(["workspace_id", "into_id"], ["partner.workspace_id", "partner.id"]),
        Index(None, "workspace_id", "into_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    into_id: int
    moved: str
    before: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None


class PartnerName(Stored, table=True):
    """Every spelling a partner goes by: one table, so that names and aliases are unique together."""

    __tablename__: ClassVar[str] = "partner_name"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), _of_partner())
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int = Field(index=True)
    key: str
    name: str
    is_alias: bool = False


class Activity(Stored, table=True):
    """A row of the ledger. `source_key` is how an import knows a row it has already taken.

    A referral's `outcome` moves on after the introduction; `outcome_on` is the day it came to stand there.
    """

    __tablename__: ClassVar[str] = "activity"
    __table_args__ = (
        _one_of("kind", KINDS),
        _one_of("direction", DIRECTIONS),
        _one_of("outcome", OUTCOMES),
        CheckConstraint("count >= 1", "count"),
        UniqueConstraint("workspace_id", "source_key"),
        _of_partner(),
        # Covers the sums of all scores: no table row is read for them.
        Index(
            "ix_activity_sums", "workspace_id", "partner_id", "occurred_on", "kind", "direction", "count",
            **_over("voided_at IS NULL"),
        ),
        # Find a week's rows without reading the whole ledger.
        Index(None, "workspace_id", "occurred_on"),
        Index(None, "workspace_id", "recorded_at"),
        # Covers the value won, and finds the referrals that are still open.
        Index(
            "ix_activity_outcomes",
            "workspace_id", "outcome", "partner_id", "direction", "outcome_on", "value_minor",
            **_over("voided_at IS NULL AND outcome IS NOT NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    kind: str
    direction: str
    occurred_on: date
    count: int = 1
    title: str = ""
    medium: str | None = None
    outcome: str | None = None
    outcome_on: date | None = None
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    source_key: str | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class TrustRating(Stored, table=True):
    """How far a rater trusts, on a day, on one side."""

    __tablename__: ClassVar[str] = "trust_rating"
    __table_args__ = (
        _one_of("side", SIDES),
        CheckConstraint("level BETWEEN 1 AND 5", "level"),
        UniqueConstraint("workspace_id", "source_key"),
        _of_partner(),
        Index(None, "workspace_id", "partner_id", "side", "rater", "rated_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    side: str
    level: int
    rated_on: date
    rater: str
    note: str = ""
    source_key: str | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class TrustQuestion(Stored, table=True):
    """A private link by which somebody at a partner says how far they trust us: asked once, answered once.

    `contact` is whom it is for, as the asker calls them. Of the link only a hash of its random part is kept, so that
    nobody can make it out of the database. `rating_id` is what they said, once they did.
    """

    __tablename__: ClassVar[str] = "trust_question"
    __table_args__ = (_of_partner(), Index(None, "workspace_id", "partner_id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    contact: str
    secret_hash: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    rating_id: int | None = Field(default=None, foreign_key="trust_rating.id")
    withdrawn_at: datetime | None = None


class ChannelLink(Stored, table=True):
    """A channel in which messages count as contact with a partner, from `told_at` on, when the channel was told so."""

    __tablename__: ClassVar[str] = "channel_link"
    __table_args__ = (
        _of_partner(),
        Index(None, "workspace_id", "partner_id"),
        # A channel is one partner's at a time.
        Index(
            "uq_channel_link_workspace_id_channel_id", "workspace_id", "channel_id", unique=True,
            **_over("unlinked_at IS NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    channel_id: str = Field(max_length=32)
    linked_by: str
    linked_at: datetime
    told_at: datetime | None = None
    unlinked_by: str | None = None
    unlinked_at: datetime | None = None


class NextStep(Stored, table=True):
    """Something promised to a partner, with the day it is due by."""

    __tablename__: ClassVar[str] = "next_step"
    __table_args__ = (_of_partner(), Index(None, "workspace_id", "partner_id", "due_on"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    activity_id: int | None = Field(default=None, foreign_key="activity.id")
    what: str
    due_on: date | None = None
    promised_by: str
    created_at: datetime
    done_at: datetime | None = None
    voided_at: datetime | None = None


class Cost(Stored, table=True):
    """What a partnership cost us on a day: money, or minutes of our time. Voided, never deleted."""

    __tablename__: ClassVar[str] = "cost"
    __table_args__ = (
        CheckConstraint("(money_minor IS NULL) <> (minutes IS NULL)", "one_of_two"),
        _of_partner(),
        Index(None, "workspace_id", "partner_id", "spent_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    spent_on: date
    money_minor: int | None = Field(default=None, sa_type=BigInteger)
    minutes: int | None = None
    what: str = ""
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None = None
    voided_by: str | None = None


class Matter(Stored, table=True):
    """Something that stands between us and a partner, or an idea for the two of us, until it is settled."""

    __tablename__: ClassVar[str] = "matter"
    __table_args__ = (_one_of("kind", MATTERS), _of_partner(), Index(None, "workspace_id", "partner_id"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    kind: str
    what: str
    opened_at: datetime
    opened_by: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_how: str | None = None


class Review(Stored, table=True):
    """A review that was held: the answers, and the numbers as they stood."""

    __tablename__: ClassVar[str] = "review"
    __table_args__ = (_of_partner(), Index(None, "workspace_id", "partner_id", "held_on"))
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    held_on: date
    benefits: str = ""
    reasons: str = ""
    profit: str = ""
    strengths: str = ""
    weaknesses: str = ""
    customer_benefit: str = ""
    rvi: str | None = None
    reverse_rvi: str | None = None
    wiifm_us: str | None = None
    wiifm_them: str | None = None
    next_on: date | None = None
    recorded_at: datetime
    recorded_by: str


class Change(Stored, table=True):
    """Who changed which field of what, and when. Values are the words a person would read."""

    __tablename__: ClassVar[str] = "change"
    __table_args__ = (Index(None, "workspace_id", "subject", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    subject: str
    subject_id: int
    field: str
    old: str | None = None
    new: str | None = None
    changed_at: datetime
    changed_by: str


class Delivery(Stored, table=True):
    """One nudge or digest that is to be sent exactly once; the unique row is the claim.

    A nudge is known by its owner (`recipient`) and local day (`period`), a digest by its ISO week
    alone (`recipient` is empty, so that moving the digest to another channel posts no second one).
    """

    __tablename__: ClassVar[str] = "delivery"
    __table_args__ = (
        _one_of("kind", DELIVERY_KINDS),
        _one_of("state", DELIVERY_STATES),
        UniqueConstraint("workspace_id", "kind", "recipient", "period"),
        Index("ix_delivery_open", "state", "claimed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: str
    recipient: str
    period: str
    as_of_on: date
    token: str = Field(unique=True)
    state: str = "claimed"
    first_claimed_at: datetime
    claimed_at: datetime
    attempts: int = 1
    sent_at: datetime | None = None
    channel: str | None = None
    message_ts: str | None = None
    problem: str | None = None


class SignalNotice(Stored, table=True):
    """The last time somebody was told of a partner's signal, while its cause lasts."""

    __tablename__: ClassVar[str] = "signal_notice"
    __table_args__ = (UniqueConstraint("workspace_id", "partner_id", "signal", "told_to"), _of_partner())
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    partner_id: int
    signal: str
    told_to: str = Field(max_length=32)
    level: int
    told_on: date
    delivery_id: int = Field(foreign_key="delivery.id")


class ImportBatch(Stored, table=True):
    """One import that put something in, so that it can be taken out again as a whole."""

    __tablename__: ClassVar[str] = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    file_name: str
    added: int = 0
    created_at: datetime
    created_by: str
    undone_at: datetime | None = None
    journal: str | None = None  # JSON: what it changed of rows that were there


class StagedImport(Stored, table=True):
    """A file that somebody brings in, between their clicks: any process may take the next one. Gone when it is done.

    `state`: it is being read, waits for its owner, is being imported, or is in and has still to be told.
    """

    __tablename__: ClassVar[str] = "staged_import"
    __table_args__ = (_one_of("state", STAGES),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    created_by: str
    created_at: datetime
    touched_at: datetime  # when somebody last worked on it
    state: str
    file_id: str
    file_name: str
    content: bytes | None = None
    choices: str = ""  # JSON: kind, columns, words and names, as chosen so far
    report: str = ""  # JSON: what was found or done
    channel: str = ""
    message_ts: str = ""


class RememberedColumns(Stored, table=True):
    """What was chosen for a file with certain headers, for the next such file."""

    __tablename__: ClassVar[str] = "remembered_columns"
    __table_args__ = (UniqueConstraint("workspace_id", "headers"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    headers: str  # a hash of them
    choices: str
    kept_at: datetime


class SeenRequest(Stored, table=True):
    """A request of Slack's that was already acted on: an event's id, a form's, a button's."""

    __tablename__: ClassVar[str] = "seen_request"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    seen_at: datetime


class Integration(Stored, table=True):
    """Another program that reads and records by the API, known by its token.

    Of the token only a hash is kept, and how it begins (`prefix`), so that people tell one from another. `minute_at`
    and `minute_count` are the minute of its last request, and how many there were in it.
    """

    __tablename__: ClassVar[str] = "integration"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    prefix: str
    token_hash: str = Field(unique=True)
    made_at: datetime
    made_by: str
    last_used_on: date | None = None
    minute_at: datetime | None = None
    minute_count: int = 0
    revoked_at: datetime | None = None
    revoked_by: str | None = None


class KeptAnswer(Stored, table=True):
    """What an integration was answered under an idempotency key; without a `status` it is still being worked on.

    `fingerprint` tells one request from another, and holds nothing of it.
    """

    __tablename__: ClassVar[str] = "kept_answer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "integration_id", "key"),
        ForeignKeyConstraint(["workspace_id", "integration_id"], ["integration.workspace_id", "integration.id"]),
    )
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    integration_id: int
    key: str
    fingerprint: str
    begun_at: datetime
    status: int | None = None
    body: str | None = None


class CalendarFeed(Stored, table=True):
    """A person's private calendar. Whoever has its address may read it; of that only a hash is kept."""

    __tablename__: ClassVar[str] = "calendar_feed"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=32)
    token_hash: str = Field(unique=True)
    made_at: datetime


class Heartbeat(Stored, table=True):
    """When the clockwork last ticked: one row for the whole database, and no workspace's."""

    __tablename__: ClassVar[str] = "heartbeat"
    id: int | None = Field(default=None, primary_key=True)
    ticked_at: datetime
