-- The last 24 hours, oldest first: inquiries that came in and answers that left, in each hour up to now.
SELECT hour,
       (SELECT count(*) FROM store_inquiry
         WHERE received >= hour AND received < hour + interval '1 hour'),
       (SELECT count(*) FROM store_response
         WHERE NOT withdrawn AND leaves >= hour AND leaves < least(hour + interval '1 hour', %(now)s))
  FROM generate_series(date_trunc('hour', %(now)s) - interval '23 hours', %(now)s, interval '1 hour') AS hour
 ORDER BY hour
