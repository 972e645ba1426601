"""Who may call which function of the database, and whose rights each runs with.

A SECURITY DEFINER function sees every row, so each is listed here and makes its own checks.
"""

# Called by operators. All other functions are called by triggers or by these.
CALLABLE = frozenset(
    (
        "assign_customers",
        "bin_on",
        "can",
        "cancel_order",
        "delete_records",
        "end_sessions",
        "hold_customer",
        "import_customers",
        "import_orders",
        "import_taken",
        "may_see",
        "me",
        "module_of",
        "my_rights",
        "new_import_job",
        "office_today",
        "operator_document",
        "order_document",
        "order_fate",
        "record_history",
        "reserve_numbers",
        "restore_records",
        "save_lines",
        "save_operator",
        "save_order",
        "set_deputy",
        "set_login",
        "set_my_password",
        "set_permission",
        "setting_text",
        "share_customer",
        "shared_customers",
        "submit_order",
        "visible_operators",
    )
)

# Owned by the role that may touch operators' roles; the rest belongs to the tables' owner.
OF_ROLES = frozenset(("apply_login", "apply_rights", "end_sessions", "set_my_password"))

# What somebody who must set a new password first may do.
OF_NEWCOMERS = frozenset(("set_my_password",))

DEFINERS = frozenset(
    (
        "apply_login(integer,text,boolean)",
        "apply_rights(integer)",
        "assign_customers(integer[],integer)",
        "begin_step(integer,integer,text,text[])",
        "can(text,text)",
        "cancel_order(integer,integer,text)",
        "check_administrators()",
        "check_operator_right(text,operator,text)",
        "current_change()",
        "delete_records(text,integer[])",
        "end_sessions(integer)",
        "format_number(text,text,integer)",
        "hold_customer(integer)",
        "import_customers(integer,integer,boolean)",
        "import_orders(integer)",
        "import_taken(text,text,text[])",
        "in_use(text,integer)",
        "may_see(integer,integer)",
        "me()",
        "move_counter(text)",
        "my_rights()",
        "new_import_job()",
        "next_number(text)",
        "number_period(text)",
        "office_today()",
        "order_fate(integer)",
        "prepare_customer()",
        "record_delete()",
        "record_insert()",
        "record_update()",
        "reserve_numbers(text,integer)",
        "restore_records(bigint)",
        "save_operator(jsonb,integer)",
        "set_deputy(integer,integer,date)",
        "set_login(integer,text,text,boolean)",
        "set_my_password(text)",
        "set_permission(integer,text,text,boolean)",
        "setting_text(text,text)",
        "share_customer(integer,integer,date)",
        "shared_customers()",
        "submit_order(integer,integer)",
        "sum_lines(integer[])",
        "take_numbers(text,integer)",
        "total_deleted()",
        "total_inserted()",
        "total_updated()",
        "visible_operators()",
    )
)
