"""The people at a partner, its domains, and who was spoken with.

Whoever was written down as a partner's sponsor, or was asked how far they trust us, becomes a contact person. Our own
sponsor becomes a member where exactly one has that name. Contact in channels is known by the partner that it belongs to
now.
"""

import json
import re
import unicodedata
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime
NAME_AND_ADDRESS = re.compile(r"^(?P<name>[^<>]*[^<>\s])\s*<(?P<address>[^<>@\s]+@[^<>@\s]+)>$")
ADDRESS = re.compile(r"^[^<>@\s]+@[^<>@\s]+$")
# As names are compared when this is written; the code may change, this may not.
INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
JAPANESE = "\u3099\u309a"
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "\uff06": "&"}
    | dict.fromkeys("\u2018\u2019\u201b\u02bc\ua78b\ua78c`\u00b4\u2032\uff07", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-")
)


def upgrade() -> None:
    _persons()
    _named_at_activities()
    _domains()
    _ignored()
    _amendments()
    op.add_column("partner", sa.Column("our_sponsor_id", TEXT(length=32), nullable=True))
    moved = _sponsors()
    _people_asked(moved)
    _note_merges(moved)
    _forget_in_journals()
    op.drop_column("partner", "their_sponsor")
    _our_sponsors()
    _channel_keys()


def _same(name: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint(
            ["workspace_id", "partner_id"],
            ["partner.workspace_id", "partner.id"],
            name=op.f(f"fk_{name}_workspace_id_partner_id_partner"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{name}_workspace_id_workspace")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f(f"fk_{name}_batch_id_import_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _persons() -> None:
    op.create_table(
        "contact_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("role", TEXT(), nullable=True),
        sa.Column("address", TEXT(), nullable=True),
        sa.Column("address_key", TEXT(), nullable=True),
        sa.Column("slack_id", TEXT(), nullable=True),
        sa.Column("notes", TEXT(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("is_sponsor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("never_counts", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("bounced_at", INSTANT(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT(), nullable=False),
        sa.Column("created_by", TEXT(), nullable=False),
        sa.Column("voided_at", INSTANT(), nullable=True),
        sa.Column("voided_by", TEXT(), nullable=True),
        *_same("contact_person"),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_contact_person_workspace_id_id")),
    )
    _index("contact_person", "workspace_id", "partner_id")
    _index("contact_person", "workspace_id", "address_key")
    _index("contact_person", "batch_id")


def _named_at_activities() -> None:
    op.create_table(
        "activity_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("contact_person_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        *_same("activity_contact"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_contact_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_person_id"],
            ["contact_person.workspace_id", "contact_person.id"],
            name=op.f("fk_activity_contact_workspace_id_contact_person_id_contact_person"),
        ),
        sa.UniqueConstraint(
            "activity_id", "contact_person_id", name=op.f("uq_activity_contact_activity_id_contact_person_id")
        ),
    )
    _index("activity_contact", "workspace_id", "partner_id")
    _index("activity_contact", "workspace_id", "contact_person_id")
    _index("activity_contact", "batch_id")


def _domains() -> None:
    op.create_table(
        "partner_domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("domain", TEXT(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("added_at", INSTANT(), nullable=False),
        sa.Column("added_by", TEXT(), nullable=False),
        *_same("partner_domain"),
        sa.UniqueConstraint("workspace_id", "domain", name=op.f("uq_partner_domain_workspace_id_domain")),
    )
    _index("partner_domain", "workspace_id", "partner_id")
    _index("partner_domain", "batch_id")


def _ignored() -> None:
    op.create_table(
        "ignored_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("address_key", TEXT(), nullable=False),
        sa.Column("ignored_at", INSTANT(), nullable=False),
        sa.Column("ignored_by", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_ignored_address_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ignored_address")),
        sa.UniqueConstraint("workspace_id", "address_key", name=op.f("uq_ignored_address_workspace_id_address_key")),
    )


def _amendments() -> None:
    """Edits of a contact person can be undone too."""
    bind = op.get_bind()
    seq = None
    if bind.dialect.name == "sqlite":  # which makes the table anew, and would count from the rows that are left
        seq = bind.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'amendment'")).scalar()
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_amendment_subject"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_amendment_subject"),
            "subject IN ('activity', 'trust_rating', 'next_step', 'contact_person')",
        )
    if seq is not None:
        bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'amendment'"))
        bind.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('amendment', :seq)"), {"seq": seq})


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), sa.column("workspace_id"), *map(sa.column, columns))


def _person_table() -> sa.TableClause:
    return sa.table(
        "contact_person",
        sa.column("id", sa.Integer),
        *(sa.column(name, sa.Integer) for name in ("workspace_id", "partner_id", "batch_id")),
        *(sa.column(name, sa.String) for name in ("name", "address", "address_key", "created_by")),
        sa.column("is_sponsor", sa.Boolean),
        sa.column("created_at", INSTANT),
    )


def name_key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.translate(PLAIN)).casefold().replace("\u0131", "i")
    letters = unicodedata.normalize("NFKD", letters.translate(PLAIN)).replace("&", "and")
    return "".join(
        letter
        for letter in letters
        if (unicodedata.combining(letter) == 0 or letter in JAPANESE) and unicodedata.category(letter) not in INVISIBLE
    )


def name_and_address(text: str) -> tuple[str, str | None]:
    """Split `Ann <ann@acme.example>`. What is only an address is its own name."""
    text = text.strip()
    if both := NAME_AND_ADDRESS.match(text):
        return both["name"], both["address"]
    return text, text if ADDRESS.match(text) else None


class _Moved:
    """Where a merged partner's people are now, and what its merges have to give back."""

    def __init__(self) -> None:
        merge = _table("partner_merge", "partner_id", "into_id", "undone_at")
        rows = op.get_bind().execute(sa.select(merge).where(merge.c.undone_at.is_(None)).order_by(merge.c.id))
        self.merges = {row.partner_id: (row.id, row.into_id) for row in rows}
        self.persons: dict[int, list[int]] = defaultdict(list)
        self.sponsors: dict[int, list[int]] = defaultdict(list)

    def way(self, partner_id: int) -> list[tuple[int, int]]:
        """The merges through which a partner went: id, and into whom."""
        way: list[tuple[int, int]] = []
        seen = {partner_id}
        while partner_id in self.merges and self.merges[partner_id][1] not in seen:
            way.append(self.merges[partner_id])
            partner_id = self.merges[partner_id][1]
            seen.add(partner_id)
        return way


def _sponsors() -> _Moved:
    """Those that a merge copied from the other partner are the other's."""
    bind, moved = op.get_bind(), _Moved()
    partner = sa.table(
        "partner",
        *(sa.column(name) for name in ("id", "workspace_id", "their_sponsor", "batch_id", "created_by")),
        sa.column("created_at", INSTANT),
    )
    merge = _table("partner_merge", "into_id", "before", "undone_at")
    asked = sa.select(merge.c.into_id).where(merge.c.undone_at.is_(None), merge.c.before.like('%"their_sponsor"%'))
    copied = {row.into_id for row in bind.execute(asked)}
    given = sa.select(partner).where(sa.func.trim(partner.c.their_sponsor) != "")
    rows = bind.execute(given.order_by(partner.c.id)).all()
    into = {row.id: {into for _, into in moved.way(row.id)} for row in rows}
    sources = [row for row in rows if row.id not in copied]
    kept = [
        row
        for row in rows
        if row.id not in copied
        or not any(row.id in into[one.id] and one.their_sponsor == row.their_sponsor for one in sources)
    ]
    have = {row.id for row in kept}
    for row in sorted(kept, key=lambda row: len(into[row.id])):
        _add_sponsor(row, moved, have)
    return moved


def _add_sponsor(row: Any, moved: _Moved, have: set[int]) -> None:
    """Where the partner that this one was merged into has a sponsor, theirs gives way until the merge is undone."""
    name, address = name_and_address(row.their_sponsor)
    way = moved.way(row.id)
    given = {"partner_id": way[-1][1] if way else row.id, "batch_id": row.batch_id, "created_at": row.created_at}
    person_id = _insert(row.workspace_id, name, address, **given, created_by=row.created_by)
    for merge_id, _ in way:
        moved.persons[merge_id].append(person_id)
    gives_way = next((merge_id for merge_id, into in way if into in have), None)
    if gives_way is not None:
        moved.sponsors[gives_way].append(person_id)
        return
    have.update(into for _, into in way[-1:])
    people = _person_table()
    op.get_bind().execute(people.update().where(people.c.id == person_id).values(is_sponsor=True))


def _insert(workspace_id: int, name: str, address: str | None, **given: Any) -> int:
    people = _person_table()
    values = {"name": name, "address": address, "address_key": address.casefold() if address else None, **given}
    made = people.insert().values(workspace_id=workspace_id, **values).returning(people.c.id)
    return int(op.get_bind().execute(made).scalar_one())


def _people_asked(moved: _Moved) -> None:
    """Those whom a link asked how far they trust us, with their latest spelling."""
    bind, people = op.get_bind(), _person_table()
    question = sa.table(
        "trust_question",
        *(sa.column(name) for name in ("id", "workspace_id", "partner_id", "contact", "asked_by")),
        sa.column("asked_at", INSTANT),
    )
    known = {(row.partner_id, name_key(row.name)) for row in bind.execute(sa.select(people))}
    merge = _table("partner_merge", "moved", "undone_at")
    merges = bind.execute(sa.select(merge).where(merge.c.undone_at.is_(None))).all()
    asked_before = {row.id: set(json.loads(row.moved).get("trust_question", ())) for row in merges}
    for row in bind.execute(sa.select(question).order_by(question.c.id.desc())).all():
        key = (row.partner_id, name_key(row.contact))
        if key in known or not key[1]:
            continue
        known.add(key)
        given = {"partner_id": row.partner_id, "batch_id": None, "created_at": row.asked_at}
        person_id = _insert(row.workspace_id, row.contact, None, **given, created_by=row.asked_by)
        for merge_id, questions in asked_before.items():
            if row.id in questions:
                moved.persons[merge_id].append(person_id)


def _note_merges(moved: _Moved) -> None:
    """What a merge moved, so that undoing it gives it back; and no column that is gone."""
    bind = op.get_bind()
    merge = _table("partner_merge", "moved", "before", "undone_at")
    for row in bind.execute(sa.select(merge).where(merge.c.undone_at.is_(None))).all():
        before, noted = json.loads(row.before), json.loads(row.moved)
        before.pop("their_sponsor", None)
        if "our_sponsor" in before:
            before["our_sponsor_id"] = None
        noted |= {"contact_person": moved.persons[row.id], "sponsor": moved.sponsors[row.id]}
        values = {"before": json.dumps(before), "moved": json.dumps(noted)}
        bind.execute(merge.update().where(merge.c.id == row.id).values(**values))


def _forget_in_journals() -> None:
    """An import that wrote a sponsor into a partner that was there before: the person goes with it when it is undone."""
    bind, people = op.get_bind(), _person_table()
    batch = _table("import_batch", "journal")
    for row in bind.execute(sa.select(batch).where(batch.c.journal.like('%"their_sponsor"%'))).all():
        journal = json.loads(row.journal)
        cells = [cell for cell in journal["cells"] if tuple(cell[0:3:2]) == ("partner", "their_sponsor")]
        for _, partner_id, _, old, new in cells:
            if old is None and new:
                of = (people.c.partner_id == partner_id) & (people.c.name == name_and_address(new)[0])
                bind.execute(
                    people.update().where(of, people.c.workspace_id == row.workspace_id).values(batch_id=row.id)
                )
        journal["cells"] = [cell for cell in journal["cells"] if cell not in cells]
        bind.execute(batch.update().where(batch.c.id == row.id).values(journal=json.dumps(journal)))


def _our_sponsors() -> None:
    bind = op.get_bind()
    person = _table("person", "user_id", "name", "standing")
    partner = _table("partner", "our_sponsor", "our_sponsor_id")
    named: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in bind.execute(sa.select(person).where(person.c.standing == "member")):
        named[row.workspace_id, name_key(row.name)].add(row.user_id)
    for row in bind.execute(sa.select(partner).where(partner.c.our_sponsor.is_not(None))).all():
        meant = named.get((row.workspace_id, name_key(row.our_sponsor)), set())
        if len(meant) == 1:
            values = {"our_sponsor": None, "our_sponsor_id": next(iter(meant))}
            bind.execute(partner.update().where(partner.c.id == row.id).values(**values))


def _channel_keys() -> None:
    """One key for contact from whatever source; where two merged partners have the day, the later row keeps another."""
    bind = op.get_bind()
    activity = sa.table(
        "activity",
        *(sa.column(name) for name in ("id", "workspace_id", "partner_id", "source_key", "recorded_by")),
        sa.column("occurred_on", sa.Date),
    )
    theirs = (activity.c.recorded_by == "channel") & activity.c.source_key.like("channel:%")
    taken: set[tuple[int, str]] = set()
    for row in bind.execute(sa.select(activity).where(theirs).order_by(activity.c.id)).all():
        key = f"contact:{row.partner_id}:{row.occurred_on.isoformat()}"
        if (row.workspace_id, key) in taken:
            key = f"{key}:{row.id}"
        taken.add((row.workspace_id, key))
        bind.execute(activity.update().where(activity.c.id == row.id).values(source_key=key))
