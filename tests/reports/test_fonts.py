"""Every character that people's names need is drawn, embedded, and copied out as it went in."""

import csv
import shutil
import subprocess
import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports import fonts
from reports.sheet import A4, Sheet, wrap
from tests.reports.samples import SHARED

RARE = "𠮷野家 周𬭎 䶮㐱 㛃𬘭 Ω é ￥1,234.50 (Ab)\\ <b>"


def column(name, file):
    """One column of a table of test data, where it lies beside the project."""
    path = SHARED / file
    if not path.exists():
        pytest.skip(f"no {file} beside the project")
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return [row[name] for row in csv.DictReader(rows)]


def paper(*lines):
    sheet = Sheet(A4, "t", "a", "zh_CN")
    for at, text in enumerate(lines):
        sheet.text(40, 60 + at * 14, sheet.clean(text), 9, bold=at % 2 == 1)
    return sheet.finish(lambda page, pages, copy: None)


def extracted(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_rare_characters_are_copied_out_as_they_went_in():
    found = paper(RARE, "𠮷" * 3)
    assert found.missing == ()
    assert extracted(found.pdf).strip().split("\n") == [RARE, "𠮷" * 3]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_another_reader_finds_the_same(tmp_path):
    (tmp_path / "x.pdf").write_bytes(paper(RARE).pdf)
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(tmp_path / "x.pdf"), "-"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode().strip() == RARE


def test_a_thousand_different_characters_keep_their_meaning():
    everything = [chr(code) for code in range(0x4E00, 0x4E00 + 1000)]
    lines = ["".join(everything[at : at + 40]) for at in range(0, 1000, 40)]
    assert extracted(paper(*lines).pdf).strip().split("\n") == lines


def test_all_fonts_are_embedded():
    page = PdfReader(BytesIO(paper(RARE).pdf)).pages[0]
    found = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    used = [font for font in found if font["/Subtype"] == "/TrueType"]
    assert used
    for font in found:
        assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]


def test_the_standard_table_s_rare_characters_are_all_drawn():
    characters = column("字", "cn/rare_chars.csv")
    found = paper(*characters[:50])
    assert len(characters) == 292
    assert found.missing == ()
    missing = set()
    for text in characters:
        assert fonts.drawable(text, missing) == text
    assert missing == set()


def test_awkward_texts_are_drawn_or_reported():
    for text in column("value", "text/tricky_strings.csv"):
        missing = set()
        shown = fonts.drawable(text, missing)
        assert fonts.width(shown, 9) >= 0
        assert (fonts.MISSING in shown) == bool(missing)
        kept = {char for char in unicodedata.normalize("NFC", text) if char.isprintable()}
        assert kept - missing <= set(shown)


@pytest.mark.parametrize(
    ("text", "shown", "lost"),
    [
        ("e\u0301", "é", set()),
        ("葛\U000e0100城", "葛城", set()),
        ("a\u200db\ufeff", "ab", set()),
        ("a\x00b", "a〓b", {"\x00"}),
        ("a\ud800", "a〓", {"\ud800"}),
        ("😀", "〓", {"😀"}),
        ("一\n二\t三", "一 二 三", set()),
        ("\ue863", "\ue863", set()),
    ],
)
def test_what_has_no_look_of_its_own(text, shown, lost):
    missing = set()
    assert fonts.drawable(text, missing) == shown
    assert missing == lost


def test_runs_change_font_only_where_needed():
    assert [text for _font, text in fonts.runs("周𬭎𫖮公司")] == ["周", "𬭎𫖮", "公司"]


def test_wrapping_loses_nothing_and_fits():
    text = "广州星河（贸易）有限公司，ABC-123 very long-word " + "x" * 80 + "，" * 5 + "《书名》。"
    for room in (30, 60, 111, 300):
        lines = wrap(text, room, 9)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(fonts.width(line, 9) <= room + 0.01 for line in lines)


def test_a_bracket_is_not_moved_to_a_word_that_fills_its_line():
    word = "x" * 12
    room = fonts.width(word, 9) + 3
    lines = wrap("一（" + word, room, 9)
    assert all(fonts.width(line, 9) <= room for line in lines)
    assert "".join(lines) == "一（" + word


def test_no_line_begins_with_a_comma():
    lines = wrap("一二三四五六七八九十，一二三四五六七八九十。", 90, 9)
    assert lines[1].startswith("十，")
