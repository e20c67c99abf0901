"""Every tax situation of the handbook (§4.4, §4.9) as a real order over HTTP, to the rupiah by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.planning.models import BudgetLine
from procurement.purchasing.flags.rules import CODES
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import taxes
from procurement.settlement.actions import Proof, record_deposit, record_evidence, verify_evidence
from procurement.settlement.models import Evidence, PaymentObligation
from procurement.settlement.taxes import plan_at_payment
from procurement.settlement.withholding import file_rows
from procurement.taxation.actions import load_tax_rules
from procurement.taxation.queries import all_rules, simulated
from procurement.taxation.vectors import answer
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import send
from tests.settlement.orders import SCAN, with_account
from tests.settlement.test_pages import page, submit
from vendors.models import REFINED, Listing, TaxClass, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

SUKET = {"suket_pp55": "KET-1/PP55", "suket_pp55_valid_to": date(2099, 12, 31)}
NPWP_OF_UNIT = "0002345678901000"


def sbu(klass: str) -> dict[str, Any]:
    day = clock.today()
    return {
        "construction_class": klass,
        "sbu_number": "SBU-1",
        "sbu_valid_from": day - timedelta(days=30),
        "sbu_valid_to": day + timedelta(days=300),
    }


def skb(covers: str) -> dict[str, Any]:
    day = clock.today()
    return {
        "skb_covers": covers,
        "skb_number": "KET-SKB-1",
        "skb_valid_from": day - timedelta(days=30),
        "skb_valid_to": day + timedelta(days=300),
    }


@dataclass(frozen=True)
class Situation:
    """What is bought from whom, the income tax by hand, what the budget pays, and what the vendor gets."""

    name: str
    kind: str
    tax_class: str
    price: int
    pph: dict[str, int]
    ppn: int
    gross: int
    cash: int
    vendor: dict[str, Any] = field(default_factory=dict)
    letters: Any = dict
    source: str = "APBD"


SITUATIONS = (
    # 12 % of the whole 10,000,000 = 1,200,000; PPh 22 1.5 % = 150,000.
    Situation("luxury", "BARANG", "goods.luxury", 10_000_000, {"PPH22": 150_000}, 1_200_000, 11_200_000, 9_850_000),
    # Rice: exempt from PPN, no PPh 22.
    Situation("rice", "BARANG", "goods.RICE", 10_000_000, {}, 0, 10_000_000, 10_000_000),
    # Fuel: PPN 12 % × 11/12 goes to the vendor, who remits it; no PPh 22.
    Situation("fuel", "BARANG", "goods.FUEL", 10_000_000, {}, 1_100_000, 11_100_000, 11_100_000),
    # Rent of goods: PPN 550,000 collected, PPh 23 2 % = 100,000.
    Situation("rent", "JASA", "rent", 5_000_000, {"PPH23": 100_000}, 550_000, 5_550_000, 4_900_000),
    # Construction, small: PPh 4(2) 1.75 % of 40,000,000 = 700,000.
    Situation(
        "small construction", "JASA", "construction", 40_000_000, {"PPH42_KONSTRUKSI": 700_000}, 4_400_000,
        44_400_000, 39_300_000, letters=lambda: sbu("SMALL"),
    ),
    # Construction without a certificate, by a vendor that is no taxable person: 4 % = 1,600,000.
    Situation(
        "construction without class", "JASA", "construction", 40_000_000, {"PPH42_KONSTRUKSI": 1_600_000}, 0,
        40_000_000, 38_400_000, vendor={"pkp": False},
    ),
    Situation(
        "letter for PPh 22", "BARANG", "", 10_000_000, {}, 1_100_000, 11_100_000, 10_000_000,
        letters=lambda: skb("PPH22"),
    ),
    # A letter for PPh 23 frees no goods.
    Situation(
        "letter for another tax", "BARANG", "", 10_000_000, {"PPH22": 150_000}, 1_100_000, 11_100_000, 9_850_000,
        letters=lambda: skb("PPH23"),
    ),
    # A person with Suket who states a turnover within 500 million: nothing is withheld.
    Situation(
        "statement", "BARANG", "", 10_000_000, {}, 0, 10_000_000, 10_000_000,
        vendor={"pkp": False, "legal_form": "PERORANGAN", **SUKET},
        letters=lambda: {"statement_year": clock.today().year},
    ),
    # The statement of the year before no longer counts: final 0.5 % = 50,000.
    Situation(
        "statement of last year", "BARANG", "", 10_000_000, {"FINAL_UMKM": 50_000}, 0, 10_000_000, 9_950_000,
        vendor={"pkp": False, "legal_form": "PERORANGAN", **SUKET},
        letters=lambda: {"statement_year": clock.today().year - 1},
    ),
    Situation(
        "school fund", "BARANG", "", 10_000_000, {}, 1_100_000, 11_100_000, 10_000_000, source="Dana BOS",
    ),
)  # fmt: skip


def offered(kind: str, tax_class: str, price: int, *, letters: dict[str, Any], **vendor: Any) -> Listing:
    """A listing of that class at `price` a unit, by a vendor with those letters."""
    seller = factories.shop(**vendor)
    Vendor.objects.filter(pk=seller.pk).update(**letters)
    way = {"BARANG": "alat-tulis-kantor/kertas", "JASA": "kebersihan/jasa-kebersihan"}[kind]
    return factories.paper(seller, kind=kind, way=way, price=price, tax_class=tax_class, unit="paket")


def ordered(listing: Listing, quantity: int, office: factories.Office) -> factories.Story:
    """The listing ordered through the pages: looked at, then sent."""
    factories.fill_basket(office.actor(Role.PP), [(listing, quantity)])
    client = people.signed_in(office.officers[Role.PP])
    form = {
        "budget_line": office.line.pk,
        "address": "Jl. Medan Merdeka Selatan 8",
        "place_code": "31.71.01",
        "place_name": "Gambir",
        "needed_by": (clock.today() + timedelta(days=10)).isoformat(),
        "reason": "",
        "way": "listed",
        "no_negotiation_reason": factories.REASON,
        **{f"why-{code}": factories.REASON for code in CODES},
    }
    checked = client.post("/keranjang/ajukan/", {**form, "step": "check"})
    assert checked.status_code == 200, checked.content.decode()[:2000]
    total = checked.context["total"]
    sent = client.post("/keranjang/ajukan/", {**form, "step": "send", "expected_total": total})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    story = factories.Story(Purchase.objects.get(), office)
    story.fresh()
    return story


def delivered(story: factories.Story) -> None:
    """Approved and confirmed over HTTP, then delivered, inspected and accepted."""
    assert send(story, Role.PPK, "approve").status_code == 302
    assert send(story, Role.VENDOR, "confirm").status_code == 302
    for name in ("ship", "receive", "inspect", "sign_bast", "accept"):
        story.take(name)
    with_account(story.purchase)


def billed(story: factories.Story) -> PaymentObligation:
    """Billed, verified and approved for payment over HTTP."""
    number = story.purchase.number
    for role, move in (
        (Role.VENDOR, "purchase-invoice"),
        (Role.PPK_SKPD, "purchase-verify"),
        (Role.PA, "purchase-approve_payment"),
    ):
        submit(people.signed_in(story.appointment(role)), move, number, revision=story.fresh().revision)
    return PaymentObligation.objects.get(purchase=story.purchase)


def question_of(situation: Situation, qualification: str) -> dict[str, Any]:
    """The same case as somebody would ask the simulator."""
    kind, _dot, rest = (
        situation.tax_class or {"BARANG": "goods", "JASA": "service"}[situation.kind]
    ).partition(".")
    letters = situation.letters()
    return {
        "kind": kind,
        "price": situation.price,
        "commodity": "" if rest == "luxury" else rest,
        "luxury": rest == "luxury",
        "pkp": situation.vendor.get("pkp", True),
        "suket": "suket_pp55" in situation.vendor,
        "individual": situation.vendor.get("legal_form") == "PERORANGAN",
        "statement_500m": letters.get("statement_year") == clock.today().year,
        "skb": letters.get("skb_covers") == "PPH22",
        "construction_class": qualification,
        "school_fund": situation.source == "Dana BOS",
        "mech": "UP",
        "collector": "BENDAHARA",
    }


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_a_real_order_in_each_situation(situation: Situation) -> None:
    office = factories.office()
    BudgetLine.objects.filter(pk=office.line.pk).update(sumber_dana=situation.source)
    listing = offered(
        situation.kind,
        situation.tax_class,
        situation.price // 10,
        letters=situation.letters(),
        **{"legal_form": "BADAN", **situation.vendor},
    )
    story = ordered(listing, 10, office)
    order = story.purchase
    preview = {each["code"]: each["amount"] for each in order.tax_preview["lines"] if not each["on_top"]}
    assert (order.ppn, order.total, preview) == (situation.ppn, situation.gross, situation.pph)
    told = Entry.objects.get(act="purchase.submit").facts["lines"][0]
    assert told["tax_class"] == listing.tax_class.code == order.lines.get().tax_class.code

    # What the vendor says of its offer later changes nothing about this order.
    Listing.objects.filter(pk=listing.pk).update(tax_kind="", commodity="", luxury=False)
    delivered(story)
    obligation = billed(story)

    kept = {tax.code: tax.amount for tax in obligation.tax_lines.all() if tax.code != "PPN"}
    assert kept == situation.pph
    assert (obligation.gross, obligation.net) == (situation.gross, situation.cash)
    qualification = situation.letters().get("construction_class", "none")
    asked = simulated(question_of(situation, qualification))
    final = plan_at_payment(story.fresh(), mechanism="UP")
    assert final.lines == asked.lines and final.reason == asked.reason
    assert (final.gross, final.cash) == (asked.gross, asked.cash)


def test_land_is_paid_through_the_treasury_and_its_slip_names_tax_code_and_unit() -> None:
    """60,000,000: PPN 6,600,000, PPh 4(2) 10 % = 6,000,000; gross 66,600,000, cash 54,000,000."""
    office = factories.office()
    story = ordered(offered("JASA", "land_rent", 6_000_000, letters={}), 10, office)
    unit = story.purchase.organisation
    keeper = people.signed_in(people.appointment(Role.PA, unit))
    submit(keeper, "unit-tax-number", unit.pk, npwp=NPWP_OF_UNIT)
    assert "••••••••••••1000" in page(keeper, "unit-tax-numbers")
    entry = Entry.objects.get(act="unit.npwp")
    assert NPWP_OF_UNIT not in str(entry.facts)
    delivered(story)
    obligation = billed(story)
    assert (obligation.gross, obligation.net, obligation.profile) == (66_600_000, 54_000_000, "LS")

    treasurer, verifier = office.actor(Role.TREASURER), office.actor(Role.PPK_SKPD)
    proof = Proof("SP2D-1", clock.today(), obligation.net, SCAN)
    kept = record_evidence(
        actor=treasurer, purchase_id=story.purchase.pk, kind=Evidence.Kind.SP2D, proof=proof
    )
    verify_evidence(actor=verifier, evidence_id=kept.pk)
    for number, tax in enumerate(obligation.tax_lines.all()):
        record_deposit(
            actor=treasurer,
            tax_line_id=tax.pk,
            billing_code="8" * 15,
            ntpn=f"{number:016d}",
            deposited_on=clock.today(),
        )
    slip = Paper.objects.get(kind="bukti_potong").facts
    assert slip["withholder_npwp"] == NPWP_OF_UNIT
    assert [(tax["label"], tax.get("object_code")) for tax in slip["taxes"]] == [
        ("PPN", None),
        ("PPh Pasal 4(2) sewa tanah/bangunan", "28-403-02"),
    ]
    # The unit's NPWP is used where none is typed.
    client = people.signed_in(office.officers[Role.TREASURER])
    assert "••••••••••••1000" in page(client, "tax-export")
    month = f"{clock.today():%Y-%m}"
    made = submit(client, "tax-export", masa=month, shape="xml", npwp="", status=200)
    assert f"<TIN>{NPWP_OF_UNIT}</TIN>" in made
    (tax,) = obligation.tax_lines.filter(code="PPH42_SEWA")
    (row,) = file_rows([tax], place=NPWP_OF_UNIT + "000000")
    assert row.cells["TaxObjectCode"] == "28-403-02"


def test_letters_are_judged_on_the_day_of_the_payment(frozen_clock: Any) -> None:
    """A certificate that ends in between: 1.75 % on the order, 4 % at the payment (40,000,000 → 1,600,000)."""
    office = factories.office()
    day = clock.today()
    letters = {**sbu("SMALL"), "sbu_valid_to": day + timedelta(days=1)}
    story = ordered(offered("JASA", "construction", 4_000_000, letters=letters), 10, office)
    assert [each["amount"] for each in story.purchase.tax_preview["lines"]] == [4_400_000, 700_000]
    delivered(story)
    with frozen_clock(clock.now() + timedelta(days=2)):
        obligation = billed(story)
    assert {tax.code: tax.amount for tax in obligation.tax_lines.all()} == {
        "PPN": 4_400_000,
        "PPH42_KONSTRUKSI": 1_600_000,
    }


def test_no_income_tax_of_a_rice_seller_and_ppn_of_its_paper_in_one_order() -> None:
    """Rice 5,000,000 and paper 5,000,000 of a PKP: PPN and PPh 22 on the paper alone."""
    load_tax_rules()
    seller = Vendor(pkp=True, npwp_hash="x", legal_form="BADAN")
    found = taxes.preview(
        [(TaxClass("goods", "RICE"), 5_000_000), (TaxClass("goods"), 5_000_000)],
        shipping=0,
        facts=taxes.vendor_facts(seller, clock.today()),
        mechanism="UP",
        on=clock.today(),
        region_id=people.region().pk,
    )
    assert (found.ppn, found.gross) == (550_000, 10_550_000)
    assert [(tax["code"], tax["amount"]) for tax in found.details["lines"]] == [
        ("PPN", 550_000),
        ("PPH22", 75_000),
    ]


CLASSES = [(kind, each) for kind, classes in REFINED.items() for each in classes] + [
    ("BARANG", TaxClass("goods")),
    ("JASA", TaxClass("service")),
    ("KATERING", TaxClass("catering")),
]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_the_taxes_of_an_order_are_what_the_simulator_says(data: Any) -> None:
    load_tax_rules()
    region = people.region()
    chosen = data.draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=4, unique=True))
    priced = [(each, data.draw(st.integers(1, 10**9))) for _kind, each in chosen]
    shipping = data.draw(st.integers(0, 10**6))
    day = clock.today()
    days = st.sampled_from([day - timedelta(days=400), day - timedelta(days=1), day, day + timedelta(days=9)])
    seller = Vendor(
        pkp=data.draw(st.booleans()),
        pbjt_registered=data.draw(st.booleans()),
        npwp_hash=data.draw(st.sampled_from(["", "x"])),
        legal_form=data.draw(st.sampled_from(Vendor.LegalForm.values)),
        suket_pp55=data.draw(st.sampled_from(["", "S-1"])),
        suket_pp55_valid_to=data.draw(days),
        statement_year=data.draw(st.sampled_from([None, day.year - 1, day.year])),
        skb_number="K-1",
        skb_covers=data.draw(st.sampled_from(["PPH22", "PPH23", "PPH22+PPH23"])),
        skb_valid_from=day - timedelta(days=500),
        skb_valid_to=data.draw(days),
        construction_class=data.draw(st.sampled_from(["SMALL", "MEDIUM", "LARGE"])),
        sbu_number="B-1",
        sbu_valid_from=day - timedelta(days=500),
        sbu_valid_to=data.draw(days),
    )
    assert seller.suket_pp55_valid_to and seller.skb_valid_to and seller.sbu_valid_to  # for the type checker
    mechanism = data.draw(st.sampled_from(["UP", "LS", "KKPD"]))
    school = data.draw(st.booleans())
    facts = {**taxes.vendor_facts(seller, day), "school_fund": school}
    plan = taxes.preview(
        priced, shipping=shipping, facts=facts, mechanism=mechanism, on=day, region_id=region.pk
    )

    freed = {"PPH22": {"goods", "non_object"}, "PPH23": {"service", "catering", "rent"}}
    good = seller.skb_valid_to >= day
    question = {
        "date": day.isoformat(),
        "pkp": seller.pkp,
        "pbjt_registered": seller.pbjt_registered,
        "npwp_valid": bool(seller.npwp_hash),
        "individual": seller.legal_form == "PERORANGAN",
        "suket": bool(seller.suket_pp55) and seller.suket_pp55_valid_to >= day,
        "statement_500m": seller.statement_year == day.year,
        "school_fund": school,
        "construction_class": seller.construction_class if seller.sbu_valid_to >= day else "none",
        "mech": mechanism,
        "collector": "BENDAHARA",
        "shipping": shipping,
        "groups": [
            {
                "kind": each.kind,
                "price": price,
                "commodity": each.commodity,
                "luxury": each.luxury,
                "skb": good and any(each.kind in freed[code] for code in seller.skb_covers.split("+")),
            }
            for each, price in sorted(priced)
        ],
    }
    said = answer(question, all_rules(), today=day)
    assert [(tax["code"], tax["rule_id"], tax["amount"]) for tax in said["lines"]] == [
        (tax["code"], tax["rule_id"], tax["amount"]) for tax in plan.details["lines"]
    ]
    assert (said["gross"], said["cash"], said["reason"]) == (
        plan.gross,
        plan.details["cash"],
        plan.details["reason"],
    )
