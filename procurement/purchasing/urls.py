"""Addresses of ordering."""

from __future__ import annotations

from django.urls import path

from procurement.purchasing.views import answer, choices, moves, orders, submission, together

urlpatterns = [
    path("j/<str:token>/", answer.answer, name="purchase-answer"),
    path("keranjang/ajukan/", submission.submit, name="basket-submit"),
    path("berkas-saya/", orders.vendor_papers, name="vendor-papers"),
    path("pesanan/", orders.purchase_list, name="purchases"),
    path("pesanan/setujui/", together.approve, name="purchases-approve"),
    path("pesanan/<str:number>/", orders.purchase_page_view, name="purchase"),
    path("pesanan/<str:number>/pilihan/", choices.choices, name="purchase-choices"),
    path("pesanan/<str:number>/approve/", moves.approve, name="purchase-approve"),
    path("pesanan/<str:number>/refuse/", moves.refuse, name="purchase-refuse"),
    path("pesanan/<str:number>/cancel/", moves.cancel, name="purchase-cancel"),
    path("pesanan/<str:number>/confirm/", moves.confirm, name="purchase-confirm"),
    path("pesanan/<str:number>/decline/", moves.decline, name="purchase-decline"),
    path("pesanan/<str:number>/close/", moves.close, name="purchase-close"),
    path("pesanan/<str:number>/take_over/", moves.take_over, name="purchase-take_over"),
]
