"""The receipt, read back by another library: what it says, how it is tagged, what no name can break."""

import json
import logging
import re
import unicodedata
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_reader import (
    PAINTING,
    attributes,
    elements,
    glyphs,
    operations,
    squeezed,
    unicode_map,
)
from receipt_reader import opened, text_of

from payments.receipts.pdf import ReceiptContent, ReceiptLine, render_receipt
from web.printing.glyphs import FONTS, printable

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><circle cx="18" cy="18" r="18"/></svg>'
PROLONGED = ReceiptLine(
    contract_number="V0002",
    interest=Decimal("1224.56"),
    fixed_duty=Decimal("10.00"),
    late=Decimal("0.00"),
    fee=Decimal("0.00"),
    total=Decimal("1234.56"),
    interest_paid_until=date(2026, 11, 23),
    new_due_on=date(2027, 6, 2),
)
UNMOVED = replace(PROLONGED, contract_number="V0001", new_due_on=None)
RECEIPT = ReceiptContent(
    number="2026-000123",
    establishment="Crédit Municipal de Nantes",
    city="Nantes",
    address="2 rue Exemple, 44000 Nantes",
    phone="+33240000000",
    email="contact@example.fr",
    accent_color="#7a1f3d",
    logo_svg=SVG,
    client_name="Hélène Lefèvre",
    client_number="004217",
    paid_at=datetime(2026, 11, 23, 13, 5, tzinfo=UTC),
    amount=Decimal("1234.56"),
    reference="PG8F2K7Q1ZX94TB03LMNPR",
    bank_reference="9f4c1d20b7",
    lines=(PROLONGED,),
)


class TestStandards:
    def test_says_that_it_is_pdf_a_2a_and_pdf_ua_1(self) -> None:
        with opened(RECEIPT) as document:
            metadata = document.open_metadata()
            assert metadata["pdfaid:part"] + metadata["pdfaid:conformance"] == "2A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == document.docinfo.Title == "Reçu de paiement n°\u00a02026-000123"
            root = document.Root
            assert bool(root.MarkInfo.Marked)
            assert root.Lang == "fr-FR"
            assert bool(root.ViewerPreferences.DisplayDocTitle)
            assert [intent.S for intent in root.OutputIntents] == ["/GTS_PDFA1"]
            assert root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
            assert not document.is_encrypted
            assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root.keys())

    def test_embeds_every_font_with_its_unicode_table(self) -> None:
        with opened(RECEIPT) as document:
            fonts = [font for page in document.pages for font in page.Resources.Font.values()]
            assert fonts
            for font in fonts:
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
                assert unicode_map(font)

    def test_paints_nothing_outside_the_tags(self) -> None:
        with opened(RECEIPT) as document:
            for page in document.pages:
                depth = 0
                for operator, _ in operations(page):
                    depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
                    assert depth > 0 or operator not in PAINTING
                assert depth == 0

    def test_tags_title_headings_logo_and_table(self) -> None:
        with opened(RECEIPT) as document:
            tree = document.Root.StructTreeRoot
            found = list(elements(tree.K))
            kinds = [str(element.S) for element in found]
            assert tree.RoleMap.Title
            assert kinds.count("/Title") == 1
            headings = [str(element.T) for element in found if element.S == "/H1"]
            assert headings == ["Payé par", "Reçu par", "Ce que ce paiement règle"]
            assert [str(e.Alt) for e in found if e.S == "/Figure"] == ["Logo\u00a0: Crédit Municipal de Nantes"]
            headers = [attributes(element) for element in found if element.S == "/TH"]
            assert [header["/Scope"] for header in headers] == ["/Column"] * 6
            assert all(attributes(element)["/Headers"] for element in found if element.S == "/TD")
            assert [kinds.count(kind) for kind in ("/Table", "/THead", "/TBody", "/TFoot", "/TR")] == [1, 1, 1, 1, 3]


class TestWords:
    def test_says_who_paid_whom_when_and_how_much(self) -> None:
        text = text_of(RECEIPT)
        for words in (
            "Reçu de paiement n°~2026-000123",
            "Crédit Municipal de Nantes 02~40~00~00~00 contact@example.fr",
            "Somme reçue 1~234,56~€ Payée en ligne le 23~novembre~2026 à~14~h~05.",
            "Référence du paiement PG8F2K7Q1ZX94TB03LMNPR Référence de la banque 9f4c1d20b7",
            "Payé par Hélène Lefèvre Client n°~004217",
            "Reçu par Crédit Municipal de Nantes 2 rue Exemple, 44000 Nantes",
            "Contrat Intérêts Droit fixe Retard Frais Total",
            "Fait à Nantes, le 23~novembre~2026. Ce reçu est valable sans signature. Conservez-le.",
            "Page~1 sur~1",
        ):
            assert squeezed(words) in text

    def test_says_what_each_contract_becomes_and_adds_up(self) -> None:
        text = text_of(replace(RECEIPT, lines=(PROLONGED, UNMOVED), amount=Decimal("2469.12")))
        paid = "Intérêts payés jusqu’au 23~novembre~2026."
        sums = "1~224,56~€ 10,00~€ 0,00~€ 0,00~€ 1~234,56~€"
        assert squeezed(f"V0002 {paid} Nouvelle échéance~: 2~juin~2027. {sums}") in text
        assert squeezed(f"V0001 {paid} L’échéance ne change pas. {sums}") in text
        assert squeezed("Total payé 2~449,12~€ 20,00~€ 0,00~€ 0,00~€ 2~469,12~€") in text

    def test_says_when_a_contract_did_not_move(self) -> None:
        text = text_of(replace(RECEIPT, lines=(replace(UNMOVED, interest_paid_until=None),)))
        assert squeezed("Ce contrat n’a pas changé.") in text
        assert squeezed("Intérêts payés jusqu’au") not in text

    def test_is_dated_in_paris(self) -> None:
        text = text_of(replace(RECEIPT, paid_at=datetime(2026, 7, 31, 22, 7, tzinfo=UTC)))
        assert squeezed("le 1er~août~2026 à~0~h~07.") in text
        assert squeezed("Fait à Nantes, le 1er~août~2026.") in text

    def test_leaves_out_what_is_not_known(self) -> None:
        text = text_of(replace(RECEIPT, bank_reference="", client_number="", phone=""))
        assert "Référencedupaiement" in text
        assert "Référencedelabanque" not in text
        assert "Clientn°" not in text

    def test_is_discreet(self) -> None:
        with opened(RECEIPT) as document:
            everything = text_of(RECEIPT) + str(document.open_metadata()) + str(document.docinfo)
        plain = unicodedata.normalize("NFD", everything.casefold())
        letters = "".join(char for char in plain if not unicodedata.combining(char))
        assert "recudepaiement" in letters
        assert not [word for word in ("gage", "bijou", "pret", "vente", "enchere") if word in letters]


class TestSameContentSameBytes:
    def test_two_renders_are_equal(self) -> None:
        first = render_receipt(RECEIPT)
        assert render_receipt(replace(RECEIPT, client_name="Autre")) != first
        assert render_receipt(RECEIPT) == first

    def test_another_process_makes_the_same_from_the_stored_content(self) -> None:
        content = replace(RECEIPT, lines=(PROLONGED, UNMOVED))
        restored = ReceiptContent.from_json(json.loads(json.dumps(content.to_json())))
        assert restored == content
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            assert process.submit(render_receipt, restored).result() == render_receipt(content)

    def test_the_document_bears_the_day_of_the_payment(self) -> None:
        with opened(RECEIPT) as document:
            assert document.docinfo.CreationDate == document.docinfo.ModDate == "D:20261123130500Z"

    def test_threads_do_not_disturb_each_other(self) -> None:
        contents = [replace(RECEIPT, number=f"2026-{index:06}") for index in range(24)]
        alone = [render_receipt(content) for content in contents]
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(render_receipt, contents)) == alone

    def test_a_moment_without_a_time_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            replace(RECEIPT, paid_at=RECEIPT.paid_at.replace(tzinfo=None))


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Nguyễn Thị Hồng Ánh",
            "Ελένη Παπαδοπούλου",
            "Владимир Жуковский",
            "Ağaoğlu Şükrü Łukasz Ørsted",
            "Արամ Խաչատրյան",
            '#eval("1+1") #panic() *gras* $x^2$ _i_ <étiquette> @renvoi // \\ `code` = titre ~ --- "',
        ],
    )
    def test_are_printed_as_they_are(self, name: str) -> None:
        assert squeezed(f"Payé par {name} Client") in text_of(replace(RECEIPT, client_name=name))

    def test_arabic_is_joined_and_reads_from_right_to_left(self) -> None:
        with opened(replace(RECEIPT, client_name="ههه عبد")) as document:
            arabic = [glyph for glyph in glyphs(document.pages[0]) if unicodedata.bidirectional(glyph.text[0]) == "AL"]
        assert "".join(glyph.text for glyph in arabic) == "دبعههه"
        assert {glyph.font.split("+")[-1] for glyph in arabic} == {"NotoSansArabic-Regular"}
        assert len({glyph.code for glyph in arabic if glyph.text == "ه"}) == 3, "initial, medial and final forms differ"

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Müller 李小龍 🎉 Kim", "Müller □□□ □ Kim"),
            ("a\x00b\x07c\ud800d\uf6c5e\uffff", "a□b□c□d□e□"),
            ("Zoé\n\tMarie  Anne", "Zoé Marie Anne"),
            ("H\u202eele\u200bne\u00ad", "Helene"),
            ("He\u0301le\u0300ne", "Hélène"),
            ("Zoe\u0656", "Zo□"),
            ("\u0656Zoé \u0301", "□Zoé□"),
        ],
    )
    def test_what_no_font_draws_becomes_a_square(self, name: str, expected: str) -> None:
        assert printable(name) == expected
        assert squeezed(f"Payé par {expected} Client") in text_of(replace(RECEIPT, client_name=name))

    def test_an_endless_word_is_cut_to_its_column_and_stays_whole_when_copied(self) -> None:
        name = "W" * 200
        with opened(replace(RECEIPT, client_name=name)) as document:
            drawn = list(glyphs(document.pages[0]))
        letters_by_line = Counter(glyph.height for glyph in drawn if glyph.text == "W")
        assert set(letters_by_line.values()) == {20}
        assert name in "".join(glyph.text for glyph in drawn)

    @settings(max_examples=60, deadline=None)
    @given(st.text(st.characters(), max_size=80), st.text(st.characters(max_codepoint=0xFFFF), max_size=80))
    def test_no_text_stops_a_receipt(self, one: str, other: str) -> None:
        line = replace(PROLONGED, contract_number=other)
        content = replace(
            RECEIPT,
            number=one,
            establishment=other,
            city=one,
            address=other,
            phone=one,
            email=other,
            accent_color=one,
            client_name=other,
            client_number=one,
            reference=other,
            bank_reference=one,
            lines=(line,),
        )
        with opened(content) as document:
            assert document.open_metadata()["pdfuaid:part"] == "1"


class TestLook:
    @pytest.mark.parametrize(
        "svg",
        [
            "<svg",
            "pas une image",
            '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>',
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/hosts" width="9"/></svg>',
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">李</text></svg>',
        ],
    )
    def test_a_broken_logo_is_left_out_and_logged(self, svg: str, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            assert render_receipt(replace(RECEIPT, logo_svg=svg)) == render_receipt(replace(RECEIPT, logo_svg=""))
        assert ["2026-000123" in record.getMessage() for record in caplog.records] == [True]

    @pytest.mark.parametrize("accent", ["#ffdd00", "#ffffff", "#00ff66", "#00e5ff", "#7a1f3d", "#000000", "rouge"])
    def test_every_text_reads_on_white_whatever_the_accent(self, accent: str) -> None:
        with opened(replace(RECEIPT, accent_color=accent)) as document:
            assert min(glyph.contrast_on_white for glyph in glyphs(document.pages[0])) >= 4.5

    def test_thirty_contracts_fill_two_pages_with_the_header_on_each(self) -> None:
        lines = tuple(replace(PROLONGED, contract_number=f"V{index:04}") for index in range(30))
        with opened(replace(RECEIPT, lines=lines)) as document:
            pages = ["".join(glyph.text for glyph in glyphs(page)) for page in document.pages]
        assert len(pages) == 2
        assert [page.count("Droit fixe") for page in pages] == [1, 1]
        assert re.findall(r"V\d{4}", "".join(pages)) == [line.contract_number for line in lines]
        assert "Conservez-le." in pages[1]

    def test_the_fonts_come_with_their_licences_and_stay_small(self) -> None:
        assert sum(path.stat().st_size for path in FONTS.iterdir()) < 3_000_000
        licences = "".join(path.read_text() for path in FONTS.glob("LICENSE-*.txt"))
        assert all(path.name in licences for path in FONTS.glob("*.ttf"))
