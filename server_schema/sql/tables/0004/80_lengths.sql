-- Nobody stores texts that make every list slow which reads them. What is there already is not tried.

ALTER TABLE customer
    DROP CONSTRAINT customer_tags_check,
    ADD CONSTRAINT customer_needs_check CHECK (length(needs) <= 10000) NOT VALID,
    ADD CONSTRAINT customer_description_check CHECK (length(description) <= 10000) NOT VALID,
    ADD CONSTRAINT customer_remarks_check CHECK (length(remarks) <= 10000) NOT VALID,
    ADD CONSTRAINT customer_tags_check CHECK (array_position(tags, NULL) IS NULL
        AND coalesce(array_ndims(tags), 1) = 1 AND length(array_to_string(tags, ' ')) <= 2000)
        NOT VALID,
    ADD CONSTRAINT customer_search_key_check CHECK (length(search_key) <= 20000) NOT VALID,
    ADD CONSTRAINT customer_sort_key_check CHECK (length(sort_key) <= 10000) NOT VALID,
    ADD CONSTRAINT customer_sound_key_check CHECK (length(sound_key) <= 10000) NOT VALID;
ALTER TABLE contact
    ADD CONSTRAINT contact_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE product
    ADD CONSTRAINT product_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE sales_order
    ADD CONSTRAINT sales_order_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE quote
    ADD CONSTRAINT quote_terms_check CHECK (length(terms) <= 10000) NOT VALID,
    ADD CONSTRAINT quote_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE delivery
    ADD CONSTRAINT delivery_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE receipt
    ADD CONSTRAINT receipt_remarks_check CHECK (length(remarks) <= 10000) NOT VALID;
ALTER TABLE setting
    ADD CONSTRAINT setting_value_check CHECK (length(value::text) <= 100000) NOT VALID;
