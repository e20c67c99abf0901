"""Addresses of settlement."""

from __future__ import annotations

from django.urls import path

from procurement.settlement.views import books, moves, payouts, together, treasurer, vendor, webhook

urlpatterns = [
    path("pesanan/<str:number>/invoice/", moves.invoice, name="purchase-invoice"),
    path("pesanan/<str:number>/verify/", moves.verify, name="purchase-verify"),
    path("pesanan/<str:number>/return_invoice/", moves.return_invoice, name="purchase-return_invoice"),
    path("pesanan/<str:number>/approve_payment/", moves.approve_payment, name="purchase-approve_payment"),
    path("pesanan/<str:number>/settle_tax/", moves.settle_tax, name="purchase-settle_tax"),
    path("uang-saya/", vendor.money, name="vendor-money"),
    path("bayar/", treasurer.payments, name="payments"),
    path("bayar/setujui/", together.approve, name="payments-approve"),
    path("bayar/transfer/", payouts.transfers, name="payouts"),
    path("bayar/transfer/kelompok/", payouts.make_batch, name="payout-batch-make"),
    path("bayar/transfer/kelompok/<int:pk>/", payouts.batch, name="payout-batch"),
    path("bayar/transfer/kelompok/<int:pk>/setujui/", payouts.approve_batch, name="payout-batch-approve"),
    path("bayar/transfer/kelompok/<int:pk>/berkas/", payouts.download_batch, name="payout-batch-file"),
    path("bayar/transfer/kelompok/<int:pk>/kirim/", payouts.send_batch, name="payout-batch-send"),
    path("bayar/transfer/kelompok/<int:pk>/batal/", payouts.cancel_batch, name="payout-batch-cancel"),
    path("bayar/transfer/<int:pk>/", payouts.transfer, name="payout"),
    path("bayar/transfer/<int:pk>/siapkan/", payouts.prepare, name="payout-prepare"),
    path("bayar/transfer/<int:pk>/setujui/", payouts.approve, name="payout-approve"),
    path("bayar/transfer/<int:pk>/kirim/", payouts.send, name="payout-send"),
    path("bayar/transfer/<int:pk>/batal/", payouts.cancel, name="payout-cancel"),
    path("bayar/transfer/<int:pk>/kembali/", payouts.give_back, name="payout-return"),
    path("bayar/transfer/<int:pk>/tahan/", payouts.hold, name="payout-hold"),
    path("bayar/transfer/<int:pk>/lepas/", payouts.let_go, name="payout-let-go"),
    path("bayar/<str:number>/transfer/", payouts.draw_up, name="payment-draw-up"),
    path("bayar/<str:number>/", treasurer.payment, name="payment"),
    path("bayar/<str:number>/mulai/", treasurer.start, name="payment-start"),
    path("bayar/<str:number>/bukti/", treasurer.record_evidence, name="payment-evidence"),
    path("bayar/<str:number>/bukti/<int:pk>/verifikasi/", treasurer.verify_evidence, name="payment-verify"),
    path("bayar/<str:number>/pajak/<int:pk>/", treasurer.record_deposit, name="payment-deposit"),
    path("buku/", books.books, name="books"),
    path("buku/akun/", books.accounts, name="books-accounts"),
    path("buku/akun/<int:pk>/", books.statement, name="books-account"),
    path("webhook/stripe/", webhook.stripe_webhook, name="webhook-stripe"),
]
