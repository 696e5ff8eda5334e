-- The most urgent piece of work that is due, held, without what other workers hold.
SELECT *
  FROM store_work
 WHERE NOT parked AND due <= clock_timestamp() AND lane <= %(lane)s
 ORDER BY lane, due, id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
