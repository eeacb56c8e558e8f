from django.db import migrations

from establishments.staff_search import prefix_index


class Migration(migrations.Migration):
    dependencies = [("contracts", "0006_surplus_reminders")]

    operations = [prefix_index("contracts_contract", "number")]
