"""What the log says about vendors and listings."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act("vendor.register", "{actor} mendaftarkan penyedia {vendor} ({size})", ("vendor", "size", "nib_hash")),
    Act(
        "appointment.own",
        "Pengguna {user} bertindak bagi penyedia (organisasi {unit_id}) menurut {decree}, berlaku {valid_from}",
        ("user", "given_role", "unit_id", "decree", "decree_date", "valid_from"),
    ),
    Act("vendor.submit", "{actor} mengirim pendaftaran {vendor} ({size})", ("vendor", "size", "nib_hash")),
    Act(
        "vendor.judge",
        "{actor} memeriksa pendaftaran {vendor} putaran {round}: {right} benar, {wrong} perlu diperbaiki",
        ("vendor", "round", "right", "wrong"),
    ),
    Act("score.reply", "{actor} menanggapi pengamatan {measure}", ("measure", "purchase")),
    Act(
        "score.contest", "{actor} membantah pengamatan {measure}: {reason}", ("measure", "purchase", "reason")
    ),
    Act(
        "score.decide",
        "{actor} memutus bantahan atas pengamatan {measure}: {reason}",
        ("measure", "purchase", "upheld", "reason"),
    ),
    Act(
        "personal_data.reveal",
        "{actor} membuka {field} milik {vendor} untuk: {purpose}",
        ("vendor", "field", "purpose"),
        personal=True,
    ),
    Act("vendor.start", "{actor} memulai pendaftaran {vendor} lewat jalur {path}", ("vendor", "path")),
    Act(
        "vendor.section",
        "{actor} mengisi bagian {section} pendaftaran {vendor}: {changed}",
        ("vendor", "section", "changed", "assisted"),
    ),
    Act(
        "vendor.size",
        "{actor} menyatakan ukuran {vendor}: {size} menurut {basis}",
        ("vendor", "size", "basis", "assisted"),
    ),
    Act(
        "vendor.document",
        "{actor} mengunggah berkas {kind} untuk {vendor}",
        ("vendor", "kind", "sha256", "assisted"),
    ),
    Act(
        "vendor.delivery_charge",
        "{actor} menetapkan ongkos kirim {vendor} untuk wilayah {area}: {after_rupiah}",
        ("vendor", "area", "before_rupiah", "after_rupiah"),
    ),
    Act(
        "vendor.pact",
        "{actor} menyetujui Pakta Integritas versi {version} untuk {vendor}",
        ("vendor", "version"),
    ),
    Act(
        "vendor.assistance_grant",
        "{actor} mengizinkan pendamping mengisi pendaftaran {vendor} sampai {valid_to}",
        ("vendor", "assistant_id", "consent", "valid_to"),
    ),
    Act("vendor.assistance_revoke", "{actor} mencabut izin pendamping {vendor}", ("vendor", "assistant_id")),
    Act(
        "vendor.amend",
        "{actor} mengusulkan perubahan bagian {section} {vendor}",
        ("vendor", "section", "changed"),
    ),
    Act(
        "vendor.amendment_accept",
        "{actor} menerima perubahan bagian {section} {vendor}: {changed}",
        ("vendor", "section", "changed"),
    ),
    Act(
        "vendor.amendment_return",
        "{actor} mengembalikan usulan perubahan bagian {section} {vendor}: {reason}",
        ("vendor", "section", "reason"),
    ),
    Act(
        "vendor.amendment_withdraw",
        "{actor} menarik usulan perubahan bagian {section} {vendor}",
        ("vendor", "section"),
    ),
    Act("vendor.verify", "{actor} memverifikasi penyedia {vendor}", ("vendor",)),
    Act("vendor.reject", "{actor} menolak pendaftaran {vendor}: {reason}", ("vendor", "reason")),
    Act("vendor.resubmit", "{actor} mengajukan ulang pendaftaran {vendor}", ("vendor",)),
    Act("vendor.suspend", "{actor} menangguhkan penyedia {vendor}: {reason}", ("vendor", "reason")),
    Act("vendor.reinstate", "{actor} memulihkan penyedia {vendor}: {reason}", ("vendor", "reason")),
    Act(
        "vendor.bank_account_add",
        "{actor} mencatat rekening versi {version} pada bank {bank_code} untuk {vendor}",
        ("vendor", "version", "bank_code", "number_hash", "name_match"),
    ),
    Act(
        "vendor.bank_account_approve",
        "{actor} menyetujui rekening versi {version} milik {vendor} sebagai orang kedua",
        ("vendor", "version", "number_hash"),
    ),
    Act(
        "vendor.bank_account_stop",
        "{actor} menghentikan rekening versi {version} milik {vendor}",
        ("vendor", "version", "number_hash"),
    ),
    Act(
        "vendor.bank_account_verify",
        "{actor} memverifikasi rekening versi {version} milik {vendor}",
        ("vendor", "version", "number_hash"),
    ),
    Act("permit.add", "{actor} menyerahkan {kind} {number} milik {vendor}", ("vendor", "kind", "number")),
    Act(
        "permit.notice",
        "{kind} {number} milik {vendor} berakhir {days} hari lagi",
        ("vendor", "kind", "number", "days"),
    ),
    Act(
        "permit.verify", "{actor} menyatakan {kind} {number} milik {vendor} sah", ("vendor", "kind", "number")
    ),
    Act(
        "permit.reject",
        "{actor} mengembalikan {kind} {number} milik {vendor}: {reason}",
        ("vendor", "kind", "number", "reason"),
    ),
    Act(
        "permit.resubmit",
        "{actor} mengajukan ulang {kind} {number} milik {vendor}",
        ("vendor", "kind", "number"),
    ),
    Act(
        "permit.expire",
        "{kind} {number} milik {vendor} habis masa berlakunya; {listings} produk tayang bertumpu padanya",
        ("vendor", "kind", "number", "listings"),
    ),
    Act(
        "permit.revoke",
        "{actor} mencabut {kind} {number} milik {vendor}: {reason}",
        ("vendor", "kind", "number", "reason"),
    ),
    Act(
        "permit.restore",
        "{kind} {number} milik {vendor} diperiksa lagi sesudah keberatan dikabulkan",
        ("vendor", "kind", "number"),
    ),
    Act(
        "sanction.impose",
        "{actor} mencatat {kind} bagi {vendor} menurut {decree} dari {publisher}, {starts} sampai {ends}",
        ("vendor", "kind", "violation", "decree", "publisher", "starts", "ends"),
    ),
    Act(
        "sanction.lift",
        "{actor} mencabut {kind} {decree} bagi {vendor}: {reason}",
        ("vendor", "kind", "decree", "reason"),
    ),
    Act("sanction.end", "{kind} {decree} bagi {vendor} berakhir", ("vendor", "kind", "decree")),
    Act(
        "sanction.prolong",
        "Masa {kind} {decree} bagi {vendor} berubah dari {before} menjadi {ends}",
        ("vendor", "kind", "decree", "before", "ends"),
    ),
    Act(
        "blacklist.import",
        "{actor} mengimpor Daftar Hitam Nasional: {new} baru, {changed} berubah, {same} sama, {wrong} salah",
        ("sha256", "new", "changed", "same", "wrong"),
    ),
    Act(
        "objection.file",
        "{vendor} mengajukan keberatan atas keputusan: {against}",
        ("vendor", "against", "entry"),
    ),
    Act(
        "objection.uphold",
        "{actor} mengabulkan keberatan {vendor} atas keputusan: {against}",
        ("vendor", "against", "entry"),
    ),
    Act(
        "objection.dismiss",
        "{actor} menolak keberatan {vendor} atas keputusan: {against}",
        ("vendor", "against", "entry"),
    ),
    Act(
        "objection.withdraw",
        "{actor} menarik keberatan {vendor} atas keputusan: {against}",
        ("vendor", "against", "entry"),
    ),
    Act(
        "objection.carry_out",
        "Keberatan {vendor} yang dikabulkan dilaksanakan: {consequence}",
        ("vendor", "consequence"),
    ),
    Act(
        "listing.draft", "{actor} membuat rancangan produk “{title}”", ("title", "vendor_id", "price_rupiah")
    ),
    Act("listing.edit", "{actor} mengubah keterangan produk “{title}”: {changed}", ("title", "changed")),
    Act(
        "listing.submit", "{actor} mengajukan “{title}” untuk kurasi", ("title", "price_rupiah", "tax_class")
    ),
    Act(
        "listing.judge",
        "{actor} memeriksa “{title}” putaran {round}: {right} benar, {wrong} perlu diperbaiki",
        ("title", "round", "right", "wrong"),
    ),
    Act(
        "listing.approve",
        "{actor} menayangkan “{title}” seharga {price_rupiah}",
        ("title", "price_rupiah", "tax_class"),
    ),
    Act("listing.send_back", "{actor} mengembalikan “{title}”: {reason}", ("title", "reason")),
    Act("listing.revise", "{actor} menarik “{title}” untuk diperbaiki", ("title",)),
    Act("listing.delist", "{actor} menurunkan “{title}” dari etalase: {reason}", ("title", "reason")),
    Act(
        "listing.price",
        "{actor} mengubah harga “{title}” dari {before_rupiah} menjadi {after_rupiah}",
        ("title", "before_rupiah", "after_rupiah"),
    ),
    Act(
        "listing.regional_price",
        "{actor} mengubah harga “{title}” di wilayah {area} dari {before_rupiah} menjadi {after_rupiah}",
        ("title", "area", "before_rupiah", "after_rupiah"),
    ),
    Act("listing.images", "{actor} mengatur foto “{title}”, sekarang {count}", ("title", "count")),
    Act("listing.permits", "{actor} menautkan izin pada “{title}”: {permits}", ("title", "permits")),
    Act("listing.stock", "{actor} mengubah stok “{title}” menjadi {in_stock}", ("title", "in_stock")),
    Act("listing.image", "{actor} menambah gambar pada “{title}”", ("title", "sha256")),
    Act(
        "listing_upload.receive",
        "{actor} mengunggah berkas produk {sha256}",
        ("vendor_id", "sha256", "pictures_sha256"),
    ),
    Act("listing_upload.read", "Berkas produk {sha256} mulai diperiksa", ("sha256",)),
    Act(
        "listing_upload.preview",
        "Berkas produk diperiksa: {new} baru, {changed} berubah, {same} sama, {wrong} salah",
        ("sha256", "new", "changed", "same", "wrong"),
    ),
    Act(
        "listing_upload.commit",
        "{actor} menyimpan berkas produk: {new} baru, {changed} berubah",
        ("sha256", "new", "changed", "wrong", "choice", "hand_in"),
    ),
    Act(
        "listing_upload.finish",
        "Berkas produk selesai disimpan: {made} dibuat, {changed} diubah, {same} sama, {refused} ditolak",
        ("sha256", "made", "changed", "same", "refused"),
    ),
    Act("listing_upload.stop", "{actor} menghentikan unggahan produk pada baris {done}", ("sha256", "done")),
    Act("listing_upload.fail", "Unggahan produk gagal: {reason}", ("sha256", "reason")),
)


def declare() -> None:
    """Register the acts of this room; called once when Django starts."""
    register(*ACTS)
