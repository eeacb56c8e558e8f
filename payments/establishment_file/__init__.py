"""An establishment's TOML file, read and checked before anything is written. Knows no model."""

from payments.establishment_file.bank import BankContract
from payments.establishment_file.content import (
    AgencyEntry,
    EstablishmentFile,
    TariffEntry,
    read_establishment_file,
)
from payments.establishment_file.tables import FileError

__all__ = ["AgencyEntry", "BankContract", "EstablishmentFile", "FileError", "TariffEntry", "read_establishment_file"]
