-- Who had a record system asked no more is evidence: no row is changed, removed or truncated. Read by migration 0008.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER systemswitch_append_only BEFORE UPDATE OR DELETE ON store_systemswitch
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER systemswitch_no_truncate BEFORE TRUNCATE ON store_systemswitch
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
