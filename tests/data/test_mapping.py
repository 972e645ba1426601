"""Headers are matched in either language, sheets by their names and headers."""

import pytest

from client.data.importing.kinds import KINDS
from client.data.importing.mapping import BadMapping, Column, guess, recognise
from client.data.reading.files import SheetInfo


def sheet(*rows, name="Sheet1", hidden=False):
    head = tuple((number, list(cells)) for number, cells in enumerate(rows, 1))
    return SheetInfo(name, hidden, len(rows), max(len(cells) for cells in rows), head)


def found(mapping):
    return {key: column.header for key, column in mapping.columns.items()}


@pytest.mark.parametrize(
    ("kind", "headers", "keys"),
    [
        ("product", ["商品编码", "商品名称", "规格", "单价"],
         ["code", "name", "specification", "unit_price"]),
        ("product", ["Product ID", "Product Name", "Quantity per Unit", "Discontinued"],
         ["code", "name", "specification", "discontinued"]),
        ("customer", ["客户编号*", "客户名称", "客户类别", "信用额度(元)", "跟进业务员"],
         ["number", "name", "type_id", "credit_limit", "owner_id"]),
        ("customer", ["CUSTOMER_NAME", "region:", "E-mail"], ["name", "region_id", "email"]),
        ("operator", ["工号", "姓名", "人员类别", "手机"],
         ["code", "name", "staff_type_id", "phone"]),
        ("contact", ["客户编号", "联系人", "职务", "是否主联系人"],
         ["customer_id", "name", "title", "is_primary"]),
        ("order", ["订单编号", "客户名称", "订单日期", "产品编码", "数量", "单价"],
         ["number", "customer_id", "order_date", "line.product_id", "line.quantity",
          "line.unit_price"]),
        ("region", ["代码", "名称", "上级代码"], ["code", "name", "parent_id"]),
    ],
)  # fmt: skip
def test_headers_of_both_languages(kind, headers, keys):
    mapping = guess(KINDS[kind], sheet(headers))
    assert mapping.missing == []
    assert found(mapping) == dict(zip(keys, headers, strict=True))


def test_a_code_is_better_than_a_name():
    headers = ["Order ID", "Customer Name", "Customer ID", "Order Date"]
    assert found(guess(KINDS["order"], sheet(headers)))["customer_id"] == "Customer ID"


def test_columns_with_the_same_header_stay_apart():
    mapping = guess(KINDS["customer"], sheet(["名称", "电话", "电话", "备注"]))
    assert mapping.columns["phone"] == Column(1, "电话")
    assert Column(2, "电话") in mapping.unused
    mapping.assign("Phone", "C")
    assert mapping.columns["phone"].index == 2
    assert mapping.columns["phone"].title == "C '电话'"


def test_the_header_need_not_be_the_first_row():
    rows = (["客户资料 2026"], [], ["名称", "电话"], ["甲公司", "010-1"])
    assert guess(KINDS["customer"], sheet(*rows)).header_row == 3
    assert guess(KINDS["customer"], sheet(*rows), 1).missing != []


def test_corrections_by_name_label_and_letter():
    mapping = guess(KINDS["customer"], sheet(["Firma", "Ort", "Tel"]))
    assert [target.key for target in mapping.missing] == ["name"]
    mapping.assign("Customer name", "firma")
    mapping.assign("电话", "c")
    assert mapping.missing == []
    assert found(mapping) == {"name": "Firma", "phone": "Tel"}
    with pytest.raises(BadMapping, match="Umsatz"):
        mapping.assign("phone", "Umsatz")
    with pytest.raises(BadMapping, match="height"):
        mapping.assign("height", "Tel")


def test_an_office_is_recognised_in_import_order():
    sheets = [
        sheet(["Order ID", "Customer ID", "Order Date"], name="Orders"),
        sheet(["Order ID", "Product ID", "Quantity"], name="Order Lines"),
        sheet(["客户编号", "客户名称", "电话"], name="客户"),
        sheet(["Customer Type"], name="Customer Types"),
        sheet(["Salesperson ID", "Territory ID"], name="Salesperson Territories"),
        sheet(["Supplier ID", "Supplier", "Phone"], name="Suppliers"),
        sheet(["客户编号", "客户名称"], name="旧客户", hidden=True),
    ]
    known, skipped = recognise(sheets)
    assert [m.kind.name for m in known] == ["customer-type", "customer", "order", "order-line"]
    assert [info.name for info in skipped] == ["Salesperson Territories", "Suppliers", "旧客户"]


@pytest.mark.parametrize("index", [0, 25, 26, 701, 702, 16383])
def test_letters(index):
    letters = {0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"}
    assert Column(index, "").letter == letters[index]
