"""The embedded server's settings, and who may connect to it from where."""

import sys
from pathlib import Path

from server_schema.account import Account

HOST = "127.0.0.1"
SUPERUSER = "postgres"

SETTINGS = [
    # 4 for each operator and 20 besides; raised for larger offices when the server is started
    "max_connections = 120",
    "unix_socket_directories = ''",
    "password_encryption = scram-sha-256",
    "shared_buffers = 256MB",
    "effective_cache_size = 1GB",
    "work_mem = 16MB",
    "maintenance_work_mem = 128MB",
    "random_page_cost = 1.1",
    "jit = off",
    "max_wal_size = 2GB",
    "lc_messages = 'C'",
    "idle_in_transaction_session_timeout = 10min",
    "tcp_keepalives_idle = 60",
    "tcp_keepalives_interval = 10",
    # No statements in the log, since they carry customers' data
    "logging_collector = on",
    "log_directory = '../log'",
    "log_line_prefix = '%m [%p] %u@%d %h '",
    "log_min_error_statement = panic",
    "log_parameter_max_length_on_error = 0",
    "log_error_verbosity = terse",
]
# Given at each start, so that servers made by earlier programs have it, too: as JSON for the
# keeper, which removes the oldest files, and as text for people.
LOG = {
    "log_destination": "stderr,jsonlog",
    "log_filename": "server-%Y%m%d-%H%M%S.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_timezone": "UTC",
}
# Whoever is connected to what new databases are copied from keeps any from being made, and may have
# left something in it that each of them then holds.
_CLOSED = "postgres,template1"
LOCAL_ACCESS = [
    f"host {_CLOSED} {SUPERUSER} 127.0.0.1/32 scram-sha-256",
    f"host {_CLOSED} {SUPERUSER} ::1/128 scram-sha-256",
    f"host {_CLOSED} all all reject",
    "host all all 127.0.0.1/32 scram-sha-256",
    "host all all ::1/128 scram-sha-256",
]
LAN_ACCESS = [
    f"host all {SUPERUSER} all reject",
    "host all all samenet scram-sha-256",
]


def write(folder: Path, who: Account | None, lan: bool) -> None:
    """Write the server's settings and who may connect from where."""
    data = folder / "data"
    listen = "*" if lan else HOST
    lines = [*SETTINGS, f"listen_addresses = '{listen}'"]
    if sys.platform != "win32":
        lines.append("client_connection_check_interval = 10s")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(lines) + "\n")
    rules = [*LOCAL_ACCESS, *(LAN_ACCESS if lan else [])]
    (data / "pg_hba.conf").write_text("\n".join(rules) + "\n", encoding="utf-8")
    log = folder / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    if who:
        who.own(log)
