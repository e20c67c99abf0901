"""Verbs: issue a paper inside somebody's deed, void it, correct it, render it, sign it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.audit import canonical
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, Subject, aggregate_of, begin, doing, passing
from procurement.documents import acts, numbering, rendering, storage
from procurement.documents import facts as shapes
from procurement.documents.facts import Signature
from procurement.documents.kinds import Kind
from procurement.documents.models import Paper, SignedCopy
from procurement.documents.signing import Block, chosen_signer

TOKEN_BYTES = 24
"""192 random bits: a verification address cannot be guessed, and 32 characters still make a small QR."""


def issue(
    deed: Deed,
    kind: str,
    facts: Mapping[str, Any],
    *,
    subject: Subject,
    signatories: Sequence[Signature] = (),
) -> Paper:
    """Issue a paper about `subject` inside the deed's transaction; its number is final at once.

    The facts are frozen, their hash goes into the log, and a job renders the PDF after the commit. Issue papers
    last in a passage: the counter's row stays locked until the end, behind all rows of the documented lock order.

    Raises facts.WrongFacts and kinds.UnknownPaper (programming errors), regulation's NoRule without a pattern.
    """
    chosen = Kind.of(kind)
    shapes.check(chosen.facts, facts)
    region_id = getattr(subject, "region_of_record", None) or deed.actor.region_id
    if region_id is None:
        raise ValueError("a paper belongs to a region: neither its subject nor the actor has one")
    day = clock.day_of(deed.at)
    sequence = numbering.next_in_sequence(region_id=region_id, kind=chosen, year=day.year)
    subject_type, subject_id = aggregate_of(subject)
    paper = Paper(
        kind=chosen.code,
        region_id=region_id,
        year=day.year,
        sequence=sequence,
        number=numbering.number_of(
            region_id=region_id, kind=chosen, sequence=sequence, unit=facts["agency"]["code"], on=day
        ),
        subject_type=subject_type,
        subject_id=subject_id,
    )
    return _freeze(deed, paper, {**facts, "signatures": list(signatories)}, act=acts.ISSUED)


def void(deed: Deed, paper: Paper, *, reason: str) -> Paper:
    """Void a number: issue its next version, the same facts under a BATAL mark. The earlier PDF stays as it is.

    Raises Refused when the number is void already.
    """
    latest = _latest_locked(paper)
    successor = _next_version(latest)
    successor.is_void = True
    void_facts = {"reason": reason, "at": clock.day_of(deed.at).isoformat()}
    return _freeze(deed, successor, {**latest.facts, "void": void_facts}, act=acts.VOIDED)


def correct(
    deed: Deed, paper: Paper, facts: Mapping[str, Any], *, signatories: Sequence[Signature] = ()
) -> Paper:
    """Issue the next version of a number with other facts; the earlier version shows as replaced.

    Raises Refused when the number is void, facts.WrongFacts.
    """
    latest = _latest_locked(paper)
    shapes.check(latest.kind_of.facts, facts)
    return _freeze(deed, _next_version(latest), {**facts, "signatures": list(signatories)}, act=acts.ISSUED)


def _latest_locked(paper: Paper) -> Paper:
    versions = Paper.objects.filter(region_id=paper.region_id, number=paper.number)
    latest = versions.select_for_update(of=("self",)).order_by("-version")[0]
    if latest.is_void:
        raise Refused("paper_void", f"Nomor {latest.number} sudah dibatalkan.", fix="Terbitkan dokumen baru.")
    return latest


def _next_version(latest: Paper) -> Paper:
    return Paper(
        kind=latest.kind,
        region_id=latest.region_id,
        year=latest.year,
        sequence=latest.sequence,
        number=latest.number,
        version=latest.version + 1,
        subject_type=latest.subject_type,
        subject_id=latest.subject_id,
    )


def seal(paper: Paper, facts: Mapping[str, Any], *, at: datetime, token: str) -> None:
    """Give an unsaved paper its facts, moment, token, and the hash over all of them."""
    paper.token = token
    paper.issued_at = at
    paper.facts_text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    paper.facts_sha256 = facts_hash(paper)


def _freeze(deed: Deed, paper: Paper, facts: Mapping[str, Any], *, act: str) -> Paper:
    seal(paper, facts, at=deed.at, token=secrets.token_urlsafe(TOKEN_BYTES))
    begin(paper, at=deed.at)
    deed.record(
        act,
        paper,
        {
            "kind": paper.kind,
            "title": paper.kind_of.title,
            "number": paper.number,
            "version": paper.version,
            "facts_sha256": paper.facts_sha256,
            "subject": f"{paper.subject_type}/{paper.subject_id}",
        },
    )
    enqueue("documents.render", {"paper": paper.pk}, key=str(paper.pk))
    return paper


class Tampered(ValueError):
    """The stored facts do not give the hash in the log: nothing is printed from them."""


def render(*, paper_id: int) -> Paper:
    """Make the PDF of an issued paper and store it; a paper that has its PDF is left as it is.

    Raises Paper.DoesNotExist, Tampered when its facts were changed past the application.
    """
    paper = Paper.objects.get(pk=paper_id)
    if paper.is_rendered:
        return paper
    if facts_hash(paper) != paper.facts_sha256:
        raise Tampered(f"paper {paper.pk}: its facts are no longer those that were issued")
    pdf = rendering.pdf_of(paper)
    digest = storage.keep(pdf)
    with passing(Paper, paper_id, "render", actor=Actor.system("Pencetak dokumen")) as passage:
        passage.thing.pdf_sha256 = digest
        passage.thing.pdf_bytes = len(pdf)
        passage.facts.update(
            number=paper.number, version=paper.version, pdf_sha256=digest, pdf_bytes=len(pdf)
        )
        if settings.SIGNER and blocks_of(paper):
            enqueue("documents.sign", {"paper": paper_id}, key=str(paper_id))
    return passage.thing


def sign(*, paper_id: int) -> SignedCopy | None:
    """Add one PAdES signature for each block whose person is known; keep the signed PDF beside the unsigned one.

    None without a signer or anybody to sign. Raises Paper.DoesNotExist, storage.Damaged, and what the signer's
    provider raises: then the job tries again.
    """
    paper = Paper.objects.get(pk=paper_id)
    signer, blocks = chosen_signer(), blocks_of(paper)
    if signer is None or not blocks or not paper.is_rendered:
        return None
    if done := SignedCopy.objects.filter(paper=paper).first():
        return done
    at = clock.now()
    made = signer.sign(storage.read(paper.pdf_sha256), blocks, at=at)
    digest = storage.keep(made.pdf)
    with doing(actor=Actor.system("Penanda tangan dokumen")) as deed:
        Paper.objects.select_for_update(of=("self",)).get(pk=paper_id)
        if done := SignedCopy.objects.filter(paper=paper).first():
            return done
        copy = SignedCopy.objects.create(
            paper=paper,
            sha256=digest,
            size=len(made.pdf),
            level=made.level,
            serials=list(made.serials),
            signed_at=at,
        )
        deed.record(
            acts.SIGNED,
            paper,
            {
                "number": paper.number,
                "version": paper.version,
                "pdf_sha256": paper.pdf_sha256,
                "signed_sha256": digest,
                "level": made.level,
                "serials": ", ".join(made.serials),
            },
        )
    return copy


def blocks_of(paper: Paper) -> list[Block]:
    """The signature blocks of a paper whose persons have an account here. A void version is not signed anew."""
    if paper.is_void:
        return []
    named = [each for each in paper.facts.get("signatures", []) if "user" in each]
    known = set(User.objects.filter(pk__in={each["user"] for each in named}).values_list("pk", flat=True))
    return [
        Block(each["user"], each["name"], each["position"], each["organisation"], each["caption"])
        for each in named
        if each["user"] in known
    ]


def facts_hash(paper: Paper) -> str:
    """SHA-256 of everything the paper says, in hex.

    The token is part of it: without it nobody can try out names or tax numbers against the hash in the public log.
    """
    return sha256(
        canonical.encode(
            {
                "kind": paper.kind,
                "number": paper.number,
                "version": paper.version,
                "token": paper.token,
                "facts": paper.facts,
            }
        )
    ).hexdigest()
