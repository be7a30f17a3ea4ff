"""``python -m backend.smoke``: drive a running instance through the whole main job, as browsers and phones would.

Over HTTP and Socket.IO only, with the people of ``demo.json`` and the sandbox CA's control API as their phones.
Prints every step with its milliseconds, leaves the signed file under ``var/smoke/``, and ends with status 1 naming
the step that failed.
Does not: touch the database, or run against a real CA.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import click
import requests
from websocket import WebSocket

PATIENCE_S = 60.0
TIMEOUT_S = 30
SPARED_S = 900
_FAREWELL_S = 0.05
VIETNAM = timezone(timedelta(hours=7))
OPEN_PHASES = {"sending", "waiting", "checking"}

T = TypeVar("T")


class Failed(RuntimeError):
    """A step did not do what it must. Recover: read the sentence, then the logs of the instance."""


def eventually(question: Callable[[], T | None], what: str) -> T:
    """The first true answer within ``PATIENCE_S``."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.03)
    raise Failed(f"{what}: not within {PATIENCE_S:.0f} s")


class Visitor:
    """One person at a browser."""

    def __init__(self, base_url: str, person: Mapping[str, Any]) -> None:
        self.base_url = base_url.rstrip("/")
        self.person = person
        self.login = person["provider_login"]
        self.password = person["provider_password"]
        self._browser = requests.Session()
        self._headers = {"Origin": self.base_url}
        words = {"username": person["username"], "password": person["password"], "shared_device": False}
        answer = self._browser.post(
            f"{self.base_url}/api/session", json=words, headers=self._headers, timeout=TIMEOUT_S
        )
        self.session = _good(answer)
        self._headers["X-CSRF-Token"] = self.session["csrf_token"]
        self.id = self.session["user"]["id"]

    def get(self, path: str) -> dict[str, Any]:
        """A JSON answer."""
        return _good(self._browser.get(self.base_url + path, timeout=TIMEOUT_S))

    def raw(self, path: str) -> bytes:
        """A file."""
        answer = self._browser.get(self.base_url + path, timeout=TIMEOUT_S)
        if not answer.ok:
            raise Failed(f"GET {path}: {answer.status_code}")
        return answer.content

    def send(self, path: str, words: Mapping[str, Any], *, key: str | None = None) -> requests.Response:
        """One action; ``key`` to repeat it."""
        headers = {**self._headers, "Idempotency-Key": key or str(uuid4())}
        return self._browser.post(self.base_url + path, json=words, headers=headers, timeout=TIMEOUT_S)

    def post(self, path: str, words: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """One action that must work."""
        return _good(self.send(path, words, key=key))

    @property
    def cookies(self) -> str:
        """For the socket's handshake."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._browser.cookies)

    def dossier(self, id_: str) -> dict[str, Any]:
        return self.get(f"/api/dossiers/{id_}")

    def sign_words(self, dossier: Mapping[str, Any], next_id: str | None) -> dict[str, Any]:
        """What 'Duyệt và ký' sends."""
        return {
            "expected_version": dossier["version"],
            "seen_digests": [document["sha256"] for document in dossier["documents"]],
            "next_approver_id": next_id,
            "provider_password": self.password,
            "second_factor": None,
        }

    def sign(self, dossier: Mapping[str, Any], next_id: str | None = None, *, key: str | None = None) -> dict[str, Any]:
        return self.post(f"/api/dossiers/{dossier['id']}/sign", self.sign_words(dossier, next_id), key=key)

    def ended(self, signing: Mapping[str, Any]) -> dict[str, Any]:
        """The signing, once it is neither sending, waiting nor checking."""

        def look() -> dict[str, Any] | None:
            seen = self.get(f"/api/signings/{signing['id']}")
            return None if seen["phase"] in OPEN_PHASES else seen

        return eventually(look, "the signing ends")


def _good(answer: requests.Response) -> dict[str, Any]:
    if not answer.ok:
        raise Failed(f"{answer.request.method} {answer.request.path_url}: {answer.status_code} {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


class Phones:
    """The apps of the CA, by the sandbox's control API."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def prompt(self, login: str) -> dict[str, Any]:
        """The newest request on this person's phone."""

        def look() -> dict[str, Any] | None:
            asked = {"uid": login, "status": "waiting"}
            found = requests.get(f"{self._url}/_control/transactions", params=asked, timeout=TIMEOUT_S).json()
            return max(found, key=lambda each: each["created"]) if found else None

        return eventually(look, f"a prompt on the phone of {login}")

    def approves(self, login: str) -> dict[str, Any]:
        """Find the request and say yes."""
        prompt = self.prompt(login)
        answer = requests.post(f"{self._url}/_control/transactions/{prompt['id']}/approve", json={}, timeout=TIMEOUT_S)
        _good(answer)
        return prompt

    @contextmanager
    def spared(self, people: Iterable[Mapping[str, Any]]) -> Iterator[None]:
        """The CA's random faults leave these people alone meanwhile.

        The run proves an installation. A run that is red whenever the CA stumbles is soon no longer looked at; what the
        app does when a CA stumbles is shown elsewhere, with the fault known.
        """
        theirs = [person for person in people if person["provider"]]
        self._spare(theirs, SPARED_S)
        try:
            yield
        finally:
            self._spare(theirs, 0)

    def _spare(self, people: Iterable[Mapping[str, Any]], seconds: int) -> None:
        for person in people:
            asked = {"provider": person["provider"], "uid": person["provider_login"], "seconds": seconds}
            _good(requests.post(f"{self._url}/_control/spare", json=asked, timeout=TIMEOUT_S))


class Line(WebSocket):
    """A web socket beneath a client that reads in a thread of its own: that thread hears the answer to a farewell, so
    who said it need not wait three seconds for it.
    """

    def close(self, *_: Any, **__: Any) -> None:
        super().close(timeout=_FAREWELL_S)


class Screen:
    """A live connection, listening."""

    def __init__(self, visitor: Visitor) -> None:
        import socketio  # type: ignore[import-untyped]

        self._heard: list[tuple[float, Mapping[str, Any]]] = []
        self._lock = threading.Lock()
        self._client = socketio.Client(reconnection=True, websocket_extra_options={"class_": Line})
        self._client.on("event", self._take)
        # The web socket library names the origin itself, as a browser does.
        try:
            self._client.connect(visitor.base_url, headers={"Cookie": visitor.cookies}, transports=["websocket"])
        except socketio.exceptions.ConnectionError as error:
            raise Failed(f"the live connection: {error}") from error

    def _take(self, event: Mapping[str, Any]) -> None:
        with self._lock:
            self._heard.append((time.time(), event))

    def heard(self, type_: str, id_: str, after: float) -> float | None:
        """When the first such event since ``after`` arrived."""
        with self._lock:
            return next(
                (at for at, each in self._heard if (each["type"], each["id"]) == (type_, id_) and at >= after), None
            )

    def close(self) -> None:
        self._client.disconnect()


class Run:
    """The story, step by step."""

    def __init__(self, base_url: str, people: list[dict[str, Any]], phones: Phones, *, event_limit_s: float) -> None:
        self.base_url = base_url
        self.people = people
        self.phones = phones
        self.event_limit_s = event_limit_s
        self.steps: list[dict[str, Any]] = []
        self.at = ""

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Name it, time it, keep what it found."""
        self.at, begun = name, time.perf_counter()
        facts: dict[str, Any] = {}
        yield facts
        ms = round((time.perf_counter() - begun) * 1000, 1)
        self.steps.append({"step": name, "ms": ms, **facts})

    def main_job(self, out: Path) -> None:
        """From the log-in to the officer's receipt."""
        with self.step("health"):
            _good(requests.get(f"{self.base_url}/api/health", timeout=TIMEOUT_S))
        with self.step("log-ins"):
            visitors = self._visitors()
        with self.phones.spared(visitor.person for visitor in visitors):
            self._story(visitors, out)

    def _story(self, visitors: list[Visitor], out: Path) -> None:
        maker, chief, holder, officer = visitors
        dossier = self._prepared(maker, chief)
        with self.step("socket"):
            screens = [Screen(chief), Screen(holder)]
        try:
            dossier = self._signed("second signature", chief, dossier, screens[0], next_id=holder.id)
            with self.step("holder sees it"):
                dossier = holder.dossier(dossier["id"])
                _must(dossier["status"] == "awaiting_account_holder", "the holder has the pen")
            dossier = self._signed("first signature", holder, dossier, screens[1])
        finally:
            for screen in screens:
                screen.close()
        self._at_the_treasury(holder, officer, dossier, out)

    def _visitors(self) -> list[Visitor]:
        signers = ("chief_accountant", "account_holder")
        for unit in {person["unit_code"] for person in self.people}:
            members = {person["role"]: person for person in self.people if person["unit_code"] == unit}
            if {"accountant", *signers} <= set(members):
                break
        else:
            raise Failed("the people file has no unit with an accountant, a chief accountant and an account holder")
        officer = next(person for person in self.people if person["role"] == "treasury_officer")
        chosen = [members["accountant"], *(members[role] for role in signers), officer]
        return [Visitor(self.base_url, person) for person in chosen]

    def _prepared(self, maker: Visitor, chief: Visitor) -> dict[str, Any]:
        with self.step("draft"):
            account = maker.get("/api/accounts")["items"][0]["account_number"]
            dossier = maker.post("/api/dossiers", {"vouchers": [a_voucher(account)]})
        with self.step("check"):
            checked = maker.post(f"/api/dossiers/{dossier['id']}/check", {})
            _must(checked["fields"] == [], f"the draft passes the check: {checked['fields']}")
        with self.step("submit"):
            words = {"expected_version": dossier["version"], "approver_id": chief.id}
            dossier = maker.post(f"/api/dossiers/{dossier['id']}/submit", words)
        with self.step("chief's inbox"):
            found = {row["id"] for row in chief.get("/api/inbox?q=" + dossier["code"])["items"]}
            _must(dossier["id"] in found, "the dossier waits for the chief accountant")
            dossier = chief.dossier(dossier["id"])
        with self.step("page image"):
            _must(chief.raw(dossier["documents"][0]["page_urls"][0])[8:12] == b"WEBP", "the page is a WebP picture")
        with self.step("approvers"):
            items = chief.get(f"/api/dossiers/{dossier['id']}/approvers")["items"]
            _must(any(item["eligible"] for item in items), "somebody can be picked")
        return dossier

    def _signed(
        self, name: str, who: Visitor, dossier: dict[str, Any], screen: Screen, next_id: str | None = None
    ) -> dict[str, Any]:
        with self.step(f"{name}: request"):
            signing = who.sign(dossier, next_id)
        with self.step(f"{name}: phone") as facts:
            prompt = self.phones.approves(who.login)
            facts["code"] = signing["comparison_code"]
            code = signing["comparison_code"] or ""
            _must(code in prompt["title"].replace(" ", ""), "the phone shows the comparison code of the screen")
        with self.step(f"{name}: signed"):
            ended = who.ended(signing)
            _must(ended["phase"] == "signed", f"the signing ends signed, not {ended['phase']}: {ended['problem']}")
        with self.step(f"{name}: event") as facts:
            facts["event_ms"] = self._event_ms(who, screen, dossier["id"])
        return who.dossier(dossier["id"])

    def _event_ms(self, who: Visitor, screen: Screen, id_: str) -> float:
        """From the log row written in the commit to the event on the screen."""
        moved = [row for row in who.dossier(id_)["log"] if row["action"] == "signed"][-1]
        written = datetime.fromisoformat(moved["at"]).timestamp()
        heard = eventually(lambda: screen.heard("dossier.changed", id_, written), "the screen hears of the signature")
        _must(heard - written <= self.event_limit_s, f"the event came {heard - written:.2f} s after the commit")
        return round((heard - written) * 1000, 1)

    def _at_the_treasury(self, holder: Visitor, officer: Visitor, dossier: dict[str, Any], out: Path) -> None:
        id_ = dossier["id"]
        with self.step("treasury receipt") as facts:
            facts["receipt"] = eventually(lambda: holder.dossier(id_)["receipt_no"], "the Treasury's receipt")
        with self.step("officer receives"):
            seen = officer.dossier(id_)
            seen = officer.post(f"/api/dossiers/{id_}/receive", {"expected_version": seen["version"]})
            _must(seen["status"] == "received", "the officer has received it")
        document = seen["documents"][0]
        with self.step("signatures"):
            checked = officer.get(document["signatures_url"])
            _must(checked["verdict"] == "valid" and len(checked["signatures"]) == 2, f"verdict {checked['verdict']}")
        with self.step("download") as facts:
            pdf = officer.raw(document["pdf_url"])
            _must(sha256(pdf).hexdigest() == document["sha256"], "the file is the one that was promised")
            out.mkdir(parents=True, exist_ok=True)
            path = out / document["filename"]
            path.write_bytes(pdf)
            facts["file"] = str(path)
        with self.step("pdfsig") as facts:
            facts["pdfsig"] = _pdfsig(path)


def _must(claim: bool, sentence: str) -> None:
    if not claim:
        raise Failed(f"expected: {sentence}")


_LINE_CODES = ("economic_item_code", "chapter_code", "sector_code", "fund_source_code")
_OTHER_PAYEE_FIELDS = (
    "payee_relation_code",
    "payee_treasury_code",
    "payee_program_code",
    "receiver_name",
    "receiver_id_number",
    "receiver_id_date",
    "receiver_id_place",
)


def a_voucher(account: str) -> dict[str, Any]:
    """A payment order that passes every check."""
    number = f"SMOKE-{datetime.now(UTC):%m%d%H%M%S%f}"
    return {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": number[:20],
        "voucher_date": datetime.now(VIETNAM).date().isoformat(),
        "payment_method": "transfer",
        "debit_account": account,
        "program_code": None,
        "lines": [{"content": "Thanh toán tiền nước tháng 10/2026", "amount": 2_015_000, **dict.fromkeys(_LINE_CODES)}],
        "amount_in_words": None,
        "payee": {
            "payee_kind": "bank_account",
            "payee_name": "Công ty TNHH Điện nước Mẫu",
            "payee_address": "88 đường Mẫu, thành phố Hải Phòng",
            "payee_account": "0011002200330",
            "payee_bank_code": "31203001",
            **dict.fromkeys(_OTHER_PAYEE_FIELDS),
        },
    }


def _pdfsig(path: Path) -> str:
    """A second opinion from another code base, where it is installed."""
    program = shutil.which("pdfsig")
    if program is None:
        return "not installed"
    told = subprocess.run(  # noqa: S603
        [program, "-nocert", str(path)], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    valid = told.count("Signature is Valid")
    _must(valid == 2, f"pdfsig finds two valid signatures, not {valid}")
    _must("Total document signed" in told, "pdfsig finds the whole file signed")
    return "2 valid, total document signed"


@click.command()
@click.option("--base-url", required=True, help="Where the instance answers.")
@click.option("--sandbox-url", default="http://localhost:8001", show_default=True)
@click.option("--people", type=click.Path(path_type=Path), default=Path("var/demo.json"), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("var/smoke"), show_default=True)
@click.option("--event-limit-ms", default=1000, show_default=True, help="From the commit to the event on the screen.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def main(base_url: str, sandbox_url: str, people: Path, out: Path, event_limit_ms: int, as_json: bool) -> None:
    """Drive a running instance through the whole main job."""
    if not people.is_file():
        raise click.ClickException(
            f"{people} is not there: name the file of people the instance was seeded with (--people)"
        )
    everybody = json.loads(people.read_text(encoding="utf-8"))["people"]
    run = Run(base_url.rstrip("/"), everybody, Phones(sandbox_url), event_limit_s=event_limit_ms / 1000)
    problem = None
    try:
        run.main_job(out)
    except (Failed, requests.RequestException, OSError, ImportError, LookupError) as error:
        problem = f"{type(error).__name__}: {error}"
    _tell(run, problem, as_json)
    sys.exit(1 if problem else 0)


def _tell(run: Run, problem: str | None, as_json: bool) -> None:
    if as_json:
        failed = {"step": run.at, "problem": problem} if problem else None
        click.echo(json.dumps({"ok": problem is None, "failed": failed, "steps": run.steps}, ensure_ascii=False))
        return
    for step in run.steps:
        more = " ".join(f"{name}={value}" for name, value in step.items() if name not in {"step", "ms"})
        click.echo(f"{step['ms']:>9.1f} ms  {step['step']}  {more}".rstrip())
    click.echo(f"FAILED at {run.at}: {problem}" if problem else "the main job works")


if __name__ == "__main__":
    main()
