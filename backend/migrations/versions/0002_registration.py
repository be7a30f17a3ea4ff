"""Registration dossiers, their declarations and log, which only grows; reference data they are judged by.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from backend.models.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_REFUSAL = "the registration log only grows"

_SQLITE = (
    "CREATE TRIGGER registration_log_no_update BEFORE UPDATE ON registration_log "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "CREATE TRIGGER registration_log_no_delete BEFORE DELETE ON registration_log "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

_POSTGRESQL = (
    "CREATE FUNCTION registration_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER registration_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registration_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION registration_log_only_grows()",
)

_OPEN_NEW = sa.text(
    "kind = 'new' AND budget_relation_code IS NOT NULL AND code IS NOT NULL"
    " AND stage NOT IN ('approved', 'rejected', 'cancelled')"
)
_OPEN_CHANGE = sa.text("kind = 'change' AND stage NOT IN ('approved', 'rejected', 'cancelled')")


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_ledger_account")),
    )
    op.create_table(
        "role_limit",
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("title", "valid_from", name=op.f("pk_role_limit")),
    )
    op.create_table(
        "service_kind",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("at_least_one", sa.Boolean(), nullable=False),
        sa.Column("needs", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_service_kind")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=19), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("treasury_code", sa.String(length=4), nullable=True),
        sa.Column("budget_relation_code", sa.String(length=7), nullable=True),
        sa.Column("unit_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_expires_at", Instant(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(length=36), nullable=True),
        sa.Column("signer_id", sa.String(length=36), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.String(length=36), nullable=True),
        sa.Column("approver_id", sa.String(length=36), nullable=True),
        sa.Column("check_list", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.Column("submitted_at", Instant(timezone=True), nullable=True),
        sa.Column("due_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["member.id"], name=op.f("fk_registration_approver_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["member.id"], name=op.f("fk_registration_officer_id")),
        sa.ForeignKeyConstraint(["started_by"], ["member.id"], name=op.f("fk_registration_started_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_registration_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("code", name=op.f("uq_registration_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_registration_link_hash")),
    )
    op.create_index("ix_registration_office", "registration", ["treasury_code", "stage", "due_at"], unique=False)
    op.create_index("ix_registration_stage", "registration", ["stage", "updated_at"], unique=False)
    op.create_index(
        "uq_registration_open_change",
        "registration",
        ["unit_id"],
        unique=True,
        sqlite_where=_OPEN_CHANGE,
        postgresql_where=_OPEN_CHANGE,
    )
    op.create_index(
        "uq_registration_open_new",
        "registration",
        ["budget_relation_code"],
        unique=True,
        sqlite_where=_OPEN_NEW,
        postgresql_where=_OPEN_NEW,
    )
    op.create_table(
        "registration_document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("registration_id", sa.String(length=36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form_code", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("seal_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registration_document_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_document")),
        sa.UniqueConstraint(
            "registration_id", "content_version", "filename", "revision", name="uq_registration_document_revision"
        ),
    )
    op.create_index(
        op.f("ix_registration_document_registration_id"), "registration_document", ["registration_id"], unique=False
    )
    op.create_table(
        "registration_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("registration_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("move", sa.String(length=30), nullable=False),
        sa.Column("from_stage", sa.String(length=30), nullable=True),
        sa.Column("to_stage", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_registration_log_actor_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registration_log_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_log")),
        sa.UniqueConstraint("registration_id", "seq", name=op.f("uq_registration_log_registration_id_seq")),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("registration_log")
    op.drop_index(op.f("ix_registration_document_registration_id"), table_name="registration_document")
    op.drop_table("registration_document")
    op.drop_index(
        "uq_registration_open_new", table_name="registration", sqlite_where=_OPEN_NEW, postgresql_where=_OPEN_NEW
    )
    op.drop_index(
        "uq_registration_open_change",
        table_name="registration",
        sqlite_where=_OPEN_CHANGE,
        postgresql_where=_OPEN_CHANGE,
    )
    op.drop_index("ix_registration_stage", table_name="registration")
    op.drop_index("ix_registration_office", table_name="registration")
    op.drop_table("registration")
    op.drop_table("service_kind")
    op.drop_table("role_limit")
    op.drop_table("ledger_account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION registration_log_only_grows()")
