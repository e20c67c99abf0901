"""Addresses of ordering."""

from __future__ import annotations

from django.urls import path

from procurement.purchasing.views import (
    addenda,
    answer,
    baskets,
    choices,
    flags,
    monthly,
    moves,
    negotiation,
    orders,
    submission,
    together,
)

urlpatterns = [
    path("j/<str:token>/", answer.answer, name="purchase-answer"),
    path("keranjang/ajukan/", submission.submit, name="basket-submit"),
    path("keranjang/tersimpan/", baskets.saved, name="baskets-saved"),
    path("berkas-saya/", orders.vendor_papers, name="vendor-papers"),
    path("peringatan/", flags.flag_list, name="flags"),
    path("peringatan/aturan/", flags.flag_rules, name="flag-rules"),
    path("laporan/bulanan/", monthly.report, name="monthly-report"),
    path("pesanan/", orders.purchase_list, name="purchases"),
    path("pesanan/setujui/", together.approve, name="purchases-approve"),
    path("pesanan/<str:number>/", orders.purchase_page_view, name="purchase"),
    path("pesanan/<str:number>/pilihan/", choices.choices, name="purchase-choices"),
    path("pesanan/<str:number>/approve/", flags.approve, name="purchase-approve"),
    path("pesanan/<str:number>/endorse/", flags.endorse, name="purchase-endorse"),
    path("pesanan/<str:number>/lift_hold/", flags.lift_hold, name="purchase-lift_hold"),
    path("pesanan/<str:number>/counter/", negotiation.counter, name="purchase-counter"),
    path("pesanan/<str:number>/agree/", negotiation.agree, name="purchase-agree"),
    path("pesanan/<str:number>/amend/", addenda.propose, name="purchase-amend"),
    path("adendum/<int:pk>/agree/", addenda.agree, name="addendum-agree"),
    path("adendum/<int:pk>/reject/", addenda.reject, name="addendum-reject"),
    path("adendum/<int:pk>/withdraw/", addenda.withdraw, name="addendum-withdraw"),
    path("pesanan/<str:number>/refuse/", moves.refuse, name="purchase-refuse"),
    path("pesanan/<str:number>/cancel/", moves.cancel, name="purchase-cancel"),
    path("pesanan/<str:number>/confirm/", moves.confirm, name="purchase-confirm"),
    path("pesanan/<str:number>/decline/", moves.decline, name="purchase-decline"),
    path("pesanan/<str:number>/close/", moves.close, name="purchase-close"),
    path("pesanan/<str:number>/take_over/", moves.take_over, name="purchase-take_over"),
]
