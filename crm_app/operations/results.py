"""What comes of an operation: a value, or a failure fit to show."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crm_app.errors import CrmError, ErrorCode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, fit to show.

    `incident` is a reference into the log, for the unknown; `retry_after` the seconds to wait when
    there was too much, else 0. `is_unsure` when it may yet be done: the same key does it once.
    `cause` is the expected error behind it, for who knows its kind; it may hold what people typed.
    """

    code: ErrorCode
    message: str
    field_errors: dict[str, str] = field(default_factory=dict[str, str])
    incident: str | None = None
    retry_after: int = 0
    is_unsure: bool = False
    cause: CrmError | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The message, with the reference when there is one."""
        return f"{self.message} (reference {self.incident})" if self.incident else self.message


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The operation was performed and committed; `value` is the service's result."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """The operation was not performed; nothing was changed, unless the failure is unsure."""

    failure: Failure


def unwrap(result: Ok[T] | Failed) -> T:
    """Return the value.

    Raises:
        CrmError: The operation failed.
    """
    if isinstance(result, Ok):
        return result.value
    raise result.failure.cause or CrmError(result.failure.text)
