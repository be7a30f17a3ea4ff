"""P3: one official form as PDF/A, every value new each time, against WeasyPrint; and forms a second on two cores."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from backend.adapters.pdf.fonts import page_font_folder
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.qr import squares
from tests.adapters.pdf.papers import payment_order
from tests.benchmarks.bench import Goal, median_ms, report, rounds
from tests.benchmarks.pdf.peers import HERE, weasyprint

FORM, CORES, EACH = "c4_02a_kb", 2, 150


def voucher(number: int) -> dict[str, Any]:
    """A voucher of which every typed value differs from those before, so that nothing is remembered unfairly."""
    paper = payment_order(
        3,
        dossier_code=f"261101{number % 100000:05d}",
        service_voucher_number=f"261101{number % 100000:05d}-C402AKB-0001",
        unit_voucher_number=f"{number % 10000}/UNC",
        amount_in_words=f"Mười tám triệu {number} đồng",
        total_amount=18690000 + number,
    )
    paper["payer"] |= {"unit_name": f"Trường Trung học phổ thông số {number}", "address": f"{number} Điện Biên Phủ"}
    paper["payee"] |= {"payee_name": f"Công ty TNHH Hưng Thịnh {number}", "payee_account": f"00710{number % 10**8:08d}"}
    for index, row in enumerate(paper["lines"]):
        row |= {"content": f"{row['content']} lần {number}", "amount": 6230000 + index + number}
    return paper


def main() -> bool:
    forms = TypstForms()
    fonts = str(page_font_folder())
    with tempfile.TemporaryDirectory() as name, weasyprint() as peer:

        def theirs(number: int) -> float:
            paper = voucher(number + 1000)
            side, runs = squares(paper["dossier_code"])
            symbol = {"side": side, "runs": runs}
            target = str(Path(name) / "weasyprint.pdf")
            return peer.run(paper=paper, qr=symbol, fonts=fonts, here=str(HERE), target=target)

        measured = rounds({"ours": lambda n: _render(forms, n + 1000), "WeasyPrint": theirs}, count=21)
    speed = forms_a_second()
    cpu = cpu_seconds_a_form(forms)
    own, other = (median_ms(seconds) for seconds in measured.values())
    goals = [
        Goal("ours / WeasyPrint", own / other, 0.1),
        Goal("forms a second on two cores", speed, 100, at_least=True),
    ]
    free = f"{CORES / cpu:.0f} a second if two cores had nothing else to do"
    return report("p3", measured, goals, forms=CORES * EACH, cpu_ms_a_form=f"{cpu * 1000:.1f}, so {free}")


def _render(forms: TypstForms, number: int) -> None:
    forms.render(FORM, voucher(number))


def cpu_seconds_a_form(forms: TypstForms, count: int = 50) -> float:
    """Processor time of one form: what a busy neighbour cannot stretch as far as it stretches the clock."""
    start = time.process_time()
    for number in range(count):
        _render(forms, 3 * 10**6 + number)
    return (time.process_time() - start) / count


def forms_a_second() -> float:
    """Forms made a second by ``CORES`` processes together, their start not counted."""
    context = multiprocessing.get_context("spawn")
    gate, done = context.Barrier(CORES + 1), context.Barrier(CORES + 1)
    workers = [context.Process(target=_work, args=(at, gate, done)) for at in range(CORES)]
    for worker in workers:
        worker.start()
    gate.wait()
    start = time.perf_counter()
    done.wait()
    seconds = time.perf_counter() - start
    for worker in workers:
        worker.join()
    return CORES * EACH / seconds


def _work(at: int, gate: Any, done: Any) -> None:
    forms = TypstForms()
    _render(forms, 10**6 * (at + 1))
    gate.wait()
    for number in range(EACH):
        _render(forms, 10**6 * (at + 1) + number)
    done.wait()


if __name__ == "__main__":
    sys.exit(not main())
