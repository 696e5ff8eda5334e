-- P9: who was asked about in a firearm check is removed 24 hours after it was closed (28 CFR 25.9(b)(1)(iii)). The walls
-- let that through, no sooner and for no other purpose. Read by the migration that made it.

CREATE FUNCTION purge_is_due(number bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM store_inquiry
    WHERE id = number AND purpose = 'F' AND state IN ('acknowledged', 'withdrawn')
      AND closed <= clock_timestamp() - interval '24 hours')
$$;

-- The bytes of a message may go, its hash stays: of a firearm check that is over, of what was said about it, and of one
-- that was rejected.
CREATE FUNCTION message_may_go(message store_message) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT purge_is_due(message.answers_id)
    OR EXISTS (SELECT FROM store_inquiry WHERE message_id = message.id AND purge_is_due(id))
    OR EXISTS (SELECT FROM store_delivery d JOIN store_inquiry i USING (message_id)
               WHERE d.refusal_id = message.id AND purge_is_due(i.id))
    OR (message.state = 'rejected' AND message.content ->> 'purpose' = 'F'
        AND message.received <= clock_timestamp() - interval '24 hours')
$$;
CREATE OR REPLACE FUNCTION keeps_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.sha256, NEW.received, NEW.line_id) IS DISTINCT FROM (OLD.sha256, OLD.received, OLD.line_id)
     OR (NEW.raw IS DISTINCT FROM OLD.raw AND NOT (NEW.raw = '' AND message_may_go(OLD))) THEN
    RAISE EXCEPTION 'a received message never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- The text of an answer may go, its hash stays.
CREATE OR REPLACE FUNCTION keeps_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.text_sha256, NEW.answer_class, NEW.signer_id, NEW.signed, NEW.inquiry_id)
     IS DISTINCT FROM (OLD.text_sha256, OLD.answer_class, OLD.signer_id, OLD.signed, OLD.inquiry_id)
     OR (NEW.text IS DISTINCT FROM OLD.text AND NOT (NEW.text = '' AND purge_is_due(OLD.inquiry_id))) THEN
    RAISE EXCEPTION 'a signed response never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
ALTER TABLE store_response DROP CONSTRAINT response_hash;
ALTER TABLE store_response ADD CONSTRAINT response_hash CHECK
  (text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex') OR (purpose = 'F' AND text = ''));
CREATE FUNCTION response_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.text_sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'response_hash: a response is made with its text' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER response_is_whole BEFORE INSERT ON store_response FOR EACH ROW EXECUTE FUNCTION response_is_whole();

-- What is purged is empty and stays so.
CREATE FUNCTION purged_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'purged' OR NOT purge_is_due(OLD.id) OR NEW.purpose <> 'F' OR NEW.subject <> '{}'
     OR EXISTS (SELECT FROM store_candidate WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_candidaterecord WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_verdict WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_determination WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_draft WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_supplement WHERE inquiry_id = OLD.id)
     OR EXISTS (SELECT FROM store_response WHERE inquiry_id = OLD.id AND text <> '')
     OR EXISTS (SELECT FROM store_message WHERE id = OLD.message_id AND raw <> '') THEN
    RAISE EXCEPTION 'only an emptied firearm check is purged, 24 hours after it was closed, and nothing follows'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER inquiry_purged_is_over BEFORE UPDATE ON store_inquiry FOR EACH ROW
  WHEN ('purged' IN (OLD.state, NEW.state)) EXECUTE FUNCTION purged_is_over();

CREATE FUNCTION purged_stays_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM store_inquiry WHERE id = NEW.inquiry_id AND state = 'purged') THEN
    RAISE EXCEPTION 'nothing is added to a firearm check that was purged' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER candidate_purged_stays_empty BEFORE INSERT ON store_candidate FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER candidaterecord_purged_stays_empty BEFORE INSERT ON store_candidaterecord FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER verdict_purged_stays_empty BEFORE INSERT ON store_verdict FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER determination_purged_stays_empty BEFORE INSERT ON store_determination FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER draft_purged_stays_empty BEFORE INSERT ON store_draft FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER supplement_purged_stays_empty BEFORE INSERT ON store_supplement FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER note_purged_stays_empty BEFORE INSERT ON store_note FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
CREATE TRIGGER response_purged_stays_empty BEFORE INSERT ON store_response FOR EACH ROW
  WHEN (NEW.purpose = 'F') EXECUTE FUNCTION purged_stays_empty();
