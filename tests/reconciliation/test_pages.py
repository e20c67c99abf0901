"""The pages over HTTP: import, propose, confirm by clicks alone; auditors read, strangers find nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.regulation.models import Code
from procurement.reconciliation.models import (
    Discrepancy,
    Match,
    OwnAccount,
    Proposal,
    ProviderReport,
    StatementLine,
)
from procurement.settlement.models import PaymentAttempt
from tests import people
from tests.reconciliation.bank_lines import unexplained
from tests.reconciliation.banks import Move, account, mt940
from tests.reconciliation.money import moved
from tests.reconciliation.test_matching import reference
from tests.settlement.orders import Case

pytestmark = pytest.mark.django_db(transaction=True)


def browser(role: Role, case: Case) -> Client:
    return people.signed_in(
        people.appointment(
            role, people.organisation(people.KIND_OF_ROLE[role], in_region=case.purchase.region)
        )
    )


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == status, response.content.decode()[:800]
    return response.content.decode()


def post(client: Client, view: str, /, *args: object, status: int = 302, **form: Any) -> str:
    response = client.post(reverse(view, args=args), form)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("koran.sta", content)


@pytest.fixture
def unit_account(case: Case) -> OwnAccount:
    return account(case.purchase.region, unit=case.purchase.organisation)


def test_from_the_file_to_the_second_person_by_clicks(case: Case, unit_account: OwnAccount) -> None:
    right, odd = moved(case, [1_500_000, 2_500_000])
    treasurer = people.signed_in(case.appointments[Role.TREASURER])
    verifier = people.signed_in(case.appointments[Role.PPK_SKPD])
    assert "Rekening BANK" in page(treasurer, "reconciliation-upload")
    content = mt940(
        [Move(150_000_000, reference(right)), Move(250_000_000, "TANPA BERITA", day=clock.today())]
    )
    post(treasurer, "reconciliation-upload", account=unit_account.pk, file=file(content))
    shown = page(treasurer, "reconciliation")
    assert "Rp2.500.000" in shown and "TANPA BERITA" in shown and "Bendahara Pengeluaran" in shown
    line = Discrepancy.objects.get().line
    form = page(treasurer, "reconciliation-match", line.pk)
    assert odd.purchase.number in form and right.purchase.number not in form
    post(
        treasurer,
        "reconciliation-match",
        line.pk,
        leg=f"CAPTURE:{odd.attempt.pk}",
        reason="Nota bank 17",
    )
    asked = Proposal.objects.get()
    assert "Setujui usulan" not in page(treasurer, "reconciliation-line", line.pk)
    assert "Nota bank 17" in page(verifier, "reconciliation")
    assert "Setujui usulan" in page(verifier, "reconciliation-line", line.pk)
    log = LogEntry.objects.count()
    post(treasurer, "reconciliation-confirm", asked.pk, status=409)
    assert LogEntry.objects.count() == log and Match.objects.count() == 1
    post(verifier, "reconciliation-confirm", asked.pk)
    assert Match.objects.count() == 2
    done = page(verifier, "reconciliation-line", line.pk)
    assert "Dicocokkan dengan" in done and "Dua orang" in done
    assert "Semua sudah dijelaskan" in page(treasurer, "reconciliation")


def test_explaining_and_undoing_by_clicks(case: Case, unit_account: OwnAccount) -> None:
    (money,) = moved(case, [1_500_000])
    treasurer = people.signed_in(case.appointments[Role.TREASURER])
    verifier = people.signed_in(case.appointments[Role.PPK_SKPD])
    content = mt940([Move(150_000_000, reference(money)), Move(700, "JASA GIRO")])
    post(treasurer, "reconciliation-upload", account=unit_account.pk, file=file(content))
    first, second = StatementLine.objects.order_by("pk")
    assert "Tidak ada pembayaran" in page(treasurer, "reconciliation-match", second.pk)
    post(treasurer, "reconciliation-explain", second.pk, reason="Jasa giro")
    post(treasurer, "reconciliation-undo", first.pk, reason="Salah pasang")
    for asked in Proposal.objects.order_by("pk"):
        post(verifier, "reconciliation-confirm", asked.pk)
    assert list(Discrepancy.objects.filter(state="OPEN").values_list("line_id", flat=True)) == [first.pk]
    assert "Salah pasang" in page(verifier, "reconciliation-line", first.pk)


def test_a_refused_file_says_why_and_changes_nothing(case: Case, unit_account: OwnAccount) -> None:
    treasurer = people.signed_in(case.appointments[Role.TREASURER])
    log = LogEntry.objects.count()
    told = post(
        treasurer,
        "reconciliation-upload",
        status=409,
        account=unit_account.pk,
        file=file(mt940([Move(5_000, "x")], closing=7)),
    )
    assert "tidak menutup" in told and "Rp49,93" in told
    assert not StatementLine.objects.exists() and LogEntry.objects.count() == log
    content = mt940([Move(5_000, "x")])
    for _time in range(2):
        post(treasurer, "reconciliation-upload", account=unit_account.pk, file=file(content))
    assert "tidak ada yang berubah" in page(treasurer, "reconciliation")
    assert StatementLine.objects.count() == 1


def test_auditors_read_all_of_the_region_and_change_nothing(case: Case, unit_account: OwnAccount) -> None:
    line = unexplained(case.purchase.organisation, "UANG ENTAH")
    auditor = browser(Role.AUDITOR, case)
    shown = page(auditor, "reconciliation")
    assert "UANG ENTAH" in shown and "Impor rekening koran" not in shown
    assert "Cocokkan" not in page(auditor, "reconciliation-line", line.pk)
    assert "UANG ENTAH" in page(auditor, "reconciliation-day", line.booked_on.isoformat())
    page(auditor, "reconciliation-day", "kapan", status=404)
    for name in ("upload",):
        page(auditor, f"reconciliation-{name}", status=403)
    for name in ("match", "explain", "undo"):
        page(auditor, f"reconciliation-{name}", line.pk, status=403)


def test_another_unit_and_another_region_find_nothing(case: Case) -> None:
    line = unexplained(case.purchase.organisation)
    elsewhere = people.organisation(in_region=people.region("D001", "Provinsi Lain"))
    for role in (Role.TREASURER, Role.PPK_SKPD):
        stranger = browser(role, case)
        assert "JASA GIRO" not in page(stranger, "reconciliation")
        page(stranger, "reconciliation-line", line.pk, status=404)
    for role in (Role.OPERATOR, Role.AUDITOR):
        body = people.organisation(people.KIND_OF_ROLE[role], in_region=elsewhere.region)
        stranger = people.signed_in(people.appointment(role, body))
        assert "JASA GIRO" not in page(stranger, "reconciliation")
        page(stranger, "reconciliation-line", line.pk, status=404)
    for role in (Role.VENDOR, Role.PPK, Role.PA, Role.RECEIVER):
        page(browser(role, case), "reconciliation", status=403)


def test_the_pages_cost_the_same_for_one_and_for_many(
    case: Case,
    assert_max_queries: Callable[[int], AbstractContextManager[Any]],
    assert_flat_in_rows: Callable[..., None],
) -> None:
    unexplained(case.purchase.organisation)
    auditor = browser(Role.AUDITOR, case)
    page(auditor, "reconciliation")
    with assert_max_queries(20):
        page(auditor, "reconciliation")
    with assert_max_queries(22):
        page(auditor, "reconciliation-day", "2026-10-05")

    def more() -> None:
        for _n in range(3):
            unexplained(case.purchase.organisation)

    assert_flat_in_rows(lambda: page(auditor, "reconciliation"), more)
    assert_flat_in_rows(lambda: page(auditor, "reconciliation-day", "2026-10-05"), more)


def test_an_operator_registers_an_account_and_imports_a_report_by_clicks(case: Case) -> None:
    operator = browser(Role.OPERATOR, case)
    shown = page(operator, "reconciliation")
    assert "Daftarkan rekening" in shown and "Impor laporan pencairan" in shown
    said: dict[str, Any] = {
        "name": "Penampungan",
        "kind": "BANK",
        "bank_code": "111",
        "number": "123-000-4567",
    }
    Code.objects.get_or_create(scheme=Code.Scheme.BANK, code="111", defaults={"title": "Bank DKI"})
    assert "6 sampai 34 angka" in post(
        operator, "reconciliation-account", status=409, **{**said, "number": "12"}
    )
    assert not OwnAccount.objects.exists()
    post(operator, "reconciliation-account", **said)
    kept = OwnAccount.objects.get()
    assert (kept.organisation_id, kept.region_id) == (None, case.purchase.region_id)
    assert "1230004567" not in page(operator, "reconciliation")
    entries = LogEntry.objects.count()
    assert "sudah terdaftar" in post(operator, "reconciliation-account", status=409, **said)
    assert (OwnAccount.objects.count(), LogEntry.objects.count()) == (1, entries)

    one, two = moved(case, [1_000_000, 2_000_000], paid_out=False)
    report: dict[str, Any] = {"provider": "snap_va", "reference": "PO-7", "dated": clock.today().isoformat()}
    PaymentAttempt.objects.update(provider="snap_va")
    rows = f"reference,gross,fee\n{reference(one)},1000000,2900.50\n{reference(two)},2000000,5800\n"
    post(operator, "reconciliation-provider-report", **report, file=file(rows.encode()))
    assert ProviderReport.objects.get().net == 300_000_000 - 870_050
    entries = LogEntry.objects.count()
    refused = post(operator, "reconciliation-provider-report", status=409, **report, file=file(b"x,y\n1,2\n"))
    assert "sudah diimpor dengan isi yang berbeda" in refused
    assert (ProviderReport.objects.count(), LogEntry.objects.count()) == (1, entries)


def test_only_an_operator_registers_accounts(case: Case) -> None:
    for role in (Role.AUDITOR, Role.TREASURER, Role.PPK_SKPD):
        visitor = (
            people.signed_in(case.appointments[role]) if role in case.appointments else browser(role, case)
        )
        assert "Daftarkan rekening" not in page(visitor, "reconciliation")
        page(visitor, "reconciliation-account", status=403)
        page(visitor, "reconciliation-provider-report", status=403)


def test_another_regions_unit_is_no_choice(case: Case) -> None:
    operator, foreign = (
        browser(Role.OPERATOR, case),
        people.organisation(in_region=people.region("D992", "Kota Lain")),
    )
    Code.objects.get_or_create(scheme=Code.Scheme.BANK, code="111", defaults={"title": "Bank DKI"})
    said: dict[str, Any] = {
        "name": "Kas",
        "kind": "BANK",
        "bank_code": "111",
        "number": "1230004567",
        "unit": foreign.pk,
    }
    post(operator, "reconciliation-account", status=422, **said)
    assert not OwnAccount.objects.exists()
