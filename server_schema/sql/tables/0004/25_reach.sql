-- Whose customers somebody sees whose scope is departments or regions, worked out whenever somebody is
-- moved: each of their statements would have to find it out anew, and some twice.

CREATE TABLE reach (
    operator_id integer PRIMARY KEY REFERENCES operator (id) ON DELETE CASCADE,
    owners integer[] NOT NULL,
    seen boolean[] NOT NULL  -- the same by the owner's number
);
