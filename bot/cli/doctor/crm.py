"""Check that the CRMs that are read can be read, by what the last reading came to."""

from collections.abc import Iterator

from bot.actions.workspace.crm_connections import describe
from bot.cli.doctor.finding import Finding, good, notice
from bot.cli.setup import open_engine
from bot.config import Settings
from bot.messages.workspace.crm import problems
from storage.db.engine import reading
from storage.imports import crm_connections
from storage.migrate import head, revision


def check_crms(settings: Settings) -> Iterator[Finding]:
    """Name each CRM that could not be read or written the last time."""
    engine = open_engine(settings)
    if revision(engine) != head():
        return
    with reading(engine) as session:
        number = crm_connections.count_confirmed(session)
        failing = [describe(row) for row in crm_connections.list_failing(session)]
    for one in failing:
        for text in problems(one):
            yield notice(text)
    if number and not failing:
        yield good("each CRM was read and written the last time")
