"""All the wiring and nothing else: knows everyone, is known by no one."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy.orm import sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.adapters.blobs.disk import DiskBlobs
from backend.adapters.certificates.reader import GovernmentCipher, X509Reader
from backend.adapters.certificates.revocation import RevocationDesk
from backend.adapters.clock import SystemChance, SystemClock
from backend.adapters.mail.folder import MailFolder
from backend.adapters.mail.smtp import SmtpMailer
from backend.adapters.passkeys import WebAuthnPasskeys
from backend.adapters.passwords import Argon2Passwords
from backend.adapters.pdf.attached import AttachedFiles
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.helpers import HelpedChecker
from backend.adapters.pdf.pades import Level, PadesSigner
from backend.adapters.pdf.pages import WebpPages
from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.adapters.providers import load_all
from backend.adapters.realtime.local import LocalEars, LocalKnocker
from backend.adapters.realtime.rooms import RoomKnocker
from backend.adapters.seal.file_key import FileKeySeal
from backend.adapters.seal.pkcs11 import TokenSeal
from backend.adapters.sealer import AesSealer
from backend.adapters.treasury.intake_folder import IntakeFolder
from backend.api import create_api
from backend.config import Settings, make_data_dir
from backend.migrations.state import check_migrated
from backend.models.engine import make_engine
from backend.services.forms import titles_of_cells
from backend.services.guarded import with_breakers
from backend.services.house import House, Policy
from backend.services.housekeeping import tidy
from backend.services.outbox import Handler, OutboxDispatch, drain_one, perform
from backend.services.ports import Dispatch, Knocker, Mailer, TreasurySeal
from backend.services.registration.expire import expire_registrations
from backend.services.side_effects import SIDE_EFFECTS
from backend.services.sign.subjects import SUBJECTS
from backend.worker.loop import MOST_HANDS, Worker
from backend.worker.rush import Rush

POOL = 20
"""Database connections of one process."""


@dataclass(frozen=True, slots=True)
class Built:
    """A web process."""

    app: Flask
    socketio: SocketIO
    house: House


def build_house(settings: Settings, knocker: Knocker) -> House:
    """The ports of one process, connected to the world that ``settings`` names."""
    make_data_dir(settings.data_dir)
    engine = make_engine(settings.database_url, pool_size=POOL)
    clock, chance = SystemClock(), SystemChance()
    trust = FolderTrustStore(settings.trust_dir)
    forms = TypstForms()
    house = House(
        sessions=sessionmaker(engine, expire_on_commit=False),
        clock=clock,
        chance=chance,
        forms=forms,
        pages=WebpPages(settings.data_dir / "pages"),
        attached=AttachedFiles(),
        signer=PadesSigner(Level(settings.pades_level)),
        checker=StrictChecker(FolderTrustStore(settings.trust_dir, settings.seal_dir), titles_of_cells(forms)),
        trust=trust,
        certificates=_certificates(settings, trust),
        blobs=DiskBlobs(settings.blob_dir),
        providers=load_all(settings.environment, clock),
        treasury=IntakeFolder(settings.intake_dir),
        seal=_seal(settings),
        mailer=_mailer(settings, clock),
        sealer=AesSealer(settings.secret_key, secrets.token_bytes, settings.former_secret_keys),
        passwords=Argon2Passwords(),
        passkeys=WebAuthnPasskeys(settings.public_url),
        knocker=knocker,
        dispatch=_dispatch(settings),
        policy=Policy(
            form_edition=settings.form_edition,
            callback_base=settings.callback_url,
            public_url=settings.public_url,
            registration_life=timedelta(days=settings.registration_days),
            warns_of_mismatch=settings.certificate_mismatch == "warn",
        ),
        hmac_key=settings.secret,
        failpoint=_failpoint(settings.crash_at),
    )
    return with_breakers(house)


def _mailer(settings: Settings, clock: SystemClock) -> Mailer:
    """Over SMTP; without a server, which development only may lack, into a folder that everybody can read."""
    if settings.smtp is None:
        return MailFolder(settings.data_dir / "mailbox", settings.mail_from, clock)
    return SmtpMailer(settings.smtp, settings.mail_from, clock)


def _seal(settings: Settings) -> TreasurySeal:
    if settings.seal_token is None:
        return FileKeySeal(settings.seal_dir)
    return TokenSeal(settings.seal_dir, settings.seal_token)


def _certificates(settings: Settings, trust: FolderTrustStore) -> X509Reader:
    marks = GovernmentCipher(settings.government_cipher_names, settings.government_cipher_policies)
    return X509Reader(trust, marks, RevocationDesk(settings.revocation_timeout_s))


def _dispatch(settings: Settings) -> Dispatch:
    outbox = OutboxDispatch(SystemClock(), SystemChance())
    if settings.embedded:
        return outbox
    from backend.adapters.dispatch.jobs import JobDispatch

    return JobDispatch(outbox.record)


def _failpoint(crash_at: str) -> Callable[[str], None]:
    """Nothing; or, for tests, sudden death at the named recovery point, as by a power cut."""
    if not crash_at:
        return lambda point: None

    def die(point: str) -> None:
        if point == crash_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def create_app(settings: Settings) -> Built:
    """The web process. Raises when the database is not migrated."""
    knocker = RoomKnocker()
    house = build_house(settings, knocker)
    check_migrated(house.sessions.kw["bind"])
    app = Flask("ky-kho-bac", static_folder=None)
    if settings.trusted_proxies:
        # Without this every log-in would seem to come from the proxy, and one person's wrong passwords would lock out
        # all.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]
    socketio = create_api(app, house, settings)
    knocker.connect(socketio)
    if settings.embedded:
        LocalEars(settings.data_dir / "knock.sock", knocker.knock).start()
    return Built(app, socketio, house)


def create_worker(settings: Settings) -> Worker:
    """The worker process."""
    house = build_house(settings, worker_knocker(settings))
    check_migrated(house.sessions.kw["bind"])
    house = replace(
        house, checker=HelpedChecker(settings.trust_dir, titles_of_cells(house.forms), pinned=settings.seal_dir)
    )
    rush = Rush(MOST_HANDS)
    return Worker(house, SUBJECTS, _background(settings, house, rush), rush=rush)


def worker_knocker(settings: Settings) -> Knocker:
    """How a process that serves no sockets itself reaches them."""
    if settings.redis_url:
        knocker = RoomKnocker()
        knocker.connect(SocketIO(message_queue=settings.redis_url, async_mode="threading"))
        return knocker
    return LocalKnocker(settings.data_dir / "knock.sock")


def _background(settings: Settings, house: House, rush: Rush) -> Sequence[Callable[[threading.Event], None]]:
    if not settings.embedded:
        from backend.adapters.dispatch.jobs import run_jobs

        def work(outbox_id: str) -> None:
            rush.let_pass()
            perform(house, SIDE_EFFECTS, outbox_id)

        return [lambda stop: run_jobs(settings.database_url, tuple(SIDE_EFFECTS), work, stop), _tidy(house)]
    return [*(_drain(house, {kind: handler}, rush) for kind, handler in SIDE_EFFECTS.items()), _tidy(house)]


def _drain(house: House, handlers: Mapping[str, Handler], rush: Rush) -> Callable[[threading.Event], None]:
    def drain(stop: threading.Event) -> None:
        while not stop.is_set():
            rush.let_pass()
            if not drain_one(house, handlers):
                stop.wait(0.1)

    return drain


def _tidy(house: House) -> Callable[[threading.Event], None]:
    def every_hour(stop: threading.Event) -> None:
        while not stop.wait(3600):
            tidy(house)
            expire_registrations(house)

    return every_hour
