"""Vendors with their papers and accounts; listings with their price history; what was found when they were checked."""

from __future__ import annotations

from vendors.models.amendments import Amendment
from vendors.models.assistance import Assistance
from vendors.models.bank import BankAccount
from vendors.models.charges import DeliveryCharge
from vendors.models.letters import ConstructionClass, SkbCovers
from vendors.models.listing import Listing, ListingPermit, ListingPrice
from vendors.models.objections import Objection
from vendors.models.papers import Permit, VendorDocument
from vendors.models.sanctions import BlacklistRow, Sanction
from vendors.models.scorecards import Observation, ObservationReply
from vendors.models.tax_class import (
    ORDINARY,
    REFINED,
    WITHOUT_PPN,
    TaxClass,
    Taxed,
    code_of,
    fits_kind,
    refined,
)
from vendors.models.uploads import ListingUpload, UploadPicture, UploadRow
from vendors.models.vendor import PLACE_CODE, Activity, Vendor
from vendors.models.verdicts import Verdict

__all__ = [
    "ORDINARY",
    "PLACE_CODE",
    "REFINED",
    "WITHOUT_PPN",
    "Activity",
    "Amendment",
    "Assistance",
    "BankAccount",
    "BlacklistRow",
    "ConstructionClass",
    "DeliveryCharge",
    "Listing",
    "ListingPermit",
    "ListingPrice",
    "ListingUpload",
    "Objection",
    "Observation",
    "ObservationReply",
    "Permit",
    "Sanction",
    "SkbCovers",
    "TaxClass",
    "Taxed",
    "UploadPicture",
    "UploadRow",
    "Vendor",
    "VendorDocument",
    "Verdict",
    "code_of",
    "fits_kind",
    "refined",
]
