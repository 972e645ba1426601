-- Customers are known again by the phones of their contacts as well.
ALTER TABLE contact
    ADD phone_key text GENERATED ALWAYS AS ({key_of_phone}) STORED,
    ADD mobile_key text GENERATED ALWAYS AS ({key_of_mobile}) STORED;
CREATE INDEX contact_phone_key_idx ON contact (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX contact_mobile_key_idx ON contact (mobile_key) WHERE mobile_key IS NOT NULL;

-- Those that plain SQL wrote, until a program makes what they are found by.
CREATE INDEX customer_keyless_idx ON customer (id) WHERE search_key IS NULL;
