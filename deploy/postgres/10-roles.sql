-- Run once, by the image, when the database is made: three roles, each with what it needs and no more.
--   wijkkoers       owns the tables and runs the migrations
--   wijkkoers_app   the program: reads and writes rows, cannot change tables. The migrations take away its right to
--                   change or delete what may only be added to (the ledger, the audit trail, the ballot box).
--   wijkkoers_lees  reads the views that the migrations name (lees_…), and no table
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/db_owner_password`
\set app_password `cat /run/secrets/db_app_password`
\set read_password `cat /run/secrets/db_read_password`

CREATE ROLE wijkkoers LOGIN PASSWORD :'owner_password';
CREATE ROLE wijkkoers_app LOGIN PASSWORD :'app_password';
CREATE ROLE wijkkoers_lees LOGIN PASSWORD :'read_password';
CREATE DATABASE wijkkoers OWNER wijkkoers;
REVOKE ALL ON DATABASE wijkkoers FROM PUBLIC;
GRANT CONNECT ON DATABASE wijkkoers TO wijkkoers_app, wijkkoers_lees;

\connect wijkkoers
ALTER SCHEMA public OWNER TO wijkkoers;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO wijkkoers_app, wijkkoers_lees;
ALTER DEFAULT PRIVILEGES FOR ROLE wijkkoers IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wijkkoers_app;
ALTER DEFAULT PRIVILEGES FOR ROLE wijkkoers IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO wijkkoers_app;
