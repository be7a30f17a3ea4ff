"""What kind a unit is: of the kinds without a second signature the account holder signs alone.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("unit_kind", sa.String(length=20), server_default="budget_unit", nullable=False))


def downgrade() -> None:
    op.drop_column("unit", "unit_kind")
