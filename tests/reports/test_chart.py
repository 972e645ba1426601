"""An analysis on paper has every row and figure, and turns on its side when it is wide."""

import re
from decimal import Decimal
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from reports.chart import PaperColumn, table_paper

COLUMNS = [
    PaperColumn("区域"),
    PaperColumn("订单", "integer"),
    PaperColumn("销售额", "money"),
]


def read(paper):
    reader = PdfReader(BytesIO(paper.pdf))
    return reader, [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def picture():
    buffer = BytesIO()
    Image.new("RGBA", (400, 200), (0, 90, 90, 255)).save(buffer, "PNG")
    return buffer.getvalue()


def test_grid_and_chart():
    rows = [("华南", 1234, Decimal("1234.5")), ("华东", 0, Decimal("-3")), (None, 1, None)]
    totals = [None, 1235, Decimal("1231.50")]
    paper = table_paper("区域销售额", "2026年\n全部", COLUMNS, rows, totals, picture(), "zh_CN")
    reader, (text,) = read(paper)
    assert "区域销售额2026年全部区域订单销售额华南1,2341,234.50华东0-3.001合计1,2351,231.50" in text
    assert "第1页/共1页" in text
    assert len(reader.pages[0].images) == 1
    assert reader.pages[0].mediabox.height > reader.pages[0].mediabox.width


def test_many_rows_repeat_the_head():
    rows = [(f"R{at:03}", at, Decimal(at)) for at in range(300)]
    _reader, texts = read(table_paper("t", "", COLUMNS, rows, None, None, "en"))
    assert len(texts) > 3
    assert all("区域订单销售额" in text for text in texts)
    assert re.findall(r"R\d{3}", "".join(texts)) == [row[0] for row in rows]


def test_wide_tables_lie_on_their_side():
    columns = [PaperColumn(f"Column {at}") for at in range(9)]
    rows = [["A long text in every one of the cells"] * 9]
    reader, _texts = read(table_paper("t", "", columns, rows, None, None, "en"))
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height


def test_text_is_only_text():
    _reader, (text,) = read(
        table_paper("<b>t</b>", "{0}", COLUMNS, [("=1+1", 1, Decimal(1))], None, b"x", "en")
    )
    assert "<b>t</b>{0}" in text
    assert "=1+1" in text
