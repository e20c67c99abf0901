"""QRIS codes: read, built, refused when broken; and found in what vendors write."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import emv
from marketplace.core.emv import NotACode, payment_code_in
from procurement.settlement.providers.qris import built, faults, parsed
from tests.fakes.snap.writing import crc, qr

SAMPLES = Path(__file__).parents[3] / "shared/data/snap/qris_samples_anonymised.json"
STATIC = qr("", "BU-SARI", "ID1", kind="11")


@pytest.fixture(scope="module")
def samples() -> list[dict[str, Any]]:
    if not SAMPLES.exists():
        pytest.skip("the anonymised QRIS samples are not on this machine (../shared/data/snap)")
    return list(json.loads(SAMPLES.read_text()))


def test_the_checksum_is_that_of_the_standard() -> None:
    assert emv.checksum("123456789") == "29B1", "the check value of CRC-16/CCITT-FALSE"


def test_samples_of_many_issuers_are_read_and_the_broken_one_is_not(samples: list[dict[str, Any]]) -> None:
    assert {sample["valid"] for sample in samples} == {True, False}
    for sample in samples:
        if sample["valid"]:
            assert parsed(sample["payload"]).merchant, sample["kind"]
        else:
            with pytest.raises(NotACode, match="without tag 52"):
                parsed(sample["payload"])
        # some wallet may pay even the one that lacks a tag: in what vendors write it is refused all the same
        assert payment_code_in(f"Bayar ke sini ya: {sample['payload']}. Terima kasih!"), sample["kind"]
    dynamic = next(parsed(each["payload"]) for each in samples if each["kind"] == "Telkom dynamic")
    assert (dynamic.dynamic, dynamic.amount, dynamic.reference) == (True, 2_557_800, "871484185")


amounts = st.integers(min_value=1, max_value=10**13)
references = st.from_regex(r"[A-Z0-9-]{1,25}", fullmatch=True)


@given(amount=amounts, reference=references)
def test_what_is_built_is_read_back(amount: int, reference: str) -> None:
    text = built(
        amount=amount, reference=reference, merchant="PEMPROV CONTOH", merchant_id="ID1", city="JAKARTA"
    )
    code = parsed(text)
    assert (code.dynamic, code.amount, code.reference) == (True, amount, reference)
    assert text[-4:] == crc(text[:-4])
    assert faults(text, amount=amount, reference=reference) == ""
    assert faults(text, amount=amount + 1, reference=reference) and faults(
        text, amount=amount, reference="X" * 26
    )


@given(at=st.integers(min_value=0, max_value=200), letter=st.sampled_from("0123456789AZ "))
def test_a_code_with_one_letter_changed_is_none(at: int, letter: str) -> None:
    text = built(amount=985_000_000, reference="BYR-1-00000001", merchant="A", merchant_id="I", city="J")
    at %= len(text)
    changed = text[:at] + letter + text[at + 1 :]
    if changed.upper() != text:
        with pytest.raises(NotACode):
            parsed(changed)


@given(text=st.text(max_size=300) | st.from_regex(r"000201[0-9]{0,80}6304[0-9A-F]{4}", fullmatch=True))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    payment_code_in(text)
    with suppress(NotACode):
        parsed(text)


def test_codes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        built(amount=0, reference="A", merchant="A", merchant_id="I", city="J")
    with pytest.raises(ValueError, match="fit"):
        built(amount=1, reference="A" * 26, merchant="A", merchant_id="I", city="J")
    foreign = emv.sealed("00020101021226040000520400005303840540510.005802US5901A6001B")
    with pytest.raises(NotACode, match="rupiah"):
        parsed(foreign)
    twice = emv.sealed("000201000201")
    with pytest.raises(NotACode, match="twice"):
        emv.read(twice)


@pytest.mark.parametrize(
    "hidden",
    [
        STATIC,
        f"Beras 5 kg\n{STATIC}\nTransfer saja",
        "\n".join(STATIC[at : at + 20] for at in range(0, len(STATIC), 20)),
        "\u200b".join(STATIC),
        STATIC[:-4] + STATIC[-4:].lower(),
        "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in STATIC),
        "000201 rusak, yang ini benar: " + STATIC,
        " ".join(STATIC.replace(" ", "")) if " " not in STATIC else STATIC,
    ],
)
def test_a_vendors_own_code_is_found_however_it_is_written(hidden: str) -> None:
    assert payment_code_in(hidden)


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "Kode barang 0002010102116304ABCD",
        "No. 000201",
        STATIC[:-4] + "0000",
        "Rp 6304" * 50,
        "000201" * 2_000,
    ],
)
def test_other_numbers_are_left_alone(harmless: str) -> None:
    assert payment_code_in(harmless) is None
