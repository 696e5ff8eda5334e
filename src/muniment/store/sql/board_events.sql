-- How often some events were written down since a moment.
SELECT event, count(*)
  FROM store_ledgerentry
 WHERE event = ANY(%(events)s) AND at >= %(since)s
 GROUP BY event
