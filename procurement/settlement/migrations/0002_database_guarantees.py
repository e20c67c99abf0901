"""An earlier form of the room's raw SQL; it speaks of later tables now, so the last migration of the room runs it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing left to do; see 0004."""

    dependencies = [("settlement", "0001_initial")]

    operations = []
