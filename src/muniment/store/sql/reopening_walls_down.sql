-- The way back from reopening_walls.sql.
DROP TRIGGER response_keeps_replaced ON store_response;
DROP FUNCTION keeps_replaced();
ALTER TABLE store_response DROP CONSTRAINT response_replaces_wall;
ALTER TABLE store_supplement DROP CONSTRAINT supplement_wall;
