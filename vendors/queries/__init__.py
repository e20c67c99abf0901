"""Reads of vendors, listings and baskets; what an actor may see."""

from vendors.attributes import described
from vendors.domestic import LABELS as RANK_LABELS
from vendors.domestic import Thresholds, ranks
from vendors.images import thumb_of
from vendors.queries.access import (
    drafts_for,
    get_amendment_for,
    get_document_for,
    get_listing_for,
    get_live_listing_for,
    get_permit_for,
    get_upload_for,
    get_vendor_for,
    listings_for,
    live_listings_for,
    own_vendor,
    permits_for,
    public_vendor,
    uploads_for,
    vendors_for,
    visible_regions,
)
from vendors.queries.accounts import verified_account
from vendors.queries.area_prices import price_at
from vendors.queries.basket import (
    BUYERS,
    BasketLine,
    basket_count,
    basket_lines,
    basket_lines_for,
    by_vendor,
    open_basket_for,
)
from vendors.queries.categories import all_categories, leaf_categories
from vendors.queries.charges import charges_by_area, delivery_charge, delivery_charges
from vendors.queries.desk import desk_links, waiting_for
from vendors.queries.domestic import domestic_rank, domestic_ranks
from vendors.queries.objections import (
    Decision,
    decision_of,
    get_decision_for,
    get_objection_for,
    objections_for,
    open_decisions,
    subject_url,
)
from vendors.queries.prices import PriceHint, price_hint
from vendors.queries.queues import Wait, next_in_curation, waits
from vendors.queries.sanctions import (
    barring_sanction,
    blocking_sanctions,
    get_sanction_for,
    listed_nationally,
    public_blacklist,
    public_sanctions,
    sanctions_for,
    unsanctioned_matches,
    vendor_of_row,
)
from vendors.queries.scores import Scorecard, vendor_scorecards
from vendors.queries.storefront import stall_card
from vendors.queries.uploads import groups_of, result_of
from vendors.queries.verdicts import listing_findings, listing_mending, vendor_findings, vendor_mending
from vendors.violations import violations

__all__ = [
    "BUYERS",
    "RANK_LABELS",
    "BasketLine",
    "Decision",
    "PriceHint",
    "Scorecard",
    "Thresholds",
    "Wait",
    "all_categories",
    "barring_sanction",
    "basket_count",
    "basket_lines",
    "basket_lines_for",
    "blocking_sanctions",
    "by_vendor",
    "charges_by_area",
    "decision_of",
    "delivery_charge",
    "delivery_charges",
    "described",
    "desk_links",
    "domestic_rank",
    "domestic_ranks",
    "drafts_for",
    "get_amendment_for",
    "get_decision_for",
    "get_document_for",
    "get_listing_for",
    "get_live_listing_for",
    "get_objection_for",
    "get_permit_for",
    "get_sanction_for",
    "get_upload_for",
    "get_vendor_for",
    "groups_of",
    "leaf_categories",
    "listed_nationally",
    "listing_findings",
    "listing_mending",
    "listings_for",
    "live_listings_for",
    "next_in_curation",
    "objections_for",
    "open_basket_for",
    "open_decisions",
    "own_vendor",
    "permits_for",
    "price_at",
    "price_hint",
    "public_blacklist",
    "public_sanctions",
    "public_vendor",
    "ranks",
    "result_of",
    "sanctions_for",
    "stall_card",
    "subject_url",
    "thumb_of",
    "unsanctioned_matches",
    "uploads_for",
    "vendor_findings",
    "vendor_mending",
    "vendor_of_row",
    "vendor_scorecards",
    "vendors_for",
    "verified_account",
    "violations",
    "visible_regions",
    "waiting_for",
    "waits",
]
