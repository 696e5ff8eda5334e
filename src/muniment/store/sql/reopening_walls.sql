-- What the database refuses of supplements and of answers that replace others. Read by the migration that made them.

-- P9: a supplement carries the purpose of its inquiry, like every row that came of one.
ALTER TABLE store_supplement ADD CONSTRAINT supplement_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;

-- An answer replaces only one to the same inquiry.
ALTER TABLE store_response ADD CONSTRAINT response_replaces_wall
  FOREIGN KEY (replaces_id, inquiry_id) REFERENCES store_response (id, inquiry_id) DEFERRABLE INITIALLY DEFERRED;

-- Which answer a signed one replaces stands in its text, so it never changes either.
CREATE FUNCTION keeps_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.replaces_id IS DISTINCT FROM OLD.replaces_id THEN
    RAISE EXCEPTION 'a signed response never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER response_keeps_replaced BEFORE UPDATE ON store_response FOR EACH ROW EXECUTE FUNCTION keeps_replaced();
