"""How alembic reaches the database: the connection it is handed, else that of the settings."""

from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from crm_app.database import models, revisions
from crm_app.database.engine import get_engine

assert models.Contact  # importing the models fills the metadata


def run_migrations(connection: Connection) -> None:
    """Run the migrations in the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=revisions.is_compared,
    )
    context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run_migrations(handed)
else:
    with get_engine().begin() as own:
        run_migrations(own)
