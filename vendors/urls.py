"""Addresses of vendors, their listings and their curation."""

from __future__ import annotations

from django.urls import path

from vendors import workflow
from vendors.views import (
    accounts,
    amendments,
    charges,
    curation,
    listings,
    moves,
    objections,
    onboarding,
    permits,
    reveal,
    review,
    sanctions,
    scores,
    storefront,
    uploads,
)

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
    # -- registration
    path("daftar/", onboarding.sign_up, name="vendor-sign-up"),
    path("daftar/usaha/", onboarding.start, name="vendor-start"),
    path("daftar/surel/<str:token>/", onboarding.confirm_email, name="vendor-confirm-email"),
    path("daftar/kirim-ulang/", onboarding.resend_confirmation, name="vendor-resend"),
    path("usaha-saya/", onboarding.tasks, name="vendor-tasks"),
    path("usaha-saya/periksa/", onboarding.review, name="vendor-check"),
    path("usaha-saya/kelurahan/", onboarding.suggest_places, name="vendor-places"),
    path("usaha-saya/pendamping/", onboarding.assistance, name="vendor-assistance"),
    path(
        "usaha-saya/pendamping/<int:consent>/cabut/", onboarding.end_assistance, name="vendor-assistance-end"
    ),
    path("usaha-saya/rekening/<int:version>/hentikan/", onboarding.stop_account, name="vendor-account-stop"),
    path("usaha-saya/ongkir/", charges.delivery_charges, name="vendor-charges"),
    path("usaha-saya/<slug:code>/", onboarding.section, name="vendor-section"),
    path("usaha-saya/<slug:code>/<slug:field>/periksa/", onboarding.check_field, name="vendor-check-field"),
    path("berkas-usaha/<int:pk>/", onboarding.document, name="vendor-document"),
    path("pendampingan/", onboarding.assisted, name="assistance-list"),
    path("pendampingan/<int:pk>/", onboarding.tasks, name="assisted-tasks"),
    path("pendampingan/<int:pk>/periksa/", onboarding.review, name="assisted-check"),
    path("pendampingan/<int:pk>/<slug:code>/", onboarding.section, name="assisted-section"),
    path(
        "pendampingan/<int:pk>/<slug:code>/<slug:field>/periksa/",
        onboarding.check_field,
        name="assisted-check-field",
    ),
    path("usulan/<int:pk>/", amendments.amendment, name="amendment"),
    path("usulan/<int:pk>/terima/", amendments.move_amendment, {"name": "accept"}, name="amendment-accept"),
    path(
        "usulan/<int:pk>/kembalikan/", amendments.move_amendment, {"name": "return"}, name="amendment-return"
    ),
    path(
        "usulan/<int:pk>/tarik/", amendments.move_amendment, {"name": "withdraw"}, name="amendment-withdraw"
    ),
    # -- scores and ranking
    path("skor/", scores.formula, name="score-formula"),
    path("umkm/pesanan-pertama/", scores.first_orders, name="first-orders"),
    path("instansi/", scores.units, name="units"),
    path("instansi/<int:pk>/", scores.unit, name="unit-scorecard"),
    path("skor-saya/", scores.own, name="scores-own"),
    path("skor-saya/<int:pk>/tanggapi/", scores.respond, {"contesting": False}, name="score-reply"),
    path("skor-saya/<int:pk>/bantah/", scores.respond, {"contesting": True}, name="score-contest"),
    path("kelola/skor/", scores.contests, name="score-contests"),
    path("kelola/skor/<int:pk>/", scores.decide, name="score-decide"),
    # -- listings and storefront
    path("media/produk/<slug:shelf>/<str:name>", storefront.picture, name="picture"),
    path("umkm/", storefront.stalls, name="vendor-stalls"),
    path("umkm/<slug:slug>/", storefront.profile, name="vendor-profile"),
    path("produk-saya/", listings.own_listings, name="listing-own"),
    path("produk-saya/baru/", listings.new_listing, name="listing-new"),
    path("produk-saya/unduh/", uploads.export, name="listing-export"),
    path("produk-saya/unggah/", uploads.new_upload, name="upload-new"),
    path("produk-saya/unggah/templat/", uploads.template, name="upload-template"),
    path("produk-saya/unggah/<int:pk>/", uploads.upload, name="upload"),
    path("produk-saya/unggah/<int:pk>/kemajuan/", uploads.progress, name="upload-progress"),
    path("produk-saya/unggah/<int:pk>/simpan/", uploads.commit, name="upload-commit"),
    path("produk-saya/unggah/<int:pk>/hentikan/", uploads.stop, name="upload-stop"),
    path("produk-saya/unggah/<int:pk>/berkas/", uploads.returned, name="upload-returned"),
    path("produk-saya/<int:pk>/", listings.edit_listing, name="listing-edit"),
    path("produk-saya/<int:pk>/harga/", listings.price, name="listing-price"),
    path("produk-saya/<int:pk>/harga-wilayah/", listings.regional_price, name="listing-regional-price"),
    path("produk-saya/<int:pk>/salin/", listings.copy, name="listing-copy"),
    path("produk-saya/<int:pk>/foto/<int:image>/", listings.move_image, name="listing-image-move"),
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
    *(
        path(
            f"penyedia/<int:pk>/rekening/<int:version>/{slug}/",
            accounts.account_step,
            {"name": name},
            name=f"account-{name}",
        )
        for name, slug in (("verify", "verifikasi"), ("approve", "setujui"), ("stop", "hentikan"))
    ),
    path("sanksi/", sanctions.sanction_list, name="sanction-list"),
    path("sanksi/<int:pk>/", sanctions.sanction, name="sanction"),
    path("sanksi/<int:pk>/cabut/", sanctions.lift, name="sanction-lift"),
    path("penyedia/<int:pk>/sanksi/", sanctions.impose, name="vendor-sanction"),
    path("daftar-hitam/", sanctions.blacklist, name="blacklist"),
    path("keberatan-saya/", objections.own_objections, name="objection-own"),
    path("keberatan-saya/<int:entry>/", objections.new_objection, name="objection-new"),
    path("keberatan/", objections.objection_queue, name="objection-queue"),
    path("keberatan/<int:pk>/", objections.objection, name="objection"),
    path("keberatan/<int:pk>/kabulkan/", objections.uphold, name="objection-uphold"),
    path("keberatan/<int:pk>/tolak/", objections.dismiss, name="objection-dismiss"),
    path("keberatan/<int:pk>/tarik/", objections.withdraw, name="objection-withdraw"),
    path("verifikasi/", review.verification_queue, name="vendor-queue"),
    path("penyedia/<int:pk>/buka/", reveal.reveal_field, name="vendor-reveal"),
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
