"""Electronic signatures: one for each known person, judged by a library of others, and visible to anybody."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest
from django.db import connection

from marketplace.accounts.models import User
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events import jobs
from procurement.documents import actions, samples, storage
from procurement.documents.models import Certificate, Paper, SignedCopy
from procurement.documents.queries import signatures_of
from procurement.documents.signing import verdicts_of
from procurement.documents.signing.local import LocalSigner

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = datetime(2026, 11, 22, 9, 30, tzinfo=clock.JAKARTA)


@pytest.fixture
def signed(issue, ppk, monkeypatch) -> SignedCopy:
    """A Surat Pesanan whose two signatories have accounts, rendered and signed by the jobs."""
    vendor = User.objects.create_user("penyedia@contoh.invalid", "sandi-contoh-2026", name="Hasan Contoh")
    blocks = zip(samples.SIGNATORIES["surat_pesanan"], (ppk.user_id, vendor.pk), strict=True)
    people = tuple({**block, "user": user} for block, user in blocks)
    monkeypatch.setitem(samples.SIGNATORIES, "surat_pesanan", people)
    with clock.frozen(NOVEMBER):
        issue()
        jobs.run_due()
        jobs.run_due()
    return SignedCopy.objects.get()


def test_every_known_person_signs_and_the_rendering_stays(signed):
    paper = Paper.objects.get()
    verdicts = signatures_of(signed)
    assert [(each.name, each.position) for each in verdicts] == [
        ("Budi Contoh, S.T., M.M.", "Pejabat Pembuat Komitmen"),
        ("Hasan Contoh", "Direktur"),
    ]
    assert all(each.holds for each in verdicts)
    assert {each.signed_at for each in verdicts} == {NOVEMBER}
    assert {each.issuer for each in verdicts} == {"OTORITAS SERTIFIKAT PERAGAAN"}
    assert storage.read(signed.sha256).startswith(storage.read(paper.pdf_sha256))
    entry = Entry.objects.get(act="paper.sign")
    assert (entry.facts["pdf_sha256"], entry.facts["signed_sha256"]) == (paper.pdf_sha256, signed.sha256)
    assert entry.facts["serials"] == ", ".join(each.serial for each in verdicts)


def test_a_paper_is_signed_once(signed):
    assert actions.sign(paper_id=signed.paper_id) == signed
    assert Entry.objects.filter(act="paper.sign").count() == 1


def test_the_signed_file_stays_an_accessible_archive_pdf(signed):
    with pikepdf.open(BytesIO(storage.read(signed.sha256))) as opened:
        assert opened.Root.MarkInfo.Marked
        assert opened.open_metadata()["pdfaid:part"] == "2"
        assert [str(field.FT) for field in opened.Root.AcroForm.Fields] == ["/Sig", "/Sig"]


@pytest.mark.parametrize("near", [b"/Title", b"<pdfaid:part>"], ids=["title", "metadata"])
def test_a_changed_byte_is_found(signed, near):
    pdf = bytearray(storage.read(signed.sha256))
    pdf[pdf.index(near) + len(near) + 4] ^= 1
    assert not any(each.intact for each in verdicts_of(bytes(pdf), LocalSigner().roots()))


def test_an_unknown_authority_is_not_trusted(signed):
    verdicts = verdicts_of(storage.read(signed.sha256), [])
    assert all(each.intact and not each.trusted for each in verdicts)


def test_keys_lie_encrypted_and_a_person_keeps_the_certificate(signed, issue):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_text FROM documents_certificate")
        assert not any("PRIVATE" in key for (key,) in cursor.fetchall())
    with clock.frozen(NOVEMBER):
        issue()
        jobs.run_due()
        jobs.run_due()
    assert Certificate.objects.count() == 3, "the authority and two persons"


def test_nobody_signs_where_there_is_no_signer(issue, ppk, settings, monkeypatch):
    settings.SIGNER = ""
    people = ({**samples.SIGNATORIES["kak"][0], "user": ppk.user_id},)
    monkeypatch.setitem(samples.SIGNATORIES, "kak", people)
    paper = issue("kak")
    jobs.run_due()
    assert actions.sign(paper_id=paper.pk) is None
    assert not SignedCopy.objects.exists()


def test_anybody_sees_the_offices_that_signed_and_no_person(client, signed):
    paper = Paper.objects.get()
    page = client.get(paper.verify_url).content.decode()
    assert page.count("Tanda tangan sah") == 2
    assert signed.sha256 in page
    assert "Budi" not in page
    assert "Hasan" not in page


def test_the_parties_get_the_signed_file(client, signed):
    paper = Paper.objects.get()
    client.force_login(User.objects.get(email="ppk@contoh.invalid"))
    assert client.get(paper.download_url).content == storage.read(signed.sha256)
    assert client.get(f"{paper.download_url}?polos").content == storage.read(paper.pdf_sha256)
