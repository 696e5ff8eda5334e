-- Open inquiries of which a further share of the time has gone since people were told, first due first; held, without
-- those that somebody else holds now: the next round finds them.
SELECT *
  FROM store_inquiry
 WHERE state IN ('waiting', 'in hand', 'second look')
   AND EXISTS (SELECT FROM unnest(%(levels)s::int[]) AS level
                WHERE level > escalated
                  AND coalesce(reopened, received) + (due - coalesce(reopened, received)) * (level / 100.0) <= %(now)s)
 ORDER BY due, id
 LIMIT %(limit)s
   FOR UPDATE SKIP LOCKED
