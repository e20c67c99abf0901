"""Signing up, the registration's task list and its sections, for the owner and for whom she lets help her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import ActorRequest, choose_appointment, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.limits import count_attempt
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.pages.answers import answered
from marketplace.pages.purpose import reads_personal_data
from marketplace.pages.sign_in import address_of
from marketplace.regulation.models import Region
from marketplace.regulation.places import find_places
from vendors import actions, queries
from vendors.actions.onboarding import AFTERWARDS
from vendors.actions.registration import lacking
from vendors.filing import attachment
from vendors.forms.onboarding import (
    FORMS,
    AccountForm,
    AssistanceForm,
    DocumentForm,
    PactForm,
    SignUpForm,
    StartForm,
    initial_of,
)
from vendors.models import Vendor
from vendors.queries.onboarding import Task, pact_text, tasks_of
from vendors.sections import BY_CODE, present
from vendors.tasks import CONFIRM_SALT
from vendors.views.forms import edits, sent

FILLERS = (Role.VENDOR, Role.ASSISTANT)
CHECKING = {
    Role.OPERATOR: "pemeriksaan pendaftaran penyedia",
    Role.CURATOR: "kurasi produk penyedia",
    Role.ASSISTANT: "pendampingan atas izin penyedia",
}
"""For what those open a vendor's papers who are not the vendor."""
LINK_DAYS = 3


@edits
@roles.everyone
def sign_up(request: ActorRequest) -> HttpResponse:
    """Make an account and begin a registration; whoever is signed in already begins with the account there is."""
    if request.user.is_authenticated:
        return redirect("vendor-start" if request.actor.role is Role.PUBLIC else "desk")
    chosen = {"path": request.GET.get("jalur", Vendor.Path.OTHER)}
    form = SignUpForm(request.POST if request.method == "POST" else None, initial=chosen)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            count_attempt("sign_up", address_of(request), most=20, within=timedelta(hours=1))
            user = _new_account(form)
        except Refused as refusal:
            refused = refusal
        else:
            return _begin(request, user, form.cleaned_data["path"])
    status = 409 if refused else 422 if form.errors else 200
    return render(
        request, "vendors/onboarding/sign_up.html", {"form": form, "refused": refused}, status=status
    )


def _new_account(form: SignUpForm) -> User:
    said = form.cleaned_data
    try:
        with transaction.atomic():
            user = User.objects.create_user(said["email"], said["password"], name=said["name"])
            enqueue("vendors.confirm_email", {"user": user.pk}, key=f"{user.pk}-{user.email}"[:120])
    except IntegrityError as taken:
        raise Refused(
            "email_taken",
            _("Alamat surel ini sudah punya akun."),
            fix=_("Masuk dengan akun itu, atau buat kata sandi baru di halaman masuk."),
        ) from taken
    return user


def _begin(request: ActorRequest, user: User, path: str) -> HttpResponse:
    visitor = Actor(user_id=user.pk, name=user.name, role=Role.PUBLIC)
    vendor = actions.start_registration(actor=visitor, region_id=_home_region().pk, path=path)
    if not request.user.is_authenticated:
        login(request, user, backend="marketplace.accounts.backends.PersonBackend")
    choose_appointment(request, Appointment.objects.get(user=user, organisation_id=vendor.organisation_id).pk)
    messages.success(
        request, _("Akun dibuat. Setiap bagian langsung tersimpan; Anda boleh berhenti kapan saja.")
    )
    return redirect("vendor-tasks")


def _home_region() -> Region:
    """The region whose market this is: the one the settings name, else the first."""
    named = Region.objects.filter(name=settings.SITE["region"]).first()
    found = named or Region.objects.order_by("pk").first()
    if found is None:
        raise Http404
    return found


@edits
@roles(Role.PUBLIC)
def start(request: ActorRequest) -> HttpResponse:
    """A person who has an account but no business begins one."""
    form = StartForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        return _begin(request, cast(User, request.user), form.cleaned_data["path"])
    return render(request, "vendors/onboarding/start.html", {"form": form})


@require_safe
@roles.everyone
def confirm_email(request: ActorRequest, token: str) -> HttpResponse:
    """The link from the mail: whoever opens it reads mail at that address."""
    try:
        said = TimestampSigner(salt=CONFIRM_SALT).unsign_object(token, max_age=timedelta(days=LINK_DAYS))
        fits = actions.confirm_email(user_id=int(said["user"]), email=str(said["email"]))
    except (BadSignature, SignatureExpired, KeyError, ValueError, TypeError):
        fits = False
    return render(request, "vendors/onboarding/confirmed.html", {"fits": fits}, status=200 if fits else 410)


@require_POST
@roles(Role.VENDOR)
def resend_confirmation(request: ActorRequest) -> HttpResponse:
    """Send the link once more; at most one a minute leaves."""
    count_attempt("confirm_email", str(request.user.pk), most=5, within=timedelta(hours=1))
    with transaction.atomic():
        minute = clock.now().isoformat(timespec="minutes")
        enqueue("vendors.confirm_email", {"user": request.user.pk}, key=f"{request.user.pk}-{minute}")
    messages.success(request, _("Tautan dikirim ke alamat surel Anda."))
    return redirect("vendor-tasks")


# -- the task list and its sections ------------------------------------------------------------------------------


def _draft(request: ActorRequest, pk: int | None) -> Vendor:
    """The registration of the page: the owner's own, or the one an assistant was let into."""
    if pk is None:
        if request.actor.role is not Role.VENDOR:
            raise Http404
        return queries.own_vendor(request.actor)
    return queries.drafts_for(request.actor).get(pk=pk)


def _address(name: str, pk: int | None, *more: Any) -> str:
    return reverse(f"assisted-{name}", args=[pk, *more]) if pk else reverse(f"vendor-{name}", args=more)


def _crumbs(pk: int | None) -> list[dict[str, str]]:
    if pk is None:
        return [{"label": _("Usaha saya"), "url": reverse("vendor-tasks")}]
    return [
        {"label": _("Pendampingan"), "url": reverse("assistance-list")},
        {"label": _("Pendaftaran"), "url": _address("tasks", pk)},
    ]


@require_safe
@roles(*FILLERS)
def tasks(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """The task list: what is done, what is lacking, what was sent back and why."""
    vendor = _draft(request, pk)
    listed = tasks_of(vendor)
    context = {
        "vendor": vendor,
        "tasks": [(task, _section_url(task, pk)) for task in listed],
        "done": sum(task.done for task in listed),
        "confirmed": pk is not None or cast(User, request.user).email_confirmed_at is not None,
        "email": cast(User, request.user).email,
        "assisted": pk is not None,
        "assistances": vendor.assistances.filter(revoked_at__isnull=True).select_related("assistant"),
        "amendments": [(each, BY_CODE[each.section].title) for each in vendor.amendments.all()[:10]],
    }
    return render(request, "vendors/onboarding/tasks.html", context)


def _section_url(task: Task, pk: int | None) -> str:
    return _address("section", pk, task.code)


@edits
@roles(*FILLERS)
def section(request: ActorRequest, code: str, pk: int | None = None) -> HttpResponse:
    """One section of the registration."""
    if code not in BY_CODE:
        raise Http404
    vendor = _draft(request, pk)
    special = {"rekening": _account, "berkas": _documents, "pakta": _pact}
    if code in special:
        return special[code](request, vendor, pk)
    return _answers(request, vendor, code, pk)


def _answers(request: ActorRequest, vendor: Vendor, code: str, pk: int | None) -> HttpResponse:
    asked = BY_CODE[code]
    options: dict[str, Any] = {"province": (vendor.region.place_code or "31")[:2]} if code == "alamat" else {}
    shown = initial_of(code, vendor, present(asked, vendor))
    form = FORMS[code](request.POST if request.method == "POST" else None, initial=shown, **options)
    form.checked_while_typing(lambda name: _address("check-field", pk, code, name))
    amending = asked.legal and vendor.state in AFTERWARDS

    def save() -> None:
        if amending:
            actions.propose_amendment(
                actor=request.actor, vendor_id=vendor.pk, section=code, answers=form.answers()
            )
            return
        actions.save_section(
            actor=request.actor,
            vendor_id=vendor.pk,
            section=code,
            answers=form.answers(),
            revision=form.cleaned_data["revision"],
        )

    return answered(
        request,
        form,
        save,
        back=_after(vendor, code, pk),
        done=_("Usulan dikirim. Data lama berlaku sampai operator menerimanya.")
        if amending
        else _("Tersimpan."),
        template="vendors/onboarding/section.html",
        context=_context(vendor, code, pk, amending=amending),
    )


def _context(vendor: Vendor, code: str, pk: int | None, **more: Any) -> dict[str, Any]:
    asked = BY_CODE[code]
    listed = tasks_of(vendor)
    task = next(task for task in listed if task.code == code)
    return {
        "vendor": vendor,
        "section": asked,
        "task": task,
        "place_in_line": listed.index(task) + 1,
        "of": len(listed),
        "crumbs": _crumbs(pk),
        "back": _address("tasks", pk),
        "locked": vendor.state == "REGISTERED",
        **more,
    }


def _after(vendor: Vendor, code: str, pk: int | None) -> str:
    """The next section that still lacks something; the answers once more when none does."""
    if vendor.state != "DRAFT":
        return _address("tasks", pk)
    codes = list(BY_CODE)
    open_ones = [task.code for task in tasks_of(vendor) if not task.done and task.code != code]
    later = [each for each in open_ones if codes.index(each) > codes.index(code)]
    if later:
        return _address("section", pk, later[0])
    return _address("tasks" if open_ones else "check", pk)


def _account(request: ActorRequest, vendor: Vendor, pk: int | None) -> HttpResponse:
    form = AccountForm(*sent(request), initial={"holder_name": vendor.owner_name})

    def save() -> None:
        said = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        actions.add_bank_account(actor=request.actor, vendor_id=vendor.pk, **said)

    return answered(
        request,
        form,
        save,
        back=_after(vendor, "rekening", pk),
        done=_("Rekening dicatat."),
        template="vendors/onboarding/account.html",
        context=_context(vendor, "rekening", pk, accounts=vendor.bank_accounts.all()),
    )


@require_POST
@roles(Role.VENDOR)
def stop_account(request: ActorRequest, version: int) -> HttpResponse:
    """“That was not me”: a version of the account that must never be paid to."""
    actions.stop_bank_account(
        actor=request.actor, vendor_id=queries.own_vendor(request.actor).pk, version=version
    )
    messages.success(request, _("Rekening versi itu dihentikan; tidak akan pernah dibayar ke sana."))
    return redirect("vendor-section", "rekening")


def _documents(request: ActorRequest, vendor: Vendor, pk: int | None) -> HttpResponse:
    kept = {
        "wanted": BY_CODE["berkas"].lacks(vendor),
        "documents": vendor.documents.all(),
        "onward": _after(vendor, "berkas", pk),
    }
    form = DocumentForm(*sent(request, files=True))

    def save() -> None:
        actions.add_document(
            actor=request.actor,
            vendor_id=vendor.pk,
            kind=form.cleaned_data["kind"],
            content=form.cleaned_data["file"],
        )

    return answered(
        request,
        form,
        save,
        back=_address("section", pk, "berkas"),
        done=_("Berkas disimpan."),
        template="vendors/onboarding/documents.html",
        context=_context(vendor, "berkas", pk, **kept),
    )


@require_safe
@roles(*FILLERS, Role.OPERATOR, Role.CURATOR)
@reads_personal_data("berkas usaha", duties=CHECKING)
def document(request: ActorRequest, pk: int) -> HttpResponse:
    """A kept paper, to be saved: the vendor's own, or for those who check it."""
    kept = queries.get_document_for(request.actor, pk)
    return attachment(kept.sha256, kept.media_type, f"{kept.kind.lower()}-{kept.vendor_id}-{kept.pk}")


def _pact(request: ActorRequest, vendor: Vendor, pk: int | None) -> HttpResponse:
    form = PactForm(*sent(request))
    return answered(
        request,
        form,
        lambda: actions.sign_pact(actor=request.actor, vendor_id=vendor.pk),
        back=_after(vendor, "pakta", pk),
        done=_("Pakta Integritas disetujui."),
        template="vendors/onboarding/pact.html",
        context=_context(vendor, "pakta", pk, pact=pact_text(vendor)),
    )


@require_safe
@roles(*FILLERS)
def review(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """All answers once more before handing in, each with the way back to it; what lacks is named."""
    vendor = _draft(request, pk)
    context = {
        "vendor": vendor,
        "activities": vendor.activities.all(),
        "accounts": vendor.bank_accounts.all(),
        "documents": vendor.documents.all(),
        "missing": lacking(vendor, request.user.pk) if pk is None else [],
        "crumbs": _crumbs(pk),
        "assisted": pk is not None,
        "links": {each.code: _address("section", pk, each.code) for each in BY_CODE.values()},
    }
    return render(request, "vendors/onboarding/review.html", context)


@require_safe
@roles(*FILLERS)
def suggest_places(request: ActorRequest) -> HttpResponse:
    """Kelurahan that fit what is being typed, as options of the field's list."""
    found = find_places(request.GET.get("place", "")[:100], within="")
    return render(request, "vendors/onboarding/places.html", {"found": found})


@edits
@roles(*FILLERS)
def check_field(request: ActorRequest, code: str, field: str, pk: int | None = None) -> HttpResponse:
    """While typing: what is wrong with one field, and why; empty when nothing is."""
    vendor = _draft(request, pk)
    if code not in FORMS or field not in FORMS[code].base_fields:
        raise Http404
    form = FORMS[code](request.POST or request.GET)
    form.is_valid()
    errors = [str(error) for error in form.errors.get(field, [])]
    if field == "nib" and not errors and form.cleaned_data.get("nib"):
        taken = (
            Vendor.objects.filter(nib=form.cleaned_data["nib"]).exclude(state="DRAFT").exclude(pk=vendor.pk)
        )
        errors = [_("NIB ini sudah terdaftar di e-Order.")] if taken.exists() else []
    return render(request, "vendors/onboarding/field_check.html", {"errors": errors, "field": field})


# -- assistants ----------------------------------------------------------------------------------------------------


@require_safe
@roles(Role.ASSISTANT)
def assisted(request: ActorRequest) -> HttpResponse:
    """Whom an assistant may help, and how far each has come."""
    listed = queries.drafts_for(request.actor).order_by("organisation__name", "pk")[:200]
    return render(request, "vendors/onboarding/assisted.html", {"vendors": listed})


@edits
@roles(Role.VENDOR)
def assistance(request: ActorRequest) -> HttpResponse:
    """The owner lets an assistant help."""
    vendor = queries.own_vendor(request.actor)
    form = AssistanceForm(*sent(request))
    return answered(
        request,
        form,
        lambda: actions.grant_assistance(
            actor=request.actor, vendor_id=vendor.pk, email=form.cleaned_data["email"]
        ),
        back=reverse("vendor-tasks"),
        done=_("Pendamping sekarang boleh mengisi pendaftaran Anda."),
        template="vendors/onboarding/assistance.html",
        context={"crumbs": _crumbs(None)},
    )


@require_POST
@roles(Role.VENDOR)
def end_assistance(request: ActorRequest, consent: int) -> HttpResponse:
    """The owner takes her consent back."""
    actions.revoke_assistance(
        actor=request.actor, vendor_id=queries.own_vendor(request.actor).pk, assistance_id=consent
    )
    messages.success(request, _("Izin pendamping dicabut."))
    return redirect("vendor-tasks")
