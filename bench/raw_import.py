"""The floor of an import: the same files by COPY, then one upsert a table. It checks nothing and merges nothing."""

from pathlib import Path
from typing import Final

from django.db import connection

from establishments.models import Establishment

FILES: Final = ("clients", "contrats", "gages", "ventes")
BLOCK: Final = 1 << 20

LOGINS: Final = """
INSERT INTO accounts_user (username, establishment_id, identifier, password, preferred_factor, is_superuser, is_staff,
    is_active, created_at)
SELECT {e} || ':' || identifiant, {e}, identifiant, '!' || md5(identifiant), 'sms', FALSE, FALSE, TRUE, now()
FROM raw_clients ON CONFLICT (establishment_id, identifier) DO NOTHING
"""
CLIENTS: Final = """
INSERT INTO accounts_client (establishment_id, user_id, client_number, civility, last_name, first_name, birth_date,
    email, phone, address, postal_code, city, country, agency_id, language, prefers_phone_call, file_values)
SELECT {e}, u.id, numero_client, civilite, nom, prenom, date_naissance::date, email,
    '+33' || substr(replace(telephone, ' ', ''), 2), adresse, code_postal, ville, pays, a.id, langue, FALSE,
    jsonb_build_object('email', email, 'phone', telephone, 'address', adresse, 'postal_code', code_postal,
        'city', ville, 'country', pays, 'language', langue)
FROM raw_clients r JOIN accounts_user u ON u.establishment_id = {e} AND u.identifier = r.identifiant
JOIN establishments_agency a ON a.establishment_id = {e} AND a.code = r.agence
ON CONFLICT (establishment_id, client_number) DO UPDATE SET civility = EXCLUDED.civility,
    last_name = EXCLUDED.last_name, first_name = EXCLUDED.first_name, birth_date = EXCLUDED.birth_date,
    email = EXCLUDED.email, phone = EXCLUDED.phone, address = EXCLUDED.address, city = EXCLUDED.city
WHERE (accounts_client.civility, accounts_client.last_name, accounts_client.first_name, accounts_client.birth_date,
    accounts_client.email, accounts_client.phone, accounts_client.address, accounts_client.city) IS DISTINCT FROM
    (EXCLUDED.civility, EXCLUDED.last_name, EXCLUDED.first_name, EXCLUDED.birth_date, EXCLUDED.email, EXCLUDED.phone,
    EXCLUDED.address, EXCLUDED.city)
"""
DEVICES: Final = """
INSERT INTO accounts_smsdevice (user_id, name, phone, confirmed, challenge, tries_left, resends_left, failures,
    valid_until, created_at)
SELECT user_id, 'mobile', phone, TRUE, '', 0, 0, 0, now(), now()
FROM accounts_client WHERE establishment_id = {e} ON CONFLICT (user_id) DO NOTHING
"""
CONTRACTS: Final = """
INSERT INTO contracts_contract (establishment_id, client_id, agency_id, tariff_id, number, status, ticket_kind,
    principal, appraisal, apr, fees, pledged_on, due_on, interest_paid_until, period_started_on, late_taken,
    is_disputed, payment_is_pending, is_partly_repaid_here)
SELECT {e}, c.id, a.id, t.id, numero_contrat,
    CASE statut WHEN 'en_cours' THEN 'active' WHEN 'au_role' THEN 'on_sale_list' ELSE 'redeemed' END, 'named',
    montant_prete::numeric, estimation::numeric, replace(taeg, ',', '.')::numeric, 0, date_engagement::date,
    date_echeance::date, NULLIF(interets_payes_jusquau, '')::date, date_engagement::date, 0, FALSE, FALSE, FALSE
FROM raw_contrats r JOIN accounts_client c ON c.establishment_id = {e} AND c.client_number = r.numero_client
JOIN establishments_agency a ON a.establishment_id = {e} AND a.code = r.agence
JOIN contracts_tariff t ON t.establishment_id = {e} AND t.code = r.tarif
ON CONFLICT (establishment_id, number) DO UPDATE SET client_id = EXCLUDED.client_id, status = EXCLUDED.status,
    principal = EXCLUDED.principal, appraisal = EXCLUDED.appraisal, due_on = EXCLUDED.due_on,
    interest_paid_until = EXCLUDED.interest_paid_until
WHERE (contracts_contract.client_id, contracts_contract.status, contracts_contract.principal,
    contracts_contract.appraisal, contracts_contract.due_on, contracts_contract.interest_paid_until) IS DISTINCT FROM
    (EXCLUDED.client_id, EXCLUDED.status, EXCLUDED.principal, EXCLUDED.appraisal, EXCLUDED.due_on,
    EXCLUDED.interest_paid_until)
"""
PLEDGES: Final = """
INSERT INTO contracts_pledge (contract_id, rank, description, category, weight_g, appraisal, photo)
SELECT c.id, rang::smallint, designation, categorie, replace(poids_g, ',', '.')::numeric, estimation::numeric, ''
FROM raw_gages r JOIN contracts_contract c ON c.establishment_id = {e} AND c.number = r.numero_contrat
ON CONFLICT (contract_id, rank) DO UPDATE SET description = EXCLUDED.description, category = EXCLUDED.category,
    weight_g = EXCLUDED.weight_g, appraisal = EXCLUDED.appraisal
WHERE (contracts_pledge.description, contracts_pledge.category, contracts_pledge.weight_g, contracts_pledge.appraisal)
    IS DISTINCT FROM (EXCLUDED.description, EXCLUDED.category, EXCLUDED.weight_g, EXCLUDED.appraisal)
"""
SALES: Final = """
INSERT INTO contracts_sale (contract_id, listed_on, sale_on, place)
SELECT c.id, date_inscription::date, date_vente::date, lieu
FROM raw_ventes r JOIN contracts_contract c ON c.establishment_id = {e} AND c.number = r.numero_contrat
ON CONFLICT (contract_id) DO UPDATE SET listed_on = EXCLUDED.listed_on, sale_on = EXCLUDED.sale_on,
    place = EXCLUDED.place
WHERE (contracts_sale.listed_on, contracts_sale.sale_on, contracts_sale.place)
    IS DISTINCT FROM (EXCLUDED.listed_on, EXCLUDED.sale_on, EXCLUDED.place)
"""


def copy_and_upsert(establishment: Establishment, folder: Path) -> int:
    """How many rows there were."""
    rows = 0
    with connection.cursor() as cursor:
        for name in FILES:
            path = folder / f"{name}.csv"
            with path.open("rb") as file:
                header = file.readline().decode().strip().split(";")
                cursor.execute(f"DROP TABLE IF EXISTS raw_{name}")
                cursor.execute(f"CREATE UNLOGGED TABLE raw_{name} ({', '.join(f'{column} text' for column in header)})")
                with cursor.copy(f"COPY raw_{name} FROM STDIN (FORMAT csv, DELIMITER ';')") as copy:
                    while block := file.read(BLOCK):
                        copy.write(block)
            rows += cursor.rowcount
            cursor.execute(f"ANALYZE raw_{name}")
        cursor.execute("BEGIN")
        for statement in (LOGINS, CLIENTS, DEVICES, CONTRACTS, PLEDGES, SALES):
            cursor.execute(statement.format(e=establishment.pk))
        cursor.execute("COMMIT")
        for name in FILES:
            cursor.execute(f"DROP TABLE raw_{name}")
    return rows
