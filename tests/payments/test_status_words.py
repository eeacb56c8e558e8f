"""What a payment's page says to who waits or was refused: three steps, when it looks again, what to do next."""

import re
from datetime import timedelta

import pytest
import time_machine
from browsers import log_in
from django.test import Client as Browser
from paying import ACCEPTED, CANCELLED, REFUSED, SILENT, TECHNICAL, bank_says, hear, paid, started
from payment_pages import CHOOSE, LIST, html, page_of

from accounts.models import Client
from contracts.models import Contract
from payments.actions.settle import Forged
from payments.actions.settle import hear as heard
from payments.models import PaymentAttempt
from payments.refusals import ANY, WORDS, words_for
from payments.waiting import LOOKS, NextLook, Step, next_look, steps_of

RETRY = "Recommencer le paiement"
REFRESHES = re.compile(r'<noscript><meta http-equiv="refresh" content="(\d+); url=\?vu=(\d+)"></noscript>')


class TestNextLook:
    def test_it_slows_down_and_ends(self) -> None:
        seconds, seen = [], "0"
        while look := next_look("redirected", seen):
            seconds.append(look.seconds)
            seen = str(look.seen)
        assert seconds == [5, 10, 20, 30, 30, 60, 60] == sorted(seconds)

    @pytest.mark.parametrize("looks", LOOKS.values())
    def test_the_session_of_a_forgotten_page_ends(self, looks: tuple[int, ...]) -> None:
        assert sum(looks) < 15 * 60

    @pytest.mark.parametrize("seen", ["", "-1", "x", "1e3", "²", "٣", "9" * 400])
    def test_what_is_no_count_is_none(self, seen: str) -> None:
        assert next_look("pending", seen) == NextLook(20, 1, 4)

    @pytest.mark.parametrize("state", ["refused", "cancelled", "expired", "error", "paid"])
    def test_what_has_ended_is_not_looked_at_again(self, state: str) -> None:
        assert next_look(state, "") is None


class TestSteps:
    def test_received_then_checked_then_credited(self) -> None:
        def wheres(state: str) -> list[str]:
            return [step.where for step in steps_of(state, contracts=1, all_moved=True)]

        assert wheres("redirected") == wheres("pending") == ["done", "now", "later"]
        assert wheres("paid") == ["done", "done", "done"]
        assert wheres("refused") == []

    def test_a_contract_that_did_not_follow_is_not_called_done(self) -> None:
        assert steps_of("paid", contracts=1, all_moved=False)[-1] == Step("L’agence s’occupe du contrat", "now")

    def test_several_contracts(self) -> None:
        assert steps_of("pending", contracts=2, all_moved=False)[-1].words == "Contrats mis à jour"


class TestRefusals:
    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            ("vads_auth_result=51", "relever le plafond"),
            ("vads_auth_result=54", "fin de validité"),
            ("vads_auth_result=33", "fin de validité"),
            ("vads_auth_result=14", "numéro de la carte"),
            ("vads_auth_result=91", "n’a pas répondu"),
            ("vads_auth_result=&vads_threeds_status=N", "confirmation"),
            ("vads_auth_result=57", "sur Internet"),
        ],
    )
    def test_a_reason_is_told_with_what_to_do(self, raw: str, words: str) -> None:
        assert words in words_for(raw)

    @pytest.mark.parametrize("raw", ["", "vads_auth_result=05", "vads_auth_result=43", "vads_auth_result=zz", "%%%=&;"])
    def test_the_rest_is_for_the_bank_to_tell(self, raw: str) -> None:
        assert words_for(raw) == ANY

    @pytest.mark.parametrize("words", [ANY, *set(WORDS.values())])
    def test_nobody_is_shamed_or_frightened(self, words: str) -> None:
        assert not re.search("provision|solde|fraude|vol|perdu|interdit|argent|erreur|code [0-9]", words)
        assert re.search("carte|téléphone", words)


@pytest.mark.usefixtures("morning", "merchant")
class TestPage:
    def test_it_looks_again_without_scripts_later_and_later(
        self, helene_browser: Browser, attempt: PaymentAttempt
    ) -> None:
        first = html(helene_browser.get(page_of(attempt)))
        assert REFRESHES.findall(first) == [("5", "1")]
        assert REFRESHES.findall(html(helene_browser.get(f"{page_of(attempt)}?vu=3"))) == [("30", "4")]
        assert 'href="?vu=7"' in first, "who reads slowly stops it"

    def test_then_it_offers_to_look(self, helene_browser: Browser, attempt: PaymentAttempt) -> None:
        page = html(helene_browser.get(f"{page_of(attempt)}?vu=7"))
        assert not REFRESHES.search(page)
        assert f'href="{page_of(attempt)}">Actualiser</a>' in page

    @pytest.mark.parametrize("answer", [ACCEPTED, REFUSED, CANCELLED, TECHNICAL])
    def test_an_answer_ends_it_whatever_the_address_says(
        self, helene_browser: Browser, attempt: PaymentAttempt, answer: dict[str, str]
    ) -> None:
        hear(attempt, answer)
        page = html(helene_browser.get(f"{page_of(attempt)}?vu=0"))
        assert "refresh" not in page
        assert "Actualiser" not in page

    def test_under_way_it_offers_no_payment(self, helene_browser: Browser, attempt: PaymentAttempt) -> None:
        for answer in ({}, SILENT):
            if answer:
                hear(attempt, answer)
            for page in (html(helene_browser.get(page_of(attempt))), html(helene_browser.get(LIST))):
                assert RETRY not in page
                assert not re.search(r'class="button[^>]*href="[^"]*/payer/', page)

    def test_the_step_it_is_at_is_said_to_who_listens(self, helene_browser: Browser, attempt: PaymentAttempt) -> None:
        hear(attempt, SILENT)
        assert 'class="now" aria-current="step">Elle le vérifie<span' in html(helene_browser.get(page_of(attempt)))


@pytest.mark.usefixtures("morning", "merchant")
class TestRefused:
    def test_the_reason_of_the_last_try(self, helene_browser: Browser, attempt: PaymentAttempt) -> None:
        hear(attempt, REFUSED)
        assert "relever le plafond" in html(helene_browser.get(page_of(attempt)))
        hear(attempt, REFUSED, vads_auth_result="54")
        assert "fin de validité" in html(helene_browser.get(page_of(attempt)))

    def test_never_the_reason_that_a_forger_gives(self, helene_browser: Browser, attempt: PaymentAttempt) -> None:
        hear(attempt, REFUSED, vads_auth_result="05")
        raw = bank_says(attempt, REFUSED, key="faux")
        assert heard(establishment=attempt.establishment, raw=raw, by="bank") == Forged()
        assert ANY in html(helene_browser.get(page_of(attempt)))

    def test_one_may_try_again(self, helene_browser: Browser, attempt: PaymentAttempt, ring: Contract) -> None:
        hear(attempt, REFUSED)
        assert f'href="{CHOOSE}?contract={ring.number}">{RETRY}</a>' in html(helene_browser.get(page_of(attempt)))

    @pytest.mark.parametrize("answer", [{}, SILENT])
    def test_not_while_another_try_is_under_way(
        self, helene_browser: Browser, helene: Client, attempt: PaymentAttempt, ring: Contract, answer: dict[str, str]
    ) -> None:
        hear(attempt, REFUSED)
        other = started(helene, ring)
        if answer:
            hear(other, answer)
        page = html(helene_browser.get(page_of(attempt)))
        assert RETRY not in page
        assert "Un autre paiement est en cours" in page
        assert page_of(other) in page

    def test_not_once_another_try_is_paid(
        self, helene_browser: Browser, helene: Client, attempt: PaymentAttempt, ring: Contract
    ) -> None:
        hear(attempt, REFUSED)
        other = paid(helene, ring)
        page = html(helene_browser.get(page_of(attempt)))
        assert RETRY not in page
        assert "Vous avez payé depuis" in page
        assert page_of(other) in page

    def test_again_once_the_other_try_has_expired(
        self,
        helene_browser: Browser,
        helene: Client,
        attempt: PaymentAttempt,
        ring: Contract,
        morning: time_machine.Traveller,
    ) -> None:
        hear(attempt, REFUSED)
        started(helene, ring)
        morning.shift(timedelta(minutes=20))
        log_in(helene_browser, helene)
        assert RETRY in html(helene_browser.get(page_of(attempt)))

    def test_what_was_paid_before_is_another_matter(
        self, helene_browser: Browser, helene: Client, ring: Contract, morning: time_machine.Traveller
    ) -> None:
        paid(helene, ring)
        Contract.objects.update(fees=10)
        morning.shift(timedelta(minutes=1))
        attempt = started(helene, ring)
        hear(attempt, REFUSED)
        assert RETRY in html(helene_browser.get(page_of(attempt)))
