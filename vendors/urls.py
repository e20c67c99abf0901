"""Addresses of vendors, their listings and their curation."""

from __future__ import annotations

from django.urls import path

from vendors import views, workflow

_SLUGS = {
    "submit": "ajukan",
    "approve": "tayangkan",
    "send_back": "kembalikan",
    "revise": "tarik",
    "delist": "turunkan",
    "verify": "verifikasi",
    "reject": "kembalikan",
    "resubmit": "ajukan-ulang",
    "suspend": "tangguhkan",
    "reinstate": "pulihkan",
}

urlpatterns = [
    path("media/produk/<slug:shelf>/<str:name>", views.picture, name="picture"),
    path("umkm/<slug:slug>/", views.profile, name="vendor-profile"),
    path("produk-saya/", views.own_listings, name="listing-own"),
    path("produk-saya/baru/", views.new_listing, name="listing-new"),
    path("produk-saya/<int:pk>/", views.edit_listing, name="listing-edit"),
    path("produk-saya/<int:pk>/harga/", views.price, name="listing-price"),
    path("produk-saya/<int:pk>/stok/", views.stock, name="listing-stock"),
    path("produk-saya/<int:pk>/foto/", views.image, name="listing-image"),
    path("kurasi/", views.curation_queue, name="listing-queue"),
    path("kurasi/<int:pk>/", views.curation, name="listing-curation"),
    path("penyedia/<int:pk>/", views.review_vendor, name="vendor-review"),
    *(
        path(
            f"etalase/<int:pk>/{_SLUGS[move.name]}/",
            views.move_listing,
            {"name": move.name},
            name=f"listing-{move.name}",
        )
        for move in workflow.LISTING.moves
    ),
    *(
        path(
            f"penyedia/<int:pk>/{_SLUGS[move.name]}/",
            views.move_vendor,
            {"name": move.name},
            name=f"vendor-{move.name}",
        )
        for move in workflow.VENDOR.moves
    ),
]
