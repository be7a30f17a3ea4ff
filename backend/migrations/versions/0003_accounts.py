"""One-time passwords, mail boxes and passkeys of members; when a person last proved themself in a session; the log of
what operators did to a log-in.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from backend.models.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REFUSAL = "the log of members only grows"

_SQLITE = (
    f"CREATE TRIGGER member_log_no_update BEFORE UPDATE ON member_log BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER member_log_no_delete BEFORE DELETE ON member_log BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

_POSTGRESQL = (
    "CREATE FUNCTION member_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER member_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON member_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION member_log_only_grows()",
)


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
    op.create_table(
        "member_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_member_log_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_log")),
    )
    op.create_index("ix_member_log_user", "member_log", ["user_id"], unique=False)
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_member_log_user", table_name="member_log")
    op.drop_table("member_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION member_log_only_grows()")
    op.drop_table("used_challenge")
    op.drop_index("ix_passkey_user", table_name="passkey")
    op.drop_table("passkey")
    op.drop_column("login_session", "proven_at")
    op.drop_column("member", "email")
    op.drop_column("member", "password_expires_at")
    op.drop_column("member", "must_change_password")
