"""Addresses of the shop."""

from __future__ import annotations

from django.urls import path

from search.views import CatalogueView, FacetedSearchView, ProductCategoryView, basket, finding
from search.views.product import product

urlpatterns = [
    path("katalog/", CatalogueView.as_view(), name="catalogue"),
    path("katalog/<path:slug>/", ProductCategoryView.as_view(), name="category"),
    path("cari/", FacetedSearchView.as_view(), name="search"),
    path("cari/saran/", finding.suggestions, name="search-suggestions"),
    path("produk/<slug:slug>-<int:pk>/", product, name="product"),
    path("keranjang/", basket.basket, name="basket"),
    path("keranjang/tambah/", basket.add, name="basket-add"),
    path("keranjang/<int:pk>/hapus/", basket.remove, name="basket-remove"),
]
