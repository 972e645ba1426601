-- Requests that somebody's change of the customer has overtaken, and those that a merge made.

ALTER TABLE change_request DROP CONSTRAINT change_request_state_check;
ALTER TABLE change_request ADD CONSTRAINT change_request_state_check
    CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'overtaken'));

UPDATE change_request r SET state = 'overtaken', decided_at = now() FROM customer c
WHERE c.id = r.customer_id AND r.state = 'open' AND EXISTS (
    SELECT FROM jsonb_each(r.fields) f WHERE to_jsonb(c) -> f.key IS DISTINCT FROM f.value -> 'old');

-- No key: requests about a customer that is erased go with it.
ALTER TABLE customer_merge ADD request_id integer;
COMMENT ON COLUMN customer_merge.request_id IS
    'What the merge, or its undoing, could not change itself was asked for with this request.';
