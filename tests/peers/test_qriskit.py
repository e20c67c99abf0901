"""What we say of QRIS codes against another reader of them, qriskit."""

from __future__ import annotations

import pytest
from hypothesis import given

from marketplace.core.emv import NotACode
from procurement.settlement.providers.qris import built, parsed
from tests.settlement.test_qris import amounts, references, samples

qriskit = pytest.importorskip("qriskit", reason="the package qriskit is not installed")
pytestmark = pytest.mark.peer
__all__ = ["samples"]


@given(amount=amounts, reference=references)
def test_it_reads_what_we_build(amount: int, reference: str) -> None:
    text = built(
        amount=amount,
        reference=reference,
        merchant="PEMPROV CONTOH",
        merchant_id="ID1020210000019",
        city="JAKARTA",
    )
    read = qriskit.parse(text)
    assert read.is_dynamic and int(read.amount * 100) == amount
    assert (read.additional_data.reference_label, read.nmid) == (reference, "ID1020210000019")
    assert [issue for issue in qriskit.validate(text) if "crc" in issue.code.lower()] == []


@given(amount=amounts, reference=references)
def test_we_read_what_it_builds(amount: int, reference: str) -> None:
    accounts = [
        qriskit.MerchantAccount.create(
            tag="26", guid="ID.CO.BANK.WWW", pan="936000000000000001", merchant_id="1", criteria="UMI"
        ),
        qriskit.MerchantAccount.national(nmid="ID1020210000019", criteria="UMI"),
    ]
    rupiah = amount // 100 + 1
    made = qriskit.build(
        merchant_name="TOKO CONTOH",
        merchant_city="JAKARTA",
        mcc="5411",
        accounts=accounts,
        postal_code="10110",
        amount=rupiah,
        additional_data={"05": reference},
    ).dumps()
    code = parsed(made)
    assert (code.dynamic, code.amount, code.reference) == (True, rupiah * 100, reference.strip())


def test_both_call_the_same_samples_broken(samples) -> None:
    for sample in samples:
        ours = True
        try:
            parsed(sample["payload"])
        except NotACode:
            ours = False
        assert ours == qriskit.is_valid(sample["payload"]) == sample["valid"], sample["kind"]
