"""Rendering: the same bytes everywhere, stored once, and text of people is text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from django.conf import settings
from django.core.files.storage import storages

from marketplace.audit.models import Entry
from marketplace.events import jobs
from procurement.documents import actions, rendering, samples, storage
from procurement.documents.kinds import KINDS
from procurement.documents.models import Paper
from tests.documents.pdf_text import text_of

HOSTILE = [
    '#panic() #import "x" #sys.inputs $x^2$ *tebal* _miring_ `kode` @acuan <label> = judul',
    "\\u{41} \\ // komentar /* blok */ ~ -- --- ... 'kutip' \"kutip\" http://contoh.invalid/#bagian",
    "[kurung] {kurawal} (bulat) % ^ & | ; : 1. - +",
    "x" * 400,
    "emoji 😀 👩‍👩‍👧 🇮🇩 \u0007 \ufeff",
    "مرحبا بالعالم שלום 中文 ꦗꦮ",
    "baris satu\nbaris dua\ttab",
]


def words_of(pdf: bytes) -> str:
    """The text of a PDF without white space and the marks that only allow a line to break."""
    return re.sub(r"[\s\u200b]", "", text_of(pdf))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_renders_as_tagged_archive_pdf(kind):
    pdf = rendering.pdf_of(samples.sample(kind.code))
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "id"
        assert "/StructTreeRoot" in opened.Root
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert kind.title in metadata["dc:title"]
        for page in opened.pages:
            for font in page.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys()), "fonts are embedded"


def test_the_same_paper_gives_the_same_bytes_in_another_process():
    program = (
        "import django; django.setup(); from hashlib import sha256; "
        "from procurement.documents import rendering, samples; "
        "print(sha256(rendering.pdf_of(samples.sample('surat_pesanan'))).hexdigest())"
    )
    here = sha256(rendering.pdf_of(samples.sample("surat_pesanan"))).hexdigest()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TZ": "America/New_York",
        "LANG": "C",
    }
    there = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert there.stdout.decode().strip() == here


def test_another_fact_gives_other_bytes():
    one, other = samples.sample("kuitansi"), samples.sample("kuitansi", purpose="Lain")
    assert rendering.pdf_of(one) != rendering.pdf_of(other)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_people_is_never_read_as_markup(text):
    line = {**samples.LINES[0], "name": text, "specification": text, "discount": 400_000}
    vendor = {**samples.VENDOR, "name": text, "address": text}
    paper = samples.sample(
        "surat_pesanan",
        lines=[line, *samples.LINES[1:]],
        vendor=vendor,
        warranty=text,
        clauses=[{"title": text, "text": text}],
        signatures=[samples.signature(text, text, text, text, decree=text)],
    )
    pdf = rendering.pdf_of(paper)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert 2 <= len(opened.pages) <= 8


def test_marks_of_markup_are_printed_as_they_are():
    marks = "#sys.inputs #panic() *a* $b$ @c \\d [e] _f_ `g` <h> // i ~ -- ..."
    printed = words_of(rendering.pdf_of(samples.sample("kuitansi", purpose=marks)))
    assert "".join(marks.split()) in printed
    assert "Rp20.868.000" in printed
    assert "duapuluhjutadelapanratusenampuluhdelapanriburupiah" in printed


def test_what_no_font_has_is_spelled_out_not_left_out():
    printed = words_of(rendering.pdf_of(samples.sample("kuitansi", purpose="Kue 😀 ulang tahun")))
    assert "Kue[U+1F600]ulangtahun" in printed


def test_marks_that_turn_the_writing_round_cannot_hide():
    printed = words_of(rendering.pdf_of(samples.sample("kuitansi", purpose="Rp1.000\u202e000.9pR")))
    assert "[U+202E]" in printed


def test_a_void_paper_is_marked_across_every_page():
    void = samples.sample("surat_pesanan", void={"reason": "Salah jumlah", "at": "2026-10-21"})
    pdf = rendering.pdf_of(void)
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert words_of(pdf).count("BATAL") == pages + 1
    assert "Salahjumlah" in words_of(pdf)
    assert "BATAL" not in words_of(rendering.pdf_of(samples.sample("surat_pesanan")))


def test_a_template_that_needs_a_glyph_no_font_has_is_an_error_of_the_template():
    with pytest.raises(ValueError, match="the template prints"):
        rendering._spelled_out("{}", "中")


@pytest.mark.django_db(transaction=True)
def test_the_job_renders_once_and_never_again(issue, monkeypatch):
    paper = issue()
    assert jobs.run_due() == 1
    stored = Paper.objects.get(pk=paper.pk)
    pdf = storage.read(stored.pdf_sha256)
    assert (stored.state, stored.pdf_bytes) == ("RENDERED", len(pdf))
    assert (
        Entry.objects.get(act="paper.render").facts["pdf_sha256"]
        == stored.pdf_sha256
        == sha256(pdf).hexdigest()
    )

    monkeypatch.setattr(rendering, "pdf_of", lambda paper: pytest.fail("rendered twice"))
    actions.render(paper_id=paper.pk)
    assert Entry.objects.filter(act="paper.render").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_storing_and_noting_leaves_the_same_file(issue):
    paper = issue()
    digest = storage.keep(rendering.pdf_of(paper))
    jobs.run_due()
    assert Paper.objects.get(pk=paper.pk).pdf_sha256 == digest


def test_damaged_bytes_are_not_handed_out():
    digest = storage.keep(b"%PDF-1.7 naskah")
    assert storage.keep(b"%PDF-1.7 naskah") == digest
    path = storages["papers"].path(storage.name_of(digest))
    os.chmod(path, 0o600)
    with open(path, "wb") as file:
        file.write(b"%PDF-1.7 palsu")
    with pytest.raises(storage.Damaged):
        storage.read(digest)


def test_rate_of_rendering(record_property):
    paper = samples.sample("surat_pesanan")
    rendering.pdf_of(paper)
    started, spent = time.perf_counter(), time.process_time()
    for _ in range(10):
        rendering.pdf_of(paper)
    wall, cpu = (time.perf_counter() - started) / 10, (time.process_time() - spent) / 10
    record_property("told", f"one Surat Pesanan: {wall * 1000:.0f} ms, {cpu * 1000:.0f} ms CPU")
