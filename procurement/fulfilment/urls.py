"""Addresses of delivery."""

from __future__ import annotations

from django.urls import path

from procurement.fulfilment import views, views_arrivals, views_assets

MOVES = (
    "ship",
    "receive",
    "inspect",
    "report_discrepancy",
    "comment",
    "replace",
    "accept_short",
    "reject_goods",
    "sign_bast",
    "accept",
    "warn",
    "stop",
    "terminate",
)

urlpatterns = [
    path("terima/", views_arrivals.arrivals, name="receive-by-code"),
    path("terima/<str:token>/", views_arrivals.arrivals, name="receive-by-token"),
    path("pesanan/<str:number>/foto/<str:digest>/", views.picture, name="evidence"),
    path("pesanan/<str:number>/aset/", views_assets.hand_over, name="purchase-asset"),
    path("pesanan/<str:number>/berkas.zip", views.whole_file, name="purchase-file"),
    *[path(f"pesanan/<str:number>/{name}/", getattr(views, name), name=f"purchase-{name}") for name in MOVES],
]
