"""Verbs of preparation: the estimate's lines, saved one by one while the package is the PPK's to prepare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, doing
from procurement.planning.models import HpsLine, HpsReference, Package
from vendors.queries import live_listings_for

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class SeenPrice:
    """A price found outside the catalogue: where, whose, rupiah a unit before tax, which day."""

    source: str
    vendor: str
    price: int
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HpsItem:
    """One item as the PPK writes it. Without `unit_price` the middle of the prices seen is taken."""

    item: str
    quantity: int
    unit: str
    kind: str = "BARANG"
    specification: str = ""
    unit_price: int | None = None
    listings: Sequence[int] = ()
    seen: Sequence[SeenPrice] = field(default_factory=tuple)


def add_hps_line(*, actor: Actor, package_id: int, item: HpsItem) -> HpsLine:
    """Add one item with its price references, taken from the catalogue as it is today or typed.

    Raises Refused `not_preparing`, `other_ppk`, `too_few_references`, `price_missing`, `too_many_lines`;
    Package.DoesNotExist for another unit's package. Source: Perlem LKPP 12/2021 (two price references or more).
    """
    actor.require(Role.PPK)
    with doing(actor=actor) as deed:
        package = _preparing(actor, package_id)
        references = [*_from_catalogue(actor, item.listings), *_typed(item.seen)]
        _enough(references, package)
        last = package.hps_lines.aggregate(last=Max("position"))["last"] or 0
        if last >= MOST_LINES:
            raise Refused("too_many_lines", f"HPS memuat paling banyak {MOST_LINES} baris.")
        prices = sorted(each.price for each in references)
        price = item.unit_price or (prices[(len(prices) - 1) // 2] if prices else None)
        if price is None:
            raise Refused("price_missing", "Isi harga satuan, atau pilih rujukan harga.")
        line = HpsLine.objects.create(
            package=package,
            position=last + 1,
            item=item.item.strip()[:200],
            specification=item.specification.strip()[:500],
            kind=item.kind,
            quantity=item.quantity,
            unit=item.unit.strip()[:30],
            unit_price=price,
        )
        for each in references:
            each.line = line
        HpsReference.objects.bulk_create(references)
        _touched(deed, package, f"baris {line.position} ditambah")
    return line


def remove_hps_line(*, actor: Actor, package_id: int, position: int) -> None:
    """Take one item out of the estimate again. Raises Refused `not_preparing`, `other_ppk`."""
    actor.require(Role.PPK)
    with doing(actor=actor) as deed:
        package = _preparing(actor, package_id)
        removed, _kinds = package.hps_lines.filter(position=position).delete()
        if removed:
            _touched(deed, package, f"baris {position} dihapus")


def set_hps_shipping(*, actor: Actor, package_id: int, amount: int) -> None:
    """Set what delivery is estimated to cost (whole rupiah before tax). Raises Refused as `add_hps_line`."""
    actor.require(Role.PPK)
    if amount < 0:
        raise Refused("price_missing", "Ongkos kirim tidak dapat kurang dari nol.")
    with doing(actor=actor) as deed:
        package = _preparing(actor, package_id)
        Package.objects.filter(pk=package.pk).update(hps_shipping=amount)
        _touched(deed, package, f"ongkos kirim {amount}")


def _preparing(actor: Actor, package_id: int) -> Package:
    """The package, locked, if the actor is its PPK and it is being prepared."""
    packages = Package.objects.select_for_update(of=("self",)).filter(organisation=actor.organisation_id)
    package = packages.get(pk=package_id)
    if package.state != "ASSIGNED":
        raise Refused(
            "not_preparing",
            f"Persiapan paket {package.kd_rup} tidak sedang terbuka ({package.state_now.label}).",
            fix="Buka kembali persiapan bila belum ada pesanan yang berjalan.",
        )
    if package.ppk_user_id != actor.user_id:
        raise Refused(
            "other_ppk",
            "Paket ini didisposisikan kepada PPK lain.",
            fix="Minta PA/KPA mengalihkan paket bila Anda yang harus menyiapkannya.",
        )
    return package


def _from_catalogue(actor: Actor, listing_ids: Sequence[int]) -> list[HpsReference]:
    found = live_listings_for(actor).filter(pk__in=listing_ids).order_by("pk")
    return [
        HpsReference(
            source=HpsReference.Source.CATALOGUE,
            listing=listing,
            vendor=listing.vendor.name[:200],
            price=listing.price,
            seen_on=clock.today(),
        )
        for listing in found
    ]


def _typed(seen: Sequence[SeenPrice]) -> list[HpsReference]:
    for each in seen:
        if each.source == HpsReference.Source.CATALOGUE or each.seen_on > clock.today() or each.price <= 0:
            raise Refused(
                "reference_wrong",
                "Rujukan harga yang diketik perlu sumber, harga di atas nol, dan tanggal yang sudah lewat.",
                fix="Harga dari katalog e-Order dipilih dari hasil pencarian.",
            )
    return [
        HpsReference(
            source=each.source, vendor=each.vendor.strip()[:200], price=each.price, seen_on=each.seen_on
        )
        for each in seen
    ]


def _enough(references: Sequence[HpsReference], package: Package) -> None:
    least = parameter("hps.min_references", region_id=package.region_id)
    if len(references) >= int(least.value):
        return
    raise Refused(
        "too_few_references",
        f"Baris HPS memerlukan paling sedikit {least.value} rujukan harga; ada {len(references)}.",
        rule=least.legal_basis,
        fix="Pilih harga dari katalog, atau ketik sumber lain dengan tanggalnya.",
    )


def _touched(deed: Deed, package: Package, what: str) -> None:
    Package.objects.filter(pk=package.pk).update(revision=package.revision + 1)
    deed.record("package.draft", package, {"kd_rup": package.kd_rup, "what": what})
