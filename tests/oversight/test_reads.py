"""Auditors read personal data for a stated purpose, and every read is in the log: proven by walking all addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events import runner
from procurement.documents.models import Paper
from tests import people
from tests.house.addresses import Address, addresses
from tests.house.specimens import Specimens
from tests.oversight.audits import Audit
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved

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


def test_the_walk_knows_files_from_pages() -> None:
    assert any(isinstance(each, Address) and each.route in MASKED for each in addresses())
    assert not "application/pdf".startswith(OPEN)
