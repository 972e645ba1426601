"""What is taken off the whole is spread over the lines, in the database as on the screen."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.data.priced import edit
from client.model import rules
from tests.server import samples
from tests.server.samples import call, document, refused

D = Decimal
PLENTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
quantities = st.decimals(D("-999.9999"), D("99999.9999"), places=4).filter(bool)
prices = st.decimals(D(0), D("99999.9999"), places=4)
rates = st.sampled_from([D(0), D("0.01"), D("0.03"), D("0.06"), D("0.09"), D("0.13")])
parts = st.decimals(D(0), D(1), places=6)
lines = st.lists(
    st.fixed_dictionaries(
        {"quantity": quantities, "unit_price": prices, "discount": parts, "tax_rate": rates}
    ),
    min_size=1,
    max_size=9,
)
wiped = st.decimals(D(0), D("99.99"), places=2)


@PLENTY
@given(lines, parts, wiped)
def test_shares_add_up_to_the_cent(found, whole_discount, wipe_off):
    bases = [rules.line_base(line) for line in found]
    shares = rules.spread(bases, whole_discount, wipe_off)
    whole = sum(bases)
    taken = rules.rounded(whole * whole_discount) + wipe_off if whole else 0
    assert sum(shares) == taken
    sums = rules.totals(found, whole_discount, wipe_off)
    assert sums.total == whole - taken
    assert sums.net_total + sums.tax_total == sums.total


@settings(PLENTY, max_examples=25)
@given(lines, parts, wiped, st.sampled_from(["save_order", "save_quote"]))
def test_screen_and_database_agree(office, of_ann, found, whole_discount, wipe_off, save):
    head = {"whole_discount": whole_discount, "wipe_off": wipe_off, "quote_date": "2026-11-21"}
    doc = document(office, of_ann, found, **head)
    stored = call(office, "ann", save, doc, None)
    typed = [edit.blank_line() | line for line in found]
    sums = edit.figures(typed, whole_discount, wipe_off)
    assert (stored["total"], stored["tax_total"]) == (sums.total, sums.tax)
    printed = stored["lines"]
    assert sum(line["amount"] for line in printed) == stored["total"]
    assert [line["reduction"] for line in printed] == list(sums.shares.values())
    for line in printed:
        base = rules.line_base(line)
        assert line["amount"] == base - line["reduction"]
        assert line["tax_amount"] == rules.line_tax(line["amount"], line["tax_rate"])


def test_large_figures_are_exact(office, of_ann):
    """A quotient of numerics with sixteen digits would miss the half by a hair."""
    found = [
        {"quantity": D("9999999"), "unit_price": D("9999.9999"), "discount": D(0)},
        {"quantity": D("3"), "unit_price": D("0.0050"), "discount": D(0)},
        {"quantity": D("7777777"), "unit_price": D("1234.5678"), "discount": D("0.333333")},
    ]
    doc = document(office, of_ann, found, whole_discount=D("0.012345"), wipe_off=D("0.07"))
    stored = call(office, "ann", "save_order", doc, None)
    bases = [rules.line_base(line) for line in found]
    shares = rules.spread(bases, D("0.012345"), D("0.07"))
    assert [line["reduction"] for line in stored["lines"]] == shares


def test_another_discount_is_spread_anew_by_sql_as_well(office, of_ann):
    doc = samples.save(office, "ann", document(office, of_ann, [samples.LINE, samples.LINE]))
    office.ask("ann", "UPDATE sales_order SET wipe_off = 0.03 WHERE id = %s", doc["id"])
    found = call(office, "ann", "order_document", doc["id"])
    assert [line["reduction"] for line in found["lines"]] == [D("0.01"), D("0.02")]
    assert found["total"] == D("39.97")
    office.ask("ann", "UPDATE sales_order SET wipe_off = 0 WHERE id = %s", doc["id"])
    found = call(office, "ann", "order_document", doc["id"])
    assert [line["reduction"] for line in found["lines"]] == [0, 0]


def test_more_than_everything_is_not_handed_out(office, of_ann):
    doc = samples.save(office, "ann", document(office, of_ann, wipe_off=D("20.01")))
    assert doc["total"] == D("-0.01")
    code, detail = refused(office, "ann", "submit_order", doc["id"], doc["version"])
    assert (code, detail) == ("KH005", "-0.01")
