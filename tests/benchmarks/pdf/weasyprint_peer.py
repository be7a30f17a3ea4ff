"""Typesets the payment order with WeasyPrint as PDF/A-2b: the same words, boxes, fonts and symbol as our form."""

import html
import json
import sys
import time

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

STYLE = """
@font-face {{ font-family: T; src: url(file://{fonts}/Tinos_400Regular.ttf) }}
@font-face {{ font-family: T; font-weight: bold; src: url(file://{fonts}/Tinos_700Bold.ttf) }}
@font-face {{ font-family: T; font-style: italic; src: url(file://{fonts}/Tinos_400Regular_Italic.ttf) }}
@font-face {{ font-family: T; font-weight: bold; font-style: italic; src: url(file://{fonts}/Tinos_700Bold_Italic.ttf) }}
@page {{ size: A4; margin: 10mm 12mm 25mm 14mm; @bottom-right {{ content: "Trang " counter(page) "/" counter(pages); font: 8.5pt T }}
  @bottom-left {{ content: element(foot) }} }}
body {{ font: 10.5pt T }} #foot {{ position: running(foot); font-size: 8.5pt }}
table {{ width: 100%; border-collapse: collapse; margin-bottom: 3pt }} td, th {{ border: .5pt solid; padding: 3.6pt 5pt; vertical-align: top }}
.plain td {{ border: none; padding: 0 }} .r {{ text-align: right }} .c {{ text-align: center }}
.e {{ display: flex; gap: 4pt; margin-bottom: 5pt }} .e span:last-child {{ flex: 1; border-bottom: .5pt dotted #666 }}
.box {{ display: inline-block; width: 9pt; height: 9pt; border: .6pt solid }} .sign {{ height: 48mm }} .low {{ height: 22mm }}
"""


def entry(label, value=""):
    return f'<div class="e"><span>{label}</span><span>{html.escape(value or "")}&nbsp;</span></div>'


def page(p, qr):
    payer, payee = p["payer"], p["payee"]
    rows = "".join(
        f'<tr><td>{html.escape(row["content"])}</td><td class="r">{row["amount"]:,}</td></tr>' for row in p["lines"]
    )
    path = "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in qr["runs"])
    ticks = "".join(f'<td class="c">{t} <span class="box"></span></td>' for t in ("Chuyển khoản", "Tiền mặt tại KB", "Tiền mặt tại NH"))
    offices = lambda *names: "<table class=plain><tr>" + "".join(f'<td class="c"><b>{n}</b></td>' for n in names) + "</tr></table>"
    return f"""<html lang=vi><head><title>Ủy nhiệm chi</title></head><body>
<div id=foot><svg width="15mm" height="15mm" viewBox="0 0 {qr["side"]} {qr["side"]}"><path d="{path}"/></svg>
Mã hồ sơ: {html.escape(p["dossier_code"])} Số chứng từ DVC: {html.escape(p["service_voucher_number"])}</div>
<table><tr><td style="width:20%"><i>Không ghi vào khu vực này</i></td><td class=c style="width:60%"><b style="font-size:15pt">ỦY NHIỆM CHI</b><br>
<b>CHUYỂN KHOẢN, CHUYỂN TIỀN ĐIỆN TỬ</b><br><i>Lập ngày 22 tháng 11 năm 2026</i></td><td>Mẫu số 16c1<br>Ký hiệu: C4-02a/KB<br>Số: <b>{html.escape(p["unit_voucher_number"])}</b></td></tr></table>
<table><tr>{ticks}</tr></table>
{entry("Đơn vị trả tiền:", payer["unit_name"])}{entry("Địa chỉ:", payer["address"])}{entry("Tại Kho bạc Nhà nước (NH):", payer["treasury_name"])}
{entry("Mã TKKT:", payer["debit_account"])}{entry("Mã ĐVQHNS:", payer["budget_relation_code"])}{entry("Mã CTMT, DA và HTCT:")}
<table><thead><tr><th>Nội dung thanh toán<th>Tổng số tiền</tr><tr><td class=c><i>(1)</i><td class=c><i>(2)</i></tr></thead>{rows}
<tr><th>Tổng cộng<td class=r><b>{p["total_amount"]:,}</b></tr></table>{entry("Số tiền ghi bằng chữ:", p["amount_in_words"])}
<table><tr><td style="width:75%"><b>THANH TOÁN CHO ĐƠN VỊ HƯỞNG</b>{entry("Đơn vị nhận tiền:", payee["payee_name"])}{entry("Địa chỉ:", payee["payee_address"])}
{entry("Mã ĐVQHNS:")}{entry("Mã CTMT, DA và HTCT:")}{entry("Tài khoản:", payee["payee_account"])}{entry("Tại KBNN (NH):", payee["payee_bank_name"])}
{entry("Hoặc người nhận tiền:")}{entry("Số CMND/CCCD:")}{entry("Cấp ngày:")}{entry("Nơi cấp:")}</td>
<td><b>KBNN A GHI</b>{entry("Nợ TK:")}{entry("Có TK:")}{entry("Nợ TK:")}{entry("Có TK:")}{entry("Nợ TK:")}{entry("Có TK:")}{entry("Mã ĐBHC:")}</td></tr></table>
<table><tr><th style="width:34%">ĐƠN VỊ TRẢ TIỀN<th colspan=2>KBNN A</tr><tr class=sign><td>{offices("Kế toán trưởng", "Chủ tài khoản")}</td>
<td>Bộ phận kiểm soát chi ngày …/…/…{offices("Kiểm soát", "Phụ trách")}</td><td>Bộ phận kế toán ghi sổ ngày …/…/…{offices("Kế toán", "Kế toán trưởng", "Giám đốc")}</td></tr></table>
<table><tr class=low><td>NGÂN HÀNG A ghi sổ ngày …/…/…{offices("Kế toán", "Kế toán trưởng", "Giám đốc")}</td>
<td>KBNN B, NGÂN HÀNG B ghi sổ ngày …/…/…{offices("Kế toán", "Kế toán trưởng", "Giám đốc")}</td></tr></table></body></html>"""


style, config = None, FontConfiguration()
for line in sys.stdin:
    task = json.loads(line)
    style = style or CSS(string=STYLE.format(fonts=task["fonts"]), font_config=config)
    start = time.perf_counter()
    document = HTML(string=page(task["paper"], task["qr"]))
    made = document.write_pdf(stylesheets=[style], font_config=config, pdf_variant="pdf/a-2b")
    seconds = time.perf_counter() - start
    with open(task["target"], "wb") as file:
        file.write(made)
    print(json.dumps({"seconds": seconds}), flush=True)
