"""What taxation writes into the log."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

register(
    Act(
        "tax_rule.load",
        "Aturan pajak {rule} versi {version} dimuat: {code} {rate}, berlaku {valid_from} sampai {valid_to} "
        "(dasar: {legal_basis})",
        (
            *(
                "rule",
                "version",
                "family",
                "order",
                "when",
                "code",
                "rate",
                "base_kind",
                "base_factor",
                "remitter",
            ),
            *("rounding", "legal_basis", "valid_from", "valid_to"),
        ),
    )
)
