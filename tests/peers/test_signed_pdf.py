"""An outside program, poppler's `pdfsig`, agrees that the signatures of a paper are whole."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from marketplace.accounts.models import User
from marketplace.core import clock
from procurement.documents import rendering, samples
from procurement.documents.signing import Block, verdicts_of
from procurement.documents.signing.local import LocalSigner
from tests.peers.programs import missing
from tests.peers.stamping import NotHere, stamping

pytestmark = pytest.mark.django_db


def said(path) -> str:
    """What pdfsig says of a file, without asking the system's trust."""
    program = shutil.which("pdfsig")
    if program is None:
        missing("pdfsig (poppler-utils) is not installed: nobody else judged the signatures")
    told = subprocess.run(
        [str(program), "-nocert", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    return told.stdout


@pytest.fixture
def two_people():
    people = [User.objects.create_user(f"orang{n}@contoh.invalid", "sandi-contoh-2026") for n in (1, 2)]
    return [
        Block(person.pk, each["name"], each["position"], each["organisation"], each["caption"])
        for person, each in zip(people, samples.SIGNATORIES["bast"], strict=True)
    ]


@pytest.fixture
def paper_of_two(tmp_path, two_people):
    pdf = rendering.pdf_of(samples.sample("bast"))
    path = tmp_path / "bast.pdf"
    path.write_bytes(LocalSigner().sign(pdf, two_people, at=clock.now()).pdf)
    return path


def test_both_signatures_are_valid_pades(paper_of_two):
    report = said(paper_of_two)
    assert report.count("Signature Validation: Signature is Valid.") == 2, report
    assert len(re.findall(r"Signature Type: ETSI\.CAdES\.detached", report)) == 2
    assert "Budi Contoh" in report
    assert "Hasan Contoh" in report


def test_a_changed_byte_is_found_there_too(paper_of_two):
    pdf = bytearray(paper_of_two.read_bytes())
    pdf[pdf.index(b"<pdfaid:part>") + 13] ^= 1
    paper_of_two.write_bytes(pdf)
    assert "Signature is Valid" not in said(paper_of_two)


def test_a_time_stamping_authority_makes_it_b_t(tmp_path, settings, two_people):
    folder = tmp_path / "tsa"
    folder.mkdir()
    try:
        with stamping(folder) as url:
            settings.SIGNER_TSA_URL = url
            made = LocalSigner().sign(rendering.pdf_of(samples.sample("kak")), two_people[:1], at=clock.now())
    except NotHere as reason:
        missing(str(reason))
    assert made.level == "B-T"
    (found,) = PdfFileReader(BytesIO(made.pdf)).embedded_regular_signatures
    assert [each["type"].native for each in found.signer_info["unsigned_attrs"]] == [
        "signature_time_stamp_token"
    ]
    assert [each.holds for each in verdicts_of(made.pdf, LocalSigner().roots())] == [True]
