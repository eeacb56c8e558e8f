"""Fills the tables of a whole portfolio with a few statements: a history of contracts, of which one in five is open.

Three establishments share it. Foreign keys are right by construction, and not checked row by row.
"""

from typing import Final

from django.db import connection

PER_CLIENT: Final = 4  # contracts, over the years

# Each takes a range of numbers (%(first)s to %(last)s) and the first keys of the three establishments.
STATEMENTS: Final = (
    """
    INSERT INTO accounts_user (id, password, is_superuser, username, establishment_id, identifier, preferred_factor,
        is_staff, is_active, created_at)
    SELECT 1000000 + n, '!', false, 'crowd' || n, e.id, lpad(n::text, 10, '0'), 'sms', false, true, now()
    FROM generate_series(%(first)s / %(per)s + 1, %(last)s / %(per)s) n
    JOIN crowd_establishments e ON e.rank = n %% 3
    """,
    """
    INSERT INTO accounts_client (id, establishment_id, user_id, client_number, civility, last_name, first_name,
        birth_date, email, phone, address, postal_code, city, country, language, prefers_phone_call, file_values)
    SELECT 1000000 + n, e.id, 1000000 + n, 'C' || lpad(n::text, 7, '0'), '', initcap(substr(md5((n / 7)::text), 1, 6)),
        initcap(substr(md5((n %% 997)::text), 1, 5)), date '1950-01-01' + n %% 18000, 'c' || n || '@example.org', '',
        '', '', '', '', 'fr', false, '{}'
    FROM generate_series(%(first)s / %(per)s + 1, %(last)s / %(per)s) n
    JOIN crowd_establishments e ON e.rank = n %% 3
    """,
    """
    INSERT INTO contracts_contract (id, establishment_id, client_id, tariff_id, number, status, ticket_kind, principal,
        fees, pledged_on, due_on, period_started_on, late_taken, is_disputed, payment_is_pending,
        is_partly_repaid_here)
    SELECT 1000000 + n, e.id, 1000000 + client, e.tariff_id, 'N' || lpad(n::text, 8, '0'),
        CASE WHEN n %% 5 = 0 THEN 'active' WHEN n %% 200 = 1 THEN 'on_sale_list' WHEN n %% 50 = 2 THEN 'sold'
             WHEN n %% 2 = 1 THEN 'renewed' ELSE 'redeemed' END,
        'named', 100 + n %% 3000, 0, day, day + 184, day, 0, false, false, false
    FROM generate_series(%(first)s + 1, %(last)s) n
    CROSS JOIN LATERAL (SELECT (n - 1) / %(per)s + 1 AS client,
        -- Open ones are at most seven months old, ended ones up to ten years.
        current_date - CASE WHEN n %% 5 = 0 THEN (n / 5) %% 190 ELSE 200 + n %% 3400 END AS day) facts
    JOIN crowd_establishments e ON e.rank = client %% 3
    """,
    """
    INSERT INTO contracts_pledge (id, contract_id, rank, description, category, photo)
    SELECT 1000000 + n, 1000000 + n, 1, 'Bague or 18 carats n° ' || n, '', ''
    FROM generate_series(%(first)s + 1, %(last)s) n
    """,
    """
    INSERT INTO contracts_sale (id, contract_id, listed_on, sale_on, place, hammer_price, surplus)
    SELECT 1000000 + n, 1000000 + n, current_date - 60,
        CASE WHEN n %% 200 = 1 THEN current_date + n %% 97 ELSE current_date - n %% 3000 END, 'salle des ventes',
        500, CASE WHEN n %% 100 = 2 THEN 100 END
    FROM generate_series(%(first)s + 1, %(last)s) n
    WHERE n %% 5 <> 0 AND (n %% 200 = 1 OR n %% 50 = 2)
    """,
    # A year of nights: everybody was warned a month before and a fortnight before.
    """
    INSERT INTO contracts_reminder (id, contract_id, kind, about_on, days_left, channels, sent_at)
    SELECT 2000000 + 2 * n + step, 1000000 + n, 'due', contract.due_on, 30 - 15 * step, 'email', now()
    FROM generate_series(%(first)s + 1, %(last)s) n
    JOIN contracts_contract contract ON contract.id = 1000000 + n
    CROSS JOIN generate_series(0, 1) step
    WHERE n %% 5 = 0 AND contract.due_on <= current_date + 29 - 15 * step
    """,
)

ESTABLISHMENTS: Final = """
    CREATE TEMPORARY TABLE crowd_establishments AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS rank, id, (SELECT min(tariff.id) FROM contracts_tariff tariff
        WHERE tariff.establishment_id = establishment.id) AS tariff_id
    FROM establishments_establishment establishment
"""


def grow(first: int, last: int) -> None:
    """From `first` contracts to `last`. Needs a superuser: the triggers that check foreign keys are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '128MB'")
        cursor.execute("DROP TABLE IF EXISTS crowd_establishments")
        cursor.execute(ESTABLISHMENTS)
        for statement in STATEMENTS:
            cursor.execute(statement, {"first": first, "last": last, "per": PER_CLIENT})
        cursor.execute("RESET session_replication_role; RESET synchronous_commit; RESET work_mem")
        cursor.execute("VACUUM (ANALYZE)")
