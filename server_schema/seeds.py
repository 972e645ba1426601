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
    cursor.executemany(
        "INSERT INTO number_rule (kind, prefix, date_part, digits, reset)"
        " VALUES (%s, %s, %s, %s, %s)",
        [("customer", "C-", "", 5, "never"), ("order", "SO-", "YYYY", 4, "year")],
    )
    settings = {
        "office_name": _OFFICE[language],
        "office_address": "",
        "office_phone": "",
        "office_bank": "",
        "office_bank_account": "",
        "office_terms": "",
        "language": language,
        "currency": "CNY",
        "time_zone": time_zone,
    }
    cursor.executemany(
        "INSERT INTO setting (key, value) VALUES (%s, %s)",
        [(key, json.dumps(value, ensure_ascii=False)) for key, value in settings.items()],
    )
