"""People with accounts, driven through the states."""

from typing import Any

from crm_app.services import sessions
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.driving import Tree, run, trade

PASSWORD = "correct horse battery staple"
EMAIL = "ada@example.com"


def account_form(**fields: str) -> dict[str, str]:
    """Return a form about an account, with a ticket of its own."""
    ticket = sessions.new_token()
    return {"email": EMAIL, "password": PASSWORD, "ticket": ticket, "attempt": "one", **fields}


def enter(tree: Tree, handler: Any, **fields: str) -> Tree:
    """Sign in or up and return the states of the session that follows."""
    form = account_form(**fields)
    run(tree, handler, form)
    assert tree[SignInState].message == ""
    assert tree[SignInState].field_errors == {}
    assert tree[SessionState].accepted == "one"
    return trade(tree, form["ticket"])
