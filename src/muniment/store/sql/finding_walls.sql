-- What was found on a stop or a hold is evidence: once it counts it never changes, and no row goes but that of a firearm
-- check that is over. Read by the migration that made the table.
ALTER TABLE store_finding ADD CONSTRAINT finding_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION finding_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT purge_is_due(OLD.inquiry_id) THEN
      RAISE EXCEPTION 'a stop or a hold is never removed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state IN ('closed', 'lapsed')
     OR (NEW.inquiry_id, NEW.kind, NEW.opened) IS DISTINCT FROM (OLD.inquiry_id, OLD.kind, OLD.opened) THEN
    RAISE EXCEPTION 'a finding that counts never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER finding_keeps BEFORE UPDATE OR DELETE ON store_finding FOR EACH ROW EXECUTE FUNCTION finding_keeps();
CREATE TRIGGER finding_no_truncate BEFORE TRUNCATE ON store_finding FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER finding_purged_stays_empty BEFORE INSERT ON store_finding FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
