"""Who stands in a paper, and what every paper carries at its head."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Agency(TypedDict):
    """The buying unit (SKPD or satuan kerja). `code` stands in the paper's number, such as `DISDIK`."""

    government: str
    name: str
    code: str
    address: str


class Vendor(TypedDict):
    """The seller. `npwp` has 16 digits; `nitku` 22."""

    name: str
    address: str
    npwp: str
    nib: str
    signatory: str
    position: str
    nitku: NotRequired[str]


class Officer(TypedDict):
    """An official named in the text of a paper."""

    name: str
    position: str
    decree: str
    nip: NotRequired[str]


class Signature(TypedDict):
    """One electronic signature. `caption` stands above it, such as “Pejabat Pembuat Komitmen”.

    `user` is the account of the person who did the act; the PDF is then signed with that person's certificate.
    """

    caption: str
    name: str
    position: str
    organisation: str
    signed_at: str
    decree: NotRequired[str]
    nip: NotRequired[str]
    user: NotRequired[int]


class Bank(TypedDict):
    """The vendor's verified account."""

    bank: str
    account: str
    holder: str


class Clause(TypedDict):
    """One condition: a heading and its text."""

    title: str
    text: str


class PackageHeader(TypedDict):
    """The head of a paper written before there is an order: the agency and its RUP package."""

    place: str
    date: str
    fiscal_year: int
    fund_source: str
    sub_activity: str
    account_code: str
    rup: str
    agency: Agency
    package: NotRequired[str]


class Header(PackageHeader):
    """The head of a paper of an order."""

    order: str
    vendor: Vendor
    order_paper: NotRequired[str]
    order_date: NotRequired[str]
