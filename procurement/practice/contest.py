"""A mini-competition that waits on the desks of the cast: announced, with one question answered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.queries import working_days_after
from procurement.competition import actions
from procurement.competition.actions import Draft, Need
from procurement.competition.models import Competition
from procurement.planning.actions import HpsItem, SeenPrice, add_hps_line, dispose, prepare
from procurement.planning.models import Package
from procurement.practice.cast import OFFICERS, OWNER, actor_of
from vendors.models import Listing
from vendors.queries import own_vendor

WORKING_DAYS_OPEN: Final = 7
QUANTITY: Final = 40


def leave_competition(package: Package) -> Competition:
    """Take a planned package to an announced competition for what the cast's shop sells, by its officers' acts."""
    cast = {person.role: actor_of(person) for person in OFFICERS}
    owner = actor_of(OWNER)
    wanted = (
        Listing.objects.filter(vendor=own_vendor(owner), state="LIVE")
        .select_related("product", "category")
        .order_by("price", "pk")[0]
    )
    line = package.lines.filter(active=True).order_by("-available", "pk")[0]
    price = min(wanted.price, line.available // (2 * QUANTITY))
    ppk, pp = cast[Role.PPK], cast[Role.PP]
    assert ppk.appointment_id is not None and pp.appointment_id is not None  # officers act under one
    dispose(actor=cast[Role.PA], package_id=package.pk, ppk_id=ppk.appointment_id)
    estimated = package.pagu * 9 // 10 * 100 // 111 // QUANTITY
    seen = [
        SeenPrice(source, name, estimated, clock.today() - timedelta(days=days))
        for source, name, days in (("SURVEY", "Survei tiga toko", 3), ("CONTRACT", "Kontrak tahun lalu", 200))
    ]
    item = HpsItem(
        item=wanted.product.title, quantity=QUANTITY, unit=wanted.unit, kind=wanted.kind, seen=seen
    )
    add_hps_line(actor=ppk, package_id=package.pk, item=item)
    prepare(
        actor=ppk,
        package_id=package.pk,
        pp_id=pp.appointment_id,
        kak="Kebutuhan kantor triwulan berjalan; dikirim sekaligus ke gudang kantor.",
    )
    closes_at = datetime.combine(
        clock.day_of(working_days_after(clock.now(), WORKING_DAYS_OPEN)), time(14, 0), tzinfo=clock.JAKARTA
    )
    needed_by = clock.day_of(closes_at) + timedelta(days=14)
    made = actions.draft(
        actor=pp,
        package_id=package.pk,
        budget_line_id=line.pk,
        said=_wish(wanted, price, needed_by, closes_at),
        needs=[Need(wanted.product.title, QUANTITY, wanted.unit, price)],
    )
    actions.publish(
        actor=pp, competition_id=made.pk, reason="Jam kedatangan tidak penting untuk barang gudang."
    )
    question = actions.ask(actor=owner, number=made.number, text="Apakah boleh dikirim dalam dua kali?")
    actions.answer(
        actor=pp,
        number=made.number,
        question_id=question.pk,
        text="Boleh, asal lengkap sebelum tanggal dibutuhkan.",
    )
    return made


def _wish(wanted: Listing, price: int, needed_by: date, closes_at: datetime) -> Draft:
    day = f"{needed_by.day}-{needed_by.month}-{needed_by.year}"
    return Draft(
        title=f"Pengadaan {wanted.product.title}"[:200],
        request_text=(
            f"Kami perlu {QUANTITY} {wanted.unit} {wanted.product.title}, dikirim ke gudang kantor paling lambat "
            f"{day}, harga paling mahal Rp{price:,} per {wanted.unit}.".replace(",", ".")
        ),
        kind=wanted.kind,
        category_id=wanted.category_id,
        specification="Barang baru, kemasan utuh.",
        address="Jalan Merdeka No. 1, gudang kantor",
        place_code="31.71.01.1001",
        place_name="Gambir, Gambir, Kota Jakarta Pusat",
        needed_by=needed_by,
        closes_at=closes_at,
    )
