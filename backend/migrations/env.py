"""Alembic's entry: one connection, one transaction per migration."""

from alembic import context

from backend.models import Base
from backend.models.engine import WRITING, make_engine


def run() -> None:
    """Migrate the database named by the caller."""
    engine = make_engine(context.config.attributes["url"], pool_size=1)
    with engine.connect().execution_options(**WRITING) as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
