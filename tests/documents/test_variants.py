"""Papers that differ from case to case say what their case is."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from procurement.documents import facts, rendering, samples
from procurement.documents.kinds import KINDS, Kind
from tests.documents.pdf_text import text_of


def words(paper: Any) -> str:
    """The text of a paper without white space."""
    return re.sub(r"[\s\u200b]", "", text_of(rendering.pdf_of(paper)))


def variant(name: str) -> Any:
    kind, changes = samples.VARIANTS[name]
    facts.check(Kind.of(kind).facts, {**samples.FACTS[kind], **changes})
    return samples.sample(kind, **changes)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "surat_pesanan-beberapa-kiriman",
            ["ADENDUMKE-1", "KRM-7Q2F-91XA", "Wilayah", "katalog54.000", "hematRp832.000(3,83%)", "Kemasanbekas"],
        ),
        ("ba_negosiasi-tanpa-negosiasi", ["TANPANEGOSIASI", "sudahlebihrendah", "PenghematanRp0" ]),
        ("bast-sebagian", ["Sebagian,ke-1dari2", "dianggapditerima", "10harikerja", "Tidakditerima", "Rp41.736"]),
        ("ba_pembatalan-dengan-nilai", ["PENGHENTIANPESANAN", "Dendadipotong", "Rp8.580.240", "3rimrusak"]),
    ],
)  # fmt: skip
def test_each_case_is_said(name: str, said: list[str]) -> None:
    printed = words(variant(name)).replace(":", "")
    for each in said:
        assert each in printed, each


def test_the_saving_is_made_from_the_figures() -> None:
    printed = words(samples.sample("ba_negosiasi")).replace(":", "")
    assert "PenghematanRp777.000(3,66%)" in printed
    assert "Rp943.500(4,41%)dibawahnya" in printed


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("disposisi", {"total": 1}, "sum of the packages"),
        ("ba_negosiasi", {"negotiated": False}, "gives its reason"),
        ("bast", {"deemed": True}, "names its rule"),
        ("ba_pembatalan", {**samples.VARIANTS["ba_pembatalan-dengan-nilai"][1], "value_to_pay": 0}, "valuation"),
        ("ba_mini_kompetisi", {"subtotal": 5}, "sum of the lines"),
        ("hps", {"total": 5}, "subtotal"),
    ],
)  # fmt: skip
def test_figures_that_do_not_agree_are_refused(kind: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(facts.WrongFacts, match=message):
        facts.check(Kind.of(kind).facts, {**samples.FACTS[kind], **changes})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_gives_the_same_bytes_twice(kind: Kind) -> None:
    once, again = (sha256(rendering.pdf_of(samples.sample(kind.code))).digest() for _ in range(2))
    assert once == again


def test_long_tables_go_on_over_pages_with_their_head_and_page_numbers() -> None:
    line = {**samples.LINES[0], "discount": 0, "quantity": 1, "unit_price": 1_000, "total": 1_000}
    many = [{**line, "name": f"Barang nomor {number}"} for number in range(1, 121)]
    figures = {"lines": many, "subtotal": 120_000, "shipping": 0, "ppn": 0, "total": 120_000}
    for kind in ("surat_pesanan", "adendum", "bast"):
        printed = words(samples.sample(kind, **figures))
        assert "Barangnomor120" in printed
        pages = int(re.search(r"Halaman1/(\d+)", printed)[1])  # type: ignore[index]
        assert pages >= 4
        assert f"Halaman{pages}/{pages}" in printed
        assert printed.count("Hargasatuan(Rp)") >= pages - 2, "the head of the table stands on every page"


def test_the_documentation_shows_every_kind() -> None:
    shown = Path(settings.BASE_DIR, "docs", "samples")
    index = (shown / "README.md").read_text(encoding="utf-8")
    for name in [*(kind.code for kind in KINDS), *samples.VARIANTS]:
        assert (shown / f"{name}.pdf").read_bytes().startswith(b"%PDF"), name
        assert f"({name}.pdf)" in index
