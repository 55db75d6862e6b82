"""What became of the last action of a form: its message, and what is wrong with the fields."""

import reflex as rx

from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failure


class Outcome(rx.State, mixin=True):
    """The message of a form, empty for none.

    `message_id` is another for each message; `retry_after` how many seconds to wait, if it says so.
    """

    field_errors: dict[str, str] = {}
    message: str = ""
    message_id: str = ""
    retry_after: int = 0
    is_success: bool = False

    def _say(self, message: str, *, is_success: bool = False, retry_after: int = 0) -> None:
        self.message, self.is_success, self.retry_after = message, is_success, retry_after
        self.message_id = new_reference()
        self.field_errors = {}

    def _say_failed(self, failure: Failure, of_fields: str = "") -> None:
        """Say what failed; `of_fields` where the fields say it themselves."""
        text = of_fields if failure.field_errors else failure.text
        self._say(text, retry_after=failure.retry_after)
        self.field_errors = failure.field_errors

    def _forget_messages(self) -> None:
        self._say("")
