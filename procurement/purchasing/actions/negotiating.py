"""Negotiation: rounds of offers before the PPK approves. Each round is written once; the last one agreed counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, deadline_of, passing
from marketplace.workflow.payment_codes import refuse_payment_codes
from procurement.documents.actions import issue
from procurement.planning.models import Package
from procurement.purchasing import checks, parcelling
from procurement.purchasing.actions.agreeing import (
    DeliveryTerms,
    LineTerms,
    Terms,
    agree_anew,
    taxed,
    terms_of,
)
from procurement.purchasing.actions.holding import hold_difference, hold_stock, more_by_day
from procurement.purchasing.models import (
    Agreement,
    NegotiationLine,
    NegotiationRound,
    Purchase,
    PurchaseLine,
    Side,
)
from procurement.purchasing.queries import taxes
from procurement.purchasing.queries.negotiation_paper import ba_negosiasi, signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One side's word: unit price (rupiah before tax) and units by line id, shipping (rupiah), last day, and words.

    A line left out of `prices` or `quantities` keeps what is agreed of it.
    """

    prices: Mapping[int, int] = field(default_factory=dict)
    quantities: Mapping[int, int] = field(default_factory=dict)
    shipping: int
    needed_by: date
    installation: str = ""
    message: str = ""


def open_with_list_prices(deed: Deed, purchase: Purchase, terms: Terms) -> NegotiationRound:
    """Write round 0: the list prices, which are the vendor's first word."""
    first = NegotiationRound.objects.create(
        purchase=purchase,
        number=0,
        side=Side.VENDOR,
        at=deed.at,
        expires_at=purchase.due_at,
        shipping=purchase.shipping,
        needed_by=purchase.needed_by,
        price_total=purchase.price_total,
        total=purchase.total,
    )
    _write_lines(first, terms)
    return first


def counter(*, actor: Actor, purchase_id: int, offer: Offer, revision: int | None = None) -> None:
    """Answer the other side's last round with an offer of one's own; the deadline begins anew.

    Raises Refused of the door, `above_list`, `above_charge`, `wrong_lines`, `units_left_out`, `needed_by_past`,
    `below_minimum`, `above_hps`, `above_order_limit`, `payment_code`.
    """
    refuse_payment_codes(offer.message, offer.installation)
    with passing(Purchase, purchase_id, "counter", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        terms = terms_for(purchase, offer)
        preview = taxed(purchase, terms)
        _within_limits(purchase, preview.gross)
        side = Side.VENDOR if actor.role == Role.VENDOR else Side.BUYER
        number = purchase.rounds.count()
        written = NegotiationRound.objects.create(
            purchase=purchase,
            number=number,
            side=side,
            by_id=actor.user_id,
            at=passage.at,
            expires_at=deadline_of(purchase, "NEGOTIATING", passage.at),
            shipping=offer.shipping,
            needed_by=offer.needed_by,
            installation=" ".join(offer.installation.split())[:300],
            message=offer.message.strip()[:1_000],
            price_total=preview.price,
            total=preview.gross,
        )
        _write_lines(written, terms)
        purchase.last_round_by = side
        passage.facts.update(number=purchase.number, round=number, total_rupiah=preview.gross)


def agree(*, actor: Actor, purchase_id: int, revision: int | None = None) -> None:
    """Accept the other side's last round: it becomes what the order asks for, and the PPK is asked next.

    The saving is released from the budget, a larger quantity reserved. Raises Refused of the door and the checks:
    `listing_gone` when a product was taken off show meanwhile, `out_of_stock`, `budget_short`, `above_hps`.
    """
    with passing(Purchase, purchase_id, "agree", actor=actor, revision=revision) as passage:
        purchase = passage.thing
        last = purchase.rounds.prefetch_related("lines").order_by("-number")[0]
        offer = offer_of(last)
        now, before = terms_of(purchase), purchase.total
        terms = terms_for(purchase, offer, now=now)
        lines = list(purchase.lines.select_related("listing__product"))
        checks.vendor_in_business(purchase.vendor, purchase.region_id)
        _still_on_show(lines)
        _within_limits(purchase, last.total)
        _within_capacity(lines, now, terms)
        agreement = agree_anew(passage, purchase, terms, cause=Agreement.Cause.NEGOTIATION)
        hold_difference(passage, purchase, before)
        hold_stock(lines, terms)
        side = Side.VENDOR if actor.role == Role.VENDOR else Side.BUYER
        issue(
            passage,
            "ba_negosiasi",
            ba_negosiasi(purchase, at=passage.at),
            subject=purchase,
            signatories=signatures(purchase, side=side, user_id=actor.user_id, at=passage.at),
        )
        passage.facts.update(
            number=purchase.number,
            round=last.number,
            total_rupiah=purchase.total,
            saving_rupiah=before - purchase.total,
            agreement=agreement.version,
            agreement_sha256=agreement.sha256,
        )


def price_of(purchase: Purchase, offer: Offer) -> taxes.Preview:
    """What an offer would come to with taxes, in whole rupiah. Writes nothing. Raises Refused as `counter` would."""
    return taxed(purchase, terms_for(purchase, offer))


def offer_of(said: NegotiationRound) -> Offer:
    """A round read back as the offer it was; its lines are read ahead."""
    lines = list(said.lines.all())
    return Offer(
        prices={line.line_id: line.price for line in lines},
        quantities={line.line_id: line.quantity for line in lines},
        shipping=said.shipping,
        needed_by=said.needed_by,
        installation=said.installation,
        message=said.message,
    )


def terms_for(purchase: Purchase, offer: Offer, *, now: Terms | None = None) -> Terms:
    """The terms an offer comes to, laid out over the order's deliveries. Raises Refused where it may not be made."""
    now = now or terms_of(purchase)
    lines = list(purchase.lines.select_related("listing__product"))
    _own_lines(lines, offer)
    _at_most_listed(lines, offer)
    _at_most_charged(purchase, offer.shipping)
    checks.on_time(offer.needed_by)
    shipping = parcelling.spread_shipping(
        {pk: each.shipping for pk, each in now.deliveries.items()}, offer.shipping
    )
    days = parcelling.spread_days(
        {pk: each.needed_by for pk, each in now.deliveries.items()}, offer.needed_by
    )
    return Terms(
        {line.pk: _line_terms(line, offer, now.lines[line.pk]) for line in lines},
        {pk: DeliveryTerms(shipping[pk], days[pk]) for pk in now.deliveries},
        {"installation": offer.installation} if offer.installation else {},
    )


def _line_terms(line: PurchaseLine, offer: Offer, now: LineTerms) -> LineTerms:
    wanted = offer.quantities.get(line.pk, now.quantity)
    price = offer.prices.get(line.pk, now.price)
    if wanted == now.quantity:
        return LineTerms(price, now.quantities)
    if line.milestone:
        raise Refused(
            "milestone_quantity",
            _("Jumlah tahap “%(title)s” tidak dapat diubah; tawarlah harganya.") % {"title": line.milestone},
            fix=_("Kembalikan jumlahnya seperti semula."),
        )
    if wanted < now.quantity:
        checks.enough_to_order(line.listing, wanted)
    spread = parcelling.spread_units(now.quantities, wanted)
    if spread is None:
        raise Refused(
            "units_left_out",
            _("“%(title)s” dikirim ke %(n)d alamat; tiap alamat perlu paling sedikit satu %(unit)s.")
            % {"title": line.title, "n": len(now.quantities), "unit": line.unit},
            fix=_("Naikkan jumlahnya, atau batalkan pesanan dan ajukan lagi dengan alamat lebih sedikit."),
        )
    return LineTerms(price, spread)


def _own_lines(lines: list[PurchaseLine], offer: Offer) -> None:
    own = {line.pk for line in lines}
    told = [*offer.prices.values(), *offer.quantities.values()]
    if not {*offer.prices, *offer.quantities} <= own or min(told, default=1) < 1 or offer.shipping < 0:
        raise Refused(
            "wrong_lines",
            _("Tawaran memuat baris atau angka yang bukan milik pesanan ini."),
            fix=_("Muat ulang halaman, isi harga dan jumlah paling sedikit 1, lalu kirim lagi."),
        )


def _at_most_listed(lines: list[PurchaseLine], offer: Offer) -> None:
    """The listed price is the highest unit price of the vendor: no offer goes above it."""
    for line in lines:
        checks.at_most_listed(line, offer.prices.get(line.pk, 0))


def _at_most_charged(purchase: Purchase, shipping: int) -> None:
    first = purchase.rounds.order_by("number").values_list("shipping", flat=True)[0]
    checks.at_most_charged(shipping, first)


def _within_limits(purchase: Purchase, total: int) -> None:
    package = Package.objects.select_for_update(of=("self",)).get(pk=purchase.package_id)
    checks.within_order_limit(total, purchase.region_id)
    checks.within_hps(package, total, leaving_out=purchase.pk)


def _within_capacity(lines: list[PurchaseLine], now: Terms, terms: Terms) -> None:
    listings = {line.listing_id: line.listing for line in lines}
    more = more_by_day(lines, now, terms)
    for day in sorted({day for _listing, day in more}):
        wanted = [(listings[pk], units) for (pk, its_day), units in more.items() if its_day == day]
        checks.within_capacity(wanted, day)


def _still_on_show(lines: list[PurchaseLine]) -> None:
    """A product may be taken off show while people bargain (handbook §1.2): nobody agrees to what is not sold."""
    for line in lines:
        if line.listing.state != "LIVE":
            raise Refused(
                "listing_gone",
                _("“%(title)s” turun tayang (%(state)s) selama negosiasi, jadi belum dapat disepakati.")
                % {"title": line.title, "state": line.listing.get_state_display()},
                rule="Perlem LKPP 9/2021 Pasal 18",
                fix=_(
                    "Penyedia menayangkannya kembali, lalu setujui lagi sebelum tenggat; "
                    "atau batalkan pesanan ini dan pilih produk lain. Tawaran terakhir tidak hilang."
                ),
            )


def _write_lines(said: NegotiationRound, terms: Terms) -> None:
    NegotiationLine.objects.bulk_create(
        NegotiationLine(round=said, line_id=pk, quantity=each.quantity, price=each.price)
        for pk, each in terms.lines.items()
    )
