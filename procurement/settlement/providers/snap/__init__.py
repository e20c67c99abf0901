"""SNAP BI, the national open-API standard for payments (Bank Indonesia, ASPI): virtual accounts, QRIS, transfers."""
