"""Runs the bank's payment page until Ctrl-C."""

import errno
import os
import signal
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from testbank import server


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ArgumentTypeError("un port est un nombre entre 0 et 65535.")
    return int(text)


class Command(BaseCommand):
    help = "Démarre la page de paiement d’une banque de test. Elle s’arrête avec Ctrl-C et oublie tout."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8001, help="port sur 127.0.0.1 (8001)")
        parser.add_argument(
            "--key",
            default=os.environ.get("TESTBANK_KEY") or server.DEFAULT_KEY,
            help="clé de signature de toutes les boutiques (TESTBANK_KEY, sinon une clé publique)",
        )

    def handle(self, *, port: int, key: str, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("La banque de test ne démarre jamais en production.")
        if not key:
            raise CommandError("La clé de la banque de test est vide.", returncode=2)
        try:
            bank = server.start(port, key)
        except OSError as error:
            raise CommandError(_explain(error, port)) from error
        # A shell that starts it in the background had Ctrl-C ignored; a supervisor says SIGTERM.
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.default_int_handler)
        self.stdout.write(f"Banque de test prête\N{NO-BREAK SPACE}: {bank.url}/ (Ctrl-C pour l’arrêter)")
        self.stdout.flush()
        try:
            bank.wait()
        except KeyboardInterrupt:
            self.stdout.write("\nBanque de test arrêtée.")
        finally:
            bank.stop()


def _explain(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Le port {port} est déjà utilisé\N{NO-BREAK SPACE}: arrêtez l’autre programme, ou choisissez --port."
    return f"Le port {port} ne peut pas être ouvert\N{NO-BREAK SPACE}: choisissez --port."
