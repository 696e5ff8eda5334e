-- Let one more inquiry of an agency in, unless it would be above a ceiling in any hour or any 24 hours. The row of the
-- agency is held meanwhile, in a statement before this one. Numbers have no gap and times never go back, so the window
-- that ends with this inquiry holds more than N exactly when the inquiry N numbers before lies in it.
WITH last AS (
  SELECT number, at FROM store_asked WHERE agency_id = %(ori)s ORDER BY number DESC LIMIT 1
), next AS (
  SELECT coalesce((SELECT number FROM last), 0) + 1 AS number,
         greatest(%(at)s, (SELECT at FROM last)) AS at
)
INSERT INTO store_asked (agency_id, number, at)
SELECT %(ori)s, number, at FROM next
 WHERE NOT EXISTS (SELECT FROM store_asked a WHERE a.agency_id = %(ori)s AND a.number = next.number - %(per_hour)s
                      AND a.at > next.at - interval '1 hour')
   AND NOT EXISTS (SELECT FROM store_asked a WHERE a.agency_id = %(ori)s AND a.number = next.number - %(per_day)s
                      AND a.at > next.at - interval '24 hours')
RETURNING number
