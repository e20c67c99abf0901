"""Addresses of oversight."""

from __future__ import annotations

from django.urls import path

from procurement.oversight import views_evidence

urlpatterns = [
    path("pesanan/<str:number>/paket-bukti.zip", views_evidence.evidence_pack, name="evidence_pack"),
]
