"""Addresses of settlement."""

from __future__ import annotations

from django.urls import path

from procurement.settlement.views import books, inbox, moves, together, treasurer, unmatched, vendor, webhook

urlpatterns = [
    path("pesanan/<str:number>/invoice/", moves.invoice, name="purchase-invoice"),
    path("pesanan/<str:number>/verify/", moves.verify, name="purchase-verify"),
    path("pesanan/<str:number>/return_invoice/", moves.return_invoice, name="purchase-return_invoice"),
    path("pesanan/<str:number>/approve_payment/", moves.approve_payment, name="purchase-approve_payment"),
    path("pesanan/<str:number>/settle_tax/", moves.settle_tax, name="purchase-settle_tax"),
    path("uang-saya/", vendor.money, name="vendor-money"),
    path("bayar/", treasurer.payments, name="payments"),
    path("bayar/setujui/", together.approve, name="payments-approve"),
    path("bayar/<str:number>/", treasurer.payment, name="payment"),
    path("bayar/<str:number>/mulai/", treasurer.start, name="payment-start"),
    path("bayar/<str:number>/bukti/", treasurer.record_evidence, name="payment-evidence"),
    path("bayar/<str:number>/bukti/<int:pk>/verifikasi/", treasurer.verify_evidence, name="payment-verify"),
    path("bayar/<str:number>/pajak/<int:pk>/", treasurer.record_deposit, name="payment-deposit"),
    path("buku/", books.books, name="books"),
    path("kabar-pembayaran/", inbox.events, name="payment-events"),
    path("kabar-pembayaran/ulang/", inbox.replay, name="payment-events-replay"),
    path("kabar-pembayaran/<int:pk>/", inbox.event, name="payment-event"),
    path("uang-belum-cocok/", unmatched.queue, name="unmatched"),
    path("uang-belum-cocok/<int:pk>/", unmatched.money, name="unmatched-one"),
    path("uang-belum-cocok/<int:pk>/tangani/", unmatched.take, name="unmatched-take"),
    path("uang-belum-cocok/<int:pk>/usul/", unmatched.propose, name="unmatched-propose"),
    path("uang-belum-cocok/<int:pk>/setuju/", unmatched.agree, name="unmatched-agree"),
    path("uang-belum-cocok/<int:pk>/tolak/", unmatched.turn_down, name="unmatched-turn_down"),
    path("webhook/stripe/", webhook.stripe_webhook, name="webhook-stripe"),
]
