"""Auditors read personal data for a stated purpose, and every read is in the log: proven by walking all addresses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit import acts
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from marketplace.events import runner
from marketplace.workflow.door import doing
from procurement.documents.models import Paper
from procurement.oversight.queries.reads import reads_page
from procurement.purchasing.models import Purchase
from tests import people
from tests.house.addresses import Address, addresses
from tests.house.specimens import Specimens
from tests.oversight.audits import Audit
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)

PURPOSE = "Pemeriksaan sesuai ST 700/1/2026"
OPEN = (
    "text/html",
    "text/plain",
    "text/csv",
    "application/json",
    "application/ld+json",
    "image/svg+xml",
    "application/manifest+json",
)
"""What pages and published data are; everything else an auditor gets by a private address is somebody's paper."""
PUBLISHED = ("tlog/", "media/", "static/", "v/", "gambar/", "etalase/")
MASKED = {"pesanan/<str:number>/tagihan.xml": "numbers of tax and account are masked for all but the parties"}
"""Files without personal data for overseers, each with the reason."""


def with_purpose(client: Client) -> Client:
    answer = client.post("/keperluan/?kembali=/meja/", {"purpose": PURPOSE})
    assert answer.status_code == 302 and answer.headers["Location"] == "/meja/"
    return client


def reads() -> int:
    return Entry.objects.filter(act="personal_data.read").count()


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def rendered(audit: Audit) -> Paper:
    approved(accepted(at=audit.unit))
    runner.drain()
    paper = Paper.objects.exclude(pdf_sha256="").order_by("pk").first()
    assert paper is not None
    return paper


def test_a_paper_is_read_for_a_purpose_and_each_read_is_recorded(audit: Audit) -> None:
    paper = rendered(audit)
    client = people.signed_in(audit.appointed("LEADER"))
    asked = client.get(paper.download_url)
    assert asked.status_code == 302 and asked.headers["Location"].startswith("/keperluan/?kembali=")
    assert reads() == 0
    assert client.post("/keperluan/", {"purpose": "ya"}).status_code == 422
    hostile = client.post("/keperluan/?kembali=https://jahat.example/", {"purpose": PURPOSE})
    assert hostile.headers["Location"] == "/meja/"
    assert client.get(paper.download_url).content.startswith(b"%PDF")
    assert client.get(paper.download_url).status_code == 200
    told = [entry.facts for entry in Entry.objects.filter(act="personal_data.read")]
    assert [each["reason"] for each in told] == [PURPOSE, PURPOSE]
    assert {each["subject"] for each in told} == {paper.token}
    page = people.signed_in(audit.appointed("SECOND")).get("/pemeriksaan/data-pribadi/").content.decode()
    assert page.count(PURPOSE) == 2 and audit.appointed("LEADER").user.name in page


def test_a_party_reads_its_own_papers_without_being_asked(audit: Audit) -> None:
    paper = rendered(audit)
    pa = people.signed_in(audit.appointed("PA"))
    assert pa.get(paper.download_url).status_code == 200
    assert reads() == 0


def test_what_is_refused_leaves_no_read(audit: Audit) -> None:
    paper = rendered(audit)
    region = people.region("D001", "Lain")
    far = people.signed_in(
        people.appointment(Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=region))
    )
    with_purpose(far)
    assert far.get(paper.download_url).status_code == 404 and reads() == 0


@pytest.mark.long
def test_no_address_gives_an_auditor_a_paper_unrecorded() -> None:
    own = Specimens.of(people.region())
    body = own.home(Role.AUDITOR)
    assert body is not None
    runner.drain()
    papers = list(Paper.objects.exclude(pdf_sha256="").values_list("token", flat=True)[:1])
    client = with_purpose(people.signed_in(people.appointment(Role.AUDITOR, body)))
    given, unrecorded = [], []
    for address in addresses():
        if not address.ours or address.route.startswith(PUBLISHED) or address.route in MASKED:
            continue
        path = (
            f"/dokumen/{papers[0]}/"
            if address.route == "dokumen/<str:token>/" and papers
            else own.path(address)
        )
        before = reads()
        answer: Any = client.get(path)
        if answer.status_code != 200 or answer["Content-Type"].startswith(OPEN):
            continue
        given.append(address.route)
        if reads() != before + 1:
            unrecorded.append(f"{path}: {answer['Content-Type']}")
    assert not unrecorded
    assert {"rekomendasi/berkas/<int:pk>/", "pesanan/<str:number>/berkas.zip"} <= set(given), given


READING = re.compile(r"\b(membaca|membuka \{|mengunduh|membuat berkas|mengekspor|mengambil berkas)")
"""How the sentence of an act begins that gives something to whoever acts."""
NOTHING_PERSONAL: dict[str, str] = {}
"""Acts that sound like reading and give no personal data, each with the reason."""


def test_every_act_that_gives_out_data_says_whether_it_is_personal() -> None:
    sounding = {act.name for act in acts.known() if READING.search(act.sentence)}
    assert {"personal_data.read", "evidence_pack.export", "payout_batch.download", "tax.export"} <= sounding
    assert sounding - set(NOTHING_PERSONAL) == set(acts.personal())


def test_every_such_act_stands_on_the_page_and_no_other(audit: Audit) -> None:
    reader = audit["LEADER"]
    names = acts.personal()
    with doing(actor=reader) as deed:
        for name in (*names, "finding.draft"):
            facts = dict.fromkeys(acts.get(name).facts, "x1y2")
            deed.record(name, ("personal_data_reader", str(reader.user_id)), facts)
    lines, _older = reads_page(audit["SECOND"], person=None, before=None)
    assert sorted(line.entry.act for line in lines) == sorted(names)
    page = people.signed_in(audit.appointed("SECOND")).get("/pemeriksaan/data-pribadi/").content.decode()
    assert page.count("x1y2") >= len(names)


def test_an_evidence_pack_that_was_taken_away_stands_on_the_page(audit: Audit) -> None:
    number = rendered(audit).number
    order = Purchase.objects.get(organisation=audit.unit)
    integrate()
    leader = with_purpose(people.signed_in(audit.appointed("LEADER")))
    taken = leader.post(f"/pesanan/{order.number}/paket-bukti.zip")
    assert taken.status_code == 200 and number
    page = people.signed_in(audit.appointed("SECOND")).get("/pemeriksaan/data-pribadi/").content.decode()
    assert f"mengunduh paket bukti pesanan {order.number}" in page and PURPOSE in page


def test_scans_of_a_vendor_are_recorded_for_all_but_the_vendor() -> None:
    shop = stalls.vendor("Toko Sumber Rejeki")
    scan = stalls.document(shop)
    path = f"/berkas-usaha/{scan.pk}/"
    owner = people.signed_in(Appointment.objects.get(organisation=shop.organisation, role=Role.VENDOR))
    assert owner.get(path).status_code == 200 and reads() == 0
    stranger = people.signed_in(people.appointment(Role.VENDOR, stalls.vendor("Toko Lain").organisation))
    assert stranger.get(path).status_code == 404 and reads() == 0
    for role in (Role.OPERATOR, Role.CURATOR):
        assert people.signed_in(people.appointment(role)).get(path).status_code == 200
    told = Entry.objects.filter(act="personal_data.read").order_by("pk")
    assert [(each.actor_role, each.facts["reason"]) for each in told] == [
        (Role.OPERATOR, "pemeriksaan pendaftaran penyedia"),
        (Role.CURATOR, "kurasi produk penyedia"),
    ]
    assert {each.facts["subject"] for each in told} == {str(scan.pk)}


def test_the_walk_knows_files_from_pages() -> None:
    assert any(isinstance(each, Address) and each.route in MASKED for each in addresses())
    assert not "application/pdf".startswith(OPEN)
