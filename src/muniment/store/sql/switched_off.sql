-- The systems that are not asked, with the reason: those whose latest switch says so.
SELECT system, reason
  FROM (SELECT DISTINCT ON (system) system, reason, asked FROM store_systemswitch ORDER BY system, version DESC) AS latest
 WHERE NOT asked
