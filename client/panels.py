"""What the window offers, as plain tables: lists, pages of the settings, and records."""

from client.i18n import N_

LISTS = (  # key and file, icon, title, menu, class, module of its rights
    ("customers", "users", N_("Customers"), "customers", "CustomersScreen", "customer"),
    (
        *("requests", "circle-wavy-check", N_("Requests"), "customers"),
        *("RequestsScreen", "customer"),
    ),
    ("quotes", "file-text", N_("Quotes"), "sales", "QuotesScreen", "quote"),
    ("orders", "clipboard-text", N_("Sales orders"), "sales", "OrdersScreen", "order"),
    ("deliveries", "truck", N_("Deliveries"), "sales", "DeliveriesScreen", "delivery"),
    ("receipts", "receipt", N_("Receipts"), "sales", "ReceiptsScreen", "receipt"),
    ("analysis", "chart-bar-horizontal", N_("Analysis"), "analysis", "AnalysisScreen", "order"),
    (
        *("receivables", "hourglass-medium", N_("Receivables"), "analysis"),
        *("ReceivablesScreen", "receipt"),
    ),
    (
        *("statement", "notebook", N_("Statements"), "analysis"),
        *("StatementScreen", "receipt"),
    ),
    (
        *("continuity", "list-numbers", N_("Number continuity"), "analysis"),
        *("ContinuityScreen", "order"),
    ),
)
FORM_PAGES = (  # pages of the settings that are one form: key, icon, title, file, class
    ("setting", "buildings", N_("Office"), "office", "OfficeScreen"),
    ("number_rule", "hash", N_("Number rules"), "numbers", "NumbersScreen"),
)
TOOL_PAGES = (  # pages of the settings made by hand: key and file, icon, title, class, module
    ("roles", "shield-check", N_("Roles"), "RolesScreen", "operator"),
    ("bin", "recycle", N_("Recycle bin"), "BinScreen", "settings"),
    ("history", "clock-counter-clockwise", N_("History"), "HistoryScreen", "history"),
)
RECORDS = (
    ("customer", "users", N_("Customer"), "customer", "CustomerForm", "right"),
    ("quote", "file-text", N_("Quote"), "quote", "QuoteScreen", "center"),
    ("sales_order", "clipboard-text", N_("Sales order"), "order", "OrderScreen", "center"),
    ("delivery", "truck", N_("Delivery note"), "delivery", "DeliveryScreen", "center"),
    ("receipt", "receipt", N_("Receipt"), "receipt", "ReceiptScreen", "center"),
    (
        *("statement", "notebook", N_("Statement"), "statement"),
        *("StatementScreen", "center"),
    ),
)
