from django.db import migrations

from establishments.staff_search import prefix_index


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_accounts_that_survive")]

    operations = [
        prefix_index("accounts_client", "client_number"),
        prefix_index("accounts_client", "last_name"),
        prefix_index("accounts_client", "first_name"),
        prefix_index("accounts_user", "identifier"),
    ]
