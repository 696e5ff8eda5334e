-- Open inquiries by lane: how many, since when the oldest waits, how many are past their deadline.
SELECT lane, count(*), min(received), count(*) FILTER (WHERE due < %(now)s)
  FROM store_inquiry
 WHERE state IN ('waiting', 'in hand', 'second look')
 GROUP BY lane
 ORDER BY lane
