-- P9: a note carries the purpose of its inquiry, like every row that came of one. Read by the migration that made it.
ALTER TABLE store_note ADD CONSTRAINT note_wall
  FOREIGN KEY (inquiry_id, purpose) REFERENCES store_inquiry (id, purpose) DEFERRABLE INITIALLY DEFERRED;
