-- Answers that left since a moment, by lane and (lane null) in all: how many, within what time half of them and 95 of
-- 100, how many after their deadline, how many with a second person's signature.
SELECT i.lane,
       count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY r.leaves - coalesce(r.clock, i.received)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY r.leaves - coalesce(r.clock, i.received)),
       count(*) FILTER (WHERE r.leaves > coalesce(r.due, i.due)),
       count(*) FILTER (WHERE r.second_id IS NOT NULL)
  FROM store_response r
  JOIN store_inquiry i ON i.id = r.inquiry_id
 WHERE NOT r.withdrawn AND r.leaves >= %(since)s AND r.leaves <= %(now)s
 GROUP BY GROUPING SETS ((i.lane), ())
 ORDER BY i.lane NULLS LAST
