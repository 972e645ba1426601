-- Groups of customers: the office's, or one operator's own, of which nobody else learns anything.

CREATE TABLE customer_group (
{record},
    name varchar(60) NOT NULL,
    private_to integer REFERENCES operator (id),  -- null for the office's groups
    CONSTRAINT customer_group_name_check CHECK (name <> '')
);
CREATE UNIQUE INDEX customer_group_name_key ON customer_group (name)
    WHERE private_to IS NULL AND deleted_at IS NULL;
-- Of their own operator only, so that no name is refused because of somebody else's group.
CREATE UNIQUE INDEX customer_group_own_name_key ON customer_group (private_to, name)
    WHERE private_to IS NOT NULL;

CREATE TABLE group_member (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id integer NOT NULL REFERENCES customer_group (id) ON DELETE CASCADE,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL DEFAULT 0,
    private_to integer,  -- as its group has it, which never changes
    CONSTRAINT group_member_group_id_customer_id_key UNIQUE (group_id, customer_id),
    CONSTRAINT group_member_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE
);
CREATE INDEX group_member_customer_id_idx ON group_member (customer_id, owner_id);
