"""SQLAlchemy tables, one file per aggregate, and the queries on them."""

from backend.models.base import Base
from backend.models.dossier import Document, Dossier, DossierLog, Opened, Voucher
from backend.models.idempotency import IdempotencyKey
from backend.models.outbox import Event, OutboxItem
from backend.models.passkeys import Passkey, UsedChallenge
from backend.models.people import Account, AccountGrant, Certificate, LoginAttempts, LoginSession, Unit, User, UserLog
from backend.models.reference import Bank, Holiday, LedgerAccount, RoleLimit, ServiceKind, TreasuryOffice
from backend.models.registration import Registration, RegistrationDocument, RegistrationLog
from backend.models.signing import (
    ProviderHealth,
    ProviderInbox,
    SigningBatch,
    SigningBlock,
    SigningDocument,
    SigningTransaction,
    Worker,
)

__all__ = [
    "Account",
    "AccountGrant",
    "Bank",
    "Base",
    "Certificate",
    "Document",
    "Dossier",
    "DossierLog",
    "Event",
    "Holiday",
    "IdempotencyKey",
    "LedgerAccount",
    "LoginAttempts",
    "LoginSession",
    "Opened",
    "OutboxItem",
    "Passkey",
    "ProviderHealth",
    "ProviderInbox",
    "Registration",
    "RegistrationDocument",
    "RegistrationLog",
    "RoleLimit",
    "ServiceKind",
    "SigningBatch",
    "SigningBlock",
    "SigningDocument",
    "SigningTransaction",
    "TreasuryOffice",
    "Unit",
    "UsedChallenge",
    "User",
    "UserLog",
    "Voucher",
    "Worker",
]
