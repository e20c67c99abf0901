"""The main path of the workbench in a real browser: sample, case file, finding, recommendation, answer, status.

Every page on the way is held to accessibility, width and labels at 360, 320 and 1366 px. EORDER_SCREENSHOTS=<folder>
keeps pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from procurement.oversight.models import CaseFile, Finding, Recommendation, Sample
from tests import people
from tests.journeys import browser as looks
from tests.oversight.audits import TEXT, WHY, Audit, scan
from tests.purchasing import factories
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)


class Journey:
    """One browser in which different people sit down one after the other."""

    def __init__(self, page: Page, site: str, audit: Audit) -> None:
        self.page, self.site, self.audit = page, site, audit
        self.complaints: list[str] = []

    def sits(self, name: str) -> None:
        """Somebody else signs in."""
        cookie = settings.SESSION_COOKIE_NAME
        session = people.signed_in(self.audit.appointed(name)).cookies[cookie].value
        self.page.context.add_cookies([{"name": cookie, "value": session, "url": self.site}])

    def opens(self, path: str, name: str) -> None:
        """Go to a page and look at it closely."""
        self.page.set_viewport_size(looks.OFFICE)
        self.page.goto(self.site + path)
        self.looks(name)

    def looks(self, name: str) -> None:
        """Examine the page as it stands."""
        self.complaints += looks.looked_at(self.page, name)
        self.page.set_viewport_size(looks.OFFICE)

    def fills(self, **typed: Any) -> None:
        """Type into the fields of the form by their names."""
        for name, value in typed.items():
            box = self.page.locator(f"[name={name}]")
            if isinstance(value, Path):
                box.set_input_files(value)
            elif box.first.get_attribute("type") == "radio":
                self.page.check(f"[name={name}][value={value}]")
            elif box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(str(value))
            else:
                box.fill(str(value))

    def presses(self, label: str) -> None:
        """Press a button of the page's form and wait for the answer."""
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.wait_for_load_state()
        assert not self.page.locator(".error-summary").count(), self.page.inner_text("main")


@pytest.mark.long
def test_from_the_sample_to_the_status(
    page: Page, live_server: Any, page_errors: list[str], tmp_path: Path
) -> None:
    ordered = factories.story("ORDERED").purchase
    audit = Audit.of(ordered.organisation)
    for n in range(3):
        accepted([("BARANG", 10 + n, 50_000)], at=audit.unit)
    way = Journey(page, live_server.url, audit)
    proof = tmp_path / "bukti.pdf"
    proof.write_bytes(scan())

    way.sits("LEADER")
    way.opens("/pemeriksaan/baru/", "case-new")
    way.fills(body="APIP", number="700/1/ST/2026", title="Pemeriksaan belanja alat tulis")
    way.fills(period_from="2026-01-01", period_to="2026-09-30", units=audit.unit.pk)
    way.presses("Buka berkas")
    case = CaseFile.objects.get()
    way.opens(f"/pemeriksaan/sampel/baru/?berkas={case.pk}", "sample-new")
    way.fills(purpose="Uji petik belanja alat tulis", method="MUS", size=2, case_id=case.pk)
    way.presses("Tarik sampel")
    sample = Sample.objects.get()
    way.looks("sample")
    page.get_by_role("link", name="Tarik ulang dan bandingkan").click()
    way.looks("sample-again")
    assert page.get_by_text("SAMA", exact=True).count() == 3
    way.opens(f"{sample.get_absolute_url()}lembar/", "sample-sheet")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    page.get_by_role("button", name="Cetak lembar").click()
    assert page.evaluate("document.body.dataset.printed") == "yes"
    page.goto(live_server.url + sample.get_absolute_url())
    item = sample.items.select_related("purchase").first()
    assert item is not None
    page.get_by_role("link", name=f"Periksa {item.purchase.number}").click()
    way.looks("sample-item")
    way.fills(result="FINDING", note=WHY)
    way.presses("Simpan hasil")
    page.get_by_role("link", name="Tulis temuan").click()
    way.looks("finding-new")
    assert page.input_value("[name=orders]") == item.purchase.number
    said = {name: getattr(TEXT, name) for name in TEXT.__dataclass_fields__}
    way.fills(**{**said, "amount": "3.500.000"})
    way.presses("Simpan konsep")
    page.get_by_role("link", name="Tulis rekomendasi").click()
    way.fills(
        unit_id=audit.unit.pk, text="Setorkan kelebihan pembayaran ke kas daerah.", amount_due="3.500.000"
    )
    way.presses("Simpan")
    way.looks("finding")

    way.sits("SECOND")
    way.opens("/meja/", "desk-auditor")
    page.goto(live_server.url + f"{Finding.objects.get().get_absolute_url()}return_draft/")
    way.looks("finding-return")
    page.goto(live_server.url + f"{Finding.objects.get().get_absolute_url()}confirm/")
    way.looks("finding-confirm")
    way.presses("Setujui temuan")

    way.sits("LEADER")
    way.opens(f"/pemeriksaan/{case.pk}/issue_report/", "case-report")
    way.fills(lhp_number="LHP-1/2026", lhp_date="2026-10-01", received_on="2026-10-05", receipt_number="TT-1")
    way.presses("Terbitkan LHP")
    way.looks("case")

    way.sits("PPK")
    thing = Recommendation.objects.get()
    way.opens(f"{thing.get_absolute_url()}answer/", "recommendation-answer")
    way.fills(text="Kelebihan sudah disetor penyedia.", proofs=proof, sts_number="STS-1/2026")
    way.fills(sts_date="2026-10-20", sts_amount="3.500.000", sts_file=proof)
    way.presses("Jawab rekomendasi")
    way.opens("/tindak-lanjut/", "follow-up-unit")

    way.sits("LEADER")
    way.opens(f"{thing.get_absolute_url()}verify/", "recommendation-verify")
    way.fills(note=WHY)
    way.presses("Nyatakan bukti cukup")
    way.opens(f"{thing.get_absolute_url()}propose/", "recommendation-propose")
    way.fills(status="FITTING", reason=WHY)
    way.presses("Usulkan status")

    way.sits("SECOND")
    way.opens(f"{thing.get_absolute_url()}confirm/", "recommendation-confirm")
    way.presses("Tetapkan status")
    way.looks("recommendation")
    thing.refresh_from_db()
    assert thing.state == "FITTING"
    for path, name in (
        ("/tindak-lanjut/", "follow-up"),
        ("/tindak-lanjut/?tampil=selesai", "follow-up-settled"),
        ("/pemeriksaan/", "cases"),
        ("/pemeriksaan/sampel/", "samples"),
        ("/pemeriksaan/jelajah/", "explorer-orders"),
        ("/pemeriksaan/jelajah/?lihat=catatan", "explorer-entries"),
        (f"/pemeriksaan/pesanan/{ordered.number}/", "story"),
        ("/keperluan/", "purpose"),
        ("/pemeriksaan/data-pribadi/", "reads"),
    ):
        way.opens(path, name)
    assert way.complaints == []
    assert not page_errors
