"""Rows in bulk by COPY, straight into the real tables, their triggers and constraints included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from django.db import connection, models

from marketplace.accounts.personal_data import EncryptedTextField


def next_ids(model: type[models.Model]) -> Iterable[int]:
    """Primary keys above all that are there."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    return count(last + 1)


def copied(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows (by column, the rest as the model's defaults say) in one COPY."""
    fields = model._meta.concrete_fields
    plain = {field.attname: _default(field) for field in fields}
    names = ", ".join(f'"{field.column}"' for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as to,
    ):
        for row in rows:
            unknown = row.keys() - plain.keys()
            assert not unknown, f"{model.__name__} has no {unknown}"
            told = {**plain, **row}
            to.write_row([_prepared(field, told[field.attname]) for field in fields])


def _default(field: Any) -> Any:
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    return "" if field.empty_strings_allowed else None


def _prepared(field: Any, value: Any) -> Any:
    if isinstance(field, EncryptedTextField):
        return field.get_prep_value(value)
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value)
    return value
