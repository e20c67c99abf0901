"""Addresses of the treasury's documents."""

from __future__ import annotations

from django.urls import path

from procurement.treasury.views import cash_book, moves, requests

urlpatterns = [
    path("perbendaharaan/", requests.index, name="payment_requests"),
    path("perbendaharaan/ls/", requests.new_ls, name="payment_request-new_ls"),
    path("perbendaharaan/tu/", requests.new_tu, name="payment_request-new_tu"),
    path("perbendaharaan/up/", requests.new_up, name="payment_request-new_up"),
    path("perbendaharaan/gu/", requests.new_gu, name="payment_request-new_gu"),
    path("perbendaharaan/bku/", cash_book.month, name="treasury_book"),
    path("perbendaharaan/<int:pk>/", requests.show, name="payment_request"),
    *(
        path(f"perbendaharaan/<int:pk>/{name}/", getattr(moves, name), name=f"payment_request-{name}")
        for name in (
            "spp",
            "verify",
            "sign",
            "record_sp2d",
            "verify_sp2d",
            "account",
            "return_npd",
            "return_spp",
            "return_spm",
        )
    ),
]
