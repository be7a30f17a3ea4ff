"""Phụ trách kế toán, a title shown instead of the chief accountant's; which ledger accounts take codes of projects.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As the reference data that come with this version say; a newer file may say otherwise.
_OF_PROJECTS = (
    "UPDATE ledger_account SET takes_projects = true WHERE code = '9552' OR code LIKE '373_' OR code LIKE '374_'"
)


def upgrade() -> None:
    op.add_column("member", sa.Column("acting", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "ledger_account", sa.Column("takes_projects", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(_OF_PROJECTS)


def downgrade() -> None:
    op.drop_column("ledger_account", "takes_projects")
    op.drop_column("member", "acting")
