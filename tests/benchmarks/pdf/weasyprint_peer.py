"""Typesets the payment order with WeasyPrint as PDF/A-2b: the same words, boxes, fonts and symbol as our form."""

import html
import json
import sys
import time
from pathlib import Path
from string import Template

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

ROW = Template('<tr><td>$content</td><td class="r">$amount</td></tr>')


def cells(tag, names):
    return "".join(f'<{tag} class="c">{name}</{tag}>' for name in names)


def offices(*names):
    return f'<table class="plain"><tr>{cells("td", names)}</tr></table>'


def page(template, paper, qr):
    flat = {**paper, **paper["payer"], **paper["payee"]}
    values = {key: html.escape(value) for key, value in flat.items() if isinstance(value, str)}
    rows = [ROW.substitute(content=html.escape(row["content"]), amount=f"{row['amount']:,}") for row in paper["lines"]]
    methods = ("Chuyển khoản", "Tiền mặt tại KB", "Tiền mặt tại NH")
    return template.substitute(
        values,
        rows="".join(rows),
        total=f"{paper['total_amount']:,}",
        side=qr["side"],
        path="".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in qr["runs"]),
        ticks=cells("td", [f'{method} <span class="box"></span>' for method in methods]),
        unit_offices=offices("Kế toán trưởng", "Chủ tài khoản"),
        control_offices=offices("Kiểm soát", "Phụ trách"),
        offices=offices("Kế toán", "Kế toán trưởng", "Giám đốc"),
    )


config, template, style = FontConfiguration(), None, None
for line in sys.stdin:
    task = json.loads(line)
    if style is None:
        here = Path(task["here"])
        template = Template((here / "weasyprint_page.html").read_text(encoding="utf-8"))
        rules = Template((here / "weasyprint_page.css").read_text(encoding="utf-8"))
        style = CSS(string=rules.substitute(fonts=task["fonts"]), font_config=config)
    start = time.perf_counter()
    document = HTML(string=page(template, task["paper"], task["qr"]))
    made = document.write_pdf(stylesheets=[style], font_config=config, pdf_variant="pdf/a-2b")
    seconds = time.perf_counter() - start
    Path(task["target"]).write_bytes(made)
    print(json.dumps({"seconds": seconds}), flush=True)
