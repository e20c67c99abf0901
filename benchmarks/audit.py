"""How fast the audit log is: `.venv/bin/python benchmarks/audit.py [--entries N] [--seconds S] [--transactions N]`.

Works in a scratch database of its own, which it drops at the end, with a signing key in a scratch folder. Prints one
table: cost to writers beside no log and beside a chain under a lock, actions through Django, feed loss and causal
order, writing, sequencing, restart, commit to checkpoint, proofs, full audit, size on disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("EORDER_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

from marketplace.database import cluster

os.environ.setdefault("DATABASE_URL", cluster.ensure_running())

import django

django.setup()

import audit_throughput as throughput  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from marketplace.accounts.actors import Actor  # noqa: E402
from marketplace.audit import acts, entries, queries, sequencer, signing  # noqa: E402
from marketplace.audit.acts import Act  # noqa: E402
from marketplace.audit.models import Checkpoint, Entry, Leaf  # noqa: E402
from marketplace.audit.verify import verify  # noqa: E402
from marketplace.core import clock  # noqa: E402
from marketplace.database import schema  # noqa: E402
from tests.audit import feed_loss  # noqa: E402

DATABASE = "bench_audit"
CHUNK = 5_000
ACTOR = Actor.system("benchmark")
acts.register(Act("bench.note", "{actor}: {text}", ("text", "total_rupiah")))


@contextmanager
def scratch() -> Any:
    """Work in an empty database and key folder of our own."""
    with tempfile.TemporaryDirectory() as folder:
        settings.STATE_DIR = Path(folder)
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = DATABASE
        try:
            schema.create_all(connection)
            yield
        finally:
            connection.close()
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def write(kind: str, count: int) -> None:
    """Write entries as imports do, ten events to each thing of that kind."""
    for start in range(0, count, CHUNK):
        happenings = [
            entries.Happening(
                "bench.note",
                (kind, str(number // 10)),
                {
                    "text": f"catatan {number}",
                    "total_rupiah": number * 1_000,
                    "number": f"EP/2026/{number:06d}",
                },
            )
            for number in range(start, min(count, start + CHUNK))
        ]
        with transaction.atomic():
            entries.record_many(happenings, actor=ACTOR, deed=uuid4(), at=clock.now())


def write_one(number: int) -> None:
    """Write one entry in a transaction of its own."""
    with transaction.atomic():
        entries.record(
            actor=ACTOR,
            act="bench.note",
            aggregate=("single", str(number)),
            facts={"text": "satu", "total_rupiah": 1},
            deed=uuid4(),
            at=clock.now(),
        )


def commit_to_checkpoint(times: int) -> list[float]:
    """Return how long each of some commits waited for its checkpoint, in seconds."""
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run_forever, args=[stop])
    thread.start()
    waits = []
    try:
        for number in range(times):
            write_one(10**9 + number)
            entry = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
            started = time.perf_counter()
            while not Leaf.objects.filter(entry_id=entry).exists():
                time.sleep(0.002)
            waits.append(time.perf_counter() - started)
            time.sleep(0.017)
    finally:
        stop.set()
        sequencer.wake()
        thread.join()
    return waits


def proof_seconds(times: int) -> list[float]:
    """Return how long each of some inclusion proofs took, spread over the log."""
    size = Leaf.objects.count()
    ids = [Leaf.objects.get(leaf_index=size * at // times).entry_id for at in range(times)]
    return [seconds(lambda pk=pk: queries.proof_for_entry(pk)) for pk in ids]


def bytes_per_entry() -> float:
    """Return what one entry takes on disk with all indexes, its leaf and its share of tiles."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT sum(pg_total_relation_size(t::regclass)) "
            "FROM unnest(ARRAY['audit_entry', 'audit_leaf', 'audit_tile', 'audit_checkpoint']) t"
        )
        return float(cursor.fetchone()[0]) / Entry.objects.count()


def restart_seconds() -> float:
    """Return how long a sequencer that has just begun needs for its first entry."""
    write_one(2 * 10**9)
    connection.close()
    return seconds(sequencer.integrate)


def measure_writers(table: Table, run: int, folder: Path) -> None:
    """What keeping a log costs eight writers."""
    throughput.prepare()
    for work, target in ((0, "≥ 75 %"), (5, "≥ 90 %")):
        tps = {
            variant: throughput.transactions_per_second(variant, work, run, folder)
            for variant in throughput.VARIANTS
        }
        shown = " / ".join(f"{tps[variant]:,.0f}" for variant in throughput.VARIANTS)
        table.add_row(f"tx/s, {work} ms of work: no log / ours / chain under a lock", shown, "")
        table.add_row(f"… ours against no log, {work} ms", f"{tps['ours'] / tps['none']:.0%}", target)
        table.add_row(f"… ours against the chain, {work} ms", f"{tps['ours'] / tps['chain']:.1f} ×", "≥ 5 ×")
    actions = throughput.django_actions(run, folder)
    table.add_row("audited actions through Django", f"{actions:,.0f} /s", "≥ 150 /s")


def measure_feed(table: Table, transactions: int, folder: Path) -> None:
    """Whether a reader of the feed misses anything while eight write."""
    found = feed_loss.detect(transactions, folder)
    told = f"{found.lost} lost, {found.doubled} doubled, {found.violations} causal violations"
    table.add_row(
        f"feed of {found.committed:,} transactions, 8 writers, {found.seconds:.0f} s", told, "0, 0, 0"
    )


def measure_log(table: Table, count: int) -> None:
    """The log itself, at a size."""
    write("warm", 10)
    table.add_row(
        "3,300 entries in one transaction", f"{seconds(lambda: write('batch', 3_300)):.2f} s", "< 1 s"
    )
    sequencer.integrate()
    table.add_row("writing in bulk", f"{count / seconds(lambda: write('bench', count)):,.0f} entries/s", "")
    table.add_row("sequencing", f"{count / seconds(sequencer.integrate):,.0f} leaves/s", "≥ 30,000")
    table.add_row("restart of the sequencer", f"{restart_seconds():.2f} s", "1 M ≤ 2 s")
    table.add_row("idle pass", f"{seconds(sequencer.integrate) * 1000:.1f} ms", "")
    waits = commit_to_checkpoint(50)
    p99 = quantiles(waits, n=100)[98]
    table.add_row("commit to checkpoint p50 / p99", f"{median(waits):.2f} / {p99:.2f} s", "≤ 0.3 / 1 s")
    table.add_row("size on disk", f"{bytes_per_entry():,.0f} bytes/entry", "≤ 600")
    times = proof_seconds(200)
    table.add_row("inclusion proof p95", f"{quantiles(times, n=20)[18] * 1000:.1f} ms", "≤ 20 ms")
    proof = queries.proof_for_entry(Leaf.objects.get(leaf_index=count // 2).entry_id)
    keys = signing.verifier_keys()
    checks = [seconds(lambda: proof and proof.verify(keys)) for _ in range(200)]
    table.add_row("checking a proof p95", f"{quantiles(checks, n=20)[18] * 1000:.2f} ms", "≤ 1 ms")
    report = verify()
    each = report.seconds / report.entries * 1e6
    table.add_row("full audit", f"{report.seconds:.1f} s, 1 M would take {each:.0f} s", "1 M ≤ 30 s")
    table.add_row("intact", f"{report.intact}, {Checkpoint.objects.count()} checkpoints", "True")


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="entries of the log that is measured")
    parser.add_argument("--seconds", type=int, default=10, help="for each way of keeping a log")
    parser.add_argument("--transactions", type=int, default=10_000, help="of the feed-loss detector")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    title = f"Audit log, {asked.entries:,} entries, load of the machine at the start {load:.1f}"
    table = Table("what", "measured", "target", title=title)
    # the log is measured first and by itself: the writers' entries have no genuine seals
    with scratch():
        measure_log(table, asked.entries)
    with scratch(), tempfile.TemporaryDirectory() as folder:
        measure_feed(table, asked.transactions, Path(folder))
    with scratch(), tempfile.TemporaryDirectory() as folder:
        measure_writers(table, asked.seconds, Path(folder))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
