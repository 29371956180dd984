"""What can go wrong in a way that a person can mend, each with the words for that person."""


class TendError(Exception):
    """Something the person at the keyboard can mend. Its text is one sentence that says how."""


class ConfigurationError(TendError):
    """The environment or a setting is missing or wrong."""


class NotAllowed(TendError):
    """This person may not do that."""


class NotInstalled(NotAllowed):
    """The workspace did not install this Tend, or threw it out: there is no token for it."""

    def __init__(self) -> None:
        super().__init__("Tend is not installed in this workspace.")


class NotFound(TendError):
    """It is not there, or not in this workspace."""


class FieldError(TendError):
    """A value that a form or a setting can't take. `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
