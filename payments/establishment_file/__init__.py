"""An establishment's TOML file, read and checked before anything is written. Knows no model."""

from payments.establishment_file.bank import BankContract
from payments.establishment_file.content import (
    AgencyEntry,
    EstablishmentFile,
    read_establishment_file,
)
from web.toml_tables import FileError

__all__ = ["AgencyEntry", "BankContract", "EstablishmentFile", "FileError", "read_establishment_file"]
