"""Leaked passwords: the shipped list, the search in the operator's file, what a client reads, what does not start."""

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client as Browser
from doors import door, forget_limits, link_in, newest_mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import PASSWORD

from accounts import leaked
from accounts.leaked import LeakedListError, is_listed, is_shipped, require_ordered
from accounts.models import Client

Written = Callable[..., str]
WORDS = "Ce mot de passe a été volé sur un autre site"
UNHEARD_OF = "sept-loutres-peignent-un-phare"


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def content_of(passwords: list[str], end: str = "\r\n", *, ends: bool = True) -> bytes:
    lines = [f"{digest}:{7 ** (n % 12)}" for n, digest in enumerate(sorted({sha1(one) for one in passwords}))]
    return (end.join(lines) + (end if ends and lines else "")).encode()


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: bytes) -> str:
        path = tmp_path / "pwned.txt"
        path.write_bytes(content)
        return str(path)

    return write


class TestShipped:
    def test_it_has_more_than_the_3000_most_used_of_our_length(self) -> None:
        lines = gzip.decompress(leaked.SHIPPED.read_bytes()).decode().splitlines()
        passwords = [line for line in lines if not line.startswith("# ")]
        assert len(passwords) == len(set(passwords)) == 40_000
        assert passwords == sorted(passwords)
        assert {min(map(len, passwords)), *(len(one) <= 128 for one in passwords)} == {12, True}
        assert leaked.SHIPPED.stat().st_size < 300_000

    @pytest.mark.parametrize("password", ["sonyericsson", "Sonyericsson", "123qweasdzxc ", "mailcreated5240"])
    def test_it_is_looked_up_in_any_capitals(self, password: str) -> None:
        assert is_shipped(password)

    @pytest.mark.parametrize("password", [PASSWORD, UNHEARD_OF, "", "# The 40,000 most used passwords"])
    def test_another_is_not_in_it(self, password: str) -> None:
        assert not is_shipped(password)


class TestOperatorsFile:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        passwords=st.lists(st.text(max_size=20), max_size=60),
        other=st.text(max_size=20),
        form=st.tuples(st.sampled_from(["\r\n", "\n"]), st.booleans(), st.booleans()),
    )
    def test_all_that_are_in_it_are_found_and_no_other(
        self, written: Written, passwords: list[str], other: str, form: tuple[str, bool, bool]
    ) -> None:
        """`form`: how a line ends, whether the last one does, whether the hashes are in small letters."""
        end, ends, lowers = form
        content = content_of(passwords, end, ends=ends)
        path = written(content.lower() if lowers else content)
        assert all(is_listed(one, path) for one in passwords)
        assert is_listed(other, path) == (other in passwords)

    def test_a_look_up_reads_little(self, written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
        path = written(content_of([str(n) for n in range(20_000)]))
        reads: list[int] = []
        pread = os.pread

        def counted(file: int, size: int, start: int) -> bytes:
            reads.append(size)
            return pread(file, size, start)

        monkeypatch.setattr(os, "pread", counted)
        assert is_listed("19999", path)
        assert not is_listed(UNHEARD_OF, path)
        assert len(reads) <= 2 * Path(path).stat().st_size.bit_length()
        assert set(reads) == {126}

    def test_a_file_of_sixty_gigabytes_costs_forty_reads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A billion lines of sixty bytes, each made when it is read."""
        path = tmp_path / "large.txt"
        with path.open("wb") as large:
            large.truncate(60 * 10**9)
        step, reads = 2**160 // 10**9, []

        def pread(file: int, size: int, start: int) -> bytes:
            reads.append(start)
            lines = range(start // 60, min((start + size) // 60 + 1, 10**9))
            text = b"".join(b"%040X:%017d\r\n" % (n * step, n) for n in lines)
            return text[start % 60 : start % 60 + size]

        monkeypatch.setattr(os, "pread", pread)
        require_ordered(str(path))
        for n in (0, 1, 123_456_789, 10**9 - 1):
            with leaked._Listed(str(path)) as listed:
                reads.clear()
                assert listed.has(b"%040X" % (n * step))
                assert not listed.has(b"%040X" % (n * step + 1))
                assert len(reads) <= 2 * 37

    @pytest.mark.parametrize(
        "content", [content_of(["a"]), content_of(["a", "b", "c"]), content_of(list("abcdefgh") * 9)]
    )
    def test_the_true_one_is_taken(self, written: Written, content: bytes) -> None:
        require_ordered(written(content))
        require_ordered(written(content.replace(b"\r\n", b"\n")))
        require_ordered(written(content.rstrip()))

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"\n", b"motdepasse\n", content_of(list("abcdef")).replace(b":", b";"), b"x" * 500,
            b"\n".join(reversed(content_of(list("abcdefgh"), "\n", ends=False).split(b"\n"))),
            content_of(list("abcdef")) + b"fin\r\n", content_of(list("abcdef")) + sha1("a").encode()[:20],
            content_of(list("abcdef"))[:-2] + b"garbage\r\n", content_of(["a"]) + b"0" * 40 + b":1\r\n",
            gzip.compress(content_of(list("abcdef"))),
        ],
    )  # fmt: skip
    def test_another_is_refused(self, written: Written, content: bytes) -> None:
        with pytest.raises(LeakedListError):
            require_ordered(written(content))

    def test_what_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        for path in (tmp_path, tmp_path / "nowhere"):
            with pytest.raises(LeakedListError):
                require_ordered(str(path))

    def test_a_line_without_end_is_no_answer(self, written: Written) -> None:
        with pytest.raises(LeakedListError):
            is_listed("a", written(b"0" * 5000))


class TestJourney:
    def choose(self, browser: Browser, client: Client, password: str) -> str:
        """The page that follows."""
        forget_limits()
        browser.post(door("request_password", client), {"identifier": client.user.identifier})
        page = browser.get(link_in(newest_mail(client.email))).headers["Location"]
        answer = browser.post(page, {"new_password1": password, "new_password2": password})
        client.user.refresh_from_db()
        assert client.user.check_password(password) == (answer.status_code == 200)
        return str(answer.content.decode())

    def test_one_of_the_operators_file_is_refused_with_the_reason(
        self, browser: Browser, helene: Client, written: Written, settings: Any
    ) -> None:
        settings.LEAKED_PASSWORDS = written(content_of([UNHEARD_OF, "autre"]))
        assert WORDS in self.choose(browser, helene, UNHEARD_OF)
        assert WORDS not in self.choose(browser, helene, UNHEARD_OF + "!")

    def test_one_of_the_shipped_list_is_refused_without_any_file(self, browser: Browser, helene: Client) -> None:
        assert WORDS in self.choose(browser, helene, "mailcreated5240")
        assert WORDS not in self.choose(browser, helene, UNHEARD_OF)

    def test_a_file_that_has_gone_locks_nobody_out_and_is_logged(
        self, browser: Browser, helene: Client, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.LEAKED_PASSWORDS = "/nowhere/pwned.txt"
        assert WORDS not in self.choose(browser, helene, UNHEARD_OF)
        assert "the list of leaked passwords cannot be read" in caplog.text
        assert UNHEARD_OF not in caplog.text


def test_a_production_without_the_file_is_advised_to_have_it(settings: Any) -> None:
    def advice() -> list[str]:
        return [str(word.id) for word in run_checks(tags=["security"], include_deployment_checks=True)]

    assert "accounts.W002" in advice()
    settings.LEAKED_PASSWORDS = "/srv/pwned.txt"
    assert "accounts.W002" not in advice()
