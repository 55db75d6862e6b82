"""What a request that failed is answered."""

import pytest

from crm_app.database.failures import Reason
from crm_app.errors import CrmError, DatabaseUnavailable, NotSignedIn, RateLimited, ServerBusy
from crm_app.http.responses import respond
from crm_app.operations.translation import failed


@pytest.mark.parametrize(
    ("error", "status", "message", "retry_after"),
    [
        (ServerBusy(2.5), 503, "The server is busy. Try again in 3 seconds.", "3"),
        (RateLimited(9), 429, "Too many requests. Try again in 9 seconds.", "9"),
        (DatabaseUnavailable(Reason.UNREACHABLE), 503, "Please try again", "5"),
        (NotSignedIn(), 401, "Please sign in again", None),
    ],
)
def test_a_failure_says_when_to_try_again(
    error: CrmError, status: int, message: str, retry_after: str | None
) -> None:
    response = respond(failed(error).failure)
    assert (response.status_code, bytes(response.body).decode()) == (status, message)
    assert response.headers.get("retry-after") == retry_after
