from django.db import migrations

from journal.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        refuse_changes("payments_gatewaymessage"),
        refuse_changes("payments_credit"),
        refuse_changes("payments_paymentline"),
    ]
