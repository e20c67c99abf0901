"""Addresses of vendors, their listings and their curation."""

from __future__ import annotations

from django.urls import path

from vendors import workflow
from vendors.views import curation, documents, listings, moves, permits, review, storefront

_SLUGS = {
    "submit": "ajukan",  # a listing to the curator, a registration to the operator
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
    path("media/produk/<slug:shelf>/<str:name>", storefront.picture, name="picture"),
    path("umkm/<slug:slug>/", storefront.profile, name="vendor-profile"),
    path("produk-saya/", listings.own_listings, name="listing-own"),
    path("produk-saya/baru/", listings.new_listing, name="listing-new"),
    path("produk-saya/<int:pk>/", listings.edit_listing, name="listing-edit"),
    path("produk-saya/<int:pk>/harga/", listings.price, name="listing-price"),
    path("produk-saya/<int:pk>/stok/", listings.stock, name="listing-stock"),
    path("produk-saya/<int:pk>/foto/", listings.image, name="listing-image"),
    path("kurasi/", curation.curation_queue, name="listing-queue"),
    path("kurasi/<int:pk>/", curation.curation, name="listing-curation"),
    path("produk-saya/<int:pk>/izin/", permits.listing_permits, name="listing-permits"),
    path("izin-saya/", permits.own_permits, name="permit-own"),
    path("izin-saya/baru/", permits.new_permit, name="permit-new"),
    path("izin/", permits.permit_queue, name="permit-queue"),
    path("izin/<int:pk>/", permits.permit, name="permit"),
    path("izin/<int:pk>/sahkan/", permits.verify, name="permit-verify"),
    path("izin/<int:pk>/kembalikan/", permits.reject, name="permit-reject"),
    path("izin/<int:pk>/ajukan-ulang/", permits.resubmit, name="permit-resubmit"),
    path("izin/<int:pk>/cabut/", permits.revoke, name="permit-revoke"),
    path("berkas/<int:pk>/", documents.document, name="vendor-document"),
    path("verifikasi/", review.verification_queue, name="vendor-queue"),
    path("penyedia/<int:pk>/", review.review_vendor, name="vendor-review"),
    *(
        path(
            f"etalase/<int:pk>/{_SLUGS[move.name]}/",
            moves.move_listing,
            {"name": move.name},
            name=f"listing-{move.name}",
        )
        for move in workflow.LISTING.moves
    ),
    *(
        path(
            f"penyedia/<int:pk>/{_SLUGS[move.name]}/",
            moves.move_vendor,
            {"name": move.name},
            name=f"vendor-{move.name}",
        )
        for move in workflow.VENDOR.moves
    ),
]
