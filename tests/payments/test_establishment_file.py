"""An establishment's file, good and damaged: the place, the value and the reason of the first fault."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from establishment_toml import GOOD, LOGO, fault, read, written

from contracts.prolongation import ProlongationRules
from demo.rulebook import establishment_files
from payments.establishment_file import AgencyEntry, BankContract, FileError
from payments.establishment_file.logo import MAX_BYTES

SVG = 'xmlns="http://www.w3.org/2000/svg"'


def test_all_that_a_file_says(tmp_path: Path) -> None:
    file = read(written(tmp_path))
    assert (file.slug, file.name, file.city) == ("nantes", "Crédit Municipal de Nantes", "Nantes")
    assert (file.email, file.website, file.accent_color) == ("contact@example.fr", "https://example.fr", "#7a1f3d")
    assert file.logo_svg == LOGO
    assert file.prolongation == ProlongationRules(6, 24, 30, "due_date", "sale_list")
    url = "http://127.0.0.1:8001/vads-payment/"
    assert file.bank == BankContract("systempay", "TEST", "12345678", "NANTES_BANK_SECRET", url)
    assert not file.bearer_payable
    assert file.agencies[1] == AgencyEntry(
        "SNZ", "Agence de Saint-Nazaire", "14 quai Exemple, 44600 Saint-Nazaire", "+33261910002", ""
    )
    assert (file.tariffs[0].code, file.tariffs[0].valid_from) == ("2025-07", date(2025, 7, 1))
    assert file.tariffs[0].rules.brackets[1].rate == Decimal("0.820")


def test_phones_are_kept_in_one_writing(tmp_path: Path) -> None:
    file = read(written(tmp_path))
    assert [file.phone, *(agency.phone for agency in file.agencies)] == ["+33261910000", "+33261910001", "+33261910002"]


def test_what_may_be_missing(tmp_path: Path) -> None:
    file = read(
        written(
            tmp_path,
            ('website = "https://example.fr"\n', ""),
            ('logo = "nantes.svg"\n', ""),
            ('hours = "lun.–ven. 9\u00a0h–16\u00a0h"\n', ""),
            ('fixed_duty = "1"\n', ""),
            ('late = [{ from_day = 1, percent = "2" }, { from_day = 151, percent = "3" }]\n', ""),
        )
    )
    assert (file.website, file.logo_svg, file.agencies[0].hours) == ("", "", "")


@pytest.mark.parametrize("path", establishment_files(), ids=lambda path: path.stem)
def test_the_files_of_the_demonstration(path: Path) -> None:
    file = read(path)
    assert file.slug == path.stem
    assert file.logo_svg.startswith("<svg")
    assert (len(file.agencies), len(file.tariffs)) == (2, 2)


OPTIONAL = {"website", "logo", "hours", "fixed_duty", "late"}
REQUIRED = [line for line in GOOD.splitlines() if " = " in line and line.partition(" = ")[0] not in OPTIONAL]


@pytest.mark.parametrize("line", REQUIRED)
def test_a_missing_key_is_named(tmp_path: Path, line: str) -> None:
    error = fault(written(tmp_path, (f"{line}\n", "\n")))
    assert error.key.rpartition(".")[2] == line.partition(" = ")[0]
    assert (error.value, error.reason) == (None, "clé manquante")


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        ('"nantes"', '"Nantes"', "slug", "Nantes"),
        ('"nantes"', '"nantes\\n"', "slug", "nantes\n"),
        ('"nantes"', f'"{"n" * 41}"', "slug", "n" * 41),
        ('"nantes"', '"gestion"', "slug", "gestion"),
        ('"nantes"', "44", "slug", 44),
        ('"Nantes"', '"  "', "city", "  "),
        ('"Nantes"', "true", "city", True),
        ('"Nantes"', '"Nan\\ntes"', "city", "'Nan\\ntes'"),
        ('"Nantes"', '"\\u202eNantes"', "city", "'\\u202eNantes'"),
        ('"Nantes"', f'"{"N" * 81}"', "city", "N" * 81),
        ("02 61 91 00 00", "02 61", "phone", "02 61"),
        ("02 61 91 00 00", "rien", "phone", "rien"),
        ("contact@example.fr", "contact", "email", "contact"),
        ("https://example.fr", "javascript:alert(1)", "website", "javascript:alert(1)"),
        ("https://example.fr", "https://", "website", "https://"),
        ("https://example.fr", "https://[", "website", "https://["),
        ("https://example.fr", "https://exa mple.fr", "website", "https://exa mple.fr"),
        ("#7a1f3d", "red", "accent_color", "red"),
        ('"#7a1f3d"', '"#7a1f3d"\nsms_daily_cap = 0', "sms_daily_cap", 0),
        ('"#7a1f3d"', '"#7a1f3d"\nsms_daily_cap = 1000001', "sms_daily_cap", 1_000_001),
        ('"#7a1f3d"', '"#7a1f3d"\nsms_daily_cap = "500"', "sms_daily_cap", "500"),
        ("nantes.svg", "../nantes.svg", "logo", "../nantes.svg"),
        ("nantes.svg", "nantes.png", "logo", "nantes.png"),
        ("nantes.svg", "absent.svg", "logo", "absent.svg"),
        ("months = 6", "months = 0", "prolongation.months", 0),
        ("months = 6", "months = 25", "prolongation.months", 25),
        ("months = 6", 'months = "6"', "prolongation.months", "6"),
        ("months = 6", "months = true", "prolongation.months", True),
        ("cap_months = 24", "cap_months = 25", "prolongation.cap_months", 25),
        ("cap_months = 24", "cap_months = 5", "prolongation.cap_months", 5),
        ("window_days = 30", "window_days = -1", "prolongation.window_days", -1),
        ("window_days = 30", "window_days = 366", "prolongation.window_days", 366),
        ('"due_date"', '"hier"', "prolongation.counted_from", "hier"),
        ('"sale_list"', '"toujours"', "prolongation.payable_until", "toujours"),
        ('"systempay"', '"payfip"', "payment.site_id", "12345678"),
        ('"systempay"', '"dummy"', "payment.gateway", "dummy"),
        ("bearer_payable = false", 'bearer_payable = "non"', "payment.bearer_payable", "non"),
        ('"TEST"', '"test"', "payment.mode", "test"),
        ('"12345678"', "12345678", "payment.site_id", 12345678),
        ('"12345678"', '"1234567"', "payment.site_id", "1234567"),
        ('"12345678"', '"١٢٣٤٥٦٧٨"', "payment.site_id", "١٢٣٤٥٦٧٨"),
        ("NANTES_BANK_SECRET", "nantes secret", "payment.secret_env", "nantes secret"),
        ('"NTE"', f'"{"N" * 21}"', "agencies[1].code", "N" * 21),
        ('"SNZ"', '"NTE"', "agencies[2].code", "NTE"),
        ("0033 2.61.91.00.02", "7", "agencies[2].phone", "7"),
        ("2025-07-01", '"2025-07-01"', "tariffs[1].valid_from", "2025-07-01"),
        ('rate = "0.820"', "rate = 0.820", "tariffs[1].brackets[2].rate", 0.820),
        ('count = "month"', 'count = "week"', "tariffs[1].count", "week"),
        ("from_day = 151", "from_day = 1", "tariffs[1].late[2].from_day", 1),
    ],
)
def test_a_bad_value_is_named_with_its_place(tmp_path: Path, old: str, new: str, key: str, value: object) -> None:
    error = fault(written(tmp_path, (old, new)))
    assert (error.key, error.value) == (key, value)


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ('slug = "nantes"', ""),
        ("window_days = 30", "prolongation."),
        ("bearer_payable = false", "payment."),
        ('code = "NTE"', "agencies[1]."),
        ("started = true", "tariffs[1]."),
    ],
)
def test_an_unknown_key_is_an_error(tmp_path: Path, before: str, place: str) -> None:
    error = fault(written(tmp_path, (before, f"{before}\ncouleur = 3")))
    assert (error.key, error.value, error.reason) == (f"{place}couleur", 3, "clé inconnue")


def test_a_tariff_s_code_is_given_once(tmp_path: Path) -> None:
    path = written(tmp_path)
    tariff = GOOD[GOOD.index("[[tariffs]]") :]
    path.write_text(GOOD + tariff, "utf-8")
    assert fault(path).key == "tariffs[2].code"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (GOOD[: GOOD.index("[[agencies]]")] + GOOD[GOOD.index("[[tariffs]]") :], "agencies"),
        ("agencies = []\n" + GOOD[: GOOD.index("[[agencies]]")] + GOOD[GOOD.index("[[tariffs]]") :], "agencies"),
        ("tariffs = [1]\n" + GOOD[: GOOD.index("[[tariffs]]")], "tariffs"),
        ("payment = 1\n" + GOOD[: GOOD.index("[payment]")] + GOOD[GOOD.index("[[agencies]]") :], "payment"),
    ],
)
def test_tables_are_tables(tmp_path: Path, text: str, key: str) -> None:
    path = written(tmp_path)
    path.write_text(text, "utf-8")
    assert fault(path).key == key


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "fichier illisible"),
        (b"\xff\xfe", "UTF-8"),
        (b'slug = "nantes', "pas du TOML"),
        (b'slug = "a"\nslug = "b"', "pas du TOML"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "nantes.toml"
    if content is not None:
        path.write_bytes(content)
    error = fault(path)
    assert (error.key, error.value) == ("", None)
    assert reason in str(error)


def test_a_mark_at_the_start_of_the_file_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path).slug == "nantes"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileError("slug", "Nantes", "des minuscules"), "slug\u00a0: des minuscules (trouvé\u00a0: Nantes)"),
        (FileError("slug", None, "clé manquante"), "slug\u00a0: clé manquante"),
        (FileError("", None, "illisible"), "illisible"),
        (FileError("a", "b" * 500, "court"), f"a\u00a0: court (trouvé\u00a0: {'b' * 120})"),
    ],
)
def test_the_words_of_a_fault(error: FileError, words: str) -> None:
    assert str(error) == words


@pytest.mark.parametrize(
    "logo",
    [
        f"<svg {SVG}><script>alert(1)</script></svg>",
        f'<svg {SVG}><s:script xmlns:s="http://www.w3.org/2000/svg"/></svg>',
        f'<svg {SVG} onload="alert(1)"/>',
        f'<svg {SVG}><path OnClick="alert(1)"/></svg>',
        f"<svg {SVG}><foreignObject/></svg>",
        f'<svg {SVG}><image href="https://example.fr/a.png"/></svg>',
        f'<svg {SVG}><use href="#a"/></svg>',
        f'<svg {SVG}><a href="https://example.fr"/></svg>',
        f'<svg {SVG}><set attributeName="href" to="x"/></svg>',
        f'<svg {SVG} xmlns:x="http://www.w3.org/1999/xlink"><linearGradient x:href="https://example.fr/#a"/></svg>',
        f'<svg {SVG} xml:base="https://example.fr/"/>',
        f'<svg {SVG}><path fill="url(https://example.fr/a)"/></svg>',
        f'<svg {SVG}><path style="fill: URL( &quot;//example.fr/a&quot;)"/></svg>',
        f'<svg {SVG}><path style="fill:u\\72l(//example.fr)"/></svg>',
        f"<svg {SVG}><style>@import 'https://example.fr/a.css'</style></svg>",
        f"<svg {SVG}><style>path {{ fill: ur<!-- -->l(//example.fr/a) }}</style></svg>",
        f"<svg {SVG}><style><![CDATA[path {{ fill: image-set('//example.fr/a' 1x) }}]]></style></svg>",
        f'<svg {SVG}><html xmlns="http://www.w3.org/1999/xhtml"/></svg>',
        f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {SVG}><text>&a;</text></svg>',
        f'<!DOCTYPE svg SYSTEM "https://example.fr/a.dtd"><svg {SVG}/>',
        f'<?xml-stylesheet href="https://example.fr/a.css"?><svg {SVG}/>',
        f'<?xml version="1.0" encoding="UTF-7"?><svg {SVG}/>',
        f"<svg {SVG}>",
        "<svg/>",
        f"<g {SVG}/>",
        "",
        f"<svg {SVG}><text>é</text></svg>".encode("latin-1"),
        f"<svg {SVG}>{' ' * MAX_BYTES}</svg>",
    ],
)
def test_a_logo_only_draws(tmp_path: Path, logo: str | bytes) -> None:
    error = fault(written(tmp_path, logo=logo))
    assert (error.key, error.value) == ("logo", "nantes.svg")
    assert "logo" in error.reason


@pytest.mark.parametrize(
    "logo",
    [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg {SVG}><title>Crédit</title></svg>',
        f'<?xml version="1.0"?><svg {SVG} role="img" aria-label="Crédit Municipal"/>',
        f'<svg {SVG}><linearGradient id="a"/><path fill="url(#a)" style="stroke: url( \'#a\' )"/></svg>',
        f"<svg {SVG}><style>.a {{ fill: red }} .b {{ fill: url( #a ) }}</style><text><tspan>A</tspan></text></svg>",
        f'<svg {SVG} xmlns:x="http://www.w3.org/1999/xlink"><linearGradient x:href="#a"/></svg>',
    ],
)
def test_a_plain_drawing_is_kept_as_it_is(tmp_path: Path, logo: str) -> None:
    assert read(written(tmp_path, logo=logo)).logo_svg == logo
