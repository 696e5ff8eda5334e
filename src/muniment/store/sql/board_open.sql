-- Open inquiries by lane: how many, since when the oldest waits, how many are past their deadline, how many were reopened.
SELECT lane, count(*), min(coalesce(reopened, received)), count(*) FILTER (WHERE due < %(now)s), count(reopened)
  FROM store_inquiry
 WHERE state IN ('waiting', 'in hand', 'second look')
 GROUP BY lane
 ORDER BY lane
