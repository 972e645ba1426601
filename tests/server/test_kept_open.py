"""What nobody gains by keeping a transaction open, or by not seeing what others have committed."""

import json
from contextlib import closing

import psycopg2
import pytest

from tests.server.samples import customer

# A zone in which the day of this moment ends a second later, and that day.
ZONE = (
    "SELECT zone, (%(at)s AT TIME ZONE zone)::date FROM (SELECT to_char(interval '24:00'"
    " - (%(at)s AT TIME ZONE 'UTC' - date_trunc('day', %(at)s AT TIME ZONE 'UTC'))"
    " - interval '1 s', '\"<X>-\"HH24:MI:SS') AS zone) zones"
)
SET_ZONE = "UPDATE setting SET value = %s WHERE key = 'time_zone'"
SEEN = "SELECT count(*) FROM customer WHERE id = %s"
LEND = {
    "share": "SELECT share_customer(%s, %s, %s)",
    "deputy": "SELECT set_deputy((SELECT owner_id FROM customer WHERE id = %s), %s, %s)",
}


@pytest.mark.parametrize("lent", LEND)
def test_what_is_lent_until_today_ends_at_midnight_whatever_is_open(office, lent):
    hers, bob = customer(office, "eve", "Lent"), office.id_of("bob")
    office.ask("eve", LEND[lent], hers, bob, "2200-01-01")
    with closing(office.psql("bob")) as session, session.cursor() as cursor:
        cursor.execute("BEGIN; SELECT now()")
        begun = cursor.fetchone()[0]
        cursor.execute(SEEN, (hers,))
        assert cursor.fetchone() == (1,)
        with closing(office.superuser()) as watcher, watcher.cursor() as other:
            other.execute(ZONE, {"at": begun})
            zone, day = other.fetchone()
        office.ask("admin", SET_ZONE, json.dumps(zone))
        office.ask("eve", LEND[lent], hers, bob, day)
        try:
            cursor.execute("SELECT pg_sleep(3)")
            cursor.execute(SEEN, (hers,))
            assert cursor.fetchone() == (0,)
            cursor.execute("UPDATE customer SET remarks = 'x' WHERE id = %s", (hers,))
            assert cursor.rowcount == 0
        finally:
            office.ask("admin", SET_ZONE, '"Asia/Shanghai"')


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_numbers_are_not_revealed_without_seeing_how_many_there_were(office, level):
    mine = customer(office, "ann", "Masked")
    mask = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    office.ask("admin", mask, office.id_of("ann"), False)
    with closing(office.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute(f"BEGIN ISOLATION LEVEL {level}")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT begin_reveal('customer', %s, 'phone')", (mine,))
    office.ask("admin", mask, office.id_of("ann"), None)
