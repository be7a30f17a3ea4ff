"""P6: 5,000 transactions waiting on one worker at the CAs' own poll intervals, over real HTTP to four CAs.

All are kept in their first minute, when the interval is shortest, so the load does not ease while it is measured. Each
CA is a cheap process of its own (``ca.py``) that answers after ``LATENCY_MS``. *Lateness* is how long after its due
moment a question begins; the worker notes it itself, its processor time is read from /proc. Then one CA goes silent for
``P6_DOWN_S`` seconds (the goal says five minutes; the report says what was run), and the others' lateness is compared.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from backend.config import from_env
from backend.domain.people import ServiceTitle
from backend.domain.providers import Secret
from backend.domain.signing import SignStatus
from backend.factory import create_worker
from backend.models import Certificate, SigningDocument, SigningTransaction, User
from backend.reference import load as load_reference
from backend.services.house import House
from backend.worker.loop import Worker
from tests.benchmarks.bench import Goal, report
from tests.benchmarks.running.ground import Ground, _start, free_port, ground, wait_for
from tests.benchmarks.running.people import OFFICE, house_of

WAITING = int(os.environ.get("P6_WAITING", "5000"))
LATENCY_MS = float(os.environ.get("P6_LATENCY_MS", "30"))
MEASURE_S = float(os.environ.get("P6_MEASURE_S", "60"))
DOWN_S = float(os.environ.get("P6_DOWN_S", "90"))
CAS = ("viettel", "vnpt", "misa", "nacencomm")
SILENT = "vnpt"
LATE_LIMIT_S = 1.0
UNCHANGED_S = 0.05
"""The others' p95 may differ by so much: less than the worker's own tick."""


class Watched(Worker):
    """The worker, noting when each question was due and when it began."""

    noted: list[tuple[str, float, float]] = []

    def _step(self, task: Any) -> None:
        if task.watch is not None:
            now = self._house.clock.now()
            self.noted.append((task.provider, now.timestamp(), (now - task.due).total_seconds()))
        super()._step(task)


def work(out: Path) -> None:
    """The measured process: the worker of the product until SIGTERM, then what it noted."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker = create_worker(from_env())
    worker.__class__ = Watched
    worker.run(stop)
    out.write_text(json.dumps(Watched.noted))


@contextmanager
def cas(here: Ground) -> Iterator[dict[str, int]]:
    """The four CAs; the worker's settings point at them."""
    ports = {slug: free_port() for slug in CAS}
    for slug, port in ports.items():
        here.env[f"{slug.upper()}_BASE_URL"] = f"http://127.0.0.1:{port}"
        _start(here, slug, [sys.executable, "-m", "tests.benchmarks.running.ca", str(port), str(LATENCY_MS)])
    for slug, port in ports.items():
        wait_for(lambda port=port: _counts(port) is not None, here, slug)
    yield ports


def _counts(port: int, path: str = "/_asked") -> dict[str, int] | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            found: dict[str, int] = json.load(answer)
            return found
    except OSError:
        return None


def all_waiting(house: House) -> None:
    """Rows as they are while people decide; what is signed does not matter here, so it is not there."""
    with house.begin() as session:
        load_reference(session)
        user = User(
            id=house.chance.uuid(),
            username="p6",
            password_hash="",
            full_name="Nguyễn Văn Ký",
            title=ServiceTitle.TREASURY_OFFICER.value,
            unit_id=None,
            treasury_code=OFFICE,
            identity_key="0" * 64,
        )
        session.add(user)
        session.flush()
        certificates = {slug: _certificate(house, user, slug) for slug in CAS}
        session.add_all(certificates.values())
        session.flush()
        sealed = house.sealer.seal(Secret(json.dumps({"access": "a" * 200, "refresh": "", "esrm": "b" * 200})))
        for number in range(WAITING):
            slug = CAS[number % len(CAS)]
            row = _row(house, user, certificates[slug], slug, number, sealed)
            session.add(row)
        session.flush()


def _certificate(house: House, user: User, slug: str) -> Certificate:
    now = house.clock.now()
    return Certificate(
        id=house.chance.uuid(),
        user_id=user.id,
        provider=slug,
        provider_login="031085000012",
        der=b"not looked at while waiting",
        chain=[],
        fingerprint=slug.ljust(64, "0"),
        serial_number="1",
        subject_name=user.full_name,
        valid_from=now,
        valid_to=now + timedelta(days=365),
        active=slug == CAS[0],
    )


def _row(
    house: House, user: User, certificate: Certificate, slug: str, number: int, sealed: bytes
) -> SigningTransaction:
    now = house.clock.now()
    name = f"tx-{number:05d}"
    return SigningTransaction(
        id=house.chance.uuid(),
        subject_kind="payment",
        subject_id=house.chance.uuid(),
        subject_version=1,
        step="chief_accountant",
        user_id=user.id,
        certificate_id=certificate.id,
        provider=slug,
        provider_login=certificate.provider_login,
        key_ref="key",
        status=SignStatus.WAITING.value,
        reference=name,
        vendor_id=name,
        summary="",
        comparison_code="00000000",
        total_amount=1,
        sealed_session=sealed,
        session_expires_at=now + timedelta(hours=1),
        created_at=now,
        # In its first minute, and so it stays: the shortest interval there is.
        sent_at=now + timedelta(hours=1),
        expires_at=now + timedelta(hours=2),
        raw_answers=[],
        next_at=now,
        documents=[_document(number, sealed)],
    )


def _document(number: int, anything: bytes) -> SigningDocument:
    return SigningDocument(
        position=0,
        document_id=f"{number:036d}",
        doc_id=f"{number}",
        title="",
        field_name="KeToanTruong",
        seen_sha256="0" * 64,
        prepared_sha256="0" * 64,
        range_start=0,
        range_end=1,
        document_digest=anything[:32],
        signed_attributes=anything[:32],
        digest=anything[:32],
        money="",
        expected=[],
    )


def run() -> tuple[list[tuple[str, float, float]], dict[str, tuple[float, float]], dict[str, float]]:
    """What the worker noted, the spans of each phase, and facts."""
    with ExitStack() as stack:
        here = stack.enter_context(ground("sqlite", PROVIDERS=",".join(CAS)))
        ports = stack.enter_context(cas(here))
        all_waiting(house_of(here))
        out = here.folder / "noted.json"
        _start(here, "worker", [sys.executable, "-m", "tests.benchmarks.running.p6", "--work", str(out)])
        wait_for(lambda: sum((_counts(port) or {})["known"] for port in ports.values()) == WAITING, here, "worker")
        time.sleep(10)
        spans, facts = {}, {}
        spans["all up"], facts["cores"], facts["asked_a_second"] = _measured(here, ports, MEASURE_S)
        _counts(ports[SILENT], "/_down")
        spans["one down"], facts["cores_down"], _ = _measured(here, ports, DOWN_S)
        _counts(ports[SILENT], "/_up")
        facts["recovered_s"] = _until_asked(ports[SILENT])
        facts["memory_mb"] = here.memory_mb("worker")
        facts["load"] = os.getloadavg()[0]
        here.processes["worker"].send_signal(signal.SIGTERM)
        here.processes["worker"].wait(120)
        return json.loads(out.read_text()), spans, facts


def _measured(here: Ground, ports: Mapping[str, int], seconds: float) -> tuple[tuple[float, float], float, float]:
    """From when to when, cores the worker used, questions a second."""
    start, cpu, asked = time.time(), here.cpu_s()["worker"], _asked(ports)
    time.sleep(seconds)
    end = time.time()
    return (start, end), (here.cpu_s()["worker"] - cpu) / (end - start), (_asked(ports) - asked) / (end - start)


def _asked(ports: Mapping[str, int]) -> int:
    return sum((_counts(port) or {}).get("asked", 0) for port in ports.values())


def _until_asked(port: int) -> float:
    """Seconds until as many questions came as there are transactions at that CA: all of them are being asked again."""
    start, before = time.time(), (_counts(port) or {})["asked"]
    while (_counts(port) or {})["asked"] - before < WAITING // len(CAS) and time.time() - start < 180:
        time.sleep(0.2)
    return time.time() - start


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[18]


def main() -> bool:
    noted, spans, facts = run()
    late: dict[str, dict[str, list[float]]] = {phase: defaultdict(list) for phase in spans}
    for provider, at, lateness in noted:
        for phase, (start, end) in spans.items():
            if start <= at < end:
                late[phase][provider].append(lateness)
    others = {
        phase: [each for slug, found in of.items() if slug != SILENT for each in found] for phase, of in late.items()
    }
    everybody = [each for found in late["all up"].values() for each in found]
    difference = p95(others["one down"]) - p95(others["all up"])
    goals = [
        Goal(f"cores of the worker, {WAITING} waiting", facts["cores"], 1.0),
        Goal("lateness p95 s, all CAs up", p95(everybody), LATE_LIMIT_S),
        Goal(f"lateness p95 s of the others, {SILENT} silent {DOWN_S:.0f} s", p95(others["one down"]), LATE_LIMIT_S),
        Goal("the others' lateness p95 s, down minus up", difference, UNCHANGED_S),
    ]
    told = {
        "load": f"{facts['asked_a_second']:.0f} questions a second to {len(CAS)} CAs that answer after "
        f"{LATENCY_MS:.0f} ms, every transaction in its first minute",
        "lateness all up": f"p50 {statistics.median(everybody) * 1000:.0f} ms, p95 {p95(everybody) * 1000:.0f} ms, "
        f"most {max(everybody):.2f} s",
        "one CA down": f"{SILENT} silent for {DOWN_S:.0f} s: {facts['cores_down']:.2f} cores; all asked again "
        f"{facts['recovered_s']:.0f} s after it is back",
        "worker": f"{facts['memory_mb']:.0f} MB resident; load of the machine {facts['load']:.1f}; "
        f"niceness {os.getpriority(os.PRIO_PROCESS, 0)}",
    }
    return report("p6", {"lateness, all up": everybody, "lateness of the others": others["one down"]}, goals, **told)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(Path(sys.argv[2]))
    else:
        sys.exit(not main())
