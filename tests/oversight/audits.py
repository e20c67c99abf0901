"""An audit with its people, taken from the assignment letter to a settled recommendation by the actions people use."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pikepdf

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.oversight import actions
from procurement.oversight.actions import Deposit, Text
from procurement.oversight.models import AnswerFile, CaseFile, Finding, Recommendation
from procurement.oversight.queries.orders import OrderFilters
from procurement.purchasing.models import Purchase
from tests import people
from tests.settlement.orders import accepted

WHY = "Alasan yang cukup panjang untuk dibaca."
TEXT = Text(
    title="Kelebihan pembayaran atas kertas yang kurang dikirim",
    kind="KELEBIHAN_BAYAR",
    amount=3_500_000,
    condition="Diterima 180 rim, dibayar 200 rim.",
    criteria="Perpres 16/2018 Pasal 27: dibayar sesuai yang diterima.",
    cause="Penerima tidak menghitung ulang.",
    effect="Daerah membayar lebih Rp3.500.000.",
)
_number = count(1)


def scan(word: str = "bukti") -> bytes:
    """A small PDF that no other has the bytes of."""
    written = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.pages[0].Contents = pdf.make_stream(f"% {word} {next(_number)}".encode())
    pdf.save(written)
    return written.getvalue()


@dataclass
class Audit:
    """A body of auditors, the unit it examines and its officers; every person in one office."""

    unit: Organisation
    body: Organisation
    people: dict[str, Appointment] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: Organisation | None = None, *, region: Region | None = None) -> Audit:
        """A new audit body beside that unit, or beside a new one."""
        unit = unit or people.organisation(in_region=region)
        body = people.organisation(Organisation.Kind.AUDITOR_BODY, name="Inspektorat", in_region=unit.region)
        return cls(unit, body)

    def appointed(self, name: str) -> Appointment:
        """Who that is: `LEADER`, `SECOND`, `THIRD` auditors of the body, or an officer by role."""
        if name not in self.people:
            officer = name in Role.__members__ and name != "AUDITOR"
            role, home = (Role(name), self.unit) if officer else (Role.AUDITOR, self.body)
            self.people[name] = people.appointment(role, home)
        return self.people[name]

    def __getitem__(self, name: str) -> Actor:
        return Actor.of(self.appointed(name))

    def case(self, *, body: str = "APIP") -> CaseFile:
        """A case file, opened by the leader."""
        return actions.open_case(
            actor=self["LEADER"],
            body=body,
            number=f"700/{next(_number)}/ST/2026",
            title="Pemeriksaan belanja alat tulis kantor",
            period_from=date(2026, 1, 1),
            period_to=date(2026, 9, 30),
            units=[self.unit.pk],
        )

    def finding(self, case: CaseFile, *orders: Purchase, due: int = 3_500_000) -> Finding:
        """A finding by the leader with one recommendation, agreed to by the second auditor."""
        numbers = [each.number for each in orders]
        made = actions.draft_finding(actor=self["LEADER"], case_id=case.pk, text=TEXT, orders=numbers)
        actions.draft_recommendation(
            actor=self["LEADER"],
            finding_id=made.pk,
            unit_id=self.unit.pk,
            text="Setorkan kelebihan pembayaran ke kas daerah.",
            amount_due=due,
        )
        return actions.confirm_finding(actor=self["SECOND"], finding_id=made.pk)

    def issue(self, case: CaseFile, *, received: date | None = None) -> CaseFile:
        """The report of a case, received today unless told."""
        day = received or clock.today()
        return actions.issue_report(
            actor=self["LEADER"],
            case_id=case.pk,
            lhp_number=f"LHP-{next(_number)}/2026",
            lhp_date=day - timedelta(days=2),
            received_on=day,
            receipt_number="TT-1",
        )

    def recommended(
        self, *orders: Purchase, body: str = "APIP", due: int = 3_500_000, received: date | None = None
    ) -> Recommendation:
        """A published recommendation."""
        case = self.case(body=body)
        finding = self.finding(case, *orders, due=due)
        self.issue(case, received=received)
        return Recommendation.objects.get(finding=finding)

    def answer(self, thing: Recommendation, *, amount: int = 3_500_000) -> None:
        """The PPK's answer, with a deposit of that amount; none for 0."""
        deposit = Deposit(f"STS-{next(_number)}", clock.today(), amount, scan("sts")) if amount else None
        actions.answer(
            actor=self["PPK"],
            recommendation_id=thing.pk,
            text="Kelebihan sudah disetor penyedia.",
            files=[scan()],
            deposit=deposit,
        )

    def settle(self, thing: Recommendation, status: str = "FITTING") -> Recommendation:
        """From an answer to a status: verified and proposed by the leader, settled by the second auditor."""
        verifier = self["LEADER"]
        actions.verify_answer(actor=verifier, recommendation_id=thing.pk, note=WHY)
        actions.propose_status(actor=verifier, recommendation_id=thing.pk, status=status, reason=WHY)
        return actions.confirm_status(actor=self["SECOND"], recommendation_id=thing.pk)


def specimens(audit: Audit) -> dict[str, dict[str, object]]:
    """What stands in the addresses of oversight: a reported case with an answered recommendation."""
    thing = audit.recommended()
    audit.answer(thing)
    accepted(at=audit.unit)
    sample = actions.draw_sample(
        actor=audit["LEADER"],
        purpose="Uji petik belanja",
        filters=OrderFilters(units=(audit.unit.pk,)),
        method="RANDOM",
        params={"size": 1},
    )
    item = sample.items.first()
    proof = AnswerFile.objects.filter(answer__recommendation=thing).first()
    assert proof is not None and item is not None
    return {
        "pemeriksaan/pesanan/": {"number": item.purchase.number},
        "pemeriksaan/catatan/": {"pk": Entry.objects.filter(act="recommendation.answer").latest("pk").pk},
        "pemeriksaan/sampel/butir/": {"pk": item.pk},
        "pemeriksaan/sampel/": {"pk": sample.pk},
        "pemeriksaan/": {"pk": thing.finding.case_id},
        "temuan/": {"pk": thing.finding_id},
        "rekomendasi/berkas/": {"pk": proof.pk},
        "rekomendasi/": {"pk": thing.pk},
    }
