"""The verification page tells anybody what counts and nothing personal; the PDF is for the parties."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.accounts.models import User
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.events import jobs
from marketplace.workflow.door import doing
from procurement.documents import actions, samples, storage
from procurement.documents.models import Paper

pytestmark = pytest.mark.django_db(transaction=True)

PERSONAL = [
    "Budi",
    "Hasan",
    "Gita",
    samples.VENDOR["npwp"],
    samples.PPK["nip"],
    "Kenanga",
    samples.BANK["account"],
]


@pytest.fixture
def rendered(issue) -> Paper:
    paper = issue()
    jobs.run_due()
    sequencer.integrate()
    return Paper.objects.get(pk=paper.pk)


def test_anybody_sees_what_the_paper_is_and_nobody_is_named(client, rendered, assert_max_queries):
    client.get(rendered.verify_url)
    with assert_max_queries(12):
        answer = client.get(rendered.verify_url)
    page = answer.content.decode()
    assert answer.status_code == 200
    for shown in (
        rendered.number,
        "Surat Pesanan",
        "asli dan berlaku",
        "Dinas Pendidikan",
        "CV Maju Bersama Contoh",
        "Rp20.868.000",
        "dua puluh juta",
        rendered.pdf_sha256,
        rendered.facts_sha256,
        "daun 0",
    ):
        assert shown in page, shown
    for personal in PERSONAL:
        assert personal not in page, personal
    assert rendered.download_url not in page, "the PDF is for the parties"
    assert "noindex" in page


def test_an_unknown_token_is_not_found(client, rendered):
    assert client.get(f"/v/{rendered.token[:-1]}/").status_code == 404
    assert client.get("/v/tidak-ada/").status_code == 404


def test_a_void_paper_and_its_earlier_version_say_so(client, rendered, ppk):
    with doing(actor=ppk) as deed:
        void = actions.void(deed, rendered, reason="Salah alamat")
    jobs.run_due()
    assert "sudah dibatalkan" in client.get(rendered.verify_url).content.decode()
    page = client.get(void.verify_url).content.decode()
    assert "Dokumen ini BATAL" in page
    assert "Salah alamat" in page


def test_a_replaced_paper_says_so(client, rendered, ppk):
    with doing(actor=ppk) as deed:
        actions.correct(deed, rendered, samples.FACTS["surat_pesanan"])
    assert "versi yang lebih baru" in client.get(rendered.verify_url).content.decode()


def test_a_visitor_compares_a_file(client, rendered):
    genuine = storage.read(rendered.pdf_sha256)

    def compared(content: bytes) -> str:
        file = SimpleUploadedFile("naskah.pdf", content, "application/pdf")
        return client.post(rendered.verify_url, {"file": file}).content.decode()

    assert "sama persis" in compared(genuine)
    assert "berbeda dari naskah" in compared(genuine + b" ")
    assert client.post(rendered.verify_url, {}).status_code == 200
    assert "field is required" not in client.post(rendered.verify_url, {}).content.decode()


def test_a_paper_still_to_be_rendered_says_so(client, issue):
    assert "sedang disiapkan" in client.get(issue().verify_url).content.decode()


def _sign_in(client, appointment) -> None:
    client.force_login(User.objects.get(pk=appointment.user_id))


def test_only_parties_get_the_pdf(client, rendered, appoint):
    assert client.get(rendered.download_url).status_code == 302, "sign in first"
    _sign_in(client, appoint(Role.AUDITOR))
    assert client.get(rendered.download_url).status_code == 404


def test_the_pdf_comes_with_safe_headers(client, rendered):
    client.force_login(User.objects.get(email="ppk@contoh.invalid"))
    answer = client.get(rendered.download_url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('inline; filename="027')
    assert answer["Content-Disposition"].endswith('-v1.pdf"')
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == storage.read(rendered.pdf_sha256)
    assert client.get(f"{rendered.download_url}?unduh")["Content-Disposition"].startswith("attachment")
    assert rendered.download_url in client.get(rendered.verify_url).content.decode()


def test_a_subject_without_an_access_rule_is_read_by_nobody(client, rendered, settings):
    settings.DOCUMENT_ACCESS = {}
    client.force_login(User.objects.get(email="ppk@contoh.invalid"))
    assert client.get(rendered.download_url).status_code == 404
