-- What each record system did since a moment: how often it was asked and stayed silent, how often it was passed over
-- because too many questions were unanswered, how fast it answered, when last, and the newest age of its copy.
SELECT system,
       count(*),
       count(*) FILTER (WHERE state = 'unreachable'),
       count(*) FILTER (WHERE state = 'unreachable' AND fault LIKE '%%: not asked: %%'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE state <> 'unreachable'),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE state <> 'unreachable'),
       max(asked) FILTER (WHERE state <> 'unreachable'),
       max(freshness)
  FROM store_systemreply
 WHERE asked >= %(since)s AND asked <= %(now)s AND state <> 'not asked'
 GROUP BY system
