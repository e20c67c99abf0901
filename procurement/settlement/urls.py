"""Addresses of settlement."""

from __future__ import annotations

from django.urls import path

from procurement.settlement.views import (
    billing,
    books,
    moves,
    outside,
    paying,
    public,
    snap,
    taxes,
    together,
    treasurer,
    vendor,
    webhook,
)

urlpatterns = [
    path("pesanan/<str:number>/invoice/", moves.invoice, name="purchase-invoice"),
    path("pesanan/<str:number>/verify/", moves.verify, name="purchase-verify"),
    path("pesanan/<str:number>/return_invoice/", moves.return_invoice, name="purchase-return_invoice"),
    path("pesanan/<str:number>/approve_payment/", moves.approve_payment, name="purchase-approve_payment"),
    path("pesanan/<str:number>/settle_tax/", moves.settle_tax, name="purchase-settle_tax"),
    path("pesanan/<str:number>/tagihan.xml", billing.electronic_invoice, name="invoice-xml"),
    path("uang-saya/", vendor.money, name="vendor-money"),
    path("uang-saya/<str:number>/ingatkan/", vendor.remind, name="payment-remind"),
    path("bayar/", treasurer.payments, name="payments"),
    path("bayar/setujui/", together.approve, name="payments-approve"),
    path("bayar/bersama/", paying.pay, name="payments-pay"),
    path("bayar/luar-sistem/", outside.outside_payments, name="outside-payments"),
    path("bayar/<str:number>/luar-sistem/", outside.propose, name="outside-propose"),
    path("bayar/<str:number>/luar-sistem/<int:pk>/periksa/", outside.examine, name="outside-examine"),
    path("bayar/<str:number>/luar-sistem/<int:pk>/setujui/", outside.approve, name="outside-approve"),
    path("bayar/<str:number>/luar-sistem/<int:pk>/akhiri/", outside.end, name="outside-end"),
    path("waktu-bayar/", public.pay_time, name="pay-time"),
    path("bayar/<str:number>/", treasurer.payment, name="payment"),
    path("bayar/<str:number>/mulai/", treasurer.start, name="payment-start"),
    path("bayar/<str:number>/batal/", treasurer.withdraw, name="payment-withdraw"),
    path("bayar/<str:number>/bukti/", treasurer.record_evidence, name="payment-evidence"),
    path("bayar/<str:number>/bukti/<int:pk>/verifikasi/", treasurer.verify_evidence, name="payment-verify"),
    path("bayar/<str:number>/pajak/<int:pk>/", treasurer.record_deposit, name="payment-deposit"),
    path("pajak/", taxes.calendar, name="tax-calendar"),
    path("pajak/setor/", taxes.deposits, name="tax-deposits"),
    path("pajak/simulasi/", taxes.simulate, name="tax-simulator"),
    path("pajak/bukti-potong/", taxes.slips, name="tax-slips"),
    path("pajak/ekspor/", taxes.export, name="tax-export"),
    path("buku/", books.books, name="books"),
    path("snap/v1.0/access-token/b2b", snap.token, name="snap-token"),
    path("snap/v1.0/transfer-va/inquiry", snap.inquiry, name="snap-va-inquiry"),
    path("snap/v1.0/transfer-va/payment", snap.payment, name="snap-va-payment"),
    path("snap/v1.0/qr/qr-mpm-notify", snap.qris_notice, name="snap-qris-notice"),
    path("webhook/stripe/", webhook.stripe_webhook, name="webhook-stripe"),
]
