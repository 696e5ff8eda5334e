-- Who proposed, who decided and who let an agency ask more is evidence. Read by migration 0010.
CREATE FUNCTION change_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome <> 'open' OR NEW.outcome = 'open'
     OR (to_jsonb(NEW) - '{outcome,decider_id,decided,note}'::text[])
        IS DISTINCT FROM (to_jsonb(OLD) - '{outcome,decider_id,decided,note}'::text[]) THEN
    RAISE EXCEPTION 'a proposed change is decided once and never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agencychange_keeps BEFORE UPDATE ON store_agencychange FOR EACH ROW EXECUTE FUNCTION change_keeps();
CREATE TRIGGER agencychange_append_only BEFORE DELETE ON store_agencychange
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER agencychange_no_truncate BEFORE TRUNCATE ON store_agencychange
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER accountchange_keeps BEFORE UPDATE ON store_accountchange FOR EACH ROW EXECUTE FUNCTION change_keeps();
CREATE TRIGGER accountchange_append_only BEFORE DELETE ON store_accountchange
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER accountchange_no_truncate BEFORE TRUNCATE ON store_accountchange
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER ceilingraise_append_only BEFORE UPDATE OR DELETE ON store_ceilingraise
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ceilingraise_no_truncate BEFORE TRUNCATE ON store_ceilingraise
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
