-- Answers that left since a moment, by class, most frequent first; the empty class is an answer written by hand.
SELECT answer_class, count(*)
  FROM store_response
 WHERE NOT withdrawn AND leaves >= %(since)s AND leaves <= %(now)s
 GROUP BY answer_class
 ORDER BY count(*) DESC, answer_class
