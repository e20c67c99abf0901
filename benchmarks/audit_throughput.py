"""What the log costs its writers: PostgreSQL's own pgbench, without a log, with ours, and with a chain under a lock.

Eight clients change one row each transaction, of a thousand; a transaction's entry is written early and some
milliseconds of work follow, as in an act. Times of the database alone: Python's own are in `django_actions`.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from uuid import uuid4

from django.db import connection

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.database import binaries
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from tests.audit.feed_loss import child

WRITERS = 8

_SCHEMA = """
CREATE TABLE bench_thing (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
INSERT INTO bench_thing (id) SELECT generate_series(1, 1000);
CREATE TABLE bench_head (id int PRIMARY KEY, hash bytea NOT NULL);
INSERT INTO bench_head VALUES (1, sha256(''));
CREATE TABLE bench_chain (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, payload bytea NOT NULL,
    before bytea NOT NULL, hash bytea NOT NULL UNIQUE
);
"""
_CHANGE = """
\\set thing random(1, 1000)
BEGIN;
UPDATE bench_thing SET n = n + 1 WHERE id = :thing;
"""
_PAYLOAD = "convert_to('{\"facts\":\"' || repeat('x', 300) || :thing || '\"}', 'UTF8')"
_ENTRY = f"""
INSERT INTO audit_entry (at, actor_name, actor_role, organisation_name, act, aggregate_type, aggregate_id,
                         event_no, deed, payload, leaf_hash, mac, key_id)
SELECT now(), 'bench', 'SYSTEM', '', 'bench.note', 'bench', :thing::text,
       coalesce((SELECT event_no FROM audit_entry WHERE aggregate_type = 'bench' AND aggregate_id = :thing::text
                 ORDER BY event_no DESC LIMIT 1), 0) + 1,
       gen_random_uuid(), p, sha256('\\x00'::bytea || p), sha256(p), '1'
FROM (SELECT {_PAYLOAD} AS p) given;
"""
_CHAINED = f"""
SELECT hash AS before FROM bench_head WHERE id = 1 FOR UPDATE;
WITH grown AS (
    INSERT INTO bench_chain (at, payload, before, hash)
    SELECT now(), p, h.hash, sha256(h.hash || p) FROM (SELECT {_PAYLOAD} AS p) given, bench_head h WHERE h.id = 1
    RETURNING hash
)
UPDATE bench_head SET hash = grown.hash FROM grown WHERE id = 1;
"""
VARIANTS = {"none": "", "ours": _ENTRY, "chain": _CHAINED}


def prepare() -> None:
    """Make the tables of the comparison."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA)


def transactions_per_second(variant: str, work_ms: int, seconds: int, folder: Path) -> float:
    """Return what eight clients get through with one way of keeping a log."""
    script = folder / f"{variant}.sql"
    work = f"\\sleep {work_ms} ms\n" if work_ms else ""
    script.write_text(f"{_CHANGE}{VARIANTS[variant]}{work}COMMIT;\n")
    server = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    command = [
        binaries.find().program("pgbench"),
        *("--no-vacuum", f"--client={WRITERS}", "--jobs=2", f"--time={seconds}", "--protocol=prepared"),
        *(f"--file={script}", str(server["NAME"])),
    ]
    ran = subprocess.run(
        command,
        env={**os.environ, **{name: str(server[key]) for name, key in names.items()}},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^tps = ([\d.]+) \(without", ran.stdout, re.MULTILINE)
    if found is None or "number of failed transactions: 0 " not in ran.stdout:
        raise RuntimeError(ran.stdout + ran.stderr)
    return float(found[1])


def django_actions(seconds: float, folder: Path) -> float:
    """Return how many audited actions a second eight processes do through Django, the door and the log."""
    region = Region.objects.create(klpd_code="B001", name="Kabupaten Uji", kind="KABUPATEN")
    bodies = [
        Organisation.objects.create(
            region=region, kind="AGENCY_UNIT", name=f"Dinas {number}", code=f"B{number}"
        )
        for number in range(WRITERS)
    ]

    def act(pk: int) -> None:
        actor, until, done = Actor.system("benchmark"), time.monotonic() + seconds, 0
        while time.monotonic() < until:
            with doing(actor=actor) as deed:
                body = Organisation.objects.select_for_update().get(pk=pk)
                body.name = f"Dinas {uuid4()}"
                body.save()
                deed.record("bench.note", ("organisation", str(pk)), {"text": "ganti", "total_rupiah": done})
            done += 1
        (folder / f"{pk}.done").write_text(str(done))

    for pid in [child(lambda pk=body.pk: act(pk)) for body in bodies]:
        os.waitpid(pid, 0)
    return sum(int((folder / f"{body.pk}.done").read_text()) for body in bodies) / seconds
