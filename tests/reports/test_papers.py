"""Every paper says what its document says, in order, and its amounts agree with each other."""

import io
import re
from datetime import datetime
from decimal import Decimal

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from client.data.formats import money, percent, price, quantity
from client.model.rules import capitals, rounded
from reports.fixed import Fixed
from reports.items import Text
from reports.papers import PAPERS, SIZES, Item, make, make_many, sheet_of
from resources import translator
from tests.reports import samples
from tests.reports.reading import (
    bare,
    capitals_amount,
    in_order,
    pages,
    printed_amount,
)
from tests.reports.samples import COPIES, OFFICE, line

LANGUAGES = ("en", "zh_CN")
WORD = st.text(st.sampled_from("广州AbXy17𠮷，"), min_size=1, max_size=6)
LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 999),
        code=WORD,
        name=WORD,
        unit=st.just("箱"),
        discount=st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.125")]),
        quantity=st.decimals("-99999", "99999", places=2),
        unit_price=st.decimals(0, "99999", places=4),
        tax_rate=st.sampled_from([Decimal("0.13"), Decimal("0.06"), Decimal(0)]),
        reduction=st.decimals(0, 5, places=2),
    ),
    min_size=1,
    max_size=30,
)
ANY = st.tuples(st.sampled_from(list(SIZES)), st.sampled_from(LANGUAGES))


def reduced(lines):
    """Lines as the database answers with them, the reduction of the whole spread over them."""
    return [found | {"amount": found["amount"] - found["reduction"]} for found in lines]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["order", "quote"]), ANY, LINES)
def test_priced_lines_and_their_total(kind, any_paper, lines):
    size, language = any_paper
    lines = reduced(lines)
    text = "".join(pages(make(kind, samples.document(kind, lines), OFFICE, language, size)))
    cells = []
    for found in lines:
        cells += [str(found["position"]), found["code"], found["name"], found["specification"]]
        cells += [found["unit"], quantity(found["quantity"]), price(found["unit_price"])]
        cells += [percent(found["discount"])] if found["discount"] else []
        cells += [percent(found["tax_rate"]), money(found["amount"])]
    in_order(text, cells)
    total = sum(found["amount"] for found in lines)
    assert printed_amount(text) == total
    assert capitals_amount(text) == total


@settings(max_examples=30, deadline=None)
@given(ANY, LINES)
def test_a_delivery_note_has_no_prices(any_paper, lines):
    size, language = any_paper
    document = samples.delivery(lines)
    priced = [{**mine, **found} for mine, found in zip(lines, document["lines"], strict=True)]
    paper = make("delivery", document | {"lines": priced}, OFFICE, language, size)
    text = "".join(pages(paper))
    for found in lines:
        in_order(text, [found["code"], found["name"], quantity(found["quantity"])])
    words = ("¥", "%", "人民币", "单价", "金额", "税", "Unitprice", "Amount", "Tax")
    assert not any(word in text for word in words)
    assert text == "".join(pages(make("delivery", document, OFFICE, language, size)))


@settings(max_examples=30, deadline=None)
@given(ANY, st.lists(st.decimals("0.01", "9999999", places=2), min_size=1, max_size=60))
def test_a_receipt_names_its_orders_and_its_amount(any_paper, amounts):
    size, language = any_paper
    paper = make("receipt", samples.receipt(amounts), OFFICE, language, size)
    text = "".join(pages(paper))
    in_order(text, [f"SO-{at:04}" for at in range(1, len(amounts) + 1)])
    assert printed_amount(text) == capitals_amount(text) == sum(amounts)


@settings(max_examples=30, deadline=None)
@given(ANY, st.lists(st.decimals("-999999", "9999999", places=2), max_size=60))
def test_a_statement_runs_from_opening_to_closing(any_paper, charges):
    size, language = any_paper
    document = samples.statement(charges)
    text = "".join(pages(make("statement", document, OFFICE, language, size)))
    balances = [document["opening"], *(entry["balance"] for entry in document["entries"])]
    in_order(text, map(money, balances))
    in_order(text, [entry["number"] for entry in document["entries"]])
    sums = money(document["charges"]) + money(document["credits"])
    assert translator(language)("Total").replace(" ", "") + sums in text
    assert printed_amount(text) == capitals_amount(text) == document["closing"]


@given(st.decimals("-99999999999999999999", "99999999999999999999", places=2))
def test_capitals_are_read_back(amount):
    text = f"人民币{capitals(amount)}¥"
    assert capitals_amount(text) == rounded(amount)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", PAPERS)
def test_two_readers_find_all_text_in_order(kind, size, language):
    lines, values = samples.case("rare", language)
    item = Item(kind, samples.document(kind, lines, **values), OFFICE, language, size)
    sheet = sheet_of(item)
    put_in = [
        bare("".join(item.text for item in page if isinstance(item, Text))) for page in sheet.pages
    ]
    paper = sheet.paper()
    assert paper.missing == ()
    assert pages(paper) == put_in
    with pypdfium2.PdfDocument(paper.pdf) as pdf:
        found = [sorted(bare(page.get_textpage().get_text_bounded())) for page in pdf]
    assert found == [sorted(text) for text in put_in]


@pytest.mark.parametrize("count", [1, 17, 20, 200])
@pytest.mark.parametrize("size", ["241x140", "241x93"])
@pytest.mark.parametrize("kind", PAPERS)
def test_continuous_pages_have_a_fixed_number_of_lines(kind, size, count):
    document = samples.document(kind, [line(at) for at in range(1, count + 1)])
    sheet = sheet_of(Item(kind, document, OFFICE, "zh_CN", size))
    feet = ("本页小计", "合计", "累计", "金额大写", "期末余额", "接下页", "制单", "会计", "日期")
    heights = [
        sorted(i.y for i in page if isinstance(i, Text) and i.text in ("序号", "今收到", "余额"))
        for page in sheet.pages
    ]
    assert len({tuple(found) for found in heights if found}) == 1
    grounds = [max(i.y for i in page if isinstance(i, Text)) for page in sheet.pages]
    assert len(set(grounds)) == 1
    for number, page in enumerate(sheet.pages, 1):
        texts = [item.text for item in page if isinstance(item, Text)]
        assert any(text in feet for text in texts)
        assert f"第{number}页/共{len(sheet.pages)}页" in texts
        if kind != "receipt":
            assert "本页小计" in texts
            assert ("合计" in texts) == (number == len(sheet.pages))
            assert ("累计" in texts) == (number < len(sheet.pages))


def test_page_subtotals_add_up_to_the_total():
    lines = [line(at) for at in range(1, 101)]
    sheet = sheet_of(Item("order", samples.order(lines), OFFICE, "zh_CN", "241x93"))
    subtotals = []
    for page in sheet.pages:
        texts = [item.text for item in page if isinstance(item, Text)]
        subtotals.append(Decimal(texts[texts.index("本页小计") + 2].replace(",", "")))
    assert len(subtotals) > 10
    assert sum(subtotals) == sum(found["amount"] for found in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", PAPERS)
def test_each_copy_is_a_whole_set_of_pages(kind, size):
    document = samples.document(kind, [line(at) for at in range(1, 61)])
    once = pages(make(kind, document, OFFICE, "zh_CN", size))
    names = ("存根", "客户联", "记账")
    found = pages(make(kind, document, OFFICE, "zh_CN", size, names))
    assert len(found) == 3 * len(once)
    for at, text in enumerate(found):
        page = at % len(once)
        assert f"第{page + 1}页/共{len(once)}页" in text
        name = names[at // len(once)]
        assert name in text
        assert sorted(text.replace(name, "", 1)) == sorted(once[page])


@pytest.mark.parametrize("size", SIZES)
def test_a_repeated_print_says_so_where_the_office_wants_it(size):
    document = samples.order([line(1)])
    quiet = OFFICE | {"print_repeat": False}
    assert "第2次打印" in pages(make("order", document, OFFICE, "zh_CN", size, prints=2))[0]
    assert "Printno.3" in pages(make("order", document, OFFICE, "en", size, prints=3))[0]
    assert "次打印" not in pages(make("order", document, OFFICE, "zh_CN", size, prints=1))[0]
    assert "次打印" not in pages(make("order", document, quiet, "zh_CN", size, prints=2))[0]


def test_what_is_told_below_the_total():
    more = {"whole_discount": Decimal("0.05"), "wipe_off": Decimal("0.3"), "received": Decimal(2)}
    document = samples.order([line(3)], **more, outstanding=Decimal(7))
    (text,) = pages(make("order", document, OFFICE, "zh_CN"))
    in_order(text, ["整单优惠 5%，抹零 0.30，已分摊到各行金额", "已收 2.00，本次欠款 7.00"])
    (text,) = pages(make("order", samples.order([line(3)]), OFFICE, "zh_CN"))
    assert "优惠" not in text
    assert "已收" not in text


def test_a_quotation_tells_its_revision_terms_and_account():
    (text,) = pages(make("quote", samples.quote([line(1)]), OFFICE, "en"))
    in_order(text, ["Quotation", "QT-0003 rev. 2", "Valid until", "2026-09-30"])
    in_order(text, ["All prices include tax.", "款到发货", "示例银行 0000 1111 2222"])
    in_order(text, ["Company seal", "Quoted by", "吴某", "Checked by"])
    first = samples.quote([line(1)], revision=1)
    (text,) = pages(make("quote", first, OFFICE | {"seal_box": False}, "zh_CN"))
    assert "版" not in text
    assert "盖章处" not in text


@pytest.mark.parametrize("size", SIZES)
def test_a_red_entry_and_a_voided_receipt_are_marked(size):
    (text,) = pages(make("receipt", samples.red_entry(), OFFICE, "zh_CN", size))
    in_order(
        text, ["收款收据（红字）", "冲销收据 RC-0004", "人民币负捌佰捌拾元零伍角整", "¥-880.50"]
    )
    voided = {
        "voided_by_name": "林某",
        "void_reason": "重复录入",
        "voided_at": datetime(2026, 9, 30),
    }
    document = samples.receipt([Decimal("880.50")], status="voided", **voided)
    (text,) = pages(make("receipt", document, OFFICE, "zh_CN", size))
    assert "作废：林某，2026-09-3000:00，重复录入" in text
    assert text.count("作废") == 2


@pytest.mark.parametrize("size", SIZES)
def test_what_the_head_has_no_room_for_is_told_in_full(size):
    name = "".join(chr(0x4E00 + at) for at in range(400))
    document = samples.order([line(1)], customer={"name": name[:200], "address": ""})
    document["delivery_address"] = name[200:]
    text = "".join(pages(make("order", document, OFFICE, "zh_CN", size)))
    assert name[:200] in text
    assert name[200:] in text


@pytest.mark.parametrize("size", SIZES)
def test_a_logo_is_made_small_and_a_broken_one_is_left_out(size):
    picture = io.BytesIO()
    Image.effect_noise((4000, 4200), 90).save(picture, "BMP")
    for logo, count in ((picture.getvalue() * 3, 1), (b"\x89PNG no picture", 0)):
        paper = make("order", samples.order([line(1)]), OFFICE | {"logo": logo}, "zh_CN", size)
        assert len(PdfReader(io.BytesIO(paper.pdf)).pages[0].images) == count
        assert len(paper.pdf) < 400_000


def items(count):
    kinds, sizes = list(PAPERS), list(SIZES)
    for at in range(count):
        kind = kinds[at % len(kinds)]
        document = samples.document(kind, [line(1, name=f"品名{at}号"), line(2)])
        yield Item(kind, document, OFFICE, "zh_CN", sizes[at % len(sizes)], COPIES["zh_CN"])


def test_many_documents_become_one_file():
    told = []
    target = io.BytesIO()
    made = make_many(items(30), target, "打印", told.append)
    single = [make(*item) for item in items(30)]
    assert made == (30, sum(paper.pages for paper in single), (), False)
    assert told == list(range(1, 31))
    reader = PdfReader(target)
    together = [bare(page.extract_text()) for page in reader.pages]
    assert together == [text for paper in single for text in pages(paper)]
    assert reader.metadata.title == "打印"
    # A font is embedded in parts of 256 characters, each of them once.
    assert len(re.findall(rb"/FontFile2", target.getvalue())) <= 2
    sizes = {
        (round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages
    }
    assert sizes == {(595, 842), (683, 397), (683, 264)}


def test_many_can_be_stopped_and_none_is_refused():
    target = io.BytesIO()
    made = make_many(items(30), target, progress=lambda done: done < 3)
    assert (made.documents, made.stopped) == (3, True)
    assert target.getvalue() == b""
    with pytest.raises(ValueError, match="no documents"):
        make_many([], target)


def test_a_form_of_needles_knows_its_lines():
    form = PAPERS["order"](samples.order([line(1)]), OFFICE, translator("zh_CN"))
    lines = {}
    for size in ("241x140", "241x93"):
        wide, high = SIZES[size]
        fixed = Fixed((wide * 72 / 25.4, high * 72 / 25.4), form, OFFICE, "zh_CN", translator("en"))
        fixed.sheets((), 1)
        lines[size] = fixed.lines
    assert lines["241x140"] >= 16
    assert lines["241x93"] >= 6
