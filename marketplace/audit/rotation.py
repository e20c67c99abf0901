"""A change of the log's signing key that everybody can follow.

The change is an entry of the log, and the checkpoint over it is signed by both keys: who believes the old key
learns the new one from it, and who knows the new one sees that the old one agreed. After a crash in between, the same
command goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.db import connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit import canonical, entries, own_acts, sequencer, signing
from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.notes import VerifierKey
from marketplace.core import clock


@dataclass(frozen=True, slots=True)
class Rotation:
    """Which key took over from which, and the checkpoint both have signed (None when that was done before)."""

    old: VerifierKey
    new: VerifierKey
    checkpoint: Checkpoint | None


def rotate() -> Rotation:
    """Change the signing key. Raises `ImproperlyConfigured` when the key is not kept in a file, `TreeDamaged`."""
    old, new = signing.signer(), signing.next_signer()
    checkpoint = None
    with transaction.atomic(), connection.cursor() as cursor:
        sequencer.hold(cursor)  # nobody signs with the old key alone while both sign
        if not _told_before(new.verifier):
            entries.record(
                actor=Actor.system("Penggantian kunci"),
                act=own_acts.KEY_ROTATED,
                aggregate=("log", old.name),
                facts={"old": str(old.verifier), "new": str(new.verifier)},
                deed=uuid4(),
                at=clock.now(),
            )
            checkpoint = sequencer.integrate(signers=(old, new))
    signing.take_over(old.verifier)
    return Rotation(old.verifier, new.verifier, checkpoint)


def _told_before(new: VerifierKey) -> bool:
    last = Entry.objects.filter(act=own_acts.KEY_ROTATED).order_by("-id").first()
    try:
        return last is not None and last.facts["new"] == str(new)
    except (canonical.NotCanonical, KeyError):
        return False
