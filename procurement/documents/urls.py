"""Addresses of papers: the public verification page and the download for the parties."""

from __future__ import annotations

from django.urls import path

from procurement.documents import views

urlpatterns = [
    path("v/<str:token>/", views.verify, name="paper_verify"),
    path("dokumen/<str:token>/", views.download, name="paper_download"),
]
