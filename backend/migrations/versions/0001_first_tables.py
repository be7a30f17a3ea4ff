"""First tables, and the triggers that let the dossier log only grow.

Revises: None
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_REFUSAL = "the dossier log only grows"

_SQLITE = (
    f"CREATE TRIGGER dossier_log_no_update BEFORE UPDATE ON dossier_log BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER dossier_log_no_delete BEFORE DELETE ON dossier_log BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

_POSTGRESQL = (
    "CREATE FUNCTION dossier_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER dossier_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dossier_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION dossier_log_only_grows()",
)


def upgrade() -> None:
    op.create_table(
        "bank",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("search_text", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bank")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempts")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("visible_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_outbox_kind_key")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["visible_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )

    op.create_table(
        "provider_inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signing_id", sa.String(length=36), nullable=True),
        sa.Column("reference", sa.String(length=36), nullable=True),
        sa.Column("vendor_id", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_inbox")),
        sa.UniqueConstraint("provider", "body_sha256", name=op.f("uq_provider_inbox_provider_body_sha256")),
    )
    op.create_index(
        "ix_provider_inbox_unmatched",
        "provider_inbox",
        ["provider", "received_at"],
        unique=False,
        sqlite_where=sa.text("signing_id IS NULL"),
        postgresql_where=sa.text("signing_id IS NULL"),
    )
    op.create_index("ix_provider_inbox_reference", "provider_inbox", ["provider", "reference"], unique=False)
    op.create_index("ix_provider_inbox_vendor", "provider_inbox", ["provider", "vendor_id"], unique=False)
    op.create_table(
        "provider_health",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("gate", sa.String(length=10), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_s", sa.Double(), nullable=False),
        sa.Column("slow", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_health")),
    )
    op.create_table(
        "treasury_office",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("serves_customers", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("search_text", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_treasury_office")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("budget_relation_code", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("treasury_code", sa.String(length=4), nullable=False),
        sa.Column("signing_form", sa.String(length=16), nullable=False),
        sa.Column("single_accountant_unit", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("budget_relation_code", name=op.f("uq_unit_budget_relation_code")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("account_number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("program_code", sa.String(length=5), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "unit_id", "account_number", "program_code", name=op.f("uq_account_unit_id_account_number_program_code")
        ),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=True),
        sa.Column("treasury_code", sa.String(length=4), nullable=True),
        sa.Column("identity_key", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_member_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("username", name=op.f("uq_member_username")),
    )
    op.create_table(
        "account_grant",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_grant_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_account_grant_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grant")),
    )
    op.create_index("ix_account_grant_user", "account_grant", ["user_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_login", sa.String(length=64), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("serial_number", sa.String(length=64), nullable=False),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_certificate_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index(
        "uq_certificate_active",
        "certificate",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )

    op.create_table(
        "dossier",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=19), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("treasury_code", sa.String(length=4), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.String(length=36), nullable=False),
        sa.Column("chief_id", sa.String(length=36), nullable=True),
        sa.Column("holder_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payee_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.String(length=500), nullable=False),
        sa.Column("voucher_no", sa.String(length=20), nullable=False),
        sa.Column("form_code", sa.String(length=40), nullable=False),
        sa.Column("total_amount", sa.BigInteger(), nullable=False),
        sa.Column("search_text", sa.String(length=1500), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_no", sa.String(length=60), nullable=True),
        sa.Column("received_by", sa.String(length=36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chief_id"], ["member.id"], name=op.f("fk_dossier_chief_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["member.id"], name=op.f("fk_dossier_holder_id")),
        sa.ForeignKeyConstraint(["maker_id"], ["member.id"], name=op.f("fk_dossier_maker_id")),
        sa.ForeignKeyConstraint(["received_by"], ["member.id"], name=op.f("fk_dossier_received_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dossier_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("code", name=op.f("uq_dossier_code")),
    )
    op.create_index("ix_dossier_chief", "dossier", ["chief_id", "status", "waiting_since"], unique=False)
    op.create_index("ix_dossier_holder", "dossier", ["holder_id", "status", "waiting_since"], unique=False)
    op.create_index("ix_dossier_maker", "dossier", ["maker_id", "status", "waiting_since"], unique=False)
    op.create_index("ix_dossier_office", "dossier", ["treasury_code", "status", "waiting_since"], unique=False)
    op.create_index("ix_dossier_unit_updated", "dossier", ["unit_id", "updated_at", "id"], unique=False)

    op.create_table(
        "event",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("ref_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_event_user_id")),
        sa.PrimaryKeyConstraint("user_id", "seq", name=op.f("pk_event")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index("ix_login_session_user", "login_session", ["user_id"], unique=False)
    op.create_index(
        "ix_login_session_ended",
        "login_session",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )

    op.create_table(
        "dossier_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("actor_title", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_status", sa.String(length=40), nullable=True),
        sa.Column("to_status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("signing_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_dossier_log_actor_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_log_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_log")),
        sa.UniqueConstraint("dossier_id", "seq", name=op.f("uq_dossier_log_dossier_id_seq")),
    )
    op.create_table(
        "opened",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_opened_dossier_id")),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_opened_user_id")),
        sa.PrimaryKeyConstraint("user_id", "dossier_id", name=op.f("pk_opened")),
    )
    op.create_table(
        "signing_batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("total_amount", sa.BigInteger(), nullable=False),
        sa.Column("largest_amount", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_signing_batch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batch")),
    )
    op.create_index("ix_signing_batch_user", "signing_batch", ["user_id", "created_at"], unique=False)
    op.create_table(
        "signing_transaction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("next_approver_id", sa.String(length=36), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.String(length=36), nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_login", sa.String(length=64), nullable=False),
        sa.Column("key_ref", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("vendor_id", sa.String(length=100), nullable=True),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("comparison_code", sa.String(length=8), nullable=False),
        sa.Column("total_amount", sa.BigInteger(), nullable=False),
        sa.Column("sealed_session", sa.LargeBinary(), nullable=True),
        sa.Column("session_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watch_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_kind", sa.String(length=40), nullable=True),
        sa.Column("vendor_code", sa.String(length=100), nullable=True),
        sa.Column("raw_answers", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hurry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=36), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["signing_batch.id"], name=op.f("fk_signing_transaction_batch_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_signing_transaction_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["next_approver_id"], ["member.id"], name=op.f("fk_signing_transaction_next_approver_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_signing_transaction_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_transaction")),
        sa.UniqueConstraint("reference", name=op.f("uq_signing_transaction_reference")),
    )
    op.create_index("ix_signing_batch", "signing_transaction", ["batch_id", "place"], unique=False)
    op.create_index(
        "ix_signing_due",
        "signing_transaction",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("owner IS NULL AND next_at IS NOT NULL"),
        postgresql_where=sa.text("owner IS NULL AND next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_signing_hurry",
        "signing_transaction",
        ["hurry_at"],
        unique=False,
        sqlite_where=sa.text("hurry_at IS NOT NULL"),
        postgresql_where=sa.text("hurry_at IS NOT NULL"),
    )
    op.create_index("ix_signing_leader", "signing_transaction", ["leader_id"], unique=False)
    op.create_index(
        "ix_signing_owner",
        "signing_transaction",
        ["owner"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index("ix_signing_subject", "signing_transaction", ["subject_id", "created_at"], unique=False)
    op.create_index("ix_signing_user", "signing_transaction", ["user_id", "created_at"], unique=False)
    op.create_index(
        "ix_signing_registration_login",
        "signing_transaction",
        ["provider", "provider_login", "created_at"],
        unique=False,
        sqlite_where=sa.text("subject_kind = 'registration'"),
        postgresql_where=sa.text("subject_kind = 'registration'"),
    )
    op.create_index("ix_signing_vendor", "signing_transaction", ["provider", "vendor_id"], unique=False)
    op.create_index(
        "uq_signing_live",
        "signing_transaction",
        ["subject_id", "subject_version", "step"],
        unique=True,
        sqlite_where=sa.text("status IN ('collected', 'embedded', 'prepared', 'sending', 'unknown', 'waiting')"),
        postgresql_where=sa.text("status IN ('collected', 'embedded', 'prepared', 'sending', 'unknown', 'waiting')"),
    )

    op.create_table(
        "signing_block",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("signing_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["signing_id"], ["signing_transaction.id"], name=op.f("fk_signing_block_signing_id")),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name=op.f("fk_signing_block_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_block")),
        sa.UniqueConstraint("signing_id", name=op.f("uq_signing_block_signing_id")),
    )
    op.create_index(
        "ix_signing_block_active",
        "signing_block",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )

    op.create_table(
        "voucher",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form_code", sa.String(length=40), nullable=False),
        sa.Column("form_edition", sa.String(length=10), nullable=False),
        sa.Column("service_voucher_number", sa.String(length=60), nullable=False),
        sa.Column("unit_voucher_number", sa.String(length=20), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_voucher_dossier_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_voucher_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_voucher_dossier_id_position")),
        sa.UniqueConstraint("service_voucher_number", name=op.f("uq_voucher_service_voucher_number")),
    )
    op.create_index(
        "uq_voucher_unit_number",
        "voucher",
        ["unit_id", "form_code", "budget_year", "unit_voucher_number"],
        unique=True,
        sqlite_where=sa.text("unit_voucher_number <> '' AND NOT retired"),
        postgresql_where=sa.text("unit_voucher_number <> '' AND NOT retired"),
    )

    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("voucher_id", sa.String(length=36), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_document_dossier_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_document_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "voucher_id", "content_version", "revision", name=op.f("uq_document_voucher_id_content_version_revision")
        ),
    )
    op.create_index("ix_document_dossier_id", "document", ["dossier_id"], unique=False)

    op.create_table(
        "signing_document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("doc_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("field_name", sa.String(length=60), nullable=False),
        sa.Column("seen_sha256", sa.String(length=64), nullable=False),
        sa.Column("prepared_sha256", sa.String(length=64), nullable=False),
        sa.Column("range_start", sa.Integer(), nullable=False),
        sa.Column("range_end", sa.Integer(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("signed_attributes", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("money", sa.String(length=80), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("signed_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["signing_transaction.id"], name=op.f("fk_signing_document_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_document")),
        sa.UniqueConstraint("transaction_id", "position", name=op.f("uq_signing_document_transaction_id_position")),
    )
    op.create_index("ix_signing_document_transaction_id", "signing_document", ["transaction_id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("signing_document")
    op.drop_table("document")
    op.drop_table("voucher")
    op.drop_table("signing_block")
    op.drop_table("signing_transaction")
    op.drop_table("signing_batch")
    op.drop_table("opened")
    op.drop_table("dossier_log")
    op.drop_table("login_session")
    op.drop_table("idempotency_key")
    op.drop_table("event")
    op.drop_table("dossier")
    op.drop_table("certificate")
    op.drop_table("account_grant")
    op.drop_table("member")
    op.drop_table("account")
    op.drop_table("worker")
    op.drop_table("unit")
    op.drop_table("treasury_office")
    op.drop_table("provider_inbox")
    op.drop_table("provider_health")
    op.drop_table("outbox")
    op.drop_table("login_attempts")
    op.drop_table("holiday")
    op.drop_table("bank")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION dossier_log_only_grows()")
