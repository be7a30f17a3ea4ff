"""The official forms on the wire: one module per form, found by folder, told apart by ``form_code``.

A form module names ``FORM_CODE`` and ``SCHEMA``. Does not: know any form by name; an odd module stops the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from marshmallow import Schema, ValidationError, fields

from shared_schemas.fields import Messages


def _found() -> dict[str, type[Schema]]:
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.FORM_CODE: module.SCHEMA for module in modules}


FORMS: Mapping[str, type[Schema]] = _found()
"""Schema by ``form_code``."""


class VoucherField(fields.Field[dict[str, Any]]):
    """The content of one voucher: the schema of the form that ``form_code`` names."""

    default_error_messages: Messages = {
        "required": "Thiếu chứng từ.",
        "null": "Thiếu chứng từ.",
        "type": "Cần một đối tượng JSON.",
        "form": "Mẫu chứng từ này chưa được hỗ trợ.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("type")
        form_code = value.get("form_code")
        if not isinstance(form_code, str) or form_code not in FORMS:
            raise ValidationError({"form_code": [self.error_messages["form"]]})
        return FORMS[form_code]().load(value)  # type: ignore[no-any-return]
