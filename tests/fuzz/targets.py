"""What is fuzzed. Each target is `one(data)`: it raises where Tend would have failed somebody."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial

from bot.grammar import (
    CommandContext,
    UnknownPartner,
    UsageError,
    read_partner,
    read_tend,
)
from bot.grammar.lines.names import KnownName
from bot.grammar.lines.names import Names as KnownNames
from bot.grammar.lines.read import read
from bot.grammar.lines.values import Command, Context
from tests.fuzz.bodies import one as bodies
from tests.fuzz.files import mappings, sheets
from tests.fuzz.place import is_well, place
from tests.fuzz.source import Source
from tests.fuzz.states import buttons, forms
from tests.fuzz.texts import NAMES, line, safe_text
from tests.listeners.office import ADA, ANA

READING = CommandContext(
    today=date(2026, 11, 23),
    currency="GBP",
    known=lambda spellings: next((one for one in spellings if one.casefold() in {n.casefold() for n in NAMES}), None),
)
CONTEXT = Context(
    today=READING.today, names=KnownNames(KnownName(name, number, name) for number, name in enumerate(NAMES, 1))
)


def grammar(data: bytes) -> None:
    """Any text is a request, or an error that says what could not be read."""
    name, text = line(Source(data))
    readers: Mapping[str, Callable[[str], object]] = {
        **{f"/{name}": partial(read, context=CONTEXT, command=name) for name in Command},
        "/partner": lambda text: read_partner(text, READING),
        "/tend": read_tend,
    }
    with suppress(UsageError, UnknownPartner):
        readers[name](text)


def commands(data: bytes) -> None:
    """Any command is answered, by a message or a form that Slack takes."""
    source = Source(data)
    desk = place().fresh()
    name, text = line(source)
    # The body of a command holds no other signs.
    sent = text.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace")
    is_well(desk.command(source.pick((ADA, ANA)), name, sent))


def menus(data: bytes) -> None:
    """Whatever is typed into the menu of partners, or stands in a logged message."""
    source = Source(data)
    desk = place().fresh()
    if source.chance(2):
        is_well(desk.suggest(ANA, "partner", safe_text(source)))
    else:
        is_well(desk.shortcut(ANA, "log_message", safe_text(source)))


Target = Callable[[bytes], None]
TARGETS: Mapping[str, Target] = {
    "grammar": grammar,
    "commands": commands,
    "forms": forms,
    "buttons": buttons,
    "menus": menus,
    "sheets": sheets,
    "mappings": mappings,
    "bodies": bodies,
}
