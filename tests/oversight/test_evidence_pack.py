"""Evidence packs: what is in one, that it comes out the same, that it is refused while it could not be proven."""

from __future__ import annotations

import json
import re
import time
import zipfile
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.oversight.evidence.pack import pack_of
from procurement.purchasing.models import Purchase
from procurement.settlement.models import TaxLine
from tests.oversight.orders import closed
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_closed_order_is_packed_whole_and_every_time_the_same() -> None:
    story = closed()
    other = factories.story("ORDERED")
    integrate()
    purchase = story.purchase
    began = time.monotonic()
    data = pack_of(str(purchase.pk))
    assert time.monotonic() - began < 2, "product.md: one order in two seconds"
    assert pack_of(str(purchase.pk)) == data

    files = opened(data)
    manifest = json.loads(files["manifest.json"])
    assert manifest["order"] == {"id": str(purchase.pk), "number": purchase.number}
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, told in manifest["files"].items():
        assert told == {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}

    entries = [json.loads(body) for name, body in files.items() if name.startswith("entries/")]
    acts = {entry["act"] for entry in entries}
    assert acts >= {
        *("purchase.submit", "purchase.agree", "purchase.confirm", "purchase.accept", "purchase.pay"),
        *("purchase.close", "paper.issue", "paper.render", "budget.reserve", "budget.spend"),
        *("ledger.posted", "evidence.record", "evidence.verify", "tax.deposit"),
    }
    assert other.purchase.number not in b"".join(files.values()).decode(errors="replace")
    whole = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk))
    assert sum(entry["aggregate"]["type"] == "purchase" for entry in entries) == whole.count()

    papers = Paper.objects.filter(subject_type="purchase", subject_id=str(purchase.pk))
    rendered = sum(1 + hasattr(paper, "signed") for paper in papers.select_related("signed"))
    assert sum(name.startswith("papers/") for name in files) == rendered > 9
    books = json.loads(files["ledger.json"])
    assert (
        [tax["amount_rupiah"] for tax in books["taxes"]]
        == list(TaxLine.objects.order_by("pk").values_list("amount", flat=True))
        != []
    )
    assert all(sum(journal["legs"].values()) == 0 for journal in books["journals"]) and books["journals"]
    text = files["README.txt"].decode()
    assert purchase.number in text
    assert "verify-pack" in text
    assert "DATA PRIBADI" in text


def test_the_log_of_a_closed_order_agrees_with_every_table() -> None:
    closed()
    integrate()
    report = verify()
    assert report.intact, report.findings


def test_outside_its_papers_a_pack_names_no_person() -> None:
    story = closed()
    integrate()
    files = opened(pack_of(str(story.purchase.pk)))
    names = [appointment.user.name for appointment in story.office.officers.values()]
    account = story.purchase.vendor.bank_accounts.latest("version").number
    told = {name: body.decode() for name, body in files.items() if not name.startswith("papers/")}
    told["manifest.json"] = re.sub(r"[0-9a-f]{64}", "", told["manifest.json"])
    vendor = story.purchase.vendor
    for name, body in told.items():
        for secret in filter(None, (*names, account, vendor.npwp, vendor.owner_name, vendor.street)):
            assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", body), (name, secret)


def test_an_entry_that_waits_for_its_place_holds_the_pack_back() -> None:
    story = factories.story("AWAITING_PPK")
    for _step in range(2):
        with pytest.raises(Refused) as refused:
            pack_of(str(story.purchase.pk))
        assert refused.value.code == "evidence.waiting"
        integrate()
        pack_of(str(story.purchase.pk))
        story.take("approve") if story.purchase.state == "AWAITING_PPK" else None
    assert Purchase.objects.get().state == "AWAITING_VENDOR"


def evidence(*words: object) -> str:
    out = StringIO()
    call_command("audit", "evidence", *map(str, words), stdout=out, no_color=True)
    return out.getvalue()


def test_the_command_writes_the_same_pack_by_number_and_id(tmp_path: Path) -> None:
    story = factories.story("ORDERED")
    told = evidence(story.purchase.number, "--out", tmp_path / "one.zip")
    evidence(story.purchase.pk, "--out", tmp_path / "other.zip")
    data = (tmp_path / "one.zip").read_bytes()
    assert data == (tmp_path / "other.zip").read_bytes()
    assert sha256(data).hexdigest() in told
    assert "e-order.example/log+" in told


def test_the_command_refuses_kindly(tmp_path: Path, settings: Any) -> None:
    story = factories.story("AWAITING_PPK")
    out = tmp_path / "x.zip"
    with pytest.raises(CommandError, match="Tidak ada purchase bernama"):
        evidence("EO-1999-000001", "--out", out)
    with pytest.raises(CommandError, match="tidak dikenal"):
        evidence("1", "--out", out, "--subject", "ghost")
    settings.AUDIT_EVIDENCE, known = {}, settings.AUDIT_EVIDENCE
    with pytest.raises(CommandError, match="belum punya paket bukti"):
        evidence(story.purchase.number, "--out", out)
    settings.AUDIT_EVIDENCE = known
    (tmp_path / "kept").write_text("bukan titik periksa")
    with pytest.raises(CommandError, match="tidak ditandatangani log ini"):
        evidence(story.purchase.number, "--out", out, "--old", tmp_path / "kept")
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        evidence(story.purchase.number, "--out", out, "--old", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        evidence(story.purchase.number, "--out", tmp_path / "no" / "x.zip")
    assert not out.exists()
    assert Checkpoint.objects.exists()
