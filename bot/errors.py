"""Errors that a person can fix, each with the text for that person."""


class TendError(Exception):
    """An error that the person can fix. Its text is one sentence that says how."""


class ConfigurationError(TendError):
    """The environment or a setting is missing or wrong."""


class NotAllowed(TendError):
    """The person may not do that."""


class NotInstalled(NotAllowed):
    """Tend is not installed in the workspace, or was removed: there is no token for it."""

    def __init__(self) -> None:
        super().__init__("Tend is not installed in this workspace.")


class NotFound(TendError):
    """The row does not exist, or not in this workspace."""


class FieldError(TendError):
    """A form or a setting can't take a value. `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
