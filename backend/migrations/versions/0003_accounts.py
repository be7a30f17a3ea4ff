"""One-time passwords, mail boxes and passkeys of members; when a person last proved themself in a session.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from backend.models.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("member", sa.Column("password_expires_at", Instant(timezone=True), nullable=True))
    op.add_column("member", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("login_session", sa.Column("proven_at", Instant(timezone=True), nullable=True))
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"], unique=False)
    op.create_table(
        "used_challenge",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_challenge")),
    )


def downgrade() -> None:
    op.drop_table("used_challenge")
    op.drop_index("ix_passkey_user", table_name="passkey")
    op.drop_table("passkey")
    op.drop_column("login_session", "proven_at")
    op.drop_column("member", "email")
    op.drop_column("member", "password_expires_at")
    op.drop_column("member", "must_change_password")
