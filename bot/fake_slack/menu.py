"""The commands and shortcuts that the page offers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Menu:
    """Commands as (name, hint), and global and message shortcuts as (callback id, name)."""

    commands: tuple[tuple[str, str], ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    message_shortcuts: tuple[tuple[str, str], ...] = ()
