"""The workbench over HTTP: from the assignment letter to a settled status by clicks, closed to others, few queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.oversight import actions
from procurement.oversight.models import CaseFile, Finding, Recommendation
from tests import people
from tests.oversight.audits import TEXT, WHY, Audit, scan
from tests.oversight.test_reads import with_purpose
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def browser(audit: Audit, name: str) -> Client:
    return people.signed_in(audit.appointed(name))


def post(client: Client, address: str, **typed: Any) -> str:
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return str(answer.headers["Location"])


def move(client: Client, thing: Any, name: str, **typed: Any) -> None:
    thing.refresh_from_db()
    address = f"{thing.get_absolute_url()}{name}/"
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:1000]
    post(client, address, revision=thing.revision, **typed)
    thing.refresh_from_db()


def test_the_whole_way_by_clicks_alone(audit: Audit) -> None:
    order = accepted(at=audit.unit).purchase
    leader, second, ppk = (browser(audit, name) for name in ("LEADER", "SECOND", "PPK"))
    with_purpose(leader)
    today = clock.today()
    opened = {"body": "APIP", "number": "700/1/ST", "title": "Pemeriksaan ATK", "units": [audit.unit.pk]}
    days = {"period_from": "2026-01-01", "period_to": "2026-09-30"}
    where = post(leader, "/pemeriksaan/baru/", **opened, **days)
    case = CaseFile.objects.get()
    assert where == case.get_absolute_url()
    post(leader, f"/pemeriksaan/{case.pk}/tim/", appointment_id=audit.appointed("SECOND").pk, duty="REVIEWER")
    said = {name: getattr(TEXT, name) for name in TEXT.__dataclass_fields__} | {"amount": "3.500.000"}
    where = post(leader, f"/pemeriksaan/{case.pk}/temuan/", **said, orders=order.number)
    finding = Finding.objects.get()
    assert where == finding.get_absolute_url()
    told = {"unit_id": audit.unit.pk, "text": "Setorkan ke kas daerah.", "amount_due": "3.500.000"}
    post(leader, f"{where}rekomendasi/", **told)
    assert "Konsep temuan 1" in second.get("/meja/").content.decode()
    move(second, finding, "confirm")
    report = {"lhp_number": "LHP-1", "lhp_date": today - timedelta(days=1), "received_on": today}
    move(leader, case, "issue_report", **report, receipt_number="TT-9")
    thing = Recommendation.objects.get()
    assert "Jawab rekomendasi" in ppk.get("/meja/").content.decode()
    sts = {"sts_number": "STS-1", "sts_date": today, "sts_amount": "3.500.000"}
    files = {
        "proofs": [SimpleUploadedFile("a.pdf", scan()), SimpleUploadedFile("b.pdf", scan())],
        "sts_file": SimpleUploadedFile("sts.pdf", scan()),
    }
    move(ppk, thing, "answer", text="Sudah disetor penyedia.", **sts, **files)
    assert thing.answers.get().files.count() == 3
    proof = thing.answers.get().files.first()
    assert proof is not None
    scanned = leader.get(f"/rekomendasi/berkas/{proof.pk}/")
    assert scanned.content.startswith(b"%PDF") and "attachment" in scanned["Content-Disposition"]
    move(leader, thing, "verify", note=WHY)
    move(leader, thing, "propose", status="FITTING", reason=WHY)
    move(second, thing, "confirm")
    assert thing.state == "FITTING"
    shown = ppk.get("/tindak-lanjut/").content.decode()
    assert "100 %" in shown and "Rp3.500.000" in shown


def test_a_half_told_deposit_is_asked_for_again_and_nothing_is_lost(audit: Audit) -> None:
    thing = audit.recommended()
    ppk = browser(audit, "PPK")
    address = f"/rekomendasi/{thing.pk}/answer/"
    typed = {"text": "Sudah kami setor.", "revision": thing.revision, "sts_number": "STS-1"}
    answer = ppk.post(address, {**typed, "proofs": SimpleUploadedFile("a.pdf", scan())})
    assert answer.status_code == 422 and "Sudah kami setor." in answer.content.decode()
    hostile = ppk.post(
        address,
        {**typed, "sts_number": "", "proofs": SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")},
    )
    assert hostile.status_code == 409 and "bukan PDF atau foto" in hostile.content.decode()
    stale = ppk.post(address, {**typed, "sts_number": "", "revision": 99, "proofs": scan_file()})
    assert stale.status_code == 409
    thing.refresh_from_db()
    assert thing.state == "NOT_FOLLOWED" and not thing.answers.exists()


def scan_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", scan())


def test_strangers_find_nothing(audit: Audit) -> None:
    thing = audit.recommended()
    audit.answer(thing)
    proof = thing.answers.get().files.first()
    assert proof is not None
    pages = [
        thing.get_absolute_url(),
        thing.finding.get_absolute_url(),
        f"/rekomendasi/berkas/{proof.pk}/",
        f"/rekomendasi/{thing.pk}/answer/",
    ]
    elsewhere = people.region("D001", "Lain")
    far = people.appointment(
        Role.AUDITOR, people.organisation(Organisation.Kind.AUDITOR_BODY, in_region=elsewhere)
    )
    for who in (people.appointment(Role.PPK), far):
        client = people.signed_in(who)
        allowed = pages if who.role == Role.PPK else pages[:3]
        assert {client.get(page).status_code for page in allowed} == {404}
    assert people.signed_in(far).get(f"/pemeriksaan/{thing.finding.case_id}/").status_code == 404
    treasurer = browser(audit, "TREASURER")
    assert {treasurer.get(page).status_code for page in pages} == {403}


def offered(client: Client, thing: Any) -> set[str]:
    """Where the buttons at the head of a page lead, by the last part of the address; the primary one in capitals."""
    head = (
        client.get(thing.get_absolute_url())
        .content.decode()
        .partition('class="moves"')[2]
        .partition("</div>")[0]
    )
    found = re.findall(r'class="button([^"]*)" href="[^"]*/([a-z_]+)/"', head)
    return {name.upper() if "primary" in kind else name for kind, name in found}


def test_only_what_can_succeed_is_offered_and_one_button_is_primary(audit: Audit) -> None:
    case = audit.case()
    leader, second, third = (browser(audit, name) for name in ("LEADER", "SECOND", "THIRD"))
    assert offered(leader, case) == {"TEMUAN", "tim"}
    assert offered(third, case) == set()
    made = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    drafted = actions.draft_recommendation(
        actor=audit["LEADER"], finding_id=made.pk, unit_id=audit.unit.pk, text=WHY, amount_due=3_500_000
    )
    assert offered(leader, case) == {"TEMUAN", "tim"}
    assert offered(leader, made) == {"rekomendasi", "pesanan", "revise", "withdraw"}
    assert offered(second, made) == {"CONFIRM", "return_draft"}
    assert offered(leader, drafted) == {"withdraw"} and offered(second, drafted) == set()
    actions.confirm_finding(actor=audit["SECOND"], finding_id=made.pk)
    assert offered(leader, case) == {"temuan", "tim", "ISSUE_REPORT"}
    assert offered(leader, made) == {"pesanan", "withdraw"}
    audit.issue(case)
    assert offered(leader, case) == {"tim"} and offered(leader, made) == set()


def test_a_reviewer_sends_a_draft_back_and_its_author_reads_why(audit: Audit) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    leader, second, pa = (browser(audit, name) for name in ("LEADER", "SECOND", "PA"))
    assert "return_draft" in offered(second, finding) and "return_draft" not in offered(leader, finding)
    move(second, finding, "return_draft", reason=WHY)
    assert finding.state == "RETURNED"
    assert WHY in leader.get(finding.get_absolute_url()).content.decode()
    assert offered(leader, finding) >= {"revise", "withdraw", "rekomendasi"}
    assert not {"confirm", "return_draft"} & offered(second, finding)
    assert TEXT.title in leader.get("/pemeriksaan/temuan/?tampil=kembali").content.decode()
    assert WHY in leader.get(f"{finding.get_absolute_url()}revise/").content.decode()
    assert pa.get(finding.get_absolute_url()).status_code == 404
    said = {name: getattr(TEXT, name) for name in TEXT.__dataclass_fields__} | {"amount": "1.000"}
    move(leader, finding, "revise", **said)
    assert (finding.state, finding.amount) == ("DRAFT", 1_000)
    assert WHY in second.get(f"{finding.get_absolute_url()}confirm/").content.decode()


def test_a_reviewer_sees_what_is_fixed_with_the_finding_and_pages_name_who_answers_for_it(
    audit: Audit,
) -> None:
    order, case = accepted(at=audit.unit).purchase, audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT, orders=[order.number])
    actions.draft_recommendation(
        actor=audit["LEADER"],
        finding_id=finding.pk,
        unit_id=audit.unit.pk,
        text="Setorkan kelebihannya.",
        amount_due=0,
    )
    second = browser(audit, "SECOND")
    names = {name: audit.appointed(name).user.name for name in ("LEADER", "SECOND")}
    review = second.get(f"{finding.get_absolute_url()}confirm/").content.decode()
    for told in ("Setorkan kelebihannya.", order.number, names["LEADER"]):
        assert told in review, told
    actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk)
    page = browser(audit, "THIRD").get(finding.get_absolute_url()).content.decode()
    assert names["LEADER"] in page and names["SECOND"] in page
    audit.issue(case)
    thing = Recommendation.objects.get(finding=finding)
    audit.answer(thing, amount=0)
    actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    unit = browser(audit, "PA")
    assert (
        names["LEADER"] in unit.get(thing.get_absolute_url()).content.decode().partition("Verifikasi APIP")[2]
    )
    assert names["SECOND"] not in unit.get(finding.get_absolute_url()).content.decode(), (
        "the unit reads no team"
    )


def test_the_follow_up_page_says_what_waits_and_when_all_is_done(audit: Audit) -> None:
    leader = browser(audit, "LEADER")
    assert "Belum ada rekomendasi" in leader.get("/tindak-lanjut/").content.decode()
    thing = audit.recommended()
    audit.answer(thing)
    page = leader.get("/tindak-lanjut/?langkah=verify").content.decode()
    assert "Menunggu verifikasi Anda" in page and thing.get_absolute_url() in page
    audit.settle(thing)
    assert "Semua rekomendasi sudah selesai" in leader.get("/tindak-lanjut/").content.decode()


def test_a_form_that_can_only_be_refused_is_not_shown(audit: Audit) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    drafted = actions.draft_recommendation(
        actor=audit["LEADER"], finding_id=finding.pk, unit_id=audit.unit.pk, text=WHY, amount_due=0
    )
    forms = [
        *(f"{case.get_absolute_url()}{name}/" for name in ("tim", "temuan")),
        *(
            f"{finding.get_absolute_url()}{name}/"
            for name in ("rekomendasi", "pesanan", "revise", "withdraw")
        ),
        f"{drafted.get_absolute_url()}withdraw/",
    ]
    leader, third = browser(audit, "LEADER"), browser(audit, "THIRD")
    assert {leader.get(each).status_code for each in forms} == {200}
    for each in forms:
        page = third.get(each)
        assert page.status_code == 409 and "tidak tercatat dalam tim" in page.content.decode(), each
    actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk)
    audit.issue(case)
    page = leader.get(f"{finding.get_absolute_url()}withdraw/")
    assert page.status_code == 409 and "LHP sudah terbit" in page.content.decode()


def test_the_unit_reads_neither_the_team_nor_the_log(audit: Audit) -> None:
    thing = audit.recommended(accepted(at=audit.unit).purchase)
    page = browser(audit, "PA").get(thing.finding.get_absolute_url()).content.decode()
    assert TEXT.condition in page and "/audit/cerita/" not in page and "/pemeriksaan/" not in page


def test_lists_cost_no_more_queries_with_more_rows(audit: Audit, assert_flat_in_rows: Any) -> None:
    audit.answer(audit.recommended())
    audit.recommended()
    leader, second, ppk = (browser(audit, name) for name in ("LEADER", "SECOND", "PPK"))

    def more() -> None:
        for _time in range(2):
            audit.answer(audit.recommended())
            audit.recommended()

    for client, address in (
        (leader, "/pemeriksaan/"),
        (leader, "/tindak-lanjut/"),
        (ppk, "/tindak-lanjut/"),
        (second, "/meja/"),
        (ppk, "/meja/"),
    ):
        assert_flat_in_rows(lambda client=client, address=address: client.get(address), more)
