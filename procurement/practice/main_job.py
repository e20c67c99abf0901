"""The main job, from plan line to closed payment: every role signs in and clicks, over real HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import F
from django.db.models.functions import Coalesce
from requests.adapters import BaseAdapter

from marketplace.core import clock
from marketplace.core.money import parse_rupiah, rupiah
from procurement.practice.cast import EVERYBODY, OWNER, PASSWORD, Person
from procurement.practice.papers import photograph, scan
from procurement.practice.setup import Stage
from procurement.practice.visitor import Astray, Form, Page, Visitor
from procurement.purchasing.models import Purchase
from vendors.models import Listing, Vendor

WAIT_SECONDS = 45
REASON = "Kebutuhan tiap unit baru diketahui bertahap; gudang tidak cukup untuk dikirim sekaligus."
"""What the cast answers where a warning asks: the sample plan's orders follow each other within minutes."""
ASKS_WHY = "why-"
"""How the fields are called in which a form asks for the reason of a warning, read off the page as a visitor does."""
SHARE_OF_HPS = 0.42
"""How much of the HPS each of the two items takes, before tax."""
SETS = 50
"""Sets of stationery in the story's estimate."""
LEAST_STOCK = 50
"""An item of which fewer are left is passed over."""
Say = Callable[[str], object]


@dataclass
class Story:
    """What happened: the order's number, sentences for the reader, pages to look at."""

    number: str = ""
    lines: list[str] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)


def play(site: str, stage: Stage, say: Say) -> Story:
    """Walk the order. Raises Astray where a page is not what the story expects."""
    walk = Walk(site, stage, say)
    walk.plan()
    walk.order()
    walk.deliver()
    walk.bill()
    walk.pay()
    return walk.end()


def leave_open(site: str, stages: Sequence[Stage], say: Say) -> None:
    """Begin one more order a stage and stop each a step later, so that every desk has something waiting.

    The first waits for the PPK, the second for the vendor, the third for the receiver, the fourth for the vendor's
    signature. Raises Astray like `play`.
    """
    for stage, steps in zip(stages, (1, 2, 4, 7), strict=False):
        walk = Walk(site, stage, lambda _what: None)
        say(f"pesanan berjalan dari paket {stage.package.kd_rup}")
        walk.plan()
        walk.begin(steps)


def told_before(site: str, stage: Stage) -> Story | None:
    """The story of the newest order that the unit closed, or None when there is none yet."""
    closed = Purchase.objects.filter(organisation=stage.unit, state="CLOSED").order_by("-pk").first()
    if closed is None:
        return None
    walk = Walk(site, Stage(stage.region, stage.unit, closed.package), lambda _what: None)
    walk.story.number = closed.number
    return walk.tell()


class Walk:
    """The cast at their browsers, and what they found out so far."""

    def __init__(self, site: str, stage: Stage, say: Say, adapter: BaseAdapter | None = None) -> None:
        self._site, self._stage, self._say, self._adapter = site, stage, say, adapter
        self._people = {person.box: person for person in EVERYBODY}
        self._browsers: dict[str, Visitor] = {}
        self.story = Story()

    def use_browsers_of(self, other: Walk) -> None:
        """Go on with the browsers of an earlier walk, where everybody is signed in."""
        self._browsers = other._browsers

    def _as(self, box: str) -> Visitor:
        """The browser of one of the cast, signed in on first use."""
        if box not in self._browsers:
            self._browsers[box] = Visitor(self._site, self._adapter)
            self._browsers[box].sign_in(self._people[box].email, PASSWORD)
        return self._browsers[box]

    def _tell(self, box: str, what: str) -> None:
        person: Person = self._people[box]
        self._say(f"{person.role.value}: {what}")

    # ── planning ──

    def plan(self) -> None:
        """PA disposes of the package; PPK sets KAK and HPS and hands it to the PP."""
        code, pagu = self._stage.package.kd_rup, self._stage.package.pagu
        self._tell("pa", f"disposisi paket {code} ({rupiah(pagu)}) kepada PPK")
        form = self._as("pa").get(f"/paket/{code}/dispose/").form()
        form.choose("ppk", self._people["ppk"].name)
        form.send()
        self._tell("ppk", "menyusun HPS dengan dua rujukan harga")
        price = pagu * 100 // 111 // SETS
        form = self._as("ppk").get(f"/paket/{code}/hps/baru/").form()
        form.send(
            item="Kertas dan alat tulis kantor",
            kind="BARANG",
            quantity=SETS,
            unit="set",
            unit_price=rupiah(price),
            source_1="SURVEY",
            vendor_1="Survei harga tiga toko di sekitar kantor",
            price_1=rupiah(price),
            seen_1=clock.today().isoformat(),
            source_2="CONTRACT",
            vendor_2="Kontrak tahun lalu",
            price_2=rupiah(price),
            seen_2=(clock.today() - timedelta(days=200)).isoformat(),
        )
        self._tell("ppk", "menetapkan KAK dan HPS, menugaskan PP")
        form = self._as("ppk").get(f"/paket/{code}/prepare/").form()
        form.choose("pp", self._people["pp"].name)
        form.send(
            kak_purpose="Alat tulis dan kertas untuk pelayanan kantor triwulan berjalan.",
            kak_specification="Kertas HVS dan alat tulis kantor, jumlah menurut keranjang belanja.",
            kak_delivery="Diserahkan di kantor pada jam kerja.",
        )

    # ── ordering ──

    def begin(self, steps: int) -> None:
        """Take the first `steps` steps of an order: submit, approve, confirm, ship, receive, inspect, sign."""
        self.submit()
        for take in (self.approve, self.confirm, self.ship, self.receive, self.inspect, self.sign)[
            : steps - 1
        ]:
            take()

    def order(self) -> None:
        """PP fills the basket and submits it, PPK approves, the vendor confirms: the Surat Pesanan stands."""
        self.submit()
        self.approve()
        self.confirm()

    def submit(self) -> None:
        """PP fills the basket and submits it."""
        pp = self._as("pp")
        wanted = self._choose_goods()
        self._tell("pp", "mencari dan memilih: " + ", ".join(f"{n} × {listing}" for listing, n in wanted))
        for listing, quantity in wanted:
            pp.get(_found(pp, listing)).form("/keranjang/tambah/").send(quantity=quantity)
        self._tell("pp", "mengajukan keranjang")
        form = pp.get("/keranjang/ajukan/").form()
        form.choose("budget_line", self._stage.package.kd_rup)
        form.choose("receiver", self._people["penerima"].name)
        check = form.send(
            address="Jalan Contoh Nomor 1, lantai 2",
            place_code="31.71.01",
            place_name="Gambir, Jakarta Pusat",
            needed_by=(clock.today() + timedelta(days=10)).isoformat(),
            reason="Harga dan waktu kirim paling sesuai dengan kebutuhan.",
            no_negotiation_reason="Harga tayang di bawah rujukan HPS.",
        )
        submitted = _explained(check.form()).send(step="send")
        found = re.search(r"/pesanan/([^/]+)/", submitted.path)
        if found is None:
            raise Astray(f"Pesanan tidak terbentuk: {submitted.text[:500]}")
        self.story.number = found.group(1)

    def approve(self) -> None:
        """PPK approves."""
        self._act("ppk", "approve", "menyetujui pesanan dalam pagu dan HPS")

    def confirm(self) -> None:
        """The vendor accepts; the Surat Pesanan is issued."""
        self._act("umkm", "confirm", "menerima pesanan; Surat Pesanan terbit")

    def _choose_goods(self) -> list[tuple[Listing, int]]:
        """Two items of the cast's own stall, so that together they fill most of the HPS as far as stock allows."""
        vendor = Vendor.objects.get(organisation__appointments__user__email=OWNER.email)
        free = F("stockrecord__num_in_stock") - Coalesce(F("stockrecord__num_allocated"), 0)
        listings = Listing.objects.filter(vendor=vendor, state="LIVE").alias(free=free)
        chosen = listings.filter(free__gte=LEAST_STOCK).annotate(free_now=free).select_related("product")
        budget = int(self._stage.package.pagu * SHARE_OF_HPS)
        return [
            (each, max(min(budget // each.price, each.free_now), each.min_order))
            for each in chosen.order_by("price", "pk")[:2]
        ]

    # ── delivery ──

    def deliver(self) -> None:
        """The vendor ships, the receiver counts and photographs, PPK inspects, both sign the BAST."""
        self.ship()
        self.receive()
        self.inspect()
        self.sign()
        self._act("umkm", "accept", "menandatangani BAST")

    def ship(self) -> None:
        """The vendor ships under a delivery note."""
        self._act("umkm", "ship", "mengirim barang dengan surat jalan", courier="Kurir sendiri")

    def receive(self) -> None:
        """The receiver counts and photographs."""
        self._act(
            "penerima",
            "receive",
            "menghitung barang dan memotret",
            files={"photos": ("barang.jpg", photograph(self.story.number), "image/jpeg")},
        )

    def inspect(self) -> None:
        """PPK finds the goods fit for use."""
        self._act("ppk", "inspect", "menyatakan barang sesuai")

    def sign(self) -> None:
        """PPK signs the BAST first."""
        self._act("ppk", "sign_bast", "menandatangani BAST")

    # ── payment ──

    def bill(self) -> None:
        """The vendor bills, the financial officer matches, PA approves the payment."""
        self._act("umkm", "invoice", "mengajukan tagihan")
        self._act("ppk-skpd", "verify", "mencocokkan Surat Pesanan, BAST dan tagihan")
        self._act("pa", "approve_payment", "menyetujui pembayaran")

    def pay(self) -> None:
        """The treasurer pays through the provider and transfers to the vendor; two persons evidence the transfer."""
        number = self.story.number
        self._tell("bendahara", "membayar melalui penyedia pembayaran")
        treasurer = self._as("bendahara")
        treasurer.get(f"/bayar/{number}/").form("/mulai/").send()
        self._say("menunggu kabar dari penyedia pembayaran")
        paid = self._wait_for("bendahara", "Siapkan transfer", f"/bayar/{number}/")
        self._tell("bendahara", "menyiapkan transfer ke penyedia")
        paid.form("/siapkan/").send()
        self._tell("ppk-skpd", "menyetujui transfer")
        self._as("ppk-skpd").get(f"/bayar/{number}/").form("/setujui/").send()
        self._tell("bendahara", "mengirim transfer ke bank")
        paid = treasurer.get(f"/bayar/{number}/")
        paid.form("/kirim/").send()
        net = amount_in(paid.text, "Diterima penyedia")
        self._tell("bendahara", f"mencatat bukti transfer {rupiah(net)} ke rekening penyedia")
        treasurer.get(f"/bayar/{number}/bukti/").form().send(
            files={"file": ("bukti-transfer.pdf", scan(f"Bukti transfer {number}"), "application/pdf")},
            number=f"TRF-{number}",
            dated=clock.today().isoformat(),
            amount=rupiah(net),
        )
        self._tell("ppk-skpd", "memverifikasi bukti transfer")
        self._as("ppk-skpd").get(f"/bayar/{number}/").form("/verifikasi/").send()
        self._deposit_taxes(treasurer)

    def _deposit_taxes(self, treasurer: Visitor) -> None:
        """Record the treasury's receipt (NTPN) of every tax withheld."""
        page = treasurer.get(f"/bayar/{self.story.number}/")
        waiting = sorted({link for link in page.links.values() if "/pajak/" in link})
        for place, link in enumerate(waiting, start=1):
            self._tell("bendahara", f"mencatat NTPN setoran pajak {place} dari {len(waiting)}")
            mark = f"{int(self.story.number[-6:]):06d}{place:02d}"
            treasurer.get(link).form().send(
                billing_code=f"1234567{mark}"[:15].ljust(15, "0"),
                ntpn=f"NTPN{mark}".ljust(16, "0"),
                deposited_on=clock.today().isoformat(),
            )

    def end(self) -> Story:
        """PPK closes the order."""
        self._act("ppk", "close", "menilai penyedia dan menutup pesanan", rating=5)
        return self.tell()

    def tell(self) -> Story:
        """Read off the closed order's pages what came of it, and name the pages worth a look."""
        number = self.story.number
        total = amount_in(self._as("ppk").get(f"/pesanan/{number}/").text, "Jumlah dibayar anggaran")
        net = amount_in(self._as("bendahara").get(f"/bayar/{number}/").text, "Diterima penyedia")
        self.story.lines = [
            f"{number}: paket RUP {self._stage.package.kd_rup} milik {self._stage.unit}",
            f"nilai {rupiah(total)}, diterima penyedia {rupiah(net)}, status Selesai",
        ]
        self.story.pages = [
            ("/", "beranda"),
            ("/katalog/", "katalog"),
            ("/cari/?q=kertas+a4", "pencarian"),
            (f"/pesanan/{number}/", "pesanan peragaan (masuk sebagai PPK, PP, penyedia …)"),
            (f"/bayar/{number}/", "pembayarannya (masuk sebagai bendahara)"),
            (self._story_page(), "cerita pesanan dan bukti log (masuk sebagai auditor)"),
            ("/buku/", "neraca saldo (masuk sebagai bendahara atau auditor)"),
            ("/kelola/parameter/", "aturan bertanggal (masuk sebagai operator)"),
        ]
        return self.story

    def _story_page(self) -> str:
        """The auditor's page of the order, opened as the auditor."""
        purchase = Purchase.objects.get(number=self.story.number)
        return self._as("auditor").get(f"/audit/cerita/purchase/{purchase.pk}/").path

    def _act(self, box: str, move: str, what: str, *, files: object = None, **values: object) -> Page:
        """Open the order as one of the cast, follow the button of a move, fill its form in, send it."""
        self._tell(box, what)
        visitor = self._as(box)
        order = visitor.get(f"/pesanan/{self.story.number}/")
        ends = (f"/{move}/", f"/{move.replace('_', '-')}/")
        link = next((each for each in order.links.values() if each.endswith(ends)), None)
        if link is None:
            raise Astray(f"{order.path}: tombol “{move}” tidak ditawarkan kepada {self._people[box].role}")
        return _explained(visitor.get(link).form()).send(files=files, **values)  # type: ignore[arg-type]

    def _wait_for(self, box: str, words: str, path: str) -> Page:
        """Reload a page until it shows `words`. Raises Astray after WAIT_SECONDS."""
        until = time.monotonic() + WAIT_SECONDS
        while True:
            page = self._as(box).get(path)
            if words in page.text:
                return page
            if time.monotonic() > until:
                raise Astray(
                    f"{path}: “{words}” belum tampak setelah {WAIT_SECONDS} detik: {page.text[:500]}"
                )
            time.sleep(0.3)


def _explained(form: Form) -> Form:
    """The form with a reason for every warning that asks for one."""
    form.fields.update({name: REASON for name in form.fields if name.startswith(ASKS_WHY)})
    return form


def _found(buyer: Visitor, listing: Listing) -> str:
    """The address of a listing as a buyer comes to it, by searching its name; else its own."""
    own = listing.get_absolute_url()
    page = buyer.get(f"/cari/?{urlencode({'q': listing.product.title})}")
    return next((address for address in page.links.values() if own in address), own)


def amount_in(text: str, label: str) -> int:
    """The rupiah amount that follows `label` in a page's words. Raises Astray when there is none."""
    found = re.search(re.escape(label) + r"\D{0,40}?(Rp[\d.]+)", text)
    if found is None:
        raise Astray(f"Nilai “{label}” tidak ditemukan.")
    return parse_rupiah(found.group(1))
