"""One unit in full work: orders in every state, packages, listings and vendors in theirs, papers, news, a log.

Everything is brought about by the actions people use, payments by the Stripe stand-in and its webhooks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.links import make_link
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.administration.actions import propose_parameter
from marketplace.administration.actions.calendar import propose_holiday
from marketplace.core import clock
from marketplace.events.models import Job
from marketplace.events.runner import drain
from marketplace.regulation.models import Holiday
from procurement.planning.models import Package
from procurement.purchasing.actions import close, propose_addendum
from procurement.purchasing.actions.addenda import Change
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.links import PURPOSE
from procurement.settlement import actions as paying
from procurement.settlement.models import Evidence, PaymentObligation, TaxLine
from search.actions import save_search
from search.question import Question
from tests import people
from tests.competition.gallery import of_every_state
from tests.fakes.stripe import FakeStripe
from tests.journeys.furnishing import (
    opendata,
    oversight,
    reconciliation,
    redflags,
    settlement,
    statistics,
    treasury,
)
from tests.journeys.scene import GOODS, Furnishing, Scene
from tests.planning import plans
from tests.purchasing import factories
from tests.purchasing.factories import Story
from tests.settlement.orders import SCAN, to_the_bank
from tests.vendors import stalls
from vendors.actions import accounts, grant_assistance, scores
from vendors.actions.listings import delist_listing, submit_listing
from vendors.actions.permits import reject_permit
from vendors.actions.pictures import add_image
from vendors.actions.sanctions import suspend_vendor
from vendors.actions.verdicts import reject_vendor
from vendors.models import Vendor
from vendors.queries.scores import observations_for

STRIPE_KEY, STRIPE_SECRET = "sk_test_uji", "whsec_uji"
NAMES = {
    Role.VENDOR: "Kartika Sari",
    Role.PP: "Citra Lestari",
    Role.PPK: "Budi Santosa",
    Role.RECEIVER: "Gita Maharani",
    Role.PPK_SKPD: "Eka Prasetya",
    Role.PPTK: "Dedi Kurniawan",
    Role.TREASURER: "Fajar Nugroho",
    Role.PA: "Ani Wulandari",
    Role.AUDITOR: "Hadi Wibowo",
    Role.HEAD: "Nadia Puspita",
    Role.CURATOR: "Joko Susilo",
    Role.OPERATOR: "Indah Permata",
    Role.ASSISTANT: "Lina Marlina",
}
"""The people, in the order in which they are asked to open a page."""
FURNISHINGS: tuple[Furnishing, ...] = (
    settlement,
    treasury,
    reconciliation,
    redflags,
    opendata,
    statistics,
    oversight,
)
"""What the rooms add by themselves, in the order in which it is made; a module of tests/journeys/furnishing each."""
LATER = ("INVOICED", "VERIFIED", "PAYMENT_APPROVED", "PAID", "TAX_SETTLED", "CLOSED")


def build(settings: Any, site: str) -> Scene:
    """Furnish the scene; `site` is where the stand-in sends its webhooks. Commits."""
    unit = factories.office(pagu=200_000_000, name="Belanja alat tulis dan konsumsi rapat")
    _rename(unit.package.organisation, "Dinas Pendidikan")
    shop = factories.shop("CV Maju Bersama", service_area=("31",))
    scene = Scene(unit, shop, vendors=[shop], furnishings=FURNISHINGS)
    _hire(scene)
    _open_shops(scene)
    _plan(scene)
    for place, state in enumerate(factories.PATHS):
        scene.add(state, goods=place % len(GOODS))
    for goods in (1, 2, 3):
        scene.add("AWAITING_PPK", goods=goods)
    for state in LATER:
        scene.orders[state] = [scene.add("ACCEPTED", times=5)]  # large enough to be taxed
        scene.orders["ACCEPTED"].pop()
    scene.add("INSPECTED").take("sign_bast")
    _ask_twice(scene)
    _settle(scene, settings, site)
    _answer_scores(scene)
    of_every_state(unit, shop)
    waiting = scene.orders["AWAITING_VENDOR"][0].fresh()
    scene.answer_link = make_link(
        purpose=PURPOSE,
        subject_id=waiting.pk,
        appointment_id=_owner(scene.shop).pk,
        expires_at=clock.now() + timedelta(days=1),
    )
    factories.fill_basket(unit.actor(Role.PP), [(scene.listings[0], 10), (scene.listings[2], 40)])
    save_search(actor=unit.actor(Role.PP), name="Kertas kantor", question=Question(text="kertas", pdn=True))
    for each in scene.furnishings:
        each.furnish(scene)
    drain()
    return scene


def _ask_twice(scene: Scene) -> None:
    """An order for the second officer, one that is held back, an addendum, a holiday to approve."""
    for name, flagged in (("FLAGGED", {"endorsement_needed": True}), ("HELD", {"on_hold": True})):
        told = scene.add("AWAITING_PPK")
        Purchase.objects.filter(pk=told.purchase.pk).update(**flagged)
        scene.orders["AWAITING_PPK"].pop()
        scene.orders[name] = [told]
    running = scene.add("ORDERED")
    delivery = running.purchase.deliveries.get()
    propose_addendum(
        actor=running.actor(Role.PPK),
        purchase_id=running.purchase.pk,
        change=Change(days={delivery.pk: delivery.needed_by + timedelta(days=3)}),
        reason="Gudang penuh sampai akhir pekan.",
    )
    propose_holiday(
        actor=Actor.of(scene.staff[Role.OPERATOR][0]),
        day=_free_day(),
        name="Hari jadi kota",
        kind="LIBUR",
        legal_basis="SKB contoh",
    )


def _free_day() -> date:
    """A day some months ahead that is no holiday yet."""
    taken = set(Holiday.objects.values_list("day", flat=True))
    days = (clock.today() + timedelta(days=100 + n) for n in range(60))
    return next(day for day in days if day not in taken)


def until(reached: Callable[[], bool], *, seconds: float = 30) -> None:
    """Do what is due until it is so: webhooks arrive when they do. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, list(Job.objects.filter(done_at=None).values("kind", "last_error"))
        drain()
        time.sleep(0.05)


def _rename(body: Organisation, name: str) -> None:
    body.name = name
    body.save(update_fields=["name"])


def _hire(scene: Scene) -> None:
    """Give everybody a name, and the region its overseers. Operators propose what another one decides."""
    for role, appointment in scene.office.officers.items():
        scene.staff[role] = [appointment]
    for role, body in (
        (Role.AUDITOR, "Inspektorat"),
        (Role.HEAD, "Sekretariat Daerah"),
        (Role.OPERATOR, "Badan Pengadaan"),
        (Role.CURATOR, "Dinas PPKUKM"),
        (Role.ASSISTANT, "Pusat Pendampingan UMKM"),
    ):
        place = people.organisation(people.KIND_OF_ROLE[role])
        _rename(place, body)
        scene.staff[role] = [people.appointment(role, place)]
    scene.staff[Role.VENDOR] = [_owner(scene.shop)]
    scene.staff = {role: scene.staff[role] for role in NAMES}
    for role, hands in scene.staff.items():
        hands[0].user.name = NAMES[role]
        hands[0].user.save(update_fields=["name"])
    propose_parameter(
        actor=Actor.of(people.appointment(Role.OPERATOR, scene.staff[Role.OPERATOR][0].organisation)),
        code="timer.closing",
        value=10,
        valid_from=clock.today() + timedelta(days=30),
        legal_basis="Keputusan Kepala Daerah Nomor 12 Tahun 2026",
    )


def _owner(of: Vendor) -> Appointment:
    return of.organisation.appointments.select_related("user", "organisation").get(role=Role.VENDOR)


def _open_shops(scene: Scene) -> None:
    """The shop's goods on show, one offer in each other state; a vendor in each other state."""
    seller, curator = stalls.owner_of(scene.shop), Actor.of(scene.staff[Role.CURATOR][0])
    for title, way, kind, unit, price, _quantity in GOODS:
        said: dict[str, Any] = {
            "way": way,
            "kind": kind,
            "unit": unit,
            "price": price,
            "in_stock": 2_000,
            "is_pdn": True,
        }
        scene.listings.append(stalls.listing(scene.shop, title, **said))
    add_image(actor=seller, listing_id=scene.listings[0].pk, content=factories.photo())
    for title in ("Stopmap folio", "Buku agenda", "Penjepit kertas"):
        scene.listings.append(
            stalls.listing(scene.shop, title, way="alat-tulis-kantor/kertas", kind="BARANG", live=False)
        )
    _draft, waiting, taken_down = scene.listings[-3:]
    stalls.upload(scene.shop)
    for whole in (waiting, taken_down):
        add_image(actor=seller, listing_id=whole.pk, content=factories.photo())
        submit_listing(actor=seller, listing_id=whole.pk)
    delist_listing(actor=curator, listing_id=taken_down.pk, reason=factories.REASON)
    operator = Actor.of(scene.staff[Role.OPERATOR][0])
    newcomer = stalls.vendor("Warung Baru", verified=False)
    sent_back = stalls.vendor("Warung Belum Lengkap", verified=False)
    suspended = stalls.vendor("Warung Ditangguhkan")
    stalls.found_right(sent_back, operator, but="nib", reason="nib_not_found")
    reject_vendor(actor=operator, vendor_id=sent_back.pk)
    suspend_vendor(actor=operator, vendor_id=suspended.pk, reason=factories.REASON)
    _check_permits(scene.shop, curator)
    stalls.sanctioned(scene.shop)
    _help(scene)
    scene.vendors += [newcomer, sent_back, suspended]
    scene.staff[Role.VENDOR] += [_owner(each) for each in scene.vendors[1:]]


def _help(scene: Scene) -> None:
    """An assistant with consent, a paper, and a change that waits for the operator."""
    helper = scene.staff[Role.ASSISTANT][0].user
    grant_assistance(actor=stalls.owner_of(scene.shop), vendor_id=scene.shop.pk, email=helper.email)
    stalls.document(scene.shop)
    stalls.amendment(scene.shop)


def _answer_scores(scene: Scene) -> None:
    """What was observed of the orders: one replied to, one contested."""
    scores.rebuild()
    owner = stalls.owner_of(scene.shop)
    answered, contested, *_open = observations_for(owner)
    scores.reply(actor=owner, observation_id=answered.pk, text="Jalan ke gudang ditutup pada hari itu.")
    scores.contest(actor=owner, observation_id=contested.pk, reason="Barang sudah diterima lengkap.")


def _check_permits(shop: Vendor, curator: Actor) -> None:
    """A permit that waits, one found valid, and one sent back."""
    stalls.permit(shop, "PIRT", content=factories.photo())
    stalls.permit(shop, "HALAL", by=curator, content=factories.photo())
    wrong = stalls.permit(shop, "BPOM", content=factories.photo())
    reject_permit(actor=curator, permit_id=wrong.pk, reason_code="permit_unreadable")


def _plan(scene: Scene) -> None:
    """A package in each state that still has moves; the one being bought from first."""
    unit = scene.office.package.organisation
    hands = plans.hands(scene.office.officers[Role.PPK], scene.office.officers[Role.PP])
    ppk = {key: value for key, value in hands.items() if key.startswith("ppk")}
    told: dict[str, Any] = {"name": "Belanja konsumsi rapat koordinasi", "kind_code": Package.Kind.GOODS}
    scene.packages = [
        scene.office.package,
        plans.package(at=unit, **told),
        plans.package(at=unit, state="ASSIGNED", **ppk, **told),
        plans.package(at=unit, state="PREPARED", hps_total=20_000_000, **hands, **told),
    ]


def _settle(scene: Scene, settings: Any, site: str) -> None:
    """Invoice, verification, approval, payment through the stand-in, taxes and closing, as far as each order goes."""
    operator = Actor.of(scene.staff[Role.OPERATOR][0])
    accounts.verify_bank_account(actor=operator, vendor_id=scene.shop.pk, version=1)
    with FakeStripe(secret_keys=[STRIPE_KEY]) as stripe:
        settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = STRIPE_KEY, stripe.url
        settings.STRIPE_WEBHOOK_SECRETS = [STRIPE_SECRET]
        stripe.add_webhook(f"{site}/webhook/stripe/", STRIPE_SECRET)
        for state in LATER:
            _bill(scene, scene.orders[state][0], LATER.index(state))
        paid = [scene.orders[state][0] for state in ("PAID", "TAX_SETTLED", "CLOSED")]
        until(lambda: all(told.fresh().state == "PAID" for told in paid))
        stripe.sender.drain()
        drain()
    _prove(scene, paid[0], verified=False)
    _prove(scene, paid[1], verified=True)
    _prove(scene, paid[2], verified=True)
    close(actor=scene.office.actor(Role.PPK), purchase_id=paid[2].purchase.pk, rating=5)
    for state in LATER:
        assert scene.orders[state][0].fresh().state == state


def _bill(scene: Scene, told: Story, steps: int) -> None:
    order, actor = told.purchase.pk, scene.office.actor
    acts: list[Callable[[], object]] = [
        lambda: paying.issue_invoice(actor=told.vendor, purchase_id=order),
        lambda: paying.verify_invoice(actor=actor(Role.PPK_SKPD), purchase_id=order),
        lambda: paying.approve_payment(actor=actor(Role.PA), purchase_id=order),
        lambda: paying.start_payment(actor=actor(Role.TREASURER), purchase_id=order),
    ]
    for act in acts[: steps + 1]:
        act()


def _prove(scene: Scene, told: Story, *, verified: bool) -> None:
    """Evidence of the transfer to the vendor; once verified, the taxes are deposited too."""
    order, treasurer = told.purchase.pk, scene.office.actor(Role.TREASURER)
    net = PaymentObligation.objects.get(purchase_id=order).net
    to_the_bank(treasurer, scene.office.actor(Role.PPK_SKPD), order)
    proof = paying.Proof(f"TRF-{order}", clock.today(), net, SCAN + str(order).encode())
    kept = paying.record_evidence(
        actor=treasurer, purchase_id=order, kind=Evidence.Kind.BANK_TRANSFER, proof=proof
    )
    if not verified:
        return
    paying.verify_evidence(actor=scene.office.actor(Role.PPK_SKPD), evidence_id=kept.pk)
    for tax in TaxLine.objects.filter(obligation__purchase_id=order):
        paying.record_deposit(
            actor=treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"AAAA{tax.pk:012d}",
            deposited_on=clock.today(),
        )
