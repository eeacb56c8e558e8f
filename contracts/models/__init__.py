"""Contracts, their objects, tariffs and sales. The back office is the master of a contract."""

from contracts.models.calendar import CalendarLink
from contracts.models.contract import Contract, Pledge
from contracts.models.import_run import ImportRun
from contracts.models.photo import PledgePhoto
from contracts.models.reminder import Reminder
from contracts.models.request import ClientRequest
from contracts.models.sale import Sale
from contracts.models.tariff import Tariff

__all__ = [
    "CalendarLink",
    "ClientRequest",
    "Contract",
    "ImportRun",
    "Pledge",
    "PledgePhoto",
    "Reminder",
    "Sale",
    "Tariff",
]
