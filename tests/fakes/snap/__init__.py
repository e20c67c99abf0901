"""A small stateful bank on loopback that speaks SNAP BI: virtual accounts, QRIS, transfers, statement, callbacks.

    with FakeBank(partner) as bank:
        bank.url; bank.pay_account(number); bank.scan(code)

It shares no code with what it tests: signatures, minifying and checksums are its own, and it takes nothing that is
not signed, dated and filled in as the standard says.
"""

from tests.fakes.snap.bank import FakeBank, Partner

__all__ = ["FakeBank", "Partner"]
