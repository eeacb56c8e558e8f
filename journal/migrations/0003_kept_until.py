from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

from journal.append_only import lift_changes, refuse_changes
from journal.retention import CONNECTIONS, OF_CONNECTIONS, OTHER_EVENTS


def set_terms(apps, schema_editor):
    events = apps.get_model("journal", "Event").objects
    events.filter(kind__in=OF_CONNECTIONS).update(kept_until=F("at") + CONNECTIONS)
    events.exclude(kind__in=OF_CONNECTIONS).update(kept_until=F("at") + OTHER_EVENTS)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [
        lift_changes("journal_event"),
        migrations.AddField(
            "event", "kept_until", models.DateTimeField("gardé jusqu’au", null=True, editable=False)
        ),
        migrations.RunPython(set_terms, migrations.RunPython.noop),
        migrations.AlterField("event", "kept_until", models.DateTimeField("gardé jusqu’au", editable=False)),
        migrations.AddIndex("event", models.Index(fields=["kept_until"], name="event_by_term")),
        refuse_changes("journal_event"),
    ]
