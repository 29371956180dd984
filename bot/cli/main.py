"""The entry point of `tend`: commands and error handling."""

import sys
from typing import Annotated

import typer

from bot import __version__
from bot.cli.commands import crm, records, serving, upkeep
from bot.cli.printing import say, set_up_output

EXIT_INTERRUPTED = 130  # the shell convention for SIGINT

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _say_version(is_wanted: bool) -> None:
    if is_wanted:
        say(f"tend {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="print the version")
    ] = False,
) -> None:
    """Tend keeps strategic partnerships alive, in Slack."""


for group in (serving, records, crm, upkeep):  # the order of `tend --help`
    app.add_typer(group.app)


def main() -> None:
    """Run `tend`. A user error prints one line."""
    set_up_output()
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], standalone_mode=False))
    except typer.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except typer.TyperException as error:
        problem = getattr(error, "format_message", error.__str__)().replace("Value error, ", "").removesuffix(".")
        _fail(f"{problem}. `tend --help` lists all commands.")
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output, such as `head`, has closed the pipe
        sys.exit(0)
    except Exception as error:
        from bot.cli.errors import error_line

        line = error_line(error)
        if line is None:
            raise
        _fail(line)


def _fail(line: str) -> None:
    say(f"tend: {' '.join(line.split())}", err=True)
    sys.exit(2)
