"""Bringing a database to the head revision, and refusing to start on any other."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class NotMigrated(RuntimeError):
    """The database is not at the head revision. Recover: ``python -m backend.cli migrate``."""


def _config(url: str | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    if url is not None:
        config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run every migration that is missing."""
    command.upgrade(_config(url), "head")


def check_migrated(engine: Engine) -> None:
    """Raises NotMigrated unless the database is at the head."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise NotMigrated(f"database at {current}, code at {head}: run python -m backend.cli migrate")
