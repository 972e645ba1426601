"""The sales order says on paper what it says in the database, over any number of pages."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from client.data.formats import money
from reports import papers
from tests.reports.reading import in_order, pages
from tests.reports.samples import OFFICE, line, order

HEAD = ["序号", "编码", "品名", "规格", "单位", "数量", "单价", "折扣", "税率", "金额", "备注"]
PLAIN_HEAD = [title for title in HEAD if title not in ("折扣", "备注")]
CHINESE = re.compile("[\u4e00-\u9fff]")


def order_paper(document, office, language):
    return papers.make("order", document, office, language)


def test_one_page_says_everything_in_order():
    lines = [line(1, discount=Decimal("0.05"), remarks="易碎"), line(2), line(3, unit="箱")]
    paper = order_paper(order(lines), OFFICE, "zh_CN")
    (text,) = pages(paper)
    assert paper.missing == ()
    in_order(text, [OFFICE["name"], OFFICE["address"], OFFICE["phone"], OFFICE["bank_account"]])
    in_order(
        text,
        [
            "销售单", "单号", "SO-0001", "日期", "2026-09-12", "客户", "东湖书店", "联系人", "何某",
            "电话", "000 9000 0001", "业务员", "吴某", "送货地址", "示例市东湖路2号后门",
            "交货日期", "2026-09-20", *HEAD, "1K0001", "品名第1号", "A4", "包", "1", "6.4375", "5%",
            "13%", "6.12", "易碎", "2K0002", "12.88", "3K0003", "箱", "19.31", "合计", "38.31",
            "金额大写", "人民币叁拾捌元叁角壹分", "¥38.31", "其中税额", "4.40", "备注", "第一行",
            "第二行", "条款", "货到付款", "收款账户", OFFICE["bank_account"], "制单", "林某",
            "审核", "经手", "吴某", "客户签收", "第1页/共1页",
        ],
    )  # fmt: skip
    assert "草稿" not in text
    assert "小计" not in text


@pytest.mark.parametrize("count", [45, 200, 333])
def test_many_lines_flow_over_pages(count):
    lines = [line(at) for at in range(1, count + 1)]
    paper = order_paper(order(lines), OFFICE, "zh_CN")
    texts = pages(paper)
    assert paper.pages > 1
    assert re.findall(r"K\d{4}", "".join(texts)) == [found["code"] for found in lines]
    carried = Decimal(0)
    amounts = {found["code"]: found["amount"] for found in lines}
    for number, text in enumerate(texts, 1):
        assert f"第{number}页/共{len(texts)}页" in text
        in_order(text, PLAIN_HEAD)
        if number > 1:
            assert re.search("承前页[0-9,]+" + re.escape(money(carried)), text)
        here = sum((amounts[code] for code in re.findall(r"K\d{4}", text)), Decimal(0))
        assert here, "a page without lines"
        assert re.search("本页小计[0-9,]+" + re.escape(money(here)), text)
        carried += here
    assert "合计" in texts[-1]
    assert money(carried) in texts[-1].split("合计")[1]
    assert all("人民币" not in text for text in texts[:-1])


def test_in_english_all_labels_are_english():
    plain = {"name": "East Lake Books", "number": "C-1"}
    lines = [line(at, name="Paper", unit="pack") for at in range(1, 60)]
    values = {
        "customer": plain, "contact_name": "A. B.", "salesperson": "C. D.",
        "created_by_name": "E. F.",
        "delivery_address": "2 Lake Road", "remarks": "fragile", "currency": "USD",
    }  # fmt: skip
    office = OFFICE | {"name": "South Hill", "address": "", "bank": "Bank", "terms": "Cash"}
    paper = order_paper(order(lines, **values), office, "en")
    for text in pages(paper):
        assert not CHINESE.search(text)
    assert "USD" in pages(paper)[-1]
    in_order(pages(paper)[0], ["Sales order", "Customer", "Item code", "Amount", "Subtotal of"])


def test_capitals_only_for_renminbi():
    assert "人民币" in pages(order_paper(order([line(1)]), OFFICE, "en"))[0]
    assert "人民币" not in pages(order_paper(order([line(1)], currency="USD"), OFFICE, "zh_CN"))[0]


def test_a_draft_and_a_cancelled_order_say_so():
    draft = pages(order_paper(order([line(1)], number=None, status="draft"), OFFICE, "zh_CN"))[0]
    assert draft.count("草稿") == 2
    assert "None" not in draft
    cancelled = order([line(1)], status="cancelled")
    assert "已取消" in pages(order_paper(cancelled, OFFICE, "zh_CN"))[0]


def test_text_from_outside_is_only_text():
    nasty = "<b>粗</b>&amp; '); DROP TABLE x;-- {0} %s =1+1 (a\\b)"
    lines = [
        line(1, name=nasty, remarks="a\x01b"),
        line(2, name="周𬭎 𠮷 ⼀⼆三"),
        line(3, name="😀"),
    ]
    paper = order_paper(order(lines, remarks=nasty), OFFICE, "zh_CN")
    (text,) = pages(paper)
    assert text.count(re.sub(r"\s", "", nasty)) == 2
    assert "周𬭎𠮷⼀⼆三" in text
    assert "a〓b" in text
    assert paper.missing == ("\x01", "😀")


def test_amounts_of_nothing_and_less():
    lines = [line(1, quantity=Decimal(-3)), line(2, unit_price=Decimal(0)), line(3)]
    (text,) = pages(order_paper(order(lines), OFFICE, "zh_CN"))
    in_order(text, ["-3", "-19.31", "0.00", "19.31", "合计", "零元整", "¥0.00"])
    (text,) = pages(order_paper(order(lines[:1]), OFFICE, "zh_CN"))
    in_order(text, ["人民币负壹拾玖元叁角壹分", "¥-19.31"])


def test_an_order_without_anything():
    paper = order_paper({"lines": []}, {}, "zh_CN")
    assert paper.pages == 1
    assert "None" not in pages(paper)[0]


def test_a_logo_and_a_broken_one():
    picture = BytesIO()
    Image.new("RGB", (30, 10), "black").save(picture, "PNG")
    paper = order_paper(order([line(1)]), OFFICE | {"logo": picture.getvalue()}, "zh_CN")
    assert len(PdfReader(BytesIO(paper.pdf)).pages[0].images) == 1
    broken = order_paper(order([line(1)]), OFFICE | {"logo": b"\x89PNG no picture"}, "zh_CN")
    assert len(PdfReader(BytesIO(broken.pdf)).pages[0].images) == 0


def test_long_remarks_flow_on():
    remarks = "\n".join(f"备注第{at}行" for at in range(300))
    paper = order_paper(order([line(1)], remarks=remarks), OFFICE, "zh_CN")
    assert paper.pages > 3
    in_order("".join(pages(paper)), [f"备注第{at}行" for at in range(300)])
