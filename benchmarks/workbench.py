"""What the auditor's workbench costs over many orders and entries: SQL, CPU, latency, beside a bare view.

    .venv/bin/python benchmarks/workbench.py --orders 100000 --entries 300000

A database of its own is filled as benchmarks/figures.py does it, with the entries of copied orders, flags, case files,
findings, recommendations and reads of personal data beside them, and dropped afterwards unless --keep. Pages are asked
as in benchmarks/pages.py. The budget of a page: at most 12 queries, 100 ms of CPU (web and database together) and
300 ms of waiting; drawing a sample reads the whole population and has a budget of its own. Exit code 1 beyond it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

MOST_QUERIES, MOST_MS, MOST_WAIT = 12, 100.0, 300.0
MOST_MS_OF_A_DRAW, MOST_WAIT_OF_A_DRAW = 2_500.0, 4_000.0
CASES, FINDINGS, READS = 200, 2_000, 5_000
TOLD = 60
"""Entries of the order whose story is read."""


def main() -> None:
    """Read the arguments, fill a database, measure, drop it. Exit code 1 when something costs more than its budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=300_000)
    parser.add_argument("--requests", type=int, default=10, help="requests per page that count")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    parser.add_argument("--explain", action="store_true", help="print the plans of slow statements")
    options = parser.parse_args()
    from benchmarks import figures
    from benchmarks.own_database import SCHEMA, STATIC, manage, own_database

    with own_database(f"bench_workbench_{options.orders}", keep=options.keep) as new:
        if new:
            manage(SCHEMA, STATIC, figures.SEED)
            figures.fill(options.orders)
            fill(options.entries)
        within = measure(options)
    if not within:
        raise SystemExit(1)


def fill(entries: int) -> None:
    """Entries for copied orders, their leaves, flags and what auditors made; triggers stand aside, nothing happened."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO audit_entry (at, user_id, organisation_id, appointment_id, region_id, actor_name, actor_role,"
            " organisation_name, act, aggregate_type, aggregate_id, event_no, deed, payload, leaf_hash, mac, key_id)"
            " SELECT told.at, order_.approver_user_id, told.organisation_id, told.appointment_id, told.region_id,"
            "   told.actor_name, told.actor_role, told.organisation_name, told.act, told.aggregate_type,"
            "   copies.new::text, told.event_no, told.deed, told.payload, told.leaf_hash, told.mac, told.key_id"
            "   FROM copies JOIN audit_entry AS told"
            "     ON told.aggregate_type = 'purchase' AND told.aggregate_id = copies.old::text"
            "   JOIN purchasing_purchase AS order_ ON order_.id = copies.new"
            "  ORDER BY copies.turn, copies.new, told.event_no LIMIT %s",
            [max(0, entries - _count(cursor, "audit_entry") - READS)],
        )
        cursor.execute(
            "WITH one AS (SELECT * FROM audit_entry WHERE aggregate_type = 'purchase' ORDER BY id DESC LIMIT 1)"
            " INSERT INTO audit_entry (at, user_id, region_id, actor_name, actor_role, organisation_name, act,"
            "   aggregate_type, aggregate_id, event_no, deed, payload, leaf_hash, mac, key_id)"
            " SELECT one.at, one.user_id, one.region_id, one.actor_name, one.actor_role, one.organisation_name,"
            "   one.act, 'purchase', one.aggregate_id, one.event_no + n, one.deed, one.payload, one.leaf_hash, one.mac,"
            "   one.key_id FROM one, generate_series(1, %s - one.event_no) AS n"
            " UNION ALL SELECT one.at, one.user_id, one.region_id, one.actor_name, 'AUDITOR',"
            "   one.organisation_name, 'personal_data.read', 'personal_data_reader', '1', n, one.deed, one.payload,"
            "   one.leaf_hash, one.mac, one.key_id FROM one, generate_series(1, %s) AS n",
            [TOLD, READS],
        )
        cursor.execute(
            "INSERT INTO audit_leaf (leaf_index, entry_id, leaf_hash)"
            " SELECT (SELECT coalesce(max(leaf_index), -1) FROM audit_leaf) + row_number() OVER (ORDER BY id),"
            "   id, leaf_hash FROM audit_entry"
            "  WHERE NOT EXISTS (SELECT 1 FROM audit_leaf AS known WHERE known.entry_id = audit_entry.id)"
        )
        cursor.execute(
            "INSERT INTO purchasing_flag (purchase_id, region_id, organisation_id, code, rung, moment, consequence,"
            '   at, sentence, evidence, "values", legal_basis, justification)'
            " SELECT id, region_id, organisation_id, 'ID0' || (id %% 9 + 1), '', 'SUBMISSION', 'EXPLAIN', submitted_at,"
            "   'Uji', '{}', '{}', 'Uji', '' FROM purchasing_purchase WHERE id %% 20 = 0",
            [],
        )
        cursor.execute("SET session_replication_role = origin")
    _audit()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


def _audit() -> None:
    """Case files with findings and recommendations in every state."""
    from django.db import connection

    from marketplace.accounts.models import Appointment, Organisation
    from marketplace.accounts.roles import Role
    from marketplace.core import clock
    from procurement.oversight.models import CaseFile, CaseMember, Finding, FindingOrder, Recommendation
    from procurement.oversight.workflow import PUBLISHED
    from procurement.practice.cast import appoint_overseers
    from procurement.purchasing.models import Purchase

    region = Purchase.objects.select_related("region").latest("pk").region
    appoint_overseers(region)
    first, second = Appointment.objects.filter(role=Role.AUDITOR, organisation__region=region)[:2]
    units = list(Organisation.objects.filter(region=region, kind=Organisation.Kind.AGENCY_UNIT)[:200])
    orders = list(Purchase.objects.order_by("pk").values_list("pk", flat=True)[:FINDINGS])
    now, day = clock.now(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    cases = CaseFile.objects.bulk_create(
        CaseFile(
            region=region, examiner_id=first.organisation_id, body="APIP", number=f"700/{n}/ST",
            title=f"Pemeriksaan {n}", period_from=date(day.year, 1, 1), period_to=day, created_at=now,
            state="REPORTED" if n % 4 else "OPEN", lhp_number=f"LHP-{n}" if n % 4 else "",
            lhp_date=day if n % 4 else None, received_on=day if n % 4 else None,
        )
        for n in range(CASES)
    )  # fmt: skip
    CaseMember.objects.bulk_create(
        CaseMember(case=case, appointment=first, user_id=first.user_id, duty="LEADER", joined_at=now)
        for case in cases
    )
    findings = Finding.objects.bulk_create(
        Finding(
            region=region, case=cases[n % CASES], number=n // CASES + 1, title=f"Kelebihan pembayaran {n}",
            kind="KELEBIHAN_BAYAR", kind_text="Kelebihan pembayaran", amount=1_000_000 + n, condition="Uji",
            criteria="Uji", cause="Uji", effect="Uji", author_id=first.user_id, created_at=now,
            state="CONFIRMED" if n % CASES % 4 else "DRAFT",
            reviewer_id=second.user_id if n % CASES % 4 else None,
            due_at=None if n % CASES % 4 else now,
        )
        for n in range(FINDINGS)
    )  # fmt: skip
    FindingOrder.objects.bulk_create(
        FindingOrder(finding=finding, purchase_id=order)
        for finding, order in zip(findings, orders, strict=False)
    )
    Recommendation.objects.bulk_create(
        Recommendation(
            region=region, finding=finding, examiner_id=first.organisation_id, external=False,
            unit=units[finding.pk % len(units)], number=turn, text="Setorkan ke kas daerah.",
            amount_due=500_000, recovered=500_000 if PUBLISHED[(finding.pk + turn) % 7] == "FITTING" else 0,
            state=PUBLISHED[(finding.pk + turn) % 7] if finding.state == "CONFIRMED" else "DRAFT",
            created_at=now, due_at=now, answered_at=now,
            proposed_by_id=first.user_id, proposed_at=now, decided_by_id=second.user_id, decided_at=now,
            verified_at=now, ground="LAIN", received_on=day - timedelta(days=finding.pk % 400), owed_since=day,
        )
        for finding in findings
        for turn in (1, 2)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def asked() -> dict[str, Callable[[], bytes]]:
    """Every page by name, asked by an auditor."""
    from django.db.models import Count

    from benchmarks.subjects import _get, _signed_in, bare_view
    from marketplace.accounts.models import Appointment, User
    from marketplace.accounts.roles import Role
    from marketplace.audit.models import Entry
    from procurement.oversight.models import CaseFile, CaseMember, Finding, Recommendation
    from procurement.purchasing.models import Purchase

    leader = CaseMember.objects.select_related("user")[0].user
    second = Appointment.objects.filter(role=Role.AUDITOR).exclude(user=leader)[0]
    client, other = _signed_in(leader), _signed_in(User.objects.get(pk=second.user_id))
    order = Purchase.objects.select_related("vendor__organisation", "approver_user").order_by("-pk")[1_000]
    oldest = Purchase.objects.order_by("pk")[20].pk
    entry = Entry.objects.order_by("pk")[20].pk
    told = Entry.objects.filter(aggregate_type="purchase", event_no=TOLD)[0]
    story = Purchase.objects.get(pk=int(told.aggregate_id))
    officer = order.approver_user.name if order.approver_user else "Pejabat"
    busy = Finding.objects.filter(state="CONFIRMED").annotate(n=Count("recommendations")).latest("pk")
    narrowed: dict[str, dict[str, Any]] = {
        "unit": {"unit": order.organisation_id},
        "vendor": {"penyedia": order.vendor.organisation.name},
        "officer": {"pejabat": officer},
        "state": {"status": "CLOSED"},
        "rare state": {"status": "CANCELLED"},
        "flag": {"peringatan": "ID05"},
        "any flag": {"peringatan": "*"},
        "amount": {"nilai_dari": 5_000_000, "nilai_sampai": 5_100_000},
        "amount, none": {"nilai_dari": 10**12},
        "time": {"dari": order.submitted_at.date(), "sampai": order.submitted_at.date()},
        "all together": {
            "unit": order.organisation_id, "status": "CLOSED", "nilai_dari": 1_000_000,
            "dari": order.submitted_at.date() - timedelta(days=90), "peringatan": "*",
        },
    }  # fmt: skip
    explorer = "/pemeriksaan/jelajah/"
    pages: dict[str, Callable[[], bytes]] = {"bare view, one query": bare_view()}
    for kind, shown in (("orders", {}), ("entries", {"lihat": "catatan"})):
        key = oldest if kind == "orders" else entry
        pages[f"{kind}"] = _get(client, f"{explorer}?{urlencode(shown)}")
        pages[f"{kind}, last page"] = _get(client, f"{explorer}?{urlencode({**shown, 'sebelum': key})}")
        for name, said in narrowed.items():
            pages[f"{kind}: {name}"] = _get(client, f"{explorer}?{urlencode({**shown, **said})}")
    for name, act in (("act", "purchase.pay"), ("room", "purchase"), ("rare act", "payout.hold")):
        pages[f"entries: {name}"] = _get(client, f"{explorer}?lihat=catatan&perbuatan={act}")
    pages |= {
        f"story of {TOLD} entries": _get(client, f"/pemeriksaan/pesanan/{story.number}/"),
        "desk": _get(client, "/meja/"),
        "desk of the second": _get(other, "/meja/"),
        "case files": _get(client, "/pemeriksaan/"),
        "case files, last page": _get(client, f"/pemeriksaan/?halaman={CASES // 25}"),
        "one case file": _get(client, CaseFile.objects.latest("pk").get_absolute_url()),
        "findings": _get(client, "/pemeriksaan/temuan/"),
        "findings to review": _get(other, "/pemeriksaan/temuan/?tampil=reviu"),
        "findings, last page": _get(client, "/pemeriksaan/temuan/?sebelum=20"),
        "one finding": _get(client, busy.get_absolute_url()),
        "recommendation": _get(
            client, Recommendation.objects.filter(state="ANSWERED").latest("pk").get_absolute_url()
        ),
        "follow-up": _get(client, "/tindak-lanjut/"),
        "follow-up, one step": _get(client, "/tindak-lanjut/?langkah=verify"),
        "samples": _get(client, "/pemeriksaan/sampel/"),
        "form of a sample": _get(client, "/pemeriksaan/sampel/baru/"),
        "reads of personal data": _get(client, "/pemeriksaan/data-pribadi/"),
        "reads of one person": _get(client, f"/pemeriksaan/data-pribadi/?orang={leader.pk}"),
        "reads, last page": _get(client, "/pemeriksaan/data-pribadi/?sebelum=9"),
    }
    for method in ("RANDOM", "MUS", "STRATIFIED"):
        pages[f"drawing 60, {method}"] = _drawing(client, method)
    return pages


def _drawing(client: Any, method: str) -> Callable[[], bytes]:
    def ask() -> bytes:
        said = {"purpose": f"Pengukuran {method}", "method": method, "size": 60}
        answer = client.post("/pemeriksaan/sampel/baru/", said)
        if answer.status_code != 302:
            raise AssertionError(answer.content.decode()[:2000])
        return bytes(answer.content)

    return ask


def measure(options: argparse.Namespace) -> bool:
    """Print the table; whether everything kept its budget."""
    import statistics

    from benchmarks.desks import explain_slowest
    from benchmarks.pages import HEAD, Cost, count_calls, count_queries, time_once
    from marketplace.audit.models import Entry
    from procurement.oversight.models import Finding, Recommendation
    from procurement.purchasing.models import Purchase

    pages = asked()
    costs = {name: Cost() for name in pages}
    for name, ask in pages.items():
        ask()
        costs[name].queries = count_queries(ask)
        if not name.startswith("drawing"):
            costs[name].calls = count_calls(ask)
    for turn in range(options.requests):
        for name, ask in pages.items():
            if turn < 2 or not name.startswith("drawing"):
                time_once(ask, costs[name])
    sizes = [each.objects.count() for each in (Purchase, Entry, Finding, Recommendation)]  # type: ignore[attr-defined]
    print("\n{:,} orders, {:,} entries, {:,} findings, {:,} recommendations".format(*sizes))
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {options.requests} requests a page, interleaved")
    print(HEAD)
    within = True
    for name, cost in costs.items():
        drawing = name.startswith("drawing")
        most_ms, most_wait = (MOST_MS_OF_A_DRAW, MOST_WAIT_OF_A_DRAW) if drawing else (MOST_MS, MOST_WAIT)
        spent = statistics.median(cost.web_ms) + statistics.fmean(cost.database_ms)
        kept = spent <= most_ms and statistics.median(cost.wall_ms) <= most_wait
        kept = kept and cost.queries <= MOST_QUERIES
        within = within and kept
        print(cost.row(name) + ("" if kept else "  OVER BUDGET"))
        if options.explain and not kept and not drawing:
            explain_slowest(name, pages[name])
    return within


if __name__ == "__main__":
    main()
