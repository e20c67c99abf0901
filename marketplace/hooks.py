"""What rooms above hang into rooms below, named as text so that imports only look down.

`marketplace.settings` takes all of it over. A name is imported where it is used.
"""

DESK_SOURCES = [
    "procurement.planning.queries.waiting_for",
    "procurement.purchasing.queries.waiting_for",
    "procurement.competition.queries.waiting_for",
    "procurement.settlement.queries.waiting_for",
    "procurement.treasury.queries.desk.waiting_for",
    "procurement.redflags.queries.waiting_for",
    "procurement.oversight.queries.desk.waiting_for",
    "vendors.queries.waiting_for",
    "marketplace.administration.queries.waiting_for",
]
DESK_LINKS = [
    "vendors.queries.desk_links",
    "search.queries.desk_links",
    "procurement.planning.queries.desk_links",
    "procurement.purchasing.queries.desk_links",
    "procurement.competition.queries.desk_links",
    "procurement.settlement.queries.desk_links",
    "procurement.reconciliation.queries.desk_links",
    "procurement.redflags.queries.desk_links",
    "procurement.treasury.queries.desk.desk_links",
    "procurement.oversight.queries.desk.desk_links",
    "procurement.statistics.queries.dashboards.desk_links",
    "marketplace.administration.queries.desk_links",
    "marketplace.deadlines.queries.desk_links",
]
# What waits beyond the rows a desk shows, counted by kind; and where ticked rows are taken in one press.
DESK_COUNTS = [
    "procurement.purchasing.queries.desk.waiting_counts",
    "procurement.oversight.queries.counts.waiting_counts",
]
DESK_TOGETHER = [
    "procurement.purchasing.queries.together.taken_together",
    "procurement.settlement.together.taken_together",
]
HOME_FIGURES: list[str] = []
HOME_CATEGORIES = "search.queries.home_categories"
BASKET_COUNT = "vendors.queries.basket_count"
BASKET_SUBMIT_URL = "/keranjang/ajukan/"
# Who says whose a bank account is (see vendors.account_names).
ACCOUNT_NAMES = "vendors.account_names.StatedNames"
# Who brings pictures from the addresses that vendors write into their spreadsheets.
PICTURE_FETCHER = "vendors.bulk_upload.fetching.HttpsFetcher"
# What people call what the log tells of, where no model of that name says it (see marketplace.audit.kinds).
AUDIT_KINDS = {
    "audit": "log audit",
    "basket": "keranjang",
    "blacklist": "daftar hitam nasional",
    "budget": "anggaran",
    "contact_keys": "sidik alamat dan telepon",
    "deadline": "tenggat",
    "dispute": "sengketa dana",
    "entry": "catatan log",
    "evidence_pack": "paket bukti",
    "index": "indeks pencarian",
    "job": "pekerjaan latar",
    "ledger": "buku besar",
    "log": "log audit",
    "money": "uang masuk",
    "observation": "pengamatan skor",
    "outside": "pembayaran di luar sistem",
    "parameter": "parameter regulasi",
    "parked_entry": "catatan yang terparkir",
    "payment": "pembayaran",
    "personal_data": "data pribadi",
    "personal_data_reader": "pembaca data pribadi",
    "plan": "rencana pengadaan",
    "reader": "pembaca log",
    "score": "skor",
    "schema": "skema basis data",
    "search": "pencarian",
    "synonym_group": "kelompok sinonim",
    "tax": "pajak",
    "unit": "satuan kerja",
}
# By `act:fact` or `room:fact`: the column whose choices are the codes of a fact, or a mapping or function that says
# what people call them; only where no column of the thing acted on says it (see marketplace.audit.words).
AUDIT_WORDS: dict[str, str | tuple[str, str]] = {
    "appointment:given_role": ("accounts.Appointment", "role"),
    "attempt:provider": "procurement.settlement.models.events.PROVIDER_TITLES",
    "payout:provider": "procurement.settlement.models.events.PROVIDER_TITLES",
    "personal_data:field": "vendors.actions.reveal.REVEALED",
    "purchase:profile": ("settlement.PaymentObligation", "profile"),
    "purchase:proof": "procurement.settlement.providers.proof_in_words",
    "provider_event:provider": "procurement.settlement.models.events.PROVIDER_TITLES",
    "score:measure": ("vendors.Observation", "measure"),
    "tax:code": "procurement.settlement.papers.TAX_LABELS",
    "tax_rule:code": "procurement.settlement.papers.TAX_LABELS",
    "vendor:kind": ("vendors.VendorDocument", "kind"),
    "vendor:section": "vendors.sections.TITLES",
}
# By kind of thing that facts name by its id: its model, and the column that says what people call it.
AUDIT_NAMES = {
    "competition": ("competition.Competition", "number"),
    "entry": ("audit.Entry", "pk"),
    "evidence": ("settlement.Evidence", "number"),
    "purchase": ("purchasing.Purchase", "number"),
    "unit": ("accounts.Organisation", "name"),
    "vendor": ("vendors.Vendor", "organisation__name"),
}
# What keeps the buyers' view of listings true, in the transaction of the act that changed them.
LISTING_READERS = ["search.index.refresh"]
# Functions `() -> None` that act for the clock (deadlines that ran out), called every minute by the runner.
CLOCKWORK = [
    "procurement.purchasing.clockwork.tick",
    "procurement.competition.clockwork.tick",
    "procurement.fulfilment.clockwork.tick",
    "procurement.settlement.clockwork.tick",
    "procurement.reconciliation.clockwork.tick",
    "procurement.redflags.clockwork.tick",
    "procurement.statistics.clockwork.tick",
    "vendors.clockwork.tick",
    "search.clockwork.tick",
    "search.tasks.check_daily",
    "search.saved_watch.tick",
    "procurement.oversight.clockwork.tick",
    "marketplace.deadlines.clockwork.tick",
    "marketplace.events.clockwork.tick",
]
# Functions `() -> None` that keep something outside in step with the database, called twice a second by the runner.
FOLLOWERS = ["search.tasks.follow_cards"]
# What rooms above show on an order's page: `(actor, purchase) -> Panel | None`.
PURCHASE_PANELS = [
    "procurement.purchasing.queries.flags.panel",
    "procurement.redflags.queries.panel",
    "procurement.purchasing.queries.addenda.panel",
    "procurement.purchasing.queries.rounds.panel",
    "procurement.fulfilment.queries.panel",
    "procurement.settlement.queries.panel",
    "procurement.purchasing.queries.choices.panel",
    "procurement.competition.queries.panel.panel",
]
# Whose step the payment of an order is: what an order's query reads for it, `() -> Subquery`, and what that says,
# `(purchase, told) -> Step`.
MONEY_TOLD = "procurement.settlement.next_step.money_told"
MONEY_STEP = "procurement.settlement.next_step.step_of"
# What rooms above check before a payment starts, in its transaction: `(purchase, obligation) -> None`, raising Refused.
PAYMENT_CHECKS = ["procurement.treasury.queries.imprest.insist_on_cover"]
# By aggregate: who may read its papers, `(actor, aggregate_id) -> bool`.
DOCUMENT_ACCESS = {
    "package": "procurement.planning.queries.may_read",
    "purchase": "procurement.purchasing.queries.may_read",
    "competition": "procurement.competition.queries.may_read",
    "payment_request": "procurement.treasury.queries.may_read",
}
# By aggregate: whom an entry is news for, `(entry) -> News | None` (see marketplace.events.notices).
NOTICE_SOURCES = {
    "purchase": "procurement.purchasing.queries.news.notice_recipients",
    "addendum": "procurement.purchasing.queries.news.addendum_recipients",
    "competition": "procurement.competition.queries.news.notice_recipients",
    "red_flag": "procurement.redflags.news.notice_recipients",
    "vendor": "vendors.queries.news.of_vendor",
    "listing": "vendors.queries.news.of_listing",
    "permit": "vendors.queries.news.of_permit",
    "sanction": "vendors.queries.news.of_sanction",
    "objection": "vendors.queries.news.of_objection",
    "saved_search": "search.saved_reading.news_for",
    "finding": "procurement.oversight.queries.news.of_finding",
    "recommendation": "procurement.oversight.queries.news.of_recommendation",
}
# By aggregate with deadlines: who holds one and who may see it, a `marketplace.deadlines.sources.Source`.
DEADLINE_SOURCES = {
    "purchase": "procurement.purchasing.queries.deadlines.SOURCE",
    "addendum": "procurement.purchasing.queries.deadlines.ADDENDUM_SOURCE",
    "package": "procurement.planning.queries_deadlines.SOURCE",
    "competition": "procurement.competition.queries.deadlines.SOURCE",
    "discrepancy": "procurement.reconciliation.deadlines.SOURCE",
    "red_flag": "procurement.redflags.deadlines.SOURCE",
    "payment_request": "procurement.treasury.queries.deadlines.SOURCE",
    "finding": "procurement.oversight.queries.deadlines.FINDING_SOURCE",
    "recommendation": "procurement.oversight.queries.deadlines.SOURCE",
    "payout_hold": "procurement.oversight.queries.deadlines.HOLD_SOURCE",
}
# By aggregate: a link with which a reader of a notice answers at once, `(entry, appointment id) -> path or ""`.
NOTICE_LINKS = {"purchase": "procurement.purchasing.queries.links.answer_link"}
# How many orders a vendor has brought to their end, for its public stall: `(vendor id) -> int`.
COMPLETED_ORDERS = "procurement.purchasing.queries.sales.completed_orders"
# By role: what stands on a desk above what waits, `(actor) -> DeskPanel | None`.
DESK_PANELS = [
    "procurement.purchasing.queries.shares.desk_panel",
    "procurement.settlement.queries.desk_panel",
    "procurement.treasury.queries.desk.desk_panel",
    "procurement.oversight.queries.desk.desk_panel",
    "procurement.purchasing.queries.sales.desk_panel",
    "procurement.purchasing.queries.arrivals.desk_panel",
    "vendors.queries.scores.desk_panel",
]
