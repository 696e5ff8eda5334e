-- Deliveries that were owed before it was kept since when: since the ledger entry that let them go. Read by the
-- migration that added the column; people are told of the old ones once.
UPDATE store_delivery AS delivery
   SET owed = entry.at, tell = entry.at + interval '10 minutes'
  FROM store_ledgerentry AS entry
 WHERE entry.id = delivery.entry_id AND delivery.state IN ('ready', 'sent')
