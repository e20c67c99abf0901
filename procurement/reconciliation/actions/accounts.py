"""Registering the government's own accounts. Numbers are kept as a keyed hash and a mask."""

from __future__ import annotations

import re

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.personal_data import keyed_hash, masked
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.reconciliation.models import OwnAccount


def hash_of(number: str) -> str:
    """The keyed hash under which an account number is known: digits alone, leading zeros count."""
    return keyed_hash("own_account", re.sub(r"\D", "", number))


def open_account(
    *, actor: Actor, name: str, bank_code: str, number: str, kind: str = "BANK", unit: int | None = None
) -> OwnAccount:
    """Register an account of the operator's region; `unit` is the agency unit that holds it, None for the region.

    Raises Refused `account.number` (too short), `account.known`, `wrong_role`; Organisation.DoesNotExist for a unit
    of another region.
    """
    actor.require(Role.OPERATOR, Role.SYSTEM)
    digits = re.sub(r"\D", "", number)
    if not 6 <= len(digits) <= 34:
        raise Refused("account.number", "Nomor rekening terdiri dari 6 sampai 34 angka.")
    if unit is not None:
        Organisation.objects.get(pk=unit, region_id=actor.region_id or 0)
    try:
        with doing(actor=actor) as deed:
            account = OwnAccount.objects.create(
                region_id=actor.region_id or 0,
                organisation_id=unit,
                kind=kind,
                name=name.strip(),
                bank_code=bank_code,
                number_masked=masked(digits),
                number_hash=hash_of(digits),
                opened_at=deed.at,
            )
            told = {"name": account.name, "masked": account.number_masked, "kind": kind}
            deed.record("own_account.open", account, told)
    except IntegrityError as broken:
        if "number_hash" not in str(broken):
            raise
        raise Refused("account.known", "Rekening ini sudah terdaftar.") from broken
    return account
