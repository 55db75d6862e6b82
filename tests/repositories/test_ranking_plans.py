"""PostgreSQL finds each tier of a search by the index of the search text."""

import pytest
import sqlalchemy as sa

from crm_app.database.transaction import transaction
from crm_app.domain.search.ranking import Tier, tiers
from tests.driving import actor_of, signed_in
from tests.services.steps import seed

QUERIES = ("tolkien", "jrr tolkien", "x", "zq", "王明", "+44 207")


def has_terms(tier: Tier) -> sa.ColumnElement[bool]:
    text = sa.column("search_text", sa.String)
    former = (sa.not_(sa.and_(*(text.contains(term) for term in terms))) for terms in tier.former)
    return sa.and_(*(text.contains(term) for term in tier.required), *former)


@pytest.mark.usefixtures("postgres_database")
def test_each_tier_is_found_by_the_index() -> None:
    actor = actor_of(signed_in())
    seed(actor, 2_000)
    with transaction() as db:
        db.connection().exec_driver_sql("ANALYZE contact")
        clean = "SELECT gin_clean_pending_list('ix_contact_search_text')"
        db.connection().exec_driver_sql(clean)
    with transaction(read_only=True) as db:
        for tier in (tier for query in QUERIES for tier in tiers(query)):
            found = sa.select(sa.column("id")).select_from(sa.table("contact"))
            found = found.where(sa.text("deleted_at IS NULL"), has_terms(tier))
            statement = found.compile(db.connection(), compile_kwargs={"literal_binds": True})
            plan_of = db.connection().execute(sa.text(f"EXPLAIN {statement}".replace(":", r"\:")))
            assert "Bitmap Index Scan on ix_contact_search_text" in str(plan_of.all()), tier
