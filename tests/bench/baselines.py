"""What the program is measured against: the same work by hand, on the same indexes and rights.

Nothing here is slowed down or left out on purpose; whoever finds a faster way writes it here.
Each function takes a psycopg2 connection that is logged in as the same operator.
"""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from psycopg2.extensions import connection as Connection

PAGE = 200

BARE_WINDOW = """
import sys
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow, QTableView

class Model(QAbstractTableModel):
    def rowCount(self, parent=None): return 100
    def columnCount(self, parent=None): return 10
    def data(self, index, role):
        if role == Qt.ItemDataRole.DisplayRole: return f"{index.row()} {index.column()}"

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)

app = QApplication(sys.argv)
window = Window()
for title in ("File", "Edit", "View", "Help"):
    window.menuBar().addMenu(title).addAction("Do")
table = QTableView()
model = Model()
table.setModel(model)
window.setCentralWidget(table)
dock = QDockWidget("Dock")
dock.setWidget(QLabel("Label"))
window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
window.statusBar().showMessage("ready")
window.resize(1366, 768)
window.show()
app.exec()
"""


CUSTOMER_CELLS = (
    "SELECT c.id, c.version, c.number, c.name, t.name, r.name, g.name, o.name, c.status, c.phone,"
    " coalesce(s.this_year, 0), s.last_order FROM "
)
CUSTOMER_WORDS = """
    LEFT JOIN customer_type t ON t.id = c.type_id
    LEFT JOIN region r ON r.id = c.region_id
    LEFT JOIN customer_grade g ON g.id = c.grade_id
    LEFT JOIN operator o ON o.id = c.owner_id
    LEFT JOIN LATERAL (
        SELECT max(order_date) AS last_order, sum(total) FILTER (
            WHERE order_date >= date_trunc('year', current_date) AND currency = 'CNY'
        ) AS this_year
        FROM sales_order
        WHERE customer_id = c.id AND deleted_at IS NULL AND status NOT IN ('draft', 'cancelled')
    ) s ON true
    ORDER BY c.number DESC
"""


def first_customers(connection: Connection) -> list[tuple[Any, ...]]:
    """The customer grid's first rows: references as their names, and what was bought."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            CUSTOMER_CELLS
            + "(SELECT * FROM customer WHERE deleted_at IS NULL ORDER BY number DESC LIMIT %s) c"
            + CUSTOMER_WORDS,
            [PAGE],
        )
        return cursor.fetchall()


def first_orders(connection: Connection) -> list[tuple[Any, ...]]:
    """The order grid's first rows."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.version, o.number, c.name, o.order_date, s.name, r.name, o.status,"
            " o.total, o.delivery_date, o.remarks FROM sales_order o"
            " LEFT JOIN customer c ON c.id = o.customer_id"
            " LEFT JOIN operator s ON s.id = o.salesperson_id"
            " LEFT JOIN region r ON r.id = o.customer_region_id"
            " WHERE o.deleted_at IS NULL ORDER BY o.order_date DESC, o.id DESC LIMIT %s",
            [PAGE],
        )
        return cursor.fetchall()


def all_order_ids(connection: Connection) -> bytes:
    """The ids of a million orders in their order, packed: four bytes each."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(int4send(id), ''::bytea) FROM (SELECT id FROM sales_order"
            " WHERE deleted_at IS NULL ORDER BY order_date DESC, id DESC) o"
        )
        return bytes((cursor.fetchone() or (b"",))[0])


def search_customers(connection: Connection, word: str) -> list[tuple[Any, ...]]:
    """The first hits of one word in the customers' text, as a list by number."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "WITH hits AS MATERIALIZED (SELECT id, number FROM customer"
            " WHERE deleted_at IS NULL AND (haystack LIKE %s OR owner_id = ANY"
            " (ARRAY(SELECT id FROM operator WHERE lower(name) LIKE %s)))) "
            + CUSTOMER_CELLS
            + "(SELECT id FROM hits ORDER BY number DESC LIMIT %s) found"
            + " JOIN customer c USING (id)"
            + CUSTOMER_WORDS,
            [pattern, pattern, PAGE],
        )
        return cursor.fetchall()


def save_order(connection: Connection, order: dict[str, Any]) -> int:
    """A new order with its lines, as a careful programmer without a framework would store it."""
    head = ("customer_id", "order_date", "salesperson_id", "remarks")
    line = ("product_id", "quantity", "unit_price", "discount", "tax_rate", "remarks")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO sales_order ({', '.join(head)}) VALUES (%s, %s, %s, %s) RETURNING id",
            [order[name] for name in head],
        )
        (number,) = cursor.fetchone() or (0,)
        rows = b", ".join(
            cursor.mogrify(
                "(%s, %s, %s, %s, %s, %s, %s, %s)",
                [number, position, *(row[name] for name in line)],
            )
            for position, row in enumerate(order["lines"], 1)
        )
        cursor.execute(
            b"INSERT INTO order_line (order_id, position, product_id, quantity, unit_price,"
            b" discount, tax_rate, remarks) VALUES " + rows
        )
        cursor.execute("SELECT version, total FROM sales_order WHERE id = %s", [number])
        cursor.fetchone()
        cursor.execute("SELECT * FROM order_line WHERE order_id = %s ORDER BY position", [number])
        cursor.fetchall()
    return int(number)


def paper(texts: Sequence[str], lines: Sequence[Sequence[str]], font: str) -> bytes:
    """A page with the same texts and a table of the same lines, straight on reportlab."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    if "Bare" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Bare", font, subfontIndex=0))
    buffer = io.BytesIO()
    style = ParagraphStyle("bare", fontName="Bare", fontSize=9)
    words = [Paragraph(escape(text), style) for text in texts]
    table = Table([list(row) for row in lines], repeatRows=1)
    whole = (0, 0), (-1, -1)
    table.setStyle([("FONT", *whole, "Bare", 9), ("GRID", *whole, 0.5, "black")])
    SimpleDocTemplate(buffer, pagesize=A4).build([*words, table])
    return buffer.getvalue()


def copy_customers(connection: Connection, file: io.StringIO, columns: str) -> None:
    """The rows straight into the table by COPY; as superuser, for an operator may not."""
    with connection, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY customer ({columns}) FROM STDIN", file)


SALES_BY_PERSON = (
    "SELECT salesperson_id, count(*), sum(total) FROM sales_order"
    " WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') GROUP BY 1"
)
SALES_BY_PRODUCT = (
    "SELECT l.product_id, count(*), sum(l.amount) FROM order_line l"
    " JOIN sales_order o ON o.id = l.order_id"
    " WHERE l.deleted_at IS NULL AND o.deleted_at IS NULL"
    " AND o.status NOT IN ('draft', 'cancelled') GROUP BY 1"
)


def receivables(connection: Connection) -> list[tuple[Any, ...]]:
    """What each customer owes by age today, and has paid ahead; who owes most first."""
    with connection, connection.cursor() as cursor:
        cursor.execute(RECEIVABLES)
        return cursor.fetchall()


RECEIVABLES = """
    SELECT c.id, c.number, c.name, o.name, s.current, s.d30, s.d60, s.d90, s.over, s.outstanding,
        a.advance
    FROM (
        SELECT customer_id, sum(outstanding) AS outstanding,
            sum(outstanding) FILTER (WHERE due >= day) AS current,
            sum(outstanding) FILTER (WHERE due BETWEEN day - 30 AND day - 1) AS d30,
            sum(outstanding) FILTER (WHERE due BETWEEN day - 60 AND day - 31) AS d60,
            sum(outstanding) FILTER (WHERE due BETWEEN day - 90 AND day - 61) AS d90,
            sum(outstanding) FILTER (WHERE due < day - 90) AS over
        FROM (
            SELECT customer_id, outstanding, coalesce(due_date, order_date) AS due,
                (SELECT office_today()) AS day
            FROM sales_order
            WHERE outstanding <> 0 AND deleted_at IS NULL AND currency = 'CNY'
        ) owed GROUP BY customer_id
    ) s FULL JOIN (
        SELECT customer_id, sum(advance) AS advance FROM receipt
        WHERE advance <> 0 AND deleted_at IS NULL AND currency = 'CNY' GROUP BY customer_id
    ) a USING (customer_id)
    JOIN customer c ON c.id = customer_id
    LEFT JOIN operator o ON o.id = c.owner_id
    ORDER BY s.outstanding DESC NULLS LAST, c.number
"""
