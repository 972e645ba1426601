-- History sealed in batches, each chained to the one before.

-- The contents of a batch, 48 bytes for each change and 40 for each entry, in the order of their
-- ids: id, for a change its transaction, sha256. A batch is what its snapshot has and the one before
-- had not, so that what is committed late comes into a later one.
CREATE TABLE seal (
    id bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL,
    snapshot pg_snapshot NOT NULL,
    kind varchar(8) NOT NULL CHECK (kind IN ('whole', 'part', 'restore')),
    last_change bigint NOT NULL,
    changes integer NOT NULL,
    entries integer NOT NULL,
    content bytea NOT NULL,
    salts bytea NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL
);
COMMENT ON COLUMN seal.kind IS
    'All that was committed, or the first part of much, or what a restore brought along: snapshots
before that are of another cluster, whose numbers mean nothing here.';
COMMENT ON COLUMN seal.salts IS
    '16 bytes for each entry, which keep what was redacted from being guessed; not in the digest.';
ALTER TABLE seal ALTER content SET STORAGE EXTERNAL, ALTER salts SET STORAGE EXTERNAL;

ALTER TABLE history ADD body_sha256 bytea;
COMMENT ON COLUMN history.body_sha256 IS
    'Only where the body was redacted: what stands for it in the chain.';
