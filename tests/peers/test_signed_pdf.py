"""An outside program, poppler's `pdfsig`, agrees that the signatures of a paper are whole."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from marketplace.accounts.models import User
from marketplace.core import clock
from procurement.documents import rendering, samples
from procurement.documents.signing import Block
from procurement.documents.signing.local import LocalSigner
from tests.peers.programs import missing

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
def paper_of_two(tmp_path):
    people = [User.objects.create_user(f"orang{n}@contoh.invalid", "sandi-contoh-2026") for n in (1, 2)]
    blocks = [
        Block(person.pk, each["name"], each["position"], each["organisation"], each["caption"])
        for person, each in zip(people, samples.SIGNATORIES["bast"], strict=True)
    ]
    pdf = rendering.pdf_of(samples.sample("bast"))
    path = tmp_path / "bast.pdf"
    path.write_bytes(LocalSigner().sign(pdf, blocks, at=clock.now()).pdf)
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
