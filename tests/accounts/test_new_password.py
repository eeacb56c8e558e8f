"""The password that a link lets one choose: what is refused, what is taken, what its page says."""

import pytest
from django.test import Client as Browser
from doors import NEW_PASSWORD, ask_for_link, choose, enter

from accounts.models import Client


class TestTheNewPassword:
    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("onze-lettre", "au moins 12 caractères"),
            ("azertyuiop2026", "que beaucoup de gens choisissent"),
            ("a" * 129, "au plus 128 caractères"),
            ("password1234", "trop courant"),
            ("lefèvre-de-nantes", "ni votre nom"),
            ("mon 5501234567 !", "ni vos numéros"),
            ("mot de passe 2026", "ni le nom du site"),
            ("PretGage pour moi", "ni le nom du site"),
        ],
    )
    def test_what_is_guessed_first_is_refused(
        self, browser: Browser, helene: Client, password: str, words: str
    ) -> None:
        page = browser.get(ask_for_link(browser, helene)).headers["Location"]
        answer = browser.post(page, {"new_password1": password, "new_password2": password})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert password not in answer.content.decode()

    @pytest.mark.parametrize(
        "password",
        [
            "kqzvbxwmtpdé",
            "le vélo de tante Odile grince " * 4 + "toujours",
            "motus et bouche cousue",
            "山川雨雪花鳥風月春夏秋冬",
        ],
    )
    def test_anything_else_of_12_to_128_characters_is_taken(
        self, browser: Browser, helene: Client, password: str
    ) -> None:
        assert choose(browser, ask_for_link(browser, helene), password) == 200
        assert enter(browser, helene, password).status_code == 302

    def test_two_different_entries_are_refused(self, browser: Browser, helene: Client) -> None:
        page = browser.get(ask_for_link(browser, helene)).headers["Location"]
        answer = browser.post(page, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD + "x"})
        assert answer.status_code == 422
        assert "ne sont pas les mêmes" in answer.content.decode()

    def test_an_empty_form_is_refused(self, browser: Browser, helene: Client) -> None:
        page = browser.get(ask_for_link(browser, helene)).headers["Location"]
        answer = browser.post(page, {"new_password1": "", "new_password2": ""})
        assert answer.status_code == 422
        assert "Choisissez un mot de passe." in answer.content.decode()

    def test_the_page_tells_password_managers_whose_it_is(self, browser: Browser, helene: Client) -> None:
        page = browser.get(ask_for_link(browser, helene), follow=True).content.decode()
        assert 'value="5501234567" autocomplete="username"' in page
        assert page.count('autocomplete="new-password"') == 2
