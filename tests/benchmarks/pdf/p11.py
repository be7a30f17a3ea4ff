"""P11: judging a two-signature file: the first time, again, and 5 MB."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import ExpectedSignature, Verdict
from tests.benchmarks.bench import Goal, median_ms, report, rounds
from tests.benchmarks.pdf.ground import Ground
from tests.benchmarks.pdf.p2 import large_blank


def main() -> bool:
    ground = Ground()
    small, large = ground.twice(ground.one_page()), ground.twice(ground.once(large_blank()))
    expected = [
        ExpectedSignature("KeToanTruong", ground.chief.fingerprint),
        ExpectedSignature("ChuTaiKhoan", ground.holder.fingerprint),
    ]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "root.pem").write_bytes(ground.root.pem)
        trust = FolderTrustStore(Path(name))
        warm = StrictChecker(trust)

        def judge(checker: StrictChecker, pdf: bytes) -> None:
            if checker.check(pdf, expected).verdict is not Verdict.VALID:
                raise AssertionError("the file must be valid")

        measured = rounds(
            {
                "first time": lambda _: judge(StrictChecker(trust), small),
                "again": lambda _: judge(warm, small),
                "5 MB, first time": lambda _: judge(StrictChecker(trust), large),
            },
            count=15,
        )
    first, again, big = (median_ms(seconds) for seconds in measured.values())
    goals = [
        Goal("first time, ms", first, 100),
        Goal("again, ms", again, 5),
        Goal("5 MB, ms", big, 2000),
    ]
    return report("p11", measured, goals, files=f"{len(small)} and {len(large)} bytes")


if __name__ == "__main__":
    sys.exit(not main())
