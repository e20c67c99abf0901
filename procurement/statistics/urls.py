"""Addresses of public figures and of dashboards."""

from __future__ import annotations

from django.urls import path

from procurement.statistics.views import public

urlpatterns = [
    path("belanja/", public.overview, name="spending"),
    path("bukti-nontunai/", public.proof, name="cashless-proof"),
    path("rapor/pembeli/", public.buyers, name="buyer-scorecards"),
    path("rapor/pembeli/<int:pk>/", public.buyer, name="buyer-scorecard"),
    path("rapor/penyedia/", public.vendors, name="vendor-scorecards"),
]
