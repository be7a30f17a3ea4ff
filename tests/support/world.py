"""The demo world inside this process: the real house over a database of its own, the real sandbox CA, a movable clock.

People speak verbs and call the use cases as the API does; ``Hands`` is a worker that moves only when told, so that
a test can look between two steps. Phones are the sandbox's.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from backend.adapters.clock import SystemChance
from backend.adapters.dispatch.jobs import JobDispatch, migrate_jobs
from backend.adapters.providers import load_all
from backend.audit.check import audit
from backend.audit.ground import Breach
from backend.config import Settings, from_env
from backend.demo.seed import seed
from backend.domain.errors import Fenced
from backend.domain.people import ServiceTitle
from backend.domain.providers import Secret
from backend.domain.workdays import vietnam_date
from backend.factory import build_house
from backend.migrations.state import upgrade
from backend.models import Account, AccountGrant, Certificate, Dossier, OutboxItem, SigningTransaction, Unit, User
from backend.services.caller import Caller
from backend.services.dossier_view import dossier_view, open_dossier
from backend.services.draft_dossier import create_dossier, save_dossier
from backend.services.guarded import with_breakers
from backend.services.house import House
from backend.services.inbox import inbox
from backend.services.outbox import OutboxDispatch, drain_one, perform
from backend.services.return_dossier import cancel, reopen, return_, start_over, withdraw
from backend.services.side_effects import SIDE_EFFECTS
from backend.services.sign.ask import Watch
from backend.services.sign.batch_list import Wanted, batch_list
from backend.services.sign.batch_start import prepare_batch, start_batch
from backend.services.sign.batch_view import batch_view
from backend.services.sign.cancel import cancel_batch, cancel_signing
from backend.services.sign.desk import claim, leave, register
from backend.services.sign.fence import Fence
from backend.services.sign.start import prepare_sign, start_sign
from backend.services.sign.step import step
from backend.services.sign.subjects import SUBJECTS
from backend.services.signing_view import signing_view
from backend.services.submit_dossier import reassign, submit
from backend.services.treasury_intake import receive
from backend.worker.loop import Worker
from tests.support.engines import engine_at
from tests.support.servers import PostgreSQL, Sandbox, eventually

CA_PASSWORD = "Ky-so-2026"
REASON = "Nội dung chưa đúng hóa đơn"
_NUMBERS = itertools.count(1000)


class MovingClock:
    """Real time, moved ahead by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def passes(self, **span: float) -> None:
        """``clock.passes(minutes=5)``."""
        self.ahead += timedelta(**span)


class Silence:
    """A knocker that remembers instead of knocking: there are no sockets here."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Mapping[str, object]]] = []

    def knock(self, user_id: str, event: Mapping[str, object]) -> None:
        self.heard.append((user_id, event))


def a_voucher(**changed: Any) -> dict[str, Any]:
    """A payment order that passes every check, of the demo world's first unit."""
    return {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": f"T-{next(_NUMBERS)}",
        "voucher_date": vietnam_date(datetime.now(UTC)),
        "payment_method": "transfer",
        "debit_account": "3713.0.1990001",
        "program_code": None,
        "lines": [{"content": "Thanh toán tiền nước tháng 10/2026", "amount": 2_015_000}],
        "amount_in_words": None,
        "payee": {
            "payee_kind": "bank_account",
            "payee_name": "Công ty TNHH Điện nước Mẫu",
            "payee_address": "88 đường Mẫu, thành phố Hải Phòng",
            "payee_account": "0011002200330",
            "payee_bank_code": "31203001",
        },
        **changed,
    }


@dataclass
class Member:
    """One person of the demo world."""

    world: World
    username: str
    login: str | None = None
    """User name at the CA."""
    provider: str | None = None
    caller: Caller = field(init=False)

    def __post_init__(self) -> None:
        with self.world.house.read() as session:
            user = session.scalars(select(User).where(User.username == self.username)).one()
            title = ServiceTitle(user.title)
            self.caller = Caller(user.id, str(uuid4()), user.full_name, title, user.unit_id, user.treasury_code)

    @property
    def id(self) -> str:
        return self.caller.user_id

    def _does(self, use_case: Callable[..., dict[str, object]], *args: Any, **words: Any) -> dict[str, Any]:
        with self.world.house.begin() as session:
            return use_case(session, self.world.house, self.caller, *args, **words)

    def drafts(self, **changed: Any) -> dict[str, Any]:
        return self._does(create_dossier, [a_voucher(**changed)])

    def saves(self, seen: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
        return self._does(save_dossier, seen["id"], seen["version"], [a_voucher(**changed)])

    def drafts_with(self, vouchers: list[dict[str, Any]]) -> dict[str, Any]:
        return self._does(create_dossier, vouchers)

    def saves_with(self, seen: Mapping[str, Any], vouchers: list[dict[str, Any]]) -> dict[str, Any]:
        return self._does(save_dossier, seen["id"], seen["version"], vouchers)

    def submits(self, seen: Mapping[str, Any], to: Member) -> dict[str, Any]:
        return self._does(submit, seen["id"], seen["version"], to.id)

    def withdraws(self, seen: Mapping[str, Any], reason: str = "") -> dict[str, Any]:
        return self._does(withdraw, seen["id"], seen["version"], reason)

    def returns(self, seen: Mapping[str, Any], reason: str = REASON) -> dict[str, Any]:
        return self._does(return_, seen["id"], seen["version"], reason)

    def reopens(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        return self._does(reopen, seen["id"], seen["version"])

    def cancels(self, seen: Mapping[str, Any], reason: str = REASON) -> dict[str, Any]:
        return self._does(cancel, seen["id"], seen["version"], reason)

    def reassigns(self, seen: Mapping[str, Any], to: Member) -> dict[str, Any]:
        return self._does(reassign, seen["id"], seen["version"], to.id)

    def receives(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        return self._does(receive, seen["id"], seen["version"])

    def prepares(self, seen: Mapping[str, Any], next_: Member | None = None, password: str = CA_PASSWORD) -> Any:
        """The first half of signing: everything up to the commit."""
        digests = [document["sha256"] for document in seen["documents"]]
        next_id = next_.id if next_ else None
        secret = Secret(password) if self.provider == "vnpt" else None
        return prepare_sign(self.world.house, self.caller, seen["id"], seen["version"], digests, next_id, secret)

    def signs(
        self, seen: Mapping[str, Any], next_: Member | None = None, password: str = CA_PASSWORD
    ) -> dict[str, Any]:
        """Tap 'Duyệt và ký'."""
        return self._does(start_sign, self.prepares(seen, next_, password))

    def opens(self, dossier: Mapping[str, Any]) -> dict[str, Any]:
        """Look at the dossier, as a batch demands of each."""
        return open_dossier(self.world.house, self.caller, dossier["id"])

    def lists(self, seen: Sequence[Mapping[str, Any]], next_: Member | None = None) -> dict[str, Any]:
        """Choose several and look at count, total and largest."""
        with self.world.house.read() as session:
            return batch_list(session, self.world.house, self.caller, _wanted(seen, next_))

    def prepares_batch(
        self, seen: Sequence[Mapping[str, Any]], shown: Mapping[str, Any], next_: Member | None = None
    ) -> Any:
        """The first half of confirming a list: everything up to the commit."""
        proof = Secret(CA_PASSWORD) if self.provider == "vnpt" else None
        return prepare_batch(self.world.house, self.caller, _wanted(seen, next_), shown["list_digest"], proof)

    def confirms(
        self, seen: Sequence[Mapping[str, Any]], shown: Mapping[str, Any], next_: Member | None = None
    ) -> dict[str, Any]:
        """Tap 'Ký {n} chứng từ'."""
        return self._does(start_batch, self.prepares_batch(seen, shown, next_))

    def signs_batch(self, seen: Sequence[Mapping[str, Any]], next_: Member | None = None) -> dict[str, Any]:
        """Open each, look at the list, confirm it."""
        opened = [self.opens(each) for each in seen]
        return self.confirms(opened, self.lists(opened, next_), next_)

    def watches_batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The waiting screen of a batch as it is now."""
        with self.world.house.read() as session:
            return batch_view(session, self.world.house, self.caller, batch["id"])

    def cancels_batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        return self._does(cancel_batch, batch["id"])

    def cancels_signing(self, signing: Mapping[str, Any]) -> dict[str, Any]:
        return self._does(cancel_signing, signing["id"])

    def sees(self, dossier: Mapping[str, Any]) -> dict[str, Any]:
        """The dossier as it is now."""
        with self.world.house.read() as session:
            return dossier_view(session, self.world.house, self.caller, dossier["id"])

    def watches(self, signing: Mapping[str, Any]) -> dict[str, Any]:
        """The waiting screen as it is now."""
        with self.world.house.read() as session:
            return signing_view(session, self.world.house, self.caller, signing["id"])

    def waits_for(self) -> list[dict[str, Any]]:
        """The inbox."""
        with self.world.house.read() as session:
            return inbox(session, self.world.house, self.caller)["items"]  # type: ignore[return-value]


def _wanted(seen: Sequence[Mapping[str, Any]], next_: Member | None) -> list[Wanted]:
    return [
        Wanted(
            each["id"],
            each["version"],
            tuple(document["sha256"] for document in each["documents"]),
            next_.id if next_ else None,
        )
        for each in seen
    ]


class Phone:
    """What people do in the app of their CA."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def prompt(self, person: Any) -> dict[str, Any]:
        """The newest request on the person's phone."""
        found = eventually(lambda: self._sandbox.waiting(person.login), what=f"a prompt for {person.login}")
        return found[0]  # type: ignore[no-any-return]

    def approves(self, person: Any) -> dict[str, Any]:
        return self._moves(person, "approve")

    def refuses(self, person: Any) -> dict[str, Any]:
        return self._moves(person, "refuse")

    def expires(self, person: Any) -> dict[str, Any]:
        return self._moves(person, "expire")

    def fails(self, person: Any) -> dict[str, Any]:
        return self._moves(person, "fail")

    def _moves(self, person: Any, move: str) -> dict[str, Any]:
        prompt = self.prompt(person)
        self._sandbox.control(f"/_control/transactions/{prompt['id']}/{move}", {})
        return prompt

    def approves_late(self, prompt: Mapping[str, Any]) -> None:
        """A yes after the CA's own deadline."""
        self._sandbox.control(f"/_control/transactions/{prompt['id']}/approve-late", {})


class Hands:
    """A worker that works when told."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.id = str(uuid4())
        self._mine: dict[Fence, Watch | None] = {}
        register(house, self.id)

    def take(self) -> list[Fence]:
        """Claim what is due."""
        fences = [each.fence for each in claim(self._house, self.id, 100)]
        self._mine.update(dict.fromkeys(fences))
        return fences

    def once(self, fence: Fence) -> bool:
        """One step of one transaction; False when nothing is left for us."""
        try:
            due = step(self._house, SUBJECTS, fence, self._mine.get(fence))
        except Fenced:
            due = None
        if due is None:
            self._mine.pop(fence, None)
            return False
        self._mine[fence] = due.watch
        return due.at <= self._house.clock.now()

    def work(self) -> None:
        """Claim, then one pass over everything that is ours until it has to wait; polls once even when it is not
        time yet.
        """
        self.take()
        for fence in list(self._mine):
            while self.once(fence):
                pass

    def go_home(self) -> None:
        """Let everything go, so that a worker that runs by itself finds it at once."""
        leave(self._house, self.id)
        self._mine.clear()

    def deliver(self) -> None:
        """Do every side effect that is due."""
        if self._house.sessions.kw["bind"].dialect.name == "sqlite":
            while drain_one(self._house, SIDE_EFFECTS):
                pass
            return
        with self._house.read() as session:
            waiting = session.scalars(select(OutboxItem.id).where(OutboxItem.done_at.is_(None))).all()
        for id_ in waiting:
            perform(self._house, SIDE_EFFECTS, id_)


class World:
    """Everybody, and the levers of the world around them."""

    def __init__(self, house: House, clock: MovingClock, sandbox: Sandbox, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.clock = clock
        self.sandbox = sandbox
        self._begun = sandbox.since
        self.phone = Phone(sandbox)
        self.hands = Hands(house)
        self.maker = Member(self, "1990001.01")
        self.chief = Member(self, "1990001.02", "031085000012", "vnpt")
        self.deputy_chief = Member(self, "1990001.03", "031188000013", "vnpt")
        self.holder = Member(self, "1990001.04", "031075000014", "vnpt")
        self.deputy_holder = Member(self, "1990001.05", "CMT_031178000015", "viettel")
        self.officer = Member(self, "0064.01")
        self.head = Member(self, "0064.02")
        self.other_maker = Member(self, "1990002.01")
        self.other_chief = Member(self, "1990002.02", "CMT_031186000022", "viettel")

    def has_one_signature(self) -> None:
        """The first unit collects revenue: its account holder's side signs alone, whoever else is there."""
        with self.rows() as session:
            unit = session.get_one(Unit, self.maker.caller.unit_id)
            start_over(session, self.house, unit.id)
            unit.unit_kind = "revenue_agency"

    def submitted(self, **changed: Any) -> dict[str, Any]:
        """A dossier before the chief accountant's eyes."""
        return self.maker.submits(self.maker.drafts(**changed), to=self.chief)

    def signs(self, person: Member, seen: Mapping[str, Any], next_: Member | None = None) -> dict[str, Any]:
        """The whole of one signature: tap, phone, worker. Returns the signing as it ended."""
        signing = person.signs(seen, next_)
        self.hands.work()
        self.phone.approves(person)
        self.hands.work()
        return person.watches(signing)

    def second_signed(self, **changed: Any) -> dict[str, Any]:
        """A dossier with the chief accountant's signature, before the account holder's eyes."""
        dossier = self.submitted(**changed)
        assert self.signs(self.chief, dossier, self.holder)["phase"] == "signed"
        return self.holder.sees(dossier)

    def both_signed(self, **changed: Any) -> dict[str, Any]:
        """A dossier on its way to the Treasury."""
        dossier = self.second_signed(**changed)
        assert self.signs(self.holder, dossier)["phase"] == "signed"
        return self.holder.sees(dossier)

    def transaction(self, signing: Mapping[str, Any]) -> SigningTransaction:
        """The row, with its documents."""
        with self.house.read() as session:
            row = session.get_one(SigningTransaction, signing["id"])
            _ = row.documents
            session.expunge_all()
            return row

    def signed_at_ca(self, signing: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Signatures the CA made over the digests of this transaction."""
        return self._told(signing, "signatures")

    def prompted_at_ca(self, signing: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Prompts the CA showed for the digests of this transaction."""
        return self._told(signing, "prompts")

    def _told(self, signing: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
        from base64 import b64encode

        digests = [b64encode(document.digest).decode() for document in self.transaction(signing).documents]
        return [entry for digest in digests for entry in self.sandbox.ledger(digest=digest)[kind]]

    def breaches(self) -> list[Breach]:
        """Every invariant, checked from outside; the CA's ledger included."""
        bind = self.house.sessions.kw["bind"]
        url = bind.url.render_as_string(hide_password=False)
        # Somebody of another world may have signed the very same bytes in the very same second.
        told = self.sandbox.ledger(after=self._begun, kind=("prompts", "signatures"))
        return audit(url, self.folder / "blobs", self.folder / "treasury", told)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A writing session, for what only an administrator does."""
        with self.house.begin() as session:
            yield session

    def grant_ends(self, person: Member) -> None:
        """The person's rights ended yesterday."""
        yesterday = vietnam_date(self.clock.now()) - timedelta(days=1)
        with self.rows() as session:
            session.execute(update(AccountGrant).where(AccountGrant.user_id == person.id).values(valid_to=yesterday))

    def grant_missing(self, person: Member) -> None:
        with self.rows() as session:
            session.execute(delete(AccountGrant).where(AccountGrant.user_id == person.id))

    def same_person(self, one: Member, other: Member) -> None:
        """Two rows, one identity."""
        with self.rows() as session:
            key = session.get_one(User, one.id).identity_key
            session.execute(update(User).where(User.id == other.id).values(identity_key=key))

    def certificate_of(self, person: Member) -> Certificate:
        with self.house.read() as session:
            return session.scalars(select(Certificate).where(Certificate.user_id == person.id)).one()

    def dossier_row(self, dossier: Mapping[str, Any]) -> Dossier:
        with self.house.read() as session:
            return session.get_one(Dossier, dossier["id"])

    def account(self, number: str) -> str:
        with self.house.read() as session:
            return session.scalars(select(Account.id).where(Account.account_number == number)).one()


@contextmanager
def working(house: House, **threads: int) -> Iterator[None]:
    """A worker with threads of its own, as it runs in life."""
    stop = Event()
    thread = Thread(target=Worker(house, SUBJECTS, **threads).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class Template:
    """The demo world at rest: copied for each test instead of made again."""

    kind: str
    folder: Path
    database: str
    environment: Mapping[str, str]


def make_template(kind: str, folder: Path, sandbox: Sandbox, postgresql: PostgreSQL | None) -> Template:
    """Migrate and seed once."""
    url = f"sqlite:///{folder}/kkb.sqlite3" if postgresql is None else postgresql.create()
    environment = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "SANDBOX_PORT": str(sandbox.port),
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "PATH": os.environ["PATH"],
    }
    settings = from_env(environment)
    upgrade(url)
    if postgresql is not None:
        migrate_jobs(url)
    house = build_house(settings, Silence())
    assert seed(settings, house)
    house.sessions.kw["bind"].dispose()
    return Template(kind, folder, url, environment)


@contextmanager
def world_from(template: Template, folder: Path, sandbox: Sandbox, postgresql: PostgreSQL | None) -> Iterator[World]:
    """A world of one's own, as it was when it was seeded."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    if postgresql is None:
        url = f"sqlite:///{folder}/kkb.sqlite3"
    else:
        url = postgresql.create(template.database.rpartition("/")[2])
    settings = from_env({**template.environment, "DATA_DIR": str(folder), "DATABASE_URL": url})
    clock = MovingClock()
    engine = engine_at(url)
    try:
        yield World(_with_clock(build_house(settings, Silence()), settings, clock, engine), clock, sandbox, folder)
    finally:
        engine.dispose()
    if postgresql is not None:
        postgresql.drop(url)


def _with_clock(house: House, settings: Settings, clock: MovingClock, engine: Engine) -> House:
    outbox = OutboxDispatch(clock, SystemChance())
    moved = dataclasses.replace(
        house,
        sessions=sessionmaker(engine, expire_on_commit=False),
        clock=clock,
        providers=load_all(settings.environment, clock),
        dispatch=outbox if settings.embedded else JobDispatch(outbox.record),
    )
    # What another process writes is seen at once: a test waits for no clock but its own.
    return with_breakers(moved, look_every_s=0)
