"""What somebody with the superuser's password does to a chain: computes it anew after tampering."""

import hashlib
import struct
from typing import Any

from server_schema import chain

LISTED = (
    "SELECT id, changes, entries, content, salts, previous FROM seal WHERE id >= %s ORDER BY id"
)
STORE = "UPDATE seal SET changes = %s, entries = %s, content = %s, salts = %s WHERE id = %s"
HEAD = f"SELECT head FROM ({chain.SEALS}) s (id, a, k, s, c, e, p, d, head, f, b) WHERE id = %s"


def forge(connection: Any, first: int, put_in: dict[int, list[int]] | None = None) -> None:
    """Make every seal from `first` on agree with the rows as they are now.

    `put_in`: entries that a seal gets besides its own, their changes along.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        cursor.execute(LISTED, [first])
        previous = None
        for id_, changes, entries, content, salts, known in cursor.fetchall():
            previous = previous or bytes(known)
            extra = (put_in or {}).get(id_, [])
            parts = _parts(cursor, bytes(content), bytes(salts), (changes, entries), extra)
            content = b"".join((*parts[0], *parts[1]))
            cursor.execute(STORE, [len(parts[0]), len(parts[1]), content, parts[2], id_])
            cursor.execute(HEAD, [id_])
            digest = hashlib.sha256(previous + cursor.fetchone()[0].encode() + content).digest()
            query = "UPDATE seal SET previous = %s, digest = %s WHERE id = %s"
            cursor.execute(query, [previous, digest, id_])
            previous = digest


def _parts(
    cursor: Any, content: bytes, salts: bytes, counts: tuple[int, int], extra: list[int]
) -> tuple[list[bytes], list[bytes], bytes]:
    middle = counts[0] * chain.CHANGE
    xids = {id_: xid for id_, xid, _ in struct.iter_unpack(">qq32s", content[:middle])}
    ids = [id_ for id_, _ in struct.iter_unpack(">q32s", content[middle:])]
    salt_of = {id_: salts[n * 16 : n * 16 + 16] for n, id_ in enumerate(ids)}
    salt_of.update(dict.fromkeys(extra, b"salt of a forger"))
    cursor.execute("SELECT change_id FROM history WHERE id = ANY (%s)", [extra])
    xids.update({id_: max(xids.values()) for (id_,) in cursor.fetchall() if id_ not in xids})
    cursor.execute(chain.CHANGES, [list(xids)])
    told = sorted(cursor.fetchall())
    changes = [struct.pack(">qq", r[0], xids[r[0]]) + chain._change_leaf(r[0], r[1]) for r in told]
    cursor.execute(chain.ENTRIES, [list(salt_of)])
    rows = sorted(cursor.fetchall(), key=lambda row: row[0])
    entries = [
        struct.pack(">q", row[0]) + chain._entry_leaf(row[0], salt_of[row[0]], row) for row in rows
    ]
    return changes, entries, b"".join(salt_of[row[0]] for row in rows)
