-- The office's own roles. {p} is the installation's prefix: roles belong to the whole cluster.
CREATE ROLE {p}_owner NOLOGIN;
CREATE ROLE {p}_roles NOLOGIN CREATEROLE;
CREATE ROLE {p}_all NOLOGIN;
CREATE ROLE {p}_scoped NOLOGIN;
CREATE ROLE {p}_shared NOLOGIN;
CREATE ROLE {p}_newcomer NOLOGIN;
GRANT {p}_all, {p}_scoped, {p}_shared, {p}_newcomer TO {p}_roles
    WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
GRANT pg_signal_backend TO {p}_roles;
