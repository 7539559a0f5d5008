-- What the metadata cannot say: versions by trigger, partitions by month, roles and their rights.

-- One trigger function for every table whose content is shown. The version is a counter in the
-- writing transaction, so a reader who sees version N also sees the content of N; sums of
-- versions over several tables grow with every change of any of them.
CREATE FUNCTION bump_table_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    next_version bigint;
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        PERFORM 1 FROM changed LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO table_version AS mine (name, version, changed_at)
    VALUES (TG_TABLE_NAME, 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET version = mine.version + 1, changed_at = clock_timestamp()
    RETURNING version INTO next_version;
    PERFORM pg_notify(
        'hinomi',
        json_build_object('topic', 'table', 'name', TG_TABLE_NAME, 'version', next_version)::text
    );
    RETURN NULL;
END $$;

-- Puts the trigger on a table; three triggers, since transition tables allow one event each.
CREATE FUNCTION watch_table(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER version_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed '
        'FOR EACH STATEMENT EXECUTE FUNCTION bump_table_version()', watched);
    EXECUTE format(
        'CREATE TRIGGER version_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS changed '
        'FOR EACH STATEMENT EXECUTE FUNCTION bump_table_version()', watched);
    EXECUTE format(
        'CREATE TRIGGER version_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed '
        'FOR EACH STATEMENT EXECUTE FUNCTION bump_table_version()', watched);
    EXECUTE format(
        'CREATE TRIGGER version_truncate AFTER TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION bump_table_version()', watched);
END $$;

SELECT watch_table(name::regclass) FROM unnest(ARRAY[
    'station', 'latest', 'restriction', 'outage', 'warning', 'shelter_report', 'boundary',
    'road_link', 'shelter', 'shelter_state', 'incident', 'event', 'source_state'
]) AS name;

-- Partitions are made by whoever writes; the application role owns no table, hence the definer.
CREATE FUNCTION ensure_observation_month(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    partition text := 'observation_' || to_char(first, 'YYYYMM');
BEGIN
    IF moment < '1950-01-01' OR moment > '2150-01-01' THEN
        RAISE EXCEPTION 'no partition for %', moment USING ERRCODE = 'datetime_field_overflow';
    END IF;
    IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext(partition));
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF observation FOR VALUES FROM (%L) TO (%L)',
        partition, first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hinomi_app', partition);
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hinomi_app') THEN
        CREATE ROLE hinomi_app LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hinomi_public') THEN
        CREATE ROLE hinomi_public LOGIN;
        ALTER ROLE hinomi_public SET default_transaction_read_only = on;
    END IF;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON FUNCTION watch_table(regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ensure_observation_month(timestamptz) FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hinomi_app, hinomi_public;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hinomi_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO hinomi_app;
GRANT EXECUTE ON FUNCTION ensure_observation_month(timestamptz) TO hinomi_app;
-- Who reads for residents sees what is published and nothing else; here: the areas alone.
GRANT SELECT (id, key, name, prefecture, geom) ON boundary TO hinomi_public;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hinomi_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO hinomi_app;
