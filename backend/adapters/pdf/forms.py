"""The official forms: one folder each, typeset as PDF/A-2b.

A form is a folder under ``forms/`` with ``form.toml`` (its facts) and ``form.typ`` (its page); a folder that is not a
whole form stops the start. There are vouchers of a payment and declarations of a registration. Follows ISO 19005-2
level B by typst; equal data give equal bytes, because the only date in the file is the paper's own. Text of people
reaches the page as JSON data, never as markup.

Does not: check a voucher's rules, or sign.
"""

from __future__ import annotations

import hashlib
import json
import threading
import tomllib
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst

from backend.adapters.pdf.fields import with_fields
from backend.adapters.pdf.fonts import page_font_folder, printable, stamp_font
from backend.adapters.pdf.outside import opened_paper
from backend.adapters.pdf.qr import squares
from backend.domain.errors import FieldProblem, Invalid, NotFound
from backend.domain.signing import SignatureCell
from backend.services.ports import DECLARATION, VOUCHER

FORMS = Path(__file__).parent / "forms"
_LINE_BREAKS = frozenset({"\n", "\t"})
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


class OddForm(RuntimeError):
    """A folder under forms/ is not a whole form. Recover: complete or remove it; the start is refused until then."""


_FACTS = {
    VOUCHER: ("name", "title", "symbol", "debit_prefixes", "editions"),
    DECLARATION: ("name", "title", "filename", "mark"),
}
"""What a form of each kind must say of itself."""

_DATED = {VOUCHER: "voucher_date", DECLARATION: "declared_on"}
"""The member of the paper that is the file's only date."""


@dataclass(frozen=True, slots=True)
class _Form:
    facts: Mapping[str, object]
    kind: str
    editions: Mapping[str, Mapping[str, str]]
    cells: Sequence[Mapping[str, str]]

    def midnight(self, paper: Mapping[str, object]) -> datetime:
        """Start of the paper's day: the file's only date, so that equal data give equal bytes."""
        return datetime.fromisoformat(str(paper[_DATED[self.kind]])).replace(tzinfo=UTC)


class TypstForms:
    """``FormCatalog`` over a folder of forms, with the ``kept`` latest files in memory. May be shared by threads."""

    def __init__(self, folder: Path = FORMS, *, kept: int = 32) -> None:
        self._folder = folder
        self._fonts = page_font_folder()
        self._forms = {path.name: _load(path) for path in sorted(folder.iterdir()) if path.is_dir()}
        if not self._forms:
            raise OddForm(f"no form under {folder}")
        self._idle: deque[typst.Compiler] = deque()
        self._kept = kept
        self._made: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def codes(self, kind: str = VOUCHER) -> Sequence[str]:
        """Codes of all forms of a kind."""
        return tuple(code for code, form in self._forms.items() if form.kind == kind)

    def render(self, form_code: str, paper: Mapping[str, object]) -> bytes:
        """PDF/A of one paper with its empty signature fields; equal mappings are typeset once.

        Raises ``NotFound`` for an unknown form, ``Invalid`` for an unknown edition or a character no font can draw.
        """
        key = hashlib.sha256(f"{form_code}\n{json.dumps(paper, sort_keys=True)}".encode()).digest()
        with self._lock:
            made = self._made.get(key)
        return made or self._remember(key, self._make(form_code, paper))

    def _remember(self, key: bytes, pdf: bytes) -> bytes:
        with self._lock:
            self._made[key] = pdf
            while len(self._made) > self._kept:
                self._made.popitem(last=False)
        return pdf

    def _make(self, form_code: str, paper: Mapping[str, object]) -> bytes:
        form = self._form(form_code)
        _check_characters(paper)
        absent = _absent(form, paper)
        names = [cell["field_name"] for cell in form.cells if cell["role"] not in absent]
        page = self._typeset(form_code, form, paper)
        return with_fields(page, names, stamp_font(), form.midnight(paper).strftime("D:%Y%m%d%H%M%SZ"))

    def cells(self, form_code: str, pdf: bytes) -> Sequence[SignatureCell]:
        """Where the unit signs on this very file, in signing order. Raises ``NotOurFile`` for a foreign file."""
        cells = self._form(form_code).cells
        found = {field.cell.field_name: field.cell for field in opened_paper(pdf)[1]}
        needed = {cell["field_name"] for cell in cells if "absent" not in cell}
        if not needed <= set(found) <= {cell["field_name"] for cell in cells}:
            raise NotFound("the file's cells are not this form's")
        return [found[cell["field_name"]] for cell in cells if cell["field_name"] in found]

    def rules(self, form_code: str) -> Mapping[str, object]:
        """The form's facts as its ``form.toml`` says them."""
        return self._form(form_code).facts

    def _form(self, form_code: str) -> _Form:
        if form_code not in self._forms:
            raise NotFound(f"form {form_code}")
        return self._forms[form_code]

    def _typeset(self, form_code: str, form: _Form, paper: Mapping[str, object]) -> bytes:
        facts = _page_facts(form, paper)
        side, runs = squares(str(paper["dossier_code"]))
        symbol = {"side": side, "runs": runs}
        main = (
            f'#import "/{form_code}/form.typ": form-page\n'
            f"#form-page({_as_data(facts)}, {_as_data(paper)}, {_as_data(symbol)})"
        )
        with self._compiler() as compiler:
            made = compiler.compile(
                input=main.encode("ascii"),
                format="pdf",
                pdf_standards=["a-2b"],
                timestamp=form.midnight(paper),
                pdf_tags=False,  # level B asks for none, and they double the file's objects
            )
        assert isinstance(made, bytes)
        return made

    @contextmanager
    def _compiler(self) -> Iterator[typst.Compiler]:
        """A compiler for one caller at a time: used from two threads it raises, and a new one reads all fonts anew."""
        try:
            compiler = self._idle.pop()
        except IndexError:
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(self._fonts)])
            compiler = typst.Compiler(root=str(self._folder), font_paths=fonts, ignore_system_fonts=True)
        try:
            yield compiler
        finally:
            self._idle.append(compiler)


def _load(path: Path) -> _Form:
    if not (path / "form.typ").is_file() or not (path / "form.toml").is_file():
        raise OddForm(f"{path.name}: form.toml and form.typ are both needed")
    try:
        facts = tomllib.loads((path / "form.toml").read_text(encoding="utf-8"))
        form = _Form(facts, facts["kind"], facts.get("editions", {}), facts["cells"])
        complete = (
            facts["form_code"] == path.name
            and all(facts[key] for key in _FACTS[form.kind])
            and all(edition["number"] for edition in form.editions.values())
            and all(cell[key] for cell in form.cells for key in ("role", "field_name", "title"))
            and len({cell["field_name"] for cell in form.cells}) == len(form.cells) > 0
            and "absent" not in form.cells[-1]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise OddForm(f"{path.name}/form.toml: {error}") from error
    if not complete:
        raise OddForm(f"{path.name}/form.toml: a fact is empty, doubled, or the code is not the folder's name")
    return form


def _absent(form: _Form, paper: Mapping[str, object]) -> Sequence[str]:
    """Roles whose signature the payer has not. Raises ValueError for one that the form cannot do without."""
    absent = paper.get("absent", [])
    if not isinstance(absent, list) or not set(absent) <= {cell["role"] for cell in form.cells if "absent" in cell}:
        raise ValueError(f"the form cannot be without {absent}")
    return absent


def _page_facts(form: _Form, paper: Mapping[str, object]) -> dict[str, object]:
    if form.kind == DECLARATION:
        return dict(form.facts)
    edition = str(paper["form_edition"])
    if edition not in form.editions:
        raise Invalid([FieldProblem("form_edition", "Phiên bản mẫu biểu này chưa được hỗ trợ.")])
    return {"subtitle": "", **form.facts, **form.editions[edition]}


def _as_data(value: Mapping[str, object]) -> str:
    return f"json(bytes({_literal(json.dumps(value, ensure_ascii=True, sort_keys=True))}))"


def _literal(text: str) -> str:
    """A typst string. The input is ASCII without control characters, so two escapes close every way out."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _check_characters(paper: Mapping[str, object]) -> None:
    known = printable()
    problems = [
        FieldProblem(path, f"Có ký tự không in được: {odd}. Bạn hãy gõ lại nội dung này.")
        for path, text in _texts("", paper)
        if (odd := " ".join(sorted({repr(c)[1:-1] for c in text if not _is_printable(c, known)})))
    ]
    if problems:
        raise Invalid(problems)


def _is_printable(character: str, known: frozenset[int]) -> bool:
    """Fonts hold glyphs for control and direction marks too; those change what a reader sees and are never printed."""
    return character in _LINE_BREAKS or (ord(character) in known and unicodedata.category(character) not in _UNSEEN)


def _texts(path: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in _texts(f"{path}.{key}".lstrip("."), inner)]
    if isinstance(value, Sequence):
        return [pair for index, inner in enumerate(value) for pair in _texts(f"{path}.{index}".lstrip("."), inner)]
    return []
