"""Versions of the account a vendor is paid to: recorded, verified, approved by a second person, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.core import clock, identifiers
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Code
from marketplace.regulation.queries import parameter, working_days_after
from marketplace.workflow.door import Deed, doing
from vendors.account_names import account_names
from vendors.actions.registration import well_formed, within_reach
from vendors.models import BankAccount, Vendor

RULE = "Perlem LKPP 9/2021; kebijakan penyelenggara: rekening atas nama penyedia sendiri"


def add_bank_account(
    *, actor: Actor, vendor_id: int, bank_code: str, number: str, holder_name: str
) -> BankAccount:
    """Append a version of the vendor's account. The account paid to until now stays so until this one may be used.

    Raises Refused `malformed`, `bank_unknown`, `not_own_name`, `same_account`; Vendor.DoesNotExist.
    """
    actor.require(Role.VENDOR, Role.OPERATOR)
    bare = well_formed(identifiers.bank_account, number)
    _known_bank(bank_code)
    known = Vendor.objects.select_related("organisation").get(pk=vendor_id)
    within_reach(actor, known)
    # Whoever is asked may be a bank: never while rows are locked.
    match = account_names().check(
        bank_code=bank_code,
        number=bare,
        holder=holder_name,
        names=[known.owner_name, known.organisation.name],
    )
    if match == BankAccount.NameMatch.MISMATCH:
        raise Refused(
            "not_own_name",
            _("Nama pemilik rekening berbeda dari nama pemilik dan nama usaha."),
            rule=RULE,
            fix=_("Pakai rekening atas nama pemilik atau usaha, ditulis seperti di buku rekening."),
        )
    number_hash = keyed_hash("bank_account", f"{bank_code}:{bare}")
    with _on_vendor(actor, vendor_id) as (deed, vendor):
        last = vendor.bank_accounts.order_by("-version").first()
        if last is not None and last.number_hash == number_hash and last.stopped_at is None:
            raise Refused("same_account", _("Rekening ini sudah tercatat sebagai versi terakhir."))
        account = BankAccount.objects.create(
            vendor=vendor,
            version=(vendor.bank_accounts.aggregate(last=Max("version"))["last"] or 0) + 1,
            bank_code=bank_code,
            number=bare,
            number_hash=number_hash,
            holder_name=holder_name,
            name_match=match,
            added_at=deed.at,
            added_by_id=actor.user_id,
        )
        deed.record(
            "vendor.bank_account_add",
            vendor,
            {
                "vendor": vendor.organisation.name,
                "version": account.version,
                "bank_code": bank_code,
                "number_hash": number_hash,
                "name_match": match,
            },
        )
    return account


def verify_bank_account(*, actor: Actor, vendor_id: int, version: int) -> None:
    """State that the account is the vendor's own. A change then waits: for a second operator and for its days.

    Raises Refused `verified_already`, `account_stopped`, `own_work`.
    """
    actor.require(Role.OPERATOR)
    with _on_vendor(actor, vendor_id) as (deed, vendor):
        account = _running(vendor, version)
        if account.verified_at is not None:
            raise Refused("verified_already", _("Rekening versi ini sudah diverifikasi."))
        _not_own_entry(actor, account)
        _verify(deed, vendor, account)


def verify_first_account(deed: Deed, vendor: Vendor) -> None:
    """Verify the account that was checked with a registration, in the deed that accepts it; the vendor is locked.

    An account that the same operator recorded waits for somebody else.
    """
    account = vendor.bank_accounts.order_by("-version").first()
    if account is None or account.verified_at is not None or account.stopped_at is not None:
        return
    if account.added_by_id is None or account.added_by_id != deed.actor.user_id:
        _verify(deed, vendor, account)


def _verify(deed: Deed, vendor: Vendor, account: BankAccount) -> None:
    account.verified_at, account.verified_by_id = deed.at, deed.actor.user_id
    if account.version > 1:
        days = parameter("bank_account.cooldown", on=clock.day_of(deed.at), region_id=vendor.region_id)
        account.usable_from = working_days_after(deed.at, int(days.value))
    account.save(update_fields=["verified_at", "verified_by", "usable_from"])
    deed.record("vendor.bank_account_verify", vendor, _facts(vendor, account))


def approve_bank_account(*, actor: Actor, vendor_id: int, version: int) -> None:
    """Approve a changed account as the second operator: never the one who verified or recorded it.

    Raises Refused `not_verified_yet`, `approved_already`, `two_persons`, `own_work`, `account_stopped`.
    """
    actor.require(Role.OPERATOR)
    with _on_vendor(actor, vendor_id) as (deed, vendor):
        account = _running(vendor, version)
        if account.verified_at is None:
            raise Refused("not_verified_yet", _("Rekening ini belum diverifikasi operator pertama."))
        if account.approved_at is not None or version == 1:
            raise Refused("approved_already", _("Rekening versi ini tidak memerlukan persetujuan lagi."))
        if account.verified_by_id == actor.user_id:
            raise Refused(
                "two_persons",
                _("Perubahan rekening disetujui operator lain, bukan yang memverifikasinya."),
                rule=RULE,
                fix=_("Minta operator lain membuka halaman ini."),
            )
        _not_own_entry(actor, account)
        account.approved_at, account.approved_by_id = deed.at, actor.user_id
        account.save(update_fields=["approved_at", "approved_by"])
        deed.record("vendor.bank_account_approve", vendor, _facts(vendor, account))


def stop_bank_account(*, actor: Actor, vendor_id: int, version: int) -> None:
    """Say that a version must never be paid to: “that was not me”, or a closed account. Raises Refused."""
    actor.require(Role.VENDOR, Role.OPERATOR)
    with _on_vendor(actor, vendor_id) as (deed, vendor):
        account = _running(vendor, version)
        account.stopped_at, account.stopped_by_id = deed.at, actor.user_id
        account.save(update_fields=["stopped_at", "stopped_by"])
        deed.record("vendor.bank_account_stop", vendor, _facts(vendor, account))


@contextmanager
def _on_vendor(actor: Actor, vendor_id: int) -> Iterator[tuple[Deed, Vendor]]:
    """A deed on a locked vendor within the actor's reach: versions of its account come one after the other."""
    with doing(actor=actor) as deed:
        vendor = (
            Vendor.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=vendor_id)
        )
        within_reach(actor, vendor)
        yield deed, vendor


def _running(vendor: Vendor, version: int) -> BankAccount:
    account = BankAccount.objects.get(vendor=vendor, version=version)
    if account.stopped_at is not None:
        raise Refused(
            "account_stopped", _("Rekening versi ini sudah dihentikan."), fix=_("Catat versi baru.")
        )
    return account


def _not_own_entry(actor: Actor, account: BankAccount) -> None:
    if account.added_by_id is not None and account.added_by_id == actor.user_id:
        raise Refused(
            "own_work",
            _("Rekening diperiksa orang lain, bukan yang mencatatnya."),
            rule=RULE,
            fix=_("Minta operator lain."),
        )


def _known_bank(bank_code: str) -> None:
    if not Code.objects.filter(scheme=Code.Scheme.BANK, code=bank_code).exists():
        raise Refused("bank_unknown", _("Kode bank ini tidak dikenal."), fix=_("Pilih bank dari daftar."))


def _facts(vendor: Vendor, account: BankAccount) -> dict[str, object]:
    return {
        "vendor": vendor.organisation.name,
        "version": account.version,
        "number_hash": account.number_hash,
    }
