"""The bytes of a document, pictures of its pages, and our judgement of its signatures."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request

from backend.api.access import ANYONE, access
from backend.api.body import Subject
from backend.api.calls import answer, read
from backend.services.documents import check_signatures, document_pdf, page_image
from shared_schemas.documents import DocumentSignatures, PageQuery

blueprint = Subject("documents", __name__, url_prefix="/api/documents", description="The files of a dossier.")

BINARY = {"type": "string", "format": "binary"}


@blueprint.route("/<uuid:document_id>.pdf", methods=["GET"])
@blueprint.doc(operationId="getDocumentPdf")
@access(ANYONE)
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_pdf(document_id: UUID) -> Response:
    """The file itself."""
    return pdf_answer(*read(document_pdf, str(document_id)))


@blueprint.route("/<uuid:document_id>/pages/<int(min=1):page>.webp", methods=["GET"])
@blueprint.doc(operationId="getDocumentPage")
@access(ANYONE)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, BINARY, content_type="image/webp")
def get_page(words: dict[str, Any], document_id: UUID, page: int) -> Response:
    """A picture of one page of exactly these bytes; pages count from 1."""
    return page_answer(read(page_image, str(document_id), page, words["w"]))


@blueprint.route("/<uuid:document_id>/signatures", methods=["GET"])
@blueprint.doc(operationId="getDocumentSignatures")
@access(ANYONE)
@blueprint.response(200, DocumentSignatures)
def get_signatures(document_id: UUID) -> Response:
    """Our judgement of the file's signatures."""
    return answer(read(check_signatures, str(document_id)))


def pdf_answer(content: bytes, filename: str, sha256: str) -> Response:
    """A file to be saved."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = _attachment(filename)
    # A file that somebody managed to dress as something else must not run in our origin.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response.set_etag(sha256)
    response.make_conditional(request)
    return response


def page_answer(content: bytes) -> Response:
    """A picture of a page."""
    response = Response(content, mimetype="image/webp")
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response


def _attachment(filename: str) -> str:
    """RFC 6266: a name every client understands, and the full one."""
    plain = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in filename
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
