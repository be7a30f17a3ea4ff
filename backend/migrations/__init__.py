"""Alembic: how the tables came to be what ``backend/models`` says they are."""
