"""Accepted orders for the tests of settlement, made straight in the database: the BAST of handbook §12 is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing.models import Delivery, Purchase, PurchaseLine
from procurement.purchasing.queries.taxes import vendor_facts
from procurement.settlement import actions
from procurement.settlement.models import Payout
from procurement.taxation.actions import load_tax_rules
from procurement.taxation.evaluate import Group, Supply, evaluate
from procurement.taxation.queries import rules_in_force
from tests import people
from vendors.models import BankAccount, Listing, Vendor

_number = count(1)
SCAN = b"%PDF-1.7 hasil pindai"
ATK = [("BARANG", 200, 52_000), ("BARANG", 100, 35_000), ("BARANG", 150, 31_000)]
"""Kind, quantity, agreed price of the worked order: 18,550,000 and 250,000 delivery."""


@dataclass
class Case:
    """One accepted order and everybody around it."""

    purchase: Purchase
    vendor: Actor
    verifier: Actor
    approver: Actor
    treasurer: Actor
    receiver: Actor
    ppk: Actor
    appointments: dict[Role, Appointment]

    def fresh(self) -> Purchase:
        """The order as it stands in the database now."""
        return Purchase.objects.get(pk=self.purchase.pk)


def accepted(
    lines: list[tuple[str, int, int]] = ATK,
    *,
    shipping: int = 250_000,
    pkp: bool = True,
    mechanism: str = "UP",
    penalty: int = 0,
    verified_account: bool = True,
    at: Organisation | None = None,
    seller: Vendor | None = None,
    **facts_of_vendor: object,
) -> Case:
    """An order in state ACCEPTED, its money payable on the budget line; from a new vendor unless given."""
    load_tax_rules()
    unit = at or people.organisation()
    roles = (Role.PPK, Role.PP, Role.PPK_SKPD, Role.PA, Role.TREASURER, Role.RECEIVER)
    appointed = {role: people.appointment(role, unit) for role in roles}
    seller = seller or _vendor(unit, pkp=pkp, verified_account=verified_account, **facts_of_vendor)
    appointed[Role.VENDOR] = people.appointment(Role.VENDOR, seller.organisation)
    plan_facts = {"pkp": pkp, "pbjt_registered": seller.pbjt_registered, "suket": bool(seller.suket_pp55)}
    kinds = {"BARANG": "goods", "JASA": "service", "KATERING": "catering"}
    groups: dict[str, int] = {}
    for kind, quantity, price in lines:
        groups[kinds[kind]] = groups.get(kinds[kind], 0) + quantity * price
    if shipping:
        groups[next(kind for kind in ("goods", "catering", "service") if kind in groups)] += shipping
    supply = Supply(
        tuple(Group(kind, price) for kind, price in groups.items()),  # type: ignore[arg-type]
        on=clock.today(),
        mechanism=mechanism,  # type: ignore[arg-type]
        npwp_valid=bool(seller.npwp_hash),
        **plan_facts,  # type: ignore[arg-type]
    )
    plan = evaluate(supply, rules_in_force(clock.today()))
    line = _budget(unit, appointed, plan.gross)
    purchase = _purchase(unit, line, seller, appointed, lines, shipping, plan, mechanism, penalty)
    actors = {role: Actor.of(each) for role, each in appointed.items()}
    return Case(
        purchase,
        vendor=actors[Role.VENDOR],
        verifier=actors[Role.PPK_SKPD],
        approver=actors[Role.PA],
        treasurer=actors[Role.TREASURER],
        receiver=actors[Role.RECEIVER],
        ppk=actors[Role.PPK],
        appointments=appointed,
    )


def _vendor(unit: Organisation, *, pkp: bool, verified_account: bool, **facts: object) -> Vendor:
    number = next(_number)
    body = people.organisation(Organisation.Kind.VENDOR, name="CV Maju Bersama Contoh", in_region=unit.region)
    partner = get_model("partner", "Partner").objects.create(name=body.name, code=f"p{number}")
    vendor = Vendor.objects.create(
        organisation=body,
        partner=partner,
        region=unit.region,
        slug=f"maju-{number}",
        state="VERIFIED",
        nib=f"{9_000_000_000_000 + number}",
        size="KECIL",
        pkp=pkp,
        npwp="0012345678901234",
        npwp_hash=f"{number:064x}",
        place_code="31.71",
        place_name="Jakarta Pusat",
        street="Jl. Contoh 1",
        created_at=clock.now(),
        **facts,
    )
    BankAccount.objects.create(
        vendor=vendor,
        version=1,
        bank_code="111",
        number=f"12345{number:05}",
        number_hash=keyed_hash("bank_account", f"111:12345{number:05}"),
        holder_name=body.name,
        added_at=clock.now(),
        verified_at=clock.now() if verified_account else None,
        verified_by=people.user("Operator") if verified_account else None,
    )
    return vendor


def _budget(unit: Organisation, appointed: dict[Role, Appointment], payable: int) -> BudgetLine:
    number = next(_number)
    package = Package.objects.create(
        region=unit.region,
        organisation=unit,
        kd_rup=str(61_000_000 + number),
        year=2026,
        name="Belanja ATK Triwulan IV",
        announced=True,
        pagu=payable + 4_132_000,
        ppk=appointed[Role.PPK],
        ppk_user=appointed[Role.PPK].user,
        pp=appointed[Role.PP],
        pp_user=appointed[Role.PP].user,
        created_at=clock.now(),
    )
    return BudgetLine.objects.create(
        package=package,
        mak="5.03.01.2.06.0005.5.1.02.01.01.0024",
        rekening="5.1.02.01.01.0024",
        sumber_dana="APBD",
        pagu=payable + 4_132_000,
        available=4_132_000,
        payable=payable,
    )


def _purchase(unit, line, seller, appointed, lines, shipping, plan, mechanism, penalty) -> Purchase:
    goods = sum(quantity * price for _kind, quantity, price in lines)
    now = clock.now()
    ppk, pp, receiver = appointed[Role.PPK], appointed[Role.PP], appointed[Role.RECEIVER]
    local_tax = plan.gross - plan.price - plan.ppn
    purchase = Purchase.objects.create(
        number=f"EO-2026-{500_000 + next(_number):06d}",  # the sequence counts from one
        state="ACCEPTED",
        region=unit.region,
        organisation=unit,
        package=line.package,
        budget_line=line,
        vendor=seller,
        vendor_organisation=seller.organisation,
        ppk=ppk,
        ppk_user=ppk.user,
        pp=pp,
        pp_user=pp.user,
        receiver=receiver,
        receiver_user=receiver.user,
        needed_by=clock.today() + timedelta(days=5),
        goods_total=goods,
        shipping=shipping,
        price_total=plan.price,
        ppn=plan.ppn,
        local_tax=local_tax,
        total=plan.gross,
        mechanism=mechanism,
        vendor_size="KECIL",
        tax_preview=plan.to_json(),
        tax_facts=vendor_facts(seller, clock.today()),
        sp_number="027/SP/EO/0000001/DC/X/2026",
        bast_number="027/BAST/EO/0000001/DC/X/2026",
        submitted_at=min(now, clock.midnight(SUBMITTED)),
        approved_at=now,
        confirmed_at=now,
        bast_ppk_at=now,
        bast_vendor_at=now,
        accepted_price=plan.price,
        accepted_total=plan.gross,
        penalty=penalty,
        created_at=now,
    )
    for position, (kind, quantity, price) in enumerate(lines, 1):
        _line(purchase, seller, position, kind, quantity, price)
    Delivery.objects.create(
        purchase=purchase,
        position=1,
        address="Jl. Kantor 2",
        place_code="31.71",
        needed_by=purchase.needed_by,
        shipping=shipping,
        stage="ACCEPTED",
        bast_ppk_at=now,
        bast_vendor_at=now,
        accepted_price=plan.price,
        accepted_total=plan.gross,
        penalty=penalty,
        late_days=0,
        arrived_whole=True,
        something_good=True,
    )
    return purchase


def _line(purchase: Purchase, seller: Vendor, position: int, kind: str, quantity: int, price: int) -> None:
    number = next(_number)
    product_class, _made = get_model("catalogue", "ProductClass").objects.get_or_create(
        slug="barang-jasa", defaults={"name": "Barang dan jasa"}
    )
    categories = get_model("catalogue", "Category").objects
    category = categories.filter(slug="atk").first() or categories.add_root({"name": "ATK", "slug": "atk"})
    product = get_model("catalogue", "Product").objects.create(
        title=f"Barang {number}", slug=f"barang-{number}", product_class=product_class, is_public=True
    )
    record = get_model("partner", "StockRecord").objects.create(
        product=product, partner=seller.partner, partner_sku=f"s{number}", price_currency="IDR", price=price
    )
    listing = Listing.objects.create(
        vendor=seller,
        product=product,
        stockrecord=record,
        category=category,
        state="LIVE",
        kind=kind,
        unit="rim",
        price=price,
        is_pdn=True,
        created_at=clock.now(),
    )
    PurchaseLine.objects.create(
        purchase=purchase,
        position=position,
        listing=listing,
        product=product,
        stockrecord=record,
        title=product.title,
        unit="rim",
        kind=kind,
        is_pdn=True,
        quantity=quantity,
        list_price=price,
        agreed_price=price,
        total=quantity * price,
        accepted=quantity,
    )


def to_the_bank(treasurer: Actor, checker: Actor, purchase_id: int) -> Payout:
    """The transfer of a paid order, prepared by one person, approved by another and given to the bank."""
    payout = Payout.objects.get(obligation__purchase_id=purchase_id, state="DRAFT")
    actions.prepare_payout(actor=treasurer, payout_id=payout.pk)
    actions.approve_payout(actor=checker, payout_id=payout.pk)
    return actions.send_payout(actor=treasurer, payout_id=payout.pk)


def account_of(case: Case) -> str:
    """The number of the account that the case's vendor is paid to."""
    account = case.purchase.vendor.bank_accounts.first()
    assert account is not None
    return account.number


def with_account(purchase: Purchase) -> None:
    """An account the vendor may be paid to: verified by one operator, approved by another, its waiting time over."""
    BankAccount.objects.get_or_create(
        vendor=purchase.vendor,
        version=9,
        defaults={
            "bank_code": "111",
            "number": f"{purchase.vendor_id:010d}",
            "number_hash": keyed_hash("bank_account", f"111:{purchase.vendor_id:010d}"),
            "holder_name": purchase.vendor.name,
            "added_at": clock.now(),
            "verified_at": clock.now(),
            "verified_by": people.user("Operator"),
            "approved_at": clock.now(),
            "approved_by": people.user("Operator kedua"),
            "usable_from": clock.now(),
        },
    )


SUBMITTED, DEPOSITED = date(2026, 10, 1), date(2026, 11, 1)
"""When orders were asked for, and what stands on the papers that pay them."""
