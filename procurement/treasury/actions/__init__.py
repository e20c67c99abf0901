"""Verbs of the treasury's documents. Each opens its own deed and is called outside a transaction."""

from procurement.treasury.actions.moving import (
    account,
    make_spp,
    record_sp2d,
    return_request,
    sign,
    verify,
    verify_sp2d,
)
from procurement.treasury.actions.requesting import request_gu, request_ls, request_tu, request_up

__all__ = [
    "account",
    "make_spp",
    "record_sp2d",
    "request_gu",
    "request_ls",
    "request_tu",
    "request_up",
    "return_request",
    "sign",
    "verify",
    "verify_sp2d",
]
