"""Ids of other systems belong to their source; names are compared with apostrophes, dashes and `&` folded too.

What an integration recorded has its source. Of what was imported it is not known: such ids keep their form, and the
first system that names one for the same partner takes it over. Two partners whose names now are one keep both: the later
one is found by exactly its spelling, and stewards are offered a merge.
"""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_partner_workspace_id_external_id"
NEW_INDEX = "ix_partner_workspace_id_external_source_external_id"
RATER = "contact:"
# As names were compared before and are from here on; the code may change, this may not.
INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")
JAPANESE = "\u3099\u309a"
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "\uff06": "&"}
    | dict.fromkeys("\u2018\u2019\u201b\u02bc\ua78b\ua78c`\u00b4\u2032\uff07", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-")
)


def upgrade() -> None:
    op.add_column("partner", sa.Column("external_source", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.drop_index(INDEX, table_name="partner")
    op.create_index(NEW_INDEX, "partner", ["workspace_id", "external_source", "external_id"], unique=True)
    _give_sources()
    _rename_keys("vertical", "name")
    spellings = _rename_keys("partner_spelling", "spelling")
    _rename_noted(_rename_keys("partner_name", "name"), spellings)
    _rename_raters()


def old_key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().replace("\u0131", "i"))
    return _visible(letters)


def new_key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.translate(PLAIN)).casefold().replace("\u0131", "i")
    return _visible(unicodedata.normalize("NFKD", letters.translate(PLAIN))).replace("&", "and")


def _visible(letters: str) -> str:
    return "".join(
        letter
        for letter in letters
        if (unicodedata.combining(letter) == 0 or letter in JAPANESE) and unicodedata.category(letter) not in INVISIBLE
    )


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), sa.column("workspace_id"), *map(sa.column, columns))


def _give_sources() -> None:
    """What an integration recorded, and the partners that it added."""
    bind = op.get_bind()
    activity = _table("activity", "source_key", "recorded_by", "kind")
    rating = _table("trust_rating", "source_key", "recorded_by", "level")
    for table in (activity, rating):
        theirs = table.c.source_key.like("x:%") & table.c.recorded_by.like("api:%")
        for row in bind.execute(sa.select(table).where(theirs)).mappings().all():
            kind = "trust" if table is rating else row["kind"]
            kind = "referral" if kind.endswith("referral") else kind
            key = f"id:{_source(row['recorded_by'])}:{kind}:{row['source_key'].removeprefix('x:')}"
            bind.execute(table.update().where(table.c.id == row["id"]).values(source_key=key))
    partner = _table("partner", "external_id", "external_source", "created_by")
    theirs = partner.c.external_id.is_not(None) & partner.c.created_by.like("api:%")
    for row in bind.execute(sa.select(partner).where(theirs)).mappings().all():
        source = " ".join(row["created_by"].removeprefix("api:").split()).casefold()
        bind.execute(partner.update().where(partner.c.id == row["id"]).values(external_source=source))


def _source(recorded_by: str) -> str:
    return quote(" ".join(recorded_by.removeprefix("api:").split()).casefold(), safe="")


def _changed(rows: Any, name: str) -> Iterator[tuple[Any, str]]:
    """The rows whose key was made of their name and is another now, with that key."""
    for row in rows:
        if row["key"] == old_key(row[name]) != new_key(row[name]):
            yield row, new_key(row[name])


def _rename_keys(name: str, column: str) -> dict[tuple[int, str], str]:
    """Give the rows of a table their new keys; which key became which, by workspace.

    Where another row has that key, the later row is found by exactly its spelling (a name), or gives way (a spelling of
    a partner, a vertical: they keep the key that they had, which nothing looks for any more).
    """
    bind = op.get_bind()
    more = ("partner_id",) if name == "partner_name" else ()
    table = _table(name, "key", column, *more)
    rows = bind.execute(sa.select(table).order_by(table.c.id)).mappings().all()
    taken = {(row["workspace_id"], row["key"]): row for row in rows}
    renamed: dict[tuple[int, str], str] = {}
    for row, key in _changed(rows, column):
        other = taken.get((row["workspace_id"], key))
        if other is not None and (name != "partner_name" or other["partner_id"] == row["partner_id"]):
            continue
        if other is not None:
            key = "\x1f" + row[column]
        renamed[row["workspace_id"], row["key"]] = key
        taken[row["workspace_id"], key] = row
        bind.execute(table.update().where(table.c.id == row["id"]).values(key=key))
    return renamed


def _rename_noted(names: dict[tuple[int, str], str], spellings: dict[tuple[int, str], str]) -> None:
    """Keys that are noted to undo a merge or an import."""
    if not names and not spellings:
        return
    bind = op.get_bind()
    merge, batch = _table("partner_merge", "moved"), _table("import_batch", "journal")
    for row in bind.execute(sa.select(merge)).mappings().all():
        moved = json.loads(row["moved"])
        keys = [names.get((row["workspace_id"], key), key) for key in moved.get("partner_name", ())]
        if keys != moved.get("partner_name", []):
            values = {"moved": json.dumps(moved | {"partner_name": keys})}
            bind.execute(merge.update().where(merge.c.id == row["id"]).values(**values))
    for row in bind.execute(sa.select(batch).where(batch.c.journal.is_not(None))).mappings().all():
        journal = json.loads(row["journal"])
        now = {
            part: [[id, renamed.get((row["workspace_id"], key), key)] for id, key in journal[part]]
            for part, renamed in (("names", names), ("spellings", spellings))
            if part in journal
        }
        if now != {part: journal[part] for part in now}:
            values = {"journal": json.dumps(journal | now)}
            bind.execute(batch.update().where(batch.c.id == row["id"]).values(**values))


def _rename_raters() -> None:
    """A person at a partner who rated is known by their name."""
    bind = op.get_bind()
    question, rating = _table("trust_question", "contact", "rating_id"), _table("trust_rating", "rater")
    answered = sa.select(question.c.contact, rating.c.id, rating.c.rater).join_from(
        question, rating, question.c.rating_id == rating.c.id
    )
    for row in bind.execute(answered).mappings().all():
        if row["rater"] == RATER + old_key(row["contact"]) != RATER + new_key(row["contact"]):
            values = {"rater": RATER + new_key(row["contact"])}
            bind.execute(rating.update().where(rating.c.id == row["id"]).values(**values))
