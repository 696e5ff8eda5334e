-- What the database itself refuses, whatever the program does. Read by migration 0002.

-- The ledger is append-only: no row of it is changed, removed or truncated. A superuser can still drop the trigger;
-- that is what the signed tree and its checkpoints outside this machine are for.
CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON store_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON store_ledgerentry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();

-- The transaction that wrote an entry: the sequencer of the tree reads only what no running transaction can precede.
ALTER TABLE store_ledgerentry ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
-- An entry's hash is the hash of its bytes.
ALTER TABLE store_ledgerentry ADD CONSTRAINT ledger_hash CHECK (sha256 = sha256(canonical));

-- What came in never changes, and what was signed never changes.
CREATE FUNCTION keeps_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'store_message' AND (NEW.raw, NEW.sha256, NEW.received, NEW.line_id)
     IS DISTINCT FROM (OLD.raw, OLD.sha256, OLD.received, OLD.line_id) THEN
    RAISE EXCEPTION 'a received message never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER message_keeps_bytes BEFORE UPDATE ON store_message FOR EACH ROW EXECUTE FUNCTION keeps_bytes();

CREATE FUNCTION keeps_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.text, NEW.text_sha256, NEW.answer_class, NEW.signer_id, NEW.signed, NEW.inquiry_id)
     IS DISTINCT FROM (OLD.text, OLD.text_sha256, OLD.answer_class, OLD.signer_id, OLD.signed, OLD.inquiry_id) THEN
    RAISE EXCEPTION 'a signed response never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER response_keeps_signed BEFORE UPDATE ON store_response FOR EACH ROW EXECUTE FUNCTION keeps_signed();
ALTER TABLE store_response ADD CONSTRAINT response_hash CHECK (text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));

-- P9: a row that came of an inquiry carries the inquiry's purpose (28 CFR 25.6(j), 25.8(g), 25.9).
ALTER TABLE store_systemreply ADD CONSTRAINT systemreply_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_candidate ADD CONSTRAINT candidate_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_candidaterecord ADD CONSTRAINT candidaterecord_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_verdict ADD CONSTRAINT verdict_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_determination ADD CONSTRAINT determination_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_draft ADD CONSTRAINT draft_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_response ADD CONSTRAINT response_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;

-- A hint for waiting workers; the table is the truth.
CREATE FUNCTION work_arrived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('muniment_work', '');
  RETURN NULL;
END $$;
CREATE TRIGGER work_arrived AFTER INSERT ON store_work FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
