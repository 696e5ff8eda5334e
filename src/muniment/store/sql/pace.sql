-- How fast answers left since a moment: number, median, 95th percentile, and how many left after their deadline.
SELECT count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY r.leaves - coalesce(r.clock, i.received)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY r.leaves - coalesce(r.clock, i.received)),
       count(*) FILTER (WHERE r.leaves > coalesce(r.due, i.due))
  FROM store_response r
  JOIN store_inquiry i ON i.id = r.inquiry_id
 WHERE NOT r.withdrawn AND r.leaves >= %s
