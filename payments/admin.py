"""Payments, from the attempt to the receipt. Nothing here moves money; refunds are in `admin_after`."""

from django.contrib import admin

from establishments.staff_admin import EstablishmentFilter, StaffAdmin, StaffInline
from payments.admin_after import RefundDesk
from payments.models import (
    Credit,
    ExportBatch,
    GatewayMessage,
    LiveContract,
    MerchantAccount,
    PaymentAttempt,
    PaymentLine,
    Receipt,
    ReceiptCounter,
    RelativeLink,
)

BY_CLIENT = ["client__client_number", "client__last_name", "client__user__identifier"]


class PaymentLineInline(StaffInline):
    model = PaymentLine


class GatewayMessageInline(StaffInline):
    model = GatewayMessage
    fields = ["received_at", "channel", "verdict"]


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(RefundDesk):
    list_display = ["order_id", "client", "amount", "state", "created_at", "settled_at"]
    list_filter = [EstablishmentFilter, "state", "created_at", "settled_at"]
    list_select_related = ["client"]
    search_fields = ["order_id", "bank_reference", "lines__contract__number", *BY_CLIENT]
    search_help_text = "Référence, numéro de contrat, numéro client, nom ou identifiant."
    inlines = [PaymentLineInline, GatewayMessageInline]


@admin.register(PaymentLine)
class PaymentLineAdmin(StaffAdmin):
    establishment_path = "attempt__establishment"
    list_display = ["attempt", "contract", "total", "paid_until", "due_on", "new_due_on"]
    list_filter = [EstablishmentFilter, "paid_until"]
    list_select_related = ["attempt", "contract"]
    search_fields = ["attempt__order_id", "contract__number"]
    search_help_text = "Référence du paiement ou numéro de contrat."


@admin.register(LiveContract)
class LiveContractAdmin(StaffAdmin):
    establishment_path = "attempt__establishment"
    list_display = ["contract", "attempt"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["contract", "attempt"]
    search_fields = ["contract__number", "attempt__order_id"]
    search_help_text = "Numéro de contrat ou référence du paiement."


@admin.register(GatewayMessage)
class GatewayMessageAdmin(StaffAdmin):
    """Our verdict, without the bank's own words: they hold the payer's masked card."""

    list_display = ["received_at", "attempt", "channel", "verdict"]
    list_filter = [EstablishmentFilter, "channel", "received_at"]
    list_select_related = ["attempt"]
    search_fields = ["attempt__order_id", "verdict"]
    search_help_text = "Référence du paiement ou verdict."
    fields = ["establishment", "attempt", "channel", "verdict", "received_at"]


@admin.register(Credit)
class CreditAdmin(StaffAdmin):
    establishment_path = "line__attempt__establishment"
    list_display = ["at", "line", "is_applied", "reason"]
    list_filter = [EstablishmentFilter, "is_applied", "at"]
    list_select_related = ["line__contract"]
    search_fields = ["line__contract__number", "line__attempt__order_id"]
    search_help_text = "Numéro de contrat ou référence du paiement."


@admin.register(Receipt)
class ReceiptAdmin(StaffAdmin):
    list_display = ["number", "attempt", "issued_at"]
    list_filter = [EstablishmentFilter, "issued_at"]
    list_select_related = ["attempt"]
    search_fields = ["number", "attempt__order_id", "attempt__client__client_number", "attempt__client__last_name"]
    search_help_text = "Numéro de reçu, référence du paiement, numéro client ou nom."
    fields = ["establishment", "attempt", "number", "issued_at"]


@admin.register(ReceiptCounter)
class ReceiptCounterAdmin(StaffAdmin):
    list_display = ["establishment", "last"]
    list_select_related = ["establishment"]


@admin.register(MerchantAccount)
class MerchantAccountAdmin(StaffAdmin):
    """The key stands in the environment; here is only the name of its variable."""

    list_display = ["establishment", "gateway", "mode", "site_id"]
    fields = ["establishment", "gateway", "mode", "site_id", "secret_env", "service_url"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["establishment"]


@admin.register(RelativeLink)
class RelativeLinkAdmin(StaffAdmin):
    establishment_path = "client__establishment"
    list_display = ["reference", "client", "made_at", "until", "revoked_at"]
    list_filter = [EstablishmentFilter]
    list_select_related = ["client"]
    search_fields = ["reference", "client__client_number"]
    search_help_text = "Référence ou numéro client."
    fields = ["reference", "client", "contracts", "made_at", "until", "revoked_at"]


@admin.register(ExportBatch)
class ExportBatchAdmin(StaffAdmin):
    """Numbers and totals; the file itself is given by `export_payments --batch`."""

    list_display = ["sequence", "establishment", "sealed_at", "lines", "total"]
    fields = ["establishment", "sequence", "sealed_at", "lines", "total"]
    list_filter = [EstablishmentFilter, "sealed_at"]
    list_select_related = ["establishment"]
