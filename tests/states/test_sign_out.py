"""Signing out while the database is locked."""

import sqlite3

from crm_app.database.engine import get_engine
from crm_app.states.account import AccountState
from crm_app.states.notice import NoticeState
from crm_app.states.session import SessionState
from tests.driving import Tree, run


def test_signing_out_that_fails_says_so(tree: Tree) -> None:
    locking = sqlite3.connect(str(get_engine().url.database))
    locking.execute("BEGIN IMMEDIATE")
    run(tree, AccountState.sign_out)
    locking.close()
    assert tree[SessionState].left == ""
    assert [notice.message for notice in tree[NoticeState].notices] == [
        "You are still signed in: Could not save right now. Nothing was lost; please try again."
    ]
