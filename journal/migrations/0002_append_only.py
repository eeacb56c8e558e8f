from django.db import migrations

from journal.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [refuse_changes("journal_event", lets_go=False)]
