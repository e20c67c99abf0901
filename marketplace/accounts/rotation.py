"""Rotating the field keys: every token of every encrypted column, batch by batch, then the encrypted files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import connection, transaction
from psycopg import sql

from marketplace.accounts.personal_data import (
    EncryptedTextField,
    current_key_id,
    decrypted,
    decrypted_bytes,
    encrypted,
    encrypted_bytes,
    key_id_of,
)

BATCH: Final = 500
ENCRYPTED_STORES: Final = ("vendor_documents",)
"""Names of the stores whose files stand encrypted; each is bound to its store's name."""


@dataclass(frozen=True, slots=True)
class Column:
    """An encrypted column and the key of its table."""

    table: str
    key: str
    column: str

    @property
    def name(self) -> str:
        """`table.column`, to which its tokens are bound."""
        return f"{self.table}.{self.column}"


def columns() -> list[Column]:
    """Every encrypted column of every model, in a stable order."""
    found = [
        Column(model._meta.db_table, str(model._meta.pk.column), str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]
    return sorted(found, key=lambda column: column.name)


def rotate(column: Column, *, write: bool) -> Iterator[tuple[Counter[str], int]]:
    """Write a column's tokens under the current key, a batch at a time: (tokens found by key id, tokens written).

    A token is replaced only where it still stands as it was read, so that an act of somebody else is never undone.
    """
    last: Any = None
    while rows := _batch(column, last):
        last = rows[-1][0]
        counted = Counter(key_id_of(token) for _key, token in rows)
        changed = 0
        if write:
            with transaction.atomic():
                changed = sum(_replace(column, key, token) for key, token in rows if _is_old(token))
        yield counted, changed


def _is_old(token: str) -> bool:
    return key_id_of(token) != current_key_id()


def _batch(column: Column, after: Any) -> list[tuple[Any, str]]:
    where = (
        sql.SQL("{key} > %s AND").format(key=sql.Identifier(column.key)) if after is not None else sql.SQL("")
    )
    query = sql.SQL(
        "SELECT {key}, {column} FROM {table} WHERE {where} {column} <> '' ORDER BY {key} LIMIT %s"
    ).format(
        key=sql.Identifier(column.key),
        column=sql.Identifier(column.column),
        table=sql.Identifier(column.table),
        where=where,
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*([after] if after is not None else []), BATCH])
        return list(cursor.fetchall())


def _replace(column: Column, key: Any, token: str) -> int:
    fresh = encrypted(decrypted(token, column=column.name), column=column.name)
    query = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s").format(
        table=sql.Identifier(column.table),
        column=sql.Identifier(column.column),
        key=sql.Identifier(column.key),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [fresh, key, token])
        return int(cursor.rowcount)


def rotate_files(*, write: bool) -> int:
    """Write the encrypted files that stand under another key anew; returns how many there are."""
    found = 0
    for name in ENCRYPTED_STORES:
        store = storages[name]
        for path in _files(store, ""):
            with store.open(path) as kept:
                sealed = kept.read()
            if sealed.partition(b".")[0].decode() == current_key_id():
                continue
            found += 1
            if write:
                fresh = encrypted_bytes(decrypted_bytes(sealed, column=name), column=name)
                store.delete(path)
                store.save(path, ContentFile(fresh))
    return found


def _files(store: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = store.listdir(folder or ".")
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in files)
    for each in folders:
        yield from _files(store, f"{folder}/{each}".lstrip("/"))
