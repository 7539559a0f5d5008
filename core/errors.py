"""The root error and its five categories; each package adds leaves named by the situation.

HinomiError
 ├─ NotFoundError     nothing stands under that name
 ├─ NotAllowedError   the actor may not do that
 ├─ InvalidError      what came in cannot be understood or breaks a rule
 ├─ ConflictError     it no longer is as the caller believed
 └─ UnavailableError  something needed is not there right now; trying again may help
"""


class HinomiError(Exception):
    """Root of everything Hinomi raises on purpose; a leaf's docstring is its default message."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or type(self).__name__).strip().splitlines()[0])

    @property
    def message(self) -> str:
        """Return the sentence a person may read."""
        return str(self.args[0])


class NotFoundError(HinomiError):
    """Nothing stands under that name."""


class NotAllowedError(HinomiError):
    """You may not do that."""


class InvalidError(HinomiError):
    """What came in cannot be understood."""


class ConflictError(HinomiError):
    """It has changed in the meantime."""


class UnavailableError(HinomiError):
    """Something needed is not there right now."""
