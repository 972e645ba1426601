"""Has the database seal what is committed, and returns the chain's head."""

from psycopg2 import errors, extensions

from server_schema.anchors import Anchor

MOST = 20_000  # changes in one batch


def seal(connection: extensions.connection) -> Anchor | None:
    """Seal all that is committed; answers with the head, None where there is nothing to seal.

    Ends the running transaction. An office of an earlier revision has no chain.
    """
    before: Anchor | None = None
    while True:
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT public.seal_history(%s)", [MOST])
                (head,) = cursor.fetchone() or (None,)
                cursor.execute("SELECT kind FROM public.seal ORDER BY id DESC LIMIT 1")
                (kind,) = cursor.fetchone() or ("whole",)
        except errors.UndefinedFunction:
            return None
        found = Anchor.of(head) if head else None
        if found == before or kind != "part":  # what others commit meanwhile is for the next time
            return found
        before = found
