from hashlib import sha256

from django.db import migrations

from marketplace.audit import canonical

STAGES = {
    "ORDERED": "AWAITED",
    "SHIPPED": "SHIPPED",
    "DELIVERED": "ARRIVED",
    "DISCREPANCY": "DISCREPANCY",
    "INSPECTED": "INSPECTED",
    "STOPPED": "DROPPED",
    "TERMINATED": "DROPPED",
}
"""Where the one delivery of an earlier order stands; what was accepted stands at ACCEPTED, what waits is awaited."""
AMOUNTS = ("goods_total", "shipping", "price_total", "ppn", "local_tax", "total")


def give_each_order_its_delivery(apps, schema_editor):
    """Every earlier order went to one address at listed prices: one delivery, one agreement."""
    Purchase = apps.get_model("purchasing", "Purchase")
    for purchase in Purchase.objects.prefetch_related("lines").iterator(chunk_size=500):
        lines = list(purchase.lines.all())
        delivery = _deliver(apps, purchase, lines)
        _agree(apps, purchase, lines, delivery)


def _deliver(apps, purchase, lines):
    accepted = purchase.accepted_total is not None and purchase.state not in STAGES
    delivery = apps.get_model("purchasing", "Delivery").objects.create(
        purchase=purchase,
        position=1,
        address=purchase.delivery_address,
        place_code=purchase.delivery_place_code,
        place_name=purchase.delivery_place_name,
        needed_by=purchase.needed_by,
        receiver_id=purchase.receiver_id,
        shipping=purchase.shipping,
        stage="ACCEPTED" if accepted else STAGES.get(purchase.state, "AWAITED"),
        since=purchase.submitted_at,
        due_at=purchase.due_at if purchase.state in STAGES else None,
        shipped_at=purchase.shipped_at,
        arrived_at=purchase.delivered_at,
        inspected_at=purchase.inspected_at,
        arrived_whole=bool(purchase.arrived_whole),
        something_good=purchase.something_good,
        bast_ppk_at=purchase.bast_ppk_at,
        bast_vendor_at=purchase.bast_vendor_at,
        bast_number=purchase.bast_number,
        accepted_price=purchase.accepted_price,
        accepted_total=purchase.accepted_total,
        late_days=purchase.late_days,
        penalty=purchase.penalty,
    )
    DeliveryLine = apps.get_model("purchasing", "DeliveryLine")
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, line=line, quantity=line.quantity, accepted=line.accepted) for line in lines
    )
    return delivery


def _agree(apps, purchase, lines, delivery):
    amounts = {name: getattr(purchase, name) for name in AMOUNTS}
    terms = {
        "lines": [
            {
                "line": line.pk,
                "listing": line.listing_id,
                "list_price_rupiah": line.list_price,
                "price_rupiah": line.agreed_price,
                "quantity": line.quantity,
                "by_delivery": {str(delivery.pk): line.quantity},
            }
            for line in lines
        ],
        "deliveries": [
            {
                "delivery": delivery.pk,
                "shipping_rupiah": purchase.shipping,
                "needed_by": purchase.needed_by.isoformat(),
                "place_code": delivery.place_code,
                "address_sha256": sha256(delivery.address.encode()).hexdigest(),
            }
        ],
    }
    told = {"number": purchase.number, "version": 1, "needed_by": purchase.needed_by.isoformat(), **amounts, **terms}
    apps.get_model("purchasing", "Agreement").objects.create(
        purchase=purchase,
        version=1,
        cause="SUBMISSION",
        at=purchase.submitted_at,
        needed_by=purchase.needed_by,
        terms=terms,
        sha256=sha256(canonical.encode(told)).hexdigest(),
        **amounts,
    )


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0004_procurement_counter")]

    operations = [migrations.RunPython(give_each_order_its_delivery, migrations.RunPython.noop)]
