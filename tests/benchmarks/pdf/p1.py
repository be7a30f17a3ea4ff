"""P1: a visible second signature on a one-page form, prepare + RSA + finish + file written."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.bench import Goal, median_ms, report, rounds
from tests.benchmarks.pdf.ground import Ground
from tests.benchmarks.pdf.peers import libpdf, pyhanko


def main() -> bool:
    ground = Ground()
    once = ground.one_page()
    with tempfile.TemporaryDirectory() as name, libpdf() as node, pyhanko() as python:
        folder = Path(name)
        task = ground.task(folder, once)
        ours = folder / "ours.pdf"
        measured = rounds(
            {
                "ours": lambda _: _write(ours, ground.twice(once)),
                "pyHanko as it comes": lambda _: python.run(**task, target=str(folder / "pyhanko.pdf")),
                "@libpdf/core (invisible)": lambda _: node.run(**task, target=str(folder / "libpdf.pdf")),
            },
            count=25,
        )
        accepted = {one.stem: _valid_signatures(one) for one in folder.glob("*.pdf") if one.stem != "once"}
    own, other_python, other_node = (median_ms(seconds) for seconds in measured.values())
    goals = [
        Goal("ours / pyHanko as it comes", own / other_python, 0.1),
        Goal("ours / @libpdf/core", own / other_node, 1 / 3),
        Goal("signatures of our file that pdfsig accepts", accepted["ours"], 2, at_least=True),
    ]
    return report("p1", measured, goals, file=f"{len(once)} bytes, 1 page", pdfsig_accepts=accepted)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _valid_signatures(path: Path) -> int:
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True, timeout=60).stdout
    return said.count("Signature is Valid.")


if __name__ == "__main__":
    sys.exit(not main())
