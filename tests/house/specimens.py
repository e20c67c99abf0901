"""Things of one region that stand in addresses: a number, a key. Every room with pages adds its own in ``_make``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import BUYING, Role
from marketplace.core import clock
from marketplace.regulation.models import HolidayProposal, Region
from marketplace.workflow.door import begin, doing
from procurement.competition import actions as competing
from procurement.settlement.actions import booking, issue_invoice
from procurement.settlement.actions.drawing_up import draw_up
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.ledger.accounts import AccountName, opened
from procurement.settlement.models import (
    Account,
    AccountKind,
    EventHandling,
    Payout,
    PayoutBatch,
    ProviderEvent,
    UnmatchedMoney,
)
from procurement.treasury.actions import request_up
from tests import people
from tests.competition import contests
from tests.house.addresses import Address
from tests.opendata.scene import published_of
from tests.oversight import audits
from tests.purchasing import factories
from tests.reconciliation import bank_lines
from tests.redflags import flags as red_flags
from tests.settlement.orders import accepted, with_account
from tests.settlement.test_billing import approved
from tests.vendors import stalls

Values = Mapping[str, object]

ABSENT: dict[str, object] = {
    "int": 999_999_999,
    "str": "tidak-ada",
    "slug": "tidak-ada",
    "path": "tidak/ada",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
"""By converter: a value that nothing has."""


def _proposed_holiday(region: Region) -> HolidayProposal:
    """A day that waits to become a holiday."""
    return HolidayProposal.objects.get_or_create(
        region=region,
        day=date(2099, 1, 1),
        defaults={"name": "Hari contoh", "legal_basis": "SKB", "proposed_by": people.user()},
    )[0]


def _billed(office: factories.Office) -> str:
    """The number of an order of that unit with a standing invoice."""
    told = factories.story("ACCEPTED", at=office)
    with_account(told.purchase)
    issue_invoice(actor=told.vendor, purchase_id=told.purchase.pk)
    return told.purchase.number


def _account(region: Region) -> Account:
    """An account of the region's books."""
    name = AccountName(AccountKind.BANK, region.pk)
    return opened([name])[name.code]


def _payout(unit: Organisation) -> Payout:
    """A transfer of a unit's order whose money is owed to the vendor."""
    case = accepted(at=unit)
    obligation = approved(case)
    with doing(actor=CASHIER) as deed:
        booking.recognised(deed, obligation, case.purchase.number)
        return draw_up(deed, obligation, case.purchase.number, to=obligation.invoice.bank_account)


def _batch(unit: Organisation) -> PayoutBatch:
    """A batch of transfers of a unit, with nothing in it yet."""
    with doing(actor=CASHIER) as deed:
        batch = PayoutBatch(
            organisation=unit, region=unit.region, reference=f"KLP-{unit.pk}", made_by=people.user()
        )
        return begin(batch, at=deed.at)


def _unknown_money(region: Region) -> UnmatchedMoney:
    """Money that a provider told of and nobody asked for."""
    event = ProviderEvent.objects.create(
        provider="stripe",
        event_id=f"evt_contoh_{region.pk}",
        kind="payment_intent.succeeded",
        raw=b"{}",
        sha256="0" * 64,
        verdict="VERIFIED",
        received_at=clock.now(),
    )
    EventHandling.objects.create(event=event, region=region, result="DONE", handled_at=clock.now())
    return UnmatchedMoney.objects.create(
        kind="UNIDENTIFIED", region=region, provider_event=event, amount=700, created_at=clock.now()
    )


@dataclass(frozen=True, slots=True)
class Specimens:
    """What to put into the varying parts of addresses, and the organisations whose things these are."""

    values: Mapping[str, Values]
    homes: Mapping[str, Organisation]

    @classmethod
    def of(cls, region: Region) -> Specimens:
        """Make an agency unit with a package and an order, and a vendor with a listing, in that region."""
        told = factories.story("ORDERED", at=factories.office(region=region))
        stall = told.purchase.vendor
        listing = {"pk": stalls.listing(stall).pk}
        permit = stalls.permit(stall, content=factories.photo())
        sanction, objection = stalls.sanctioned(stall)
        contest = contests.published(at=told.office, sellers=0, seller=stall)
        competing.ask(actor=stalls.owner_of(stall), number=contest.thing.number, text="Boleh kemasan kertas?")
        unit = told.office.package.organisation
        money = _unknown_money(region)
        audit = audits.Audit.of(unit)
        values: dict[str, Values] = {
            "kabar-pembayaran/": {"pk": money.provider_event_id},
            "uang-belum-cocok/": {"pk": money.pk},
            "mini-kompetisi/": {"number": contest.thing.number},
            "aturan/kalender/": {"pk": _proposed_holiday(region).pk},
            "paket/": {"kd_rup": told.office.package.kd_rup},
            "pesanan/<str:number>/tagihan.xml": {"number": _billed(told.office)},
            "pesanan/": {"number": told.purchase.number},
            "adendum/": {"pk": told.proposes().pk},
            "bayar/transfer/kelompok/": {"pk": _batch(unit).pk},
            "bayar/transfer/": {"pk": _payout(unit).pk},
            "bayar/": {"number": told.purchase.number},
            **bank_lines.specimens(unit),
            **red_flags.specimens(told.purchase, unit),
            "data-terbuka/": published_of(told.purchase),
            "perbendaharaan/": {"pk": request_up(actor=told.office.actor(Role.TREASURER)).pk},
            "buku/akun/": {"pk": _account(region).pk},
            "dasbor/satuan/": {"pk": unit.pk},
            "produk-saya/unggah/": {"pk": stalls.upload(stall).pk},
            "produk-saya/": listing,
            "etalase/": listing,
            "kurasi/": listing,
            "penyedia/": {"pk": stall.pk, "version": 1},
            "izin/": {"pk": permit.pk},
            "sanksi/": {"pk": sanction.pk},
            "keberatan/": {"pk": objection.pk},
            "keberatan-saya/": {"entry": objection.against_id},
            "usulan/": {"pk": stalls.amendment(stall).pk},
            "berkas-usaha/": {"pk": stalls.document(stall).pk},
            **audits.specimens(audit),
            "usaha-saya/pendamping/": {"consent": stalls.consent(stall).pk},
        }
        return cls(
            values,
            {
                Organisation.Kind.AGENCY_UNIT: unit,
                Organisation.Kind.VENDOR: stall.organisation,
                Organisation.Kind.AUDITOR_BODY: audit.body,
            },
        )

    def home(self, role: Role) -> Organisation | None:
        """The organisation whose things a person of that role works on; None when any of the region will do."""
        kind = Organisation.Kind.AGENCY_UNIT if role in BUYING else people.KIND_OF_ROLE[role]
        return self.homes.get(kind)

    def path(self, address: Address) -> str:
        """The path of an address; parts that no room made a thing for get a value that nothing has."""
        known = self._of(address)
        return address.url(
            {name: known.get(name) or absent(kind) for name, kind in address.parameters.items()}
        )

    def knows(self, address: Address) -> bool:
        """Whether a thing was made for every varying part."""
        return bool(address.parameters) and set(address.parameters) <= set(self._of(address))

    def _of(self, address: Address) -> Values:
        return next((made for start, made in self.values.items() if address.route.startswith(start)), {})


def absent(kind: str) -> object:
    """A value that nothing has, for a converter or for a part given by a regular expression."""
    if kind in ABSENT:
        return ABSENT[kind]
    return next(value for value in ("99999999", "tidak-ada", "0", "A") if re.fullmatch(kind, value))


NOWHERE = Specimens({}, {})
"""Only things that do not exist."""
