"""Reads of settlement. Nothing else fetches a payment for a person."""

from __future__ import annotations

from procurement.settlement.taxes import tax_plan as tax_preview

__all__ = ["tax_preview"]
