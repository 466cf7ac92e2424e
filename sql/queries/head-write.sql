-- Writes the head after a batch, and its checkpoint.
-- $1 election, $2 phase, $3 frozen, $4 size, $5 roots, $6 opening or NULL, $7 credentials,
-- $8 replacements, $9 struck for paper, $10 standing, $11 whether paper is given, $12 drawn,
-- $13 public size, $14 public at, $15 turnout, $16 turnout at, $17 note of the checkpoint
WITH signed AS (
  INSERT INTO board.checkpoint (election, size, note)
  SELECT number, $4::bigint, $17::bytea FROM board.election
   WHERE election = $1::bytea AND $17::bytea IS NOT NULL
)
UPDATE board.head
   SET phase = $2::bigint, frozen = $3::boolean, size = $4::bigint, roots = $5::bytea,
       opening = $6::bytea, credentials = $7::bigint, replacements = $8::bigint,
       struck_for_paper = $9::bigint, standing = $10::bigint, paper_given = $11::boolean,
       drawn = $12::bigint, public_size = $13::bigint, public_at = to_timestamp($14::bigint),
       turnout = $15::bigint, turnout_at = to_timestamp($16::bigint)
 WHERE election = $1::bytea
