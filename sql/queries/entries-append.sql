-- Appends entries. No ON CONFLICT: a row left out would falsify the tree.
-- $1 election, $2 indexes, $3 leaf hashes, $4 kinds, $5 credentials (NULL but for ballots), $6 lines
INSERT INTO board.entry (election, index, leaf, kind, credential, line)
SELECT number, index, leaf, kind, credential, line
  FROM board.election,
       unnest($2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bytea[])
         AS added (index, leaf, kind, credential, line)
 WHERE election = $1::bytea
