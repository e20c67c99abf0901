"""The tamper battery: every kind with each of four powers, on real PostgreSQL, against two verifiers.

An attack is prevented when PostgreSQL refuses it. Otherwise it is looked for by the full audit inside, and by the
single-file verifier outside: on the log as it would be published afterwards, and on the order's evidence pack.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from marketplace.audit import canonical, entries, publishing, signing
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core.transitions import Refused
from procurement.oversight.evidence.pack import pack_of
from tests.audit.single_file import VERIFY
from tests.audit.tamper_kinds import (
    AUDIT_TABLES,
    BUSINESS_TABLES,
    FUNCTIONS,
    KINDS,
    Kind,
    World,
    guards_put_back,
)


class Power(Enum):
    """What somebody holds who goes past the application."""

    APPLICATION = "application role"
    OWNER = "table owner"
    SUPERUSER = "superuser"
    KEYS = "superuser with the log's keys"


ROLES = {Power.APPLICATION: "tamper_application", Power.OWNER: "tamper_owner"}

LAYERS = {
    "guard": "guards",
    "seal": "seal",
    "seal_key": "seal",
    "entry_hash": "hash",
    "leaf_hash": "tree",
    "leaf_gap": "tree",
    "leaf_without_entry": "tree",
    "tile": "tree",
    "tile_missing": "tree",
    "tile_extra": "tree",
    "checkpoint_root": "tree",
    "checkpoint_range": "tree",
    "checkpoint_note": "signature",
    "checkpoint_signature": "signature",
    "unsigned_leaves": "signature",
    "leaves_lost": "signature",
    "column": "columns",
    "event_order": "event numbers",
    "state": "tables",
    "state_chain": "states",
    "figure": "tables",
    "thing_lost": "tables",
    "thing_unknown": "tables",
    "known_checkpoint": "kept checkpoint",
    "clock": "clock",
}
"""Finding of the full audit → the layer of defence that found it."""


@dataclass
class Cell:
    """What came of one attempt: refused by which mechanism, or found by which layers and by the second verifier."""

    refused: str = ""
    layers: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def undetected(self) -> bool:
        """Whether it went through and nobody saw."""
        return not self.refused and not self.layers and not self.outside

    def __str__(self) -> str:
        if self.refused:
            return f"prevented: {self.refused}"
        if self.undetected:
            return "**UNDETECTED**"
        inside = ", ".join(self.layers) or "–"
        return f"found: {inside}" + (f"; *outside*: {', '.join(self.outside)}" if self.outside else "")


class Battery:
    """Runs attempts inside one transaction that is never committed."""

    def __init__(self, world: World, kept: str, folder: Path) -> None:
        self.world = world
        self.kept = kept
        self.folder = folder
        self.vkey = str(signing.signer().verifier)
        (folder / "kept").write_text(kept)

    def run(self) -> dict[str, dict[Power, Cell]]:
        """The whole table."""
        with self._undone():
            self._make_roles()
            return {kind.name: {power: self.attempt(kind, power) for power in Power} for kind in KINDS}

    def honest(self) -> Cell:
        """The same looks at a log that nobody touched: nothing may be found."""
        with self._undone():
            return self._looked(Power.KEYS, of_order=True)

    def attempt(self, kind: Kind, power: Power) -> Cell:
        """One kind with one power; the database is as before afterwards."""
        with self._undone():
            try:
                with transaction.atomic():
                    self._tamper(kind, power)
            except DatabaseError as refused:
                return Cell(refused=mechanism(refused))
            if power is Power.KEYS and kind.history:
                rebuild()
            return self._looked(power, of_order=kind.of_order)

    def _tamper(self, kind: Kind, power: Power) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            if power in ROLES:
                cursor.execute(f"SET LOCAL ROLE {ROLES[power]}")
            else:
                cursor.execute("SET LOCAL session_replication_role = replica")
            if power is not Power.APPLICATION:
                for table in (*AUDIT_TABLES, *BUSINESS_TABLES):
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            kind.tamper(cursor, self.world)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("RESET ROLE")
            cursor.execute("SET LOCAL session_replication_role = origin")
        guards_put_back(but=kind.asleep)

    def _looked(self, power: Power, *, of_order: bool) -> Cell:
        known = [self.kept] if power is Power.KEYS else []
        codes = {finding.code for finding in verify(known=known).findings}
        layers = sorted({LAYERS[code] for code in codes})
        outside = []
        if self._outside(["verify", str(self._published()), "--old", str(self.folder / "kept")]):
            outside.append("log")
        if of_order and self._pack_is_wrong():
            outside.append("pack")
        return Cell(layers=layers, outside=outside)

    def _published(self) -> Path:
        """The log as it would be published now; what cannot be published is missing."""
        folder = self.folder / "log"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            with transaction.atomic():
                publishing.export(folder)
        except (LookupError, DatabaseError, ValueError):
            pass
        return folder

    def _pack_is_wrong(self) -> bool:
        """Whether the order's evidence pack cannot be made, or the single-file verifier refuses it."""
        path = self.folder / "pack.zip"
        try:
            with transaction.atomic():
                path.write_bytes(pack_of(str(self.world.order)))
        except (LookupError, ValueError, OSError, DatabaseError, ObjectDoesNotExist, Refused):
            return True
        return self._outside(["verify-pack", str(path)])

    def _outside(self, words: list[str]) -> bool:
        """Whether the single-file verifier refuses."""
        with redirect_stdout(io.StringIO()):
            return bool(VERIFY.main([*words, "--vkey", self.vkey]))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def _make_roles(self) -> None:
        with connection.cursor() as cursor:
            for power, role in ROLES.items():
                cursor.execute(f"CREATE ROLE {role}")
                cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
                cursor.execute(
                    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
                )
                cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
                if power is Power.OWNER:
                    cursor.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
            for table in (*AUDIT_TABLES, *BUSINESS_TABLES):
                cursor.execute(f"ALTER TABLE {table} OWNER TO {ROLES[Power.OWNER]}")
            for function in FUNCTIONS:
                cursor.execute(f"ALTER FUNCTION {function} OWNER TO {ROLES[Power.OWNER]}")


def mechanism(refused: DatabaseError) -> str:
    """By what PostgreSQL refused, told from its error code."""
    code = getattr(refused.__cause__, "sqlstate", "") or ""
    known = {
        "42501": "privileges",
        "23001": "guards",
        "23000": "event numbers",
        "23505": "unique key",
        "23503": "foreign key",
        "23514": "check",
        "428C9": "identity column",
        "P0001": "guards",
    }
    if code not in known:
        raise refused
    return known[code]


def rebuild() -> None:
    """Make the changed log consistent again, as one can who holds the sealing and the signing key."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in AUDIT_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_leaf; DELETE FROM audit_tile; DELETE FROM audit_checkpoint")
        numbers: dict[tuple[str, str], int] = {}
        for entry in Entry.objects.order_by("pk"):
            _resealed(cursor, entry, numbers)
        cursor.execute("SET LOCAL session_replication_role = origin")
    guards_put_back()
    integrate()


def _resealed(cursor: Any, entry: Entry, numbers: dict[tuple[str, str], int]) -> None:
    """Number an entry without a gap, let its columns follow its payload, and seal it anew."""
    content = entry.content
    thing = (entry.aggregate_type, entry.aggregate_id)
    numbers[thing] = content["event"] = numbers.get(thing, 0) + 1
    payload = canonical.encode(content)
    hashed = entries.leaf_hash(payload)
    seal = entries.seal(entries.seal_keys()[entry.key_id], hashed, entry.actor_name, entry.organisation_name)
    cursor.execute(
        "UPDATE audit_entry SET payload = %s, leaf_hash = %s, mac = %s, at = %s, user_id = %s, event_no = %s "
        "WHERE id = %s",
        [payload, hashed, seal, datetime.fromisoformat(content["at"]), content["actor"]["user"], content["event"],
         entry.pk],
    )  # fmt: skip


PAGE = """# Tampering with the audit log

Written by a test (`tests/audit/test_tampering.py`), which tries every kind of tampering with every power on a real
PostgreSQL and holds this page to what came of it.

| power | may |
|---|---|
| application role | read and write every row of every table, the log's included: more than the site's own role needs |
| table owner | take guards away and put them back, replace functions, rename tables |
| superuser | all that, and silence foreign keys and guards at once |
| superuser with the log's keys | all that, and seal entries, rebuild the tree and sign checkpoints |

*Prevented* names what in PostgreSQL refused. *Found* names the layers of `manage.py audit verify` that saw it; for the
last power a checkpoint kept outside is given, as a witness keeps one. *Outside* says that the single-file verifier sees
it, too, without our program: in the `log` as it would be published afterwards, or in the order's evidence `pack`, which
is tried for attacks on the order's own rows. Guards, seals and name columns are not published, so only the first
verifier can see those.

{table}
## What no log can show

- Whoever holds the keys can append a *new* entry that is false from the start. It carries an actor, a time and a
  checkpoint, and can never be taken back; that it is false is for people to see.
- Without a checkpoint outside, the last power can rewrite everything. Witnesses exist for that.
- What the application role changes in columns that no act tells of (a remark, a telephone number) is not compared.
"""


def page(results: dict[str, dict[Power, Cell]]) -> str:
    """The text of docs/audit-tampering.md."""
    return PAGE.format(table=_table(results))


def _table(results: dict[str, dict[Power, Cell]]) -> str:
    heads = " | ".join(power.value for power in Power)
    lines = [f"| kind | {heads} |", "|---|" + "---|" * len(Power)]
    lines += [
        f"| {name} | " + " | ".join(str(cells[power]) for power in Power) + " |"
        for name, cells in results.items()
    ]
    return "\n".join(lines) + "\n"
