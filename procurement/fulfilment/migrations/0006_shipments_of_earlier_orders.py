from django.db import migrations

SET = """
ALTER TABLE fulfilment_shipment DISABLE TRIGGER USER;
UPDATE fulfilment_shipment AS shipment SET delivery_id = delivery.id
FROM purchasing_delivery AS delivery
WHERE delivery.purchase_id = shipment.purchase_id AND delivery.position = 1 AND shipment.delivery_id IS NULL;
ALTER TABLE fulfilment_shipment ENABLE TRIGGER USER;
"""
"""Every earlier shipment belonged to the one delivery of its order; the triggers sleep for this one statement, and 0008 sets them anew."""


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0005_procurement_counter"),
        ("purchasing", "0005_deliveries_of_earlier_orders"),
    ]

    operations = [migrations.RunSQL(SET, migrations.RunSQL.noop)]
