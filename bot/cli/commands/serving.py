"""Commands that run Tend, or its demo."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.reach import check_year

app = typer.Typer()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="the port of the page; default: any free port")] = 0,
    keep: Annotated[Path | None, typer.Option(help="keep the workspace in this folder")] = None,
    empty: Annotated[bool, typer.Option(help="begin as on the first day: nothing is there yet")] = False,
    script: Annotated[
        typer.FileText | None,
        typer.Option(help="replay a script of typed lines, print what each person sees, then exit", encoding="utf-8"),
    ] = None,
) -> None:
    """Open a demo workspace in the browser, in a local fake Slack; no account needed."""
    from bot.cli.printing import say
    from bot.demo import serve, tour

    if script is not None:
        try:
            lines = script.read()
        except UnicodeDecodeError:
            raise typer.BadParameter(f"{script.name} is no text in UTF-8", param_hint="--script") from None
        tour(lines, say=say, keep=keep, empty=empty)
        return
    serve(port=port, keep=keep, announce=say, empty=empty)


@app.command()
def run() -> None:
    """Run Socket Mode and the scheduler in one process, the default for a single machine."""
    from bot.cli import serve as running

    running.run()


@app.command()
def web() -> None:
    """Serve Slack over HTTP, and the pages for people outside."""
    from bot.cli import serve as running

    running.web()


@app.command()
def worker() -> None:
    """Run only the scheduler; any number of workers can share one PostgreSQL."""
    from bot.cli import serve as running

    running.worker()


mail = typer.Typer(help="Take in mail that counts as contact (SMTP), or make a private address for it.")
app.add_typer(mail, name="mail", invoke_without_command=True)


@mail.callback()
def take_mail(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="where to listen; only on this machine unless you say so")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="the port of SMTP")] = 2525,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="a PEM file with certificate and key: STARTTLS is then needed")
    ] = None,
) -> None:
    """Take BCCs and forwards in over SMTP, for people's private addresses. Nothing is relayed or kept."""
    if context.invoked_subcommand is None:
        from bot.cli import mail as taking

        taking.serve(host, port, certificate)


@mail.command("address")
def mail_address(
    user: Annotated[str, typer.Argument(help="the Slack user id of the person, like U024BE7LH")],
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="TEAM", help="the workspace, if there are several")
    ] = None,
) -> None:
    """Make a person's private address and print it, once. An earlier one stops working."""
    from bot.cli import mail as taking

    taking.make_address(user, workspace)


@app.command()
def mcp() -> None:
    """Answer one person's assistant over standard input and output (MCP), with an integration's TEND_TOKEN."""
    from bot.cli import serve as running

    running.mcp()


@app.command()
def tick(
    now: Annotated[str | None, typer.Option(metavar="INSTANT", help="the instant, like 2026-11-23T09:05Z")] = None,
) -> None:
    """Send what is due at an instant, then exit."""
    from bot.cli import serve as running

    running.tick(_parse_instant(now))


def _parse_instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        problem = f"“{text}” is not a date and time; write it like 2026-11-23T09:05Z"
        raise typer.BadParameter(problem, param_hint="--now") from None
    check_year("--now", text, instant.year)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
