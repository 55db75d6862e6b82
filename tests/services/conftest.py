"""The accounts that the tests of this folder act for."""

import pytest

from crm_app.domain.actor import Actor
from tests.driving import actor_of, signed_in


@pytest.fixture
def actor() -> Actor:
    return actor_of(signed_in())


@pytest.fixture
def other() -> Actor:
    return actor_of(signed_in())
