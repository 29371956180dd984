"""Errors that a person can fix, each with its message."""


class TendError(Exception):
    """An error that the user can fix. Its text is one sentence that says how."""


class ConfigurationError(TendError):
    """The environment or a setting is missing or wrong."""


class NotAllowed(TendError):
    """The person does not have permission."""


class NotInstalled(NotAllowed):
    """There is no token for the workspace: Tend was never installed, or was uninstalled."""

    def __init__(self) -> None:
        super().__init__("Tend is not installed in this workspace.")


class NotFound(TendError):
    """The object does not exist in this workspace."""


class FieldError(TendError):
    """An invalid value for a form field or a setting. `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


class NameInUse(FieldError):
    """A name that a partner has already. `partner_id` and `partner` are whose it is."""

    def __init__(self, field: str, problem: str, partner_id: int, partner: str) -> None:
        super().__init__(field, problem)
        self.partner_id = partner_id
        self.partner = partner
