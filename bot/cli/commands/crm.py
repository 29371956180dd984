"""Commands that connect a CRM, and read and write it."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer()
crm = typer.Typer(help="Read a CRM every hour, and write scores back into it.", no_args_is_help=True)
app.add_typer(crm, name="crm")


class SystemName(StrEnum):
    """A CRM."""

    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"


SystemArgument = Annotated[SystemName, typer.Argument(help="the CRM", metavar="hubspot|salesforce")]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="TEAM", help="the workspace, if there are several")
]
FIELD = "FIELD"


@crm.command()
def add(
    system: SystemArgument,
    partners: Annotated[
        str | None,
        typer.Option(metavar="FIELD=VALUE", help="which companies are partners, or all, or known; see docs/crm.md"),
    ] = None,
    instance: Annotated[
        str | None, typer.Option(metavar="URL", help="Salesforce: the org, like https://acme.my.salesforce.com")
    ] = None,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="KEY", help="Salesforce: the consumer key of the app")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Connect a CRM. The secret is asked for, or read from standard input; nothing is imported yet."""
    from bot.cli import crm as command
    from bot.crm.records import System

    command.add(System(system), partners, instance, client_id, workspace)


@crm.command("list")
def list_(workspace: WorkspaceOption = None) -> None:
    """Show the connected CRMs, when they were last read, and what is wrong with them."""
    from bot.cli import crm as command

    command.list_all(workspace)


@crm.command()
def preview(system: SystemArgument, workspace: WorkspaceOption = None) -> None:
    """Show what reading a CRM would do, without doing it."""
    from bot.cli import crm as command
    from bot.crm.records import System

    command.preview(System(system), workspace)


@crm.command()
def run(
    system: SystemArgument,
    confirm: Annotated[bool, typer.Option("--confirm", help="the first time: import, and then every hour")] = False,
    everything: Annotated[bool, typer.Option("--all", help="read everything, not only what changed")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Read a CRM now, and write back into it."""
    from bot.cli import crm as command
    from bot.crm.records import System

    command.run(System(system), confirms=confirm, everything=everything, workspace=workspace)


@crm.command()
def fields(
    system: SystemArgument,
    rvi: Annotated[str, typer.Option(metavar=FIELD, help="a number")] = "",
    band: Annotated[str, typer.Option(metavar=FIELD, help="text, or the options weak, good, growing, strong")] = "",
    last_touch: Annotated[str, typer.Option("--last-touch", metavar=FIELD, help="a date")] = "",
    owner: Annotated[str, typer.Option(metavar=FIELD, help="text")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Name the fields of companies that Tend writes with each run; without any it writes none."""
    from bot.actions.workspace.crm_connections import WriteFields
    from bot.cli import crm as command
    from bot.crm.records import System

    command.fields(System(system), WriteFields(rvi, band, last_touch, owner), workspace)


@crm.command()
def remove(system: SystemArgument, workspace: WorkspaceOption = None) -> None:
    """Forget a connection at once. What was imported stays."""
    from bot.cli import crm as command
    from bot.crm.records import System

    command.remove(System(system), workspace)
