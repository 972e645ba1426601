-- What this database is, the office's settings, and how numbers are made.

CREATE TABLE installation (
    prefix text PRIMARY KEY CHECK (prefix ~ '^[a-z][a-z0-9_]{0,20}$'),
    office_id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX installation_one ON installation ((true));

CREATE TABLE setting (
{record},
    key text NOT NULL,
    value jsonb NOT NULL,
    CONSTRAINT setting_key_key UNIQUE (key)
);

CREATE TABLE number_rule (
{record},
    kind text NOT NULL,
    prefix varchar(12) NOT NULL DEFAULT '',
    date_part varchar(8) NOT NULL DEFAULT '',
    digits integer NOT NULL DEFAULT 5,
    reset varchar(8) NOT NULL DEFAULT 'never',
    CONSTRAINT number_rule_kind_key UNIQUE (kind),
    CONSTRAINT number_rule_date_part_check CHECK (date_part IN ('', 'YYYY', 'YYYYMM', 'YYYYMMDD')),
    CONSTRAINT number_rule_digits_check CHECK (digits BETWEEN 1 AND 9),
    CONSTRAINT number_rule_reset_check CHECK (reset IN ('never', 'year', 'month', 'day'))
);

CREATE TABLE number_counter (
    kind text NOT NULL,
    period text NOT NULL,
    last integer NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, period)
);
