"""Addresses of the shop."""

from __future__ import annotations

from django.urls import path

from search.views import (
    CatalogueView,
    FacetedSearchView,
    ProductCategoryView,
    basket,
    compare,
    finding,
    health,
    saved,
    synonyms,
)
from search.views.product import product
from search.views.ranking import own_place, ranking

urlpatterns = [
    path("katalog/", CatalogueView.as_view(), name="catalogue"),
    path("katalog/<path:slug>/", ProductCategoryView.as_view(), name="category"),
    path("cari/", FacetedSearchView.as_view(), name="search"),
    path("cari/saran/", finding.suggestions, name="search-suggestions"),
    path("cari/tersimpan/", saved.saved_list, name="saved-searches"),
    path("cari/tersimpan/baru/", saved.saved_add, name="saved-search-add"),
    path("cari/tersimpan/<int:pk>/", saved.saved_search, name="saved-search"),
    path("cari/tersimpan/<int:pk>/jeda/", saved.saved_pause, name="saved-search-pause"),
    path("cari/tersimpan/<int:pk>/lanjut/", saved.saved_resume, name="saved-search-resume"),
    path("cari/tersimpan/<int:pk>/hapus/", saved.saved_remove, name="saved-search-remove"),
    path("produk/<slug:slug>-<int:pk>/", product, name="product"),
    path("banding/", compare.comparison, name="compare"),
    path("banding/pilih/", compare.tray, name="compare-tray"),
    path("peringkat/", ranking, name="ranking"),
    path("produk-saya/<int:pk>/peringkat/", own_place, name="listing-place"),
    path("pencarian/kesehatan/", health.health_page, name="search-health"),
    path("pencarian/kesehatan/periksa/", health.check, name="search-check"),
    path("pencarian/kesehatan/<int:pk>/perbaiki/", health.repair, name="search-repair"),
    path("keranjang/", basket.basket, name="basket"),
    path("keranjang/tambah/", basket.add, name="basket-add"),
    path("keranjang/<int:pk>/hapus/", basket.remove, name="basket-remove"),
    path("kurasi/sinonim/", synonyms.synonym_list, name="synonyms"),
    path("kurasi/sinonim/baru/", synonyms.synonym_add, name="synonym-add"),
    path("kurasi/sinonim/<int:number>/", synonyms.synonym_group, name="synonym-group"),
    path("kurasi/sinonim/<int:number>/akhiri/", synonyms.synonym_end, name="synonym-end"),
]
