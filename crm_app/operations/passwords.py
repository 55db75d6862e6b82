"""Operations that judge or hash a password: between two transactions, in threads of its own.

No transaction is open meanwhile, so that nobody waits for a password of somebody else.
"""

from typing import Protocol, TypeVar

from sqlmodel import Session

from crm_app.database.threads import finished_before_shutdown
from crm_app.domain import passwords
from crm_app.domain.actor import Caller
from crm_app.errors import CurrentPasswordWrong, WrongPassword
from crm_app.operations.perform import CONTINUED, CONTINUED_BY_VISITOR, for_visitor, perform
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed, Ok
from crm_app.operations.translation import failed
from crm_app.schemas.accounts import PasswordResetForm, SignUpForm
from crm_app.services import accounts, password_resets
from crm_app.services.accounts import Attempt

Form = TypeVar("Form", SignUpForm, PasswordResetForm, contravariant=True)


class _Storing(Protocol[Form]):
    """A service that stores the hash of a form's password."""

    def __call__(
        self, db: Session, caller: Caller, /, *, form: Form, password_hash: str
    ) -> None: ...


@finished_before_shutdown
async def sign_in(caller: Caller, data: object) -> Ok[None] | Failed:
    """Sign in by email and password: the browser can trade its ticket. Never raises."""
    limit = Limit.SIGN_INS_PER_ADDRESS
    begun = await perform(accounts.begin_sign_in, caller, for_visitor(limit), data=data)
    if isinstance(begun, Failed):
        return begun
    attempt = begun.value
    is_right = await _judge(attempt)
    new_hash = None
    if is_right and attempt.hash and passwords.needs_rehash(attempt.hash):
        new_hash = await passwords.off_the_loop(passwords.hash_password, attempt.password)
    done = await perform(
        accounts.finish_sign_in,
        caller,
        CONTINUED_BY_VISITOR,
        attempt=attempt,
        is_right=is_right,
        new_hash=new_hash,
    )
    if done == Ok(False):
        return failed(WrongPassword())
    return done if isinstance(done, Failed) else Ok(None)


@finished_before_shutdown
async def sign_up(caller: Caller, data: object) -> Ok[None] | Failed:
    """Make an account, of the guest's if it is one. Never raises."""
    limit = Limit.SIGN_UPS_PER_ADDRESS
    read = await perform(accounts.read_sign_up, caller, for_visitor(limit), data=data)
    return await _set_password(caller, read, accounts.sign_up)


@finished_before_shutdown
async def reset_password(caller: Caller, data: object) -> Ok[None] | Failed:
    """Set a new password by a one-time link and sign in. Never raises."""
    limit = Limit.SIGN_INS_PER_ADDRESS
    read = await perform(password_resets.read_password_reset, caller, for_visitor(limit), data=data)
    return await _set_password(caller, read, password_resets.reset_password)


@finished_before_shutdown
async def change_password(caller: Caller, data: object) -> Ok[None] | Failed:
    """Set a new password for who is signed in. Never raises."""
    begun = await perform(accounts.begin_password_change, caller, data=data)
    if isinstance(begun, Failed):
        return begun
    attempt, new_password = begun.value
    is_right = await _judge(attempt)
    password_hash = ""
    if is_right:
        password_hash = await passwords.off_the_loop(passwords.hash_password, new_password)
    done = await perform(
        accounts.change_password,
        caller,
        CONTINUED,
        attempt=attempt,
        is_right=is_right,
        password_hash=password_hash,
    )
    return _confirmed(done)


@finished_before_shutdown
async def delete_account(caller: Caller, data: object) -> Ok[None] | Failed:
    """Remove the account with everything in it, after its password. Never raises."""
    begun = await perform(accounts.begin_deletion, caller, data=data)
    if isinstance(begun, Failed):
        return begun
    attempt = begun.value
    is_right = await _judge(attempt)
    done = await perform(
        accounts.delete_account, caller, CONTINUED, attempt=attempt, is_right=is_right
    )
    return _confirmed(done)


async def _set_password(
    caller: Caller, read: Ok[Form] | Failed, service: "_Storing[Form]"
) -> Ok[None] | Failed:
    """Hash the password of a form that was read and let the service store it."""
    if isinstance(read, Failed):
        return read
    form = read.value
    password_hash = await passwords.off_the_loop(passwords.hash_password, form.chosen_password)
    return await perform(
        service, caller, CONTINUED_BY_VISITOR, form=form, password_hash=password_hash
    )


async def _judge(attempt: Attempt) -> bool:
    return await passwords.off_the_loop(passwords.is_right, attempt.password, attempt.hash)


def _confirmed(done: Ok[bool] | Failed) -> Ok[None] | Failed:
    if done == Ok(False):
        return failed(CurrentPasswordWrong())
    return done if isinstance(done, Failed) else Ok(None)
