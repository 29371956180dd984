"""The commands and shortcuts that the page offers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Menu:
    """What the page offers by name: (command, hint), (callback id, name) of global and of message shortcuts."""

    commands: tuple[tuple[str, str], ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    message_shortcuts: tuple[tuple[str, str], ...] = ()
