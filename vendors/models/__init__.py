"""Vendors with their papers and accounts; listings with their price history; what was found when they were checked."""

from __future__ import annotations

from vendors.models.amendments import Amendment
from vendors.models.assistance import Assistance
from vendors.models.bank import BankAccount
from vendors.models.charges import DeliveryCharge
from vendors.models.listing import Listing, ListingPermit, ListingPrice
from vendors.models.objections import Objection
from vendors.models.papers import Permit, VendorDocument
from vendors.models.sanctions import BlacklistRow, Sanction
from vendors.models.scorecards import Observation, ObservationReply
from vendors.models.uploads import ListingUpload, UploadPicture, UploadRow
from vendors.models.vendor import PLACE_CODE, Activity, Vendor
from vendors.models.verdicts import Verdict

__all__ = [
    "PLACE_CODE",
    "Activity",
    "Amendment",
    "Assistance",
    "BankAccount",
    "BlacklistRow",
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
    "UploadPicture",
    "UploadRow",
    "Vendor",
    "VendorDocument",
    "Verdict",
]
