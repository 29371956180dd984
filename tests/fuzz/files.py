"""Files to import: good ones with something wrong in them, and mapping files likewise."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.errors import TendError
from bot.importing import ImportOptions, load_mapping, run_import
from bot.importing.fields import FIELDS
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.workspaces import workspaces
from tests.fuzz.place import place
from tests.fuzz.source import Source
from tests.fuzz.texts import DAYS, MONEY, NAMES, safe_text
from tests.listeners.office import ANA, NOW

KINDS = ("partners", "activities", "trust")
GOOD = {
    "partners": "name,since,aliases,vertical,owner\nContoso,2025-01-01,Con|Toso,law,U0ANA\nAcme Legal,,,,\n",
    "activities": "partner,kind,occurred_on,title,value,outcome,external_id\n"
    "Acme Legal,referral,2026-01-05,A,£5,won,1\n"
    "Acme Legal,event,2026-01-06,B,,,2\n",
    "trust": "partner,level,rated_on,side,rater,note\nAcme Legal,4,2026-01-05,ours,U0ANA,well\n",
}
MAPPING = """kind_of_file = "{kind}"
create_partners = true
[columns]
partner = ["partner", "name"]
kind = "kind"
occurred_on = "occurred_on"
[constants]
direction = "joint"
[values.kind]
"lunch" = "meeting"
"""
SIGNS = (",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "\0", "\ufeff", "sep=;\n", "|", "'", "=", "\x1a", "\u2028")
TOML = (
    "[",
    "]",
    "=",
    '"',
    "'''",
    "\n",
    "#",
    "{",
    "}",
    ".",
    "true",
    "1979-05-27",
    "[[x]]",
    "0x",
    "nan",
    "a.b.c = 1",
    "\\u",
)


def folder() -> Path:
    return place().folder


def _damaged(source: Source, text: str, signs: tuple[str, ...]) -> bytes:
    """The text with parts put in, taken out or doubled, and now and then bytes that are no text at all."""
    for _ in range(source.number(6)):
        at, end = sorted((source.number(len(text)), source.number(len(text))))
        said = source.pick((source.pick(signs), safe_text(source, 3), source.pick(DAYS), source.pick(MONEY), ""))
        text = source.pick((text[:at] + said + text[at:], text[:at] + said + text[end:], text[:end] + text[at:]))
    raw = text.encode("utf-8", errors="surrogatepass")
    if source.chance(10):
        at = source.number(len(raw))
        raw = raw[:at] + source.bytes(8) + raw[at:]
    return raw


def _cells(source: Source, kind: str) -> str:
    """A file of its own: some of the known columns, and anything in the cells."""
    columns = source.some(tuple(FIELDS[kind]), 6) or ["partner"]
    cell: tuple[Callable[[], str], ...] = (
        lambda: source.pick(NAMES), lambda: source.pick(DAYS), lambda: source.pick(MONEY), lambda: safe_text(source, 3),
        lambda: source.pick(("referral", "event", "won", "ours", "4", "joint", "U0ANA", "")),
    )  # fmt: skip
    rows = [[source.pick(cell)() for _ in columns] for _ in range(source.number(4))]
    quoted = [['"' + one.replace('"', '""') + '"' for one in row] for row in rows]
    return "\n".join(",".join(row) for row in [columns, *quoted]) + "\n"


def sheets(data: bytes) -> None:
    """Any file is taken row by row, or refused with a sentence; what comes of it can be shown."""
    source = Source(data)
    desk = place().fresh()
    kind = source.pick(KINDS)
    text = GOOD[kind] if source.number(2) else _cells(source, kind)
    path = folder() / "file.csv"
    path.write_bytes(_damaged(source, text, SIGNS))
    with reading(desk.engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=desk.office.workspace_id))
    mapping = None
    if source.chance(3):
        (folder() / "map.toml").write_text(f'kind_of_file = "{kind}"\ncreate_partners = true\n', encoding="utf-8")
        mapping = load_mapping(folder() / "map.toml")
    with suppress(TendError):
        report = run_import(
            desk.engine,
            team=team,
            path=path,
            options=ImportOptions(
                kind=kind, mapping=mapping, by=ANA, now=NOW, dry_run=source.chance(4), strict=source.chance(4)
            ),
        )
        if not report.refused:
            assert report.rows == report.added + report.known + report.updated + len(report.bad)
        if report.added:
            for line in ("/partner list", "/partner show Acme Legal", "/tend digest"):
                desk.types(ANA, line)


def mappings(data: bytes) -> None:
    """Any mapping file is read, or refused with a sentence."""
    source = Source(data)
    text = MAPPING.format(kind=source.pick((*KINDS, "nothing")))
    path = folder() / "map.toml"
    path.write_bytes(_damaged(source, text, TOML))
    with suppress(TendError):
        load_mapping(path)
