"""A steward at work with a CRM of the tests."""

from dataclasses import dataclass, field, replace

from sqlmodel import select

from bot.actions.caller import Caller
from bot.actions.workspace import crm_connections
from bot.actions.workspace.crm_connections import ConnectedCrm, WriteFields
from bot.actions.workspace.crm_intake import IntakeResult
from bot.crm.records import PartnerMark, System
from bot.notifications.crm import CrmReader, CrmRound
from bot.slack.token_store import TokenCipher
from storage.db.engine import reading
from storage.tables import Activity, CrmConnection, Partner
from tests.crm.hubspot_account import TOKEN
from tests.crm.server import CrmServer
from tests.listeners.office import STEVE, TOKEN_KEY, Office

CIPHER = TokenCipher(TOKEN_KEY)
HUBSPOT_MARK = PartnerMark("type", ("PARTNER",))


@dataclass
class CrmDesk:
    """What a steward does, and what became of it. `slept` are the pauses that reading made."""

    office: Office
    server: CrmServer
    system: System = System.HUBSPOT
    secrets: dict[str, str] = field(default_factory=lambda: {"token": TOKEN})
    slept: list[float] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        team = self.office.services.workspaces.teams()[0]
        return Caller(team, STEVE, self.office.clock(), is_steward=True)

    @property
    def reader(self) -> CrmReader:
        return CrmReader(
            self.office.engine, self.office.clock, self.server.url, CIPHER.decrypt, sleep=self.slept.append,
            metrics=self.office.services.metrics,
        )  # fmt: skip

    def connect(self, mark: PartnerMark = HUBSPOT_MARK) -> None:
        crm_connections.add_connection(self.office.engine, self.caller, self.system, self.secrets, mark, CIPHER.encrypt)

    def preview(self) -> IntakeResult:
        found = self.reader.preview(crm_connections.preview_of(self.office.engine, self.caller, self.system))
        crm_connections.note_preview(self.office.engine, self.caller, self.system)
        return found

    def run(self, *, confirms: bool = False, everything: bool = False) -> IntakeResult:
        due = crm_connections.claim_now(self.office.engine, self.caller, self.system, confirms=confirms)
        if everything:
            due.since = None
        return self.reader.run(due)

    def start(self) -> IntakeResult:
        """Connect, look, and begin."""
        self.connect()
        self.preview()
        return self.run(confirms=True)

    def round(self) -> CrmRound:
        services, settings = self.office.services, self.office.settings
        return CrmRound(
            replace(services, settings=settings.model_copy(update={"hubspot_api_url": self.server.url})),
            self.slept.append,
        )

    def later(self, **by: float) -> int:
        """What the worker finds after an hour, or another time."""
        self.office.clock.forward(**by or {"hours": 1, "minutes": 1})  # type: ignore[attr-defined]
        return self.round().run()

    def write_into(self, **fields: str) -> None:
        crm_connections.set_fields(self.office.engine, self.caller, self.system, WriteFields(**fields))

    @property
    def state(self) -> ConnectedCrm:
        return crm_connections.list_connections(self.office.engine, self.caller)[0]

    @property
    def row(self) -> CrmConnection:
        (found,) = self.office.rows(CrmConnection)
        return found

    def partners(self) -> dict[str, Partner]:
        return {row.name: row for row in self.office.rows(Partner)}

    def ledger(self) -> dict[str, Activity]:
        with reading(self.office.engine) as session:
            return {row.title: row for row in session.exec(select(Activity)) if row.voided_at is None}
