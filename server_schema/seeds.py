"""What a new office begins with: ready words in its language, number rules and settings."""

import json
from typing import Any

from server_schema.rights import RIGHTS, permissions

_READY: dict[str, dict[str, tuple[str, ...]]] = {
    "zh_CN": {
        "contact_category": ("电话", "拜访", "来访接待", "微信", "邮件", "问卷"),
        "customer_grade": ("普通", "重点", "VIP"),
        "service_type": ("上门服务", "投诉", "培训", "咨询", "建议"),
        "payment_method": ("现金", "转账", "微信", "支付宝", "承兑"),
        "staff_type": ("业务员", "文员", "客服", "经理"),
        "sales_channel": ("直销", "网络", "电话", "代理"),
    },
    "en": {
        "contact_category": ("Call", "Visit", "Reception", "WeChat", "Mail", "Survey"),
        "customer_grade": ("Normal", "Key", "VIP"),
        "service_type": ("On-site service", "Complaint", "Training", "Consultation", "Suggestion"),
        "payment_method": ("Cash", "Bank transfer", "WeChat Pay", "Alipay", "Bill"),
        "staff_type": ("Salesperson", "Clerk", "Service", "Manager"),
        "sales_channel": ("Direct", "Web", "Phone", "Agent"),
    },
}
_POOL = {"zh_CN": "公海", "en": "Public pool"}
_OFFICE = {"zh_CN": "我的公司", "en": "My office"}
_COPIES = {"zh_CN": ("存根", "客户", "记账"), "en": ("File", "Customer", "Accounts")}
_NUMBERS = {  # prefix, date part, digits, reset
    "customer": ("C-", "", 5, "never"),
    "order": ("SO-", "YYYY", 4, "year"),
    "quote": ("QT-", "YYYY", 4, "year"),
    "delivery": ("DN-", "YYYY", 4, "year"),
    "receipt": ("RC-", "YYYY", 4, "year"),
}
LATER_NUMBERS = ("quote", "delivery", "receipt")  # kinds of document, and modules of their rights


def sow(cursor: Any, language: str, time_zone: str) -> None:
    """Insert it all through a superuser's cursor into an empty schema."""
    for order, rights in enumerate(RIGHTS):
        cursor.execute(
            "INSERT INTO rights_role (code, sort_order) VALUES (%s, %s)", (rights, order)
        )
    cursor.executemany(
        "INSERT INTO permission (rights, module, action) VALUES (%s, %s, %s)", permissions()
    )
    for table, names in _READY[language].items():
        for order, name in enumerate(names, 1):
            cursor.execute(
                f"INSERT INTO {table} (code, name, sort_order) VALUES (%s, %s, %s)",
                (f"{order:02}", name, order),
            )
    cursor.execute(
        "INSERT INTO operator (code, name, built_in) VALUES ('POOL', %s, true)", (_POOL[language],)
    )
    _number_rules(cursor, ("customer", "order", *LATER_NUMBERS))
    _settings(
        cursor,
        {
            "office_name": _OFFICE[language],
            "office_address": "",
            "office_phone": "",
            "office_bank": "",
            "office_bank_account": "",
            "office_terms": "",
            "language": language,
            "currency": "CNY",
            "time_zone": time_zone,
            **_later_settings(language),
        },
    )


def catch_up(cursor: Any) -> None:
    """Give an office that is at work what a new one begins with since the second revision.

    `cursor` belongs to the tables' owner. An office just being made needs nothing.
    """
    cursor.execute("SELECT value #>> '{}' FROM setting WHERE key = 'language'")
    row = cursor.fetchone()
    if row is None:
        return
    _number_rules(cursor, LATER_NUMBERS)
    _settings(cursor, _later_settings(row[0] if row[0] in _COPIES else "en"))
    cursor.executemany(
        "INSERT INTO permission (rights, module, action)"
        " SELECT code, %s, %s FROM rights_role WHERE code = %s ON CONFLICT DO NOTHING",
        [(m, a, r) for r, m, a in permissions() if m in LATER_NUMBERS],
    )


def allow_history(cursor: Any) -> None:
    """Let those see the page of all changes, in an office at work, who do so in a new one; and
    everybody phones and bank accounts, as they did before."""
    cursor.executemany(
        "INSERT INTO permission (rights, module, action)"
        " SELECT code, %s, %s FROM rights_role WHERE code = %s ON CONFLICT DO NOTHING",
        [(m, a, r) for r, m, a in permissions() if m == "history" or a in ("whole", "reveal")],
    )


def _later_settings(language: str) -> dict[str, Any]:
    return {
        "office_quote_terms": "",
        "office_seal_box": True,
        "office_copies": list(_COPIES[language]),
        "office_print_repeat": False,
        "payment_days": 30,
        "quote_valid_days": 30,
        "orders_need_approval": False,
    }


def _number_rules(cursor: Any, kinds: tuple[str, ...]) -> None:
    cursor.executemany(
        "INSERT INTO number_rule (kind, prefix, date_part, digits, reset)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [(kind, *_NUMBERS[kind]) for kind in kinds],
    )


def _settings(cursor: Any, settings: dict[str, Any]) -> None:
    cursor.executemany(
        "INSERT INTO setting (key, value) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [(key, json.dumps(value, ensure_ascii=False)) for key, value in settings.items()],
    )
