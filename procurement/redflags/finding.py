"""A finding before it is kept: what a rule says of one subject, by what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from marketplace.audit import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What `RedFlag` keeps of a finding. `inputs` decide whether it is the same finding as before; `values` do not."""

    rule: str
    rule_version: int
    purchase_id: int | None = None
    competition_id: int | None = None
    vendor_id: int | None = None
    organisation_id: int | None = None
    part: str = ""
    score: int
    sentence: str
    legal_basis: str
    inputs: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it is about: the narrowest of what it names."""
        return self.subject.partition(":")[0]

    @property
    def subject(self) -> str:
        """`purchase:12` and the like. ValueError for a finding about nothing."""
        named = (
            ("purchase", self.purchase_id),
            ("competition", self.competition_id),
            ("vendor", self.vendor_id),
            ("unit", self.organisation_id),
        )
        for kind, pk in named:
            if pk is not None:
                return f"{kind}:{pk}"
        raise ValueError(f"{self.rule} found something about nothing")

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two findings the same: rule, subject, part."""
        return self.rule, self.subject, self.part

    @property
    def inputs_sha256(self) -> str:
        """SHA-256 of the canonical inputs, in hexadecimal."""
        return sha256(canonical.encode(dict(self.inputs))).hexdigest()

    def told(self) -> dict[str, Any]:
        """The finding for `manage.py red_flags --json`."""
        return {
            "rule": self.rule,
            "rule_version": self.rule_version,
            "subject": self.subject,
            "part": self.part,
            "score": self.score,
            "inputs": dict(self.inputs),
            "values": dict(self.values),
            "inputs_sha256": self.inputs_sha256,
            "sentence": self.sentence,
            "legal_basis": self.legal_basis,
        }
