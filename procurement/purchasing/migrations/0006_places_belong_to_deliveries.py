from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0005_deliveries_of_earlier_orders")]

    operations = [
        migrations.RemoveField(
            model_name='purchase',
            name='arrived_whole',
        ),
        migrations.RemoveField(
            model_name='purchase',
            name='delivery_address',
        ),
        migrations.RemoveField(
            model_name='purchase',
            name='delivery_place_code',
        ),
        migrations.RemoveField(
            model_name='purchase',
            name='delivery_place_name',
        ),
        migrations.RemoveField(
            model_name='purchase',
            name='something_good',
        ),
    ]
