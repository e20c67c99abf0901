"""What can be done with vendors and listings."""

from vendors.actions.accounts import (
    add_bank_account,
    approve_bank_account,
    stop_bank_account,
    verify_bank_account,
)
from vendors.actions.amendments import (
    accept_amendment,
    propose_amendment,
    return_amendment,
    withdraw_amendment,
)
from vendors.actions.assistance import grant_assistance, revoke_assistance
from vendors.actions.baskets import change_quantities, freeze_basket, put_into_basket, remove_from_basket
from vendors.actions.charges import set_delivery_charge
from vendors.actions.listings import (
    ListingData,
    approve_listing,
    copy_listing,
    delist_listing,
    draft_listing,
    edit_listing,
    revise_listing,
    send_back_listing,
    set_stock,
    submit_listing,
)
from vendors.actions.objections import (
    dismiss_objection,
    file_objection,
    uphold_objection,
    withdraw_objection,
)
from vendors.actions.onboarding import (
    add_document,
    confirm_email,
    save_section,
    sign_pact,
    start_registration,
)
from vendors.actions.permits import (
    PermitData,
    add_permit,
    link_permits,
    reject_permit,
    resubmit_permit,
    revoke_permit,
    verify_permit,
)
from vendors.actions.pictures import add_image, order_images, remove_image
from vendors.actions.prices import change_price, set_regional_price
from vendors.actions.registration import (
    VendorData,
    register_vendor,
    resubmit_vendor,
    submit_vendor,
)
from vendors.actions.reveal import reveal
from vendors.actions.sanctions import (
    SanctionData,
    impose_sanction,
    lift_sanction,
    reinstate_vendor,
    suspend_vendor,
)
from vendors.actions.uploads import commit_upload, receive_upload, stop_upload
from vendors.actions.verdicts import Judgement, judge_listing, judge_vendor, reject_vendor, verify_vendor
from vendors.sections import Address, Business, Figures, Taxes

__all__ = [
    "Address",
    "Business",
    "Figures",
    "Judgement",
    "ListingData",
    "PermitData",
    "SanctionData",
    "Taxes",
    "VendorData",
    "accept_amendment",
    "add_bank_account",
    "add_document",
    "add_image",
    "add_permit",
    "approve_bank_account",
    "approve_listing",
    "change_price",
    "change_quantities",
    "commit_upload",
    "confirm_email",
    "copy_listing",
    "delist_listing",
    "dismiss_objection",
    "draft_listing",
    "edit_listing",
    "file_objection",
    "freeze_basket",
    "grant_assistance",
    "impose_sanction",
    "judge_listing",
    "judge_vendor",
    "lift_sanction",
    "link_permits",
    "order_images",
    "propose_amendment",
    "put_into_basket",
    "receive_upload",
    "register_vendor",
    "reinstate_vendor",
    "reject_permit",
    "reject_vendor",
    "remove_from_basket",
    "remove_image",
    "resubmit_permit",
    "resubmit_vendor",
    "return_amendment",
    "reveal",
    "revise_listing",
    "revoke_assistance",
    "revoke_permit",
    "save_section",
    "send_back_listing",
    "set_delivery_charge",
    "set_regional_price",
    "set_stock",
    "sign_pact",
    "start_registration",
    "stop_bank_account",
    "stop_upload",
    "submit_listing",
    "submit_vendor",
    "suspend_vendor",
    "uphold_objection",
    "verify_bank_account",
    "verify_permit",
    "verify_vendor",
    "withdraw_amendment",
    "withdraw_objection",
]
