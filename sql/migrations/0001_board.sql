-- The boards: an election's entries, its tree, its head, and what officers upload.
--
-- Nothing here refers to a person. What a board has said is insert-only, by grants and by triggers:
-- entries, credentials, revocations, checkpoints, subtrees, attachments. Heads, uploads and jobs
-- change.

CREATE FUNCTION board.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION board.make_insert_only(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON %s'
                 ' FOR EACH ROW EXECUTE FUNCTION board.refuse_change()', name);
  EXECUTE format('CREATE TRIGGER insert_only_truncate BEFORE TRUNCATE ON %s'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION board.refuse_change()', name);
END $$;

-- An election that has, or is about to have, a board here. An origin serves one board for ever. Where
-- each ballot makes a row, its number stands for its id, which would be eight times as long in each
-- row and in every index.
CREATE TABLE board.election (
  election bytea PRIMARY KEY CHECK (octet_length(election) = 32),
  origin text NOT NULL UNIQUE CHECK (octet_length(origin) <= 255),
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE
);

-- Where an election has come to. The one row that appending locks.
CREATE TABLE board.head (
  election bytea PRIMARY KEY REFERENCES board.election,
  phase smallint NOT NULL DEFAULT 0 CHECK (phase BETWEEN 0 AND 4), -- enum phase
  frozen boolean NOT NULL DEFAULT false,
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  roots bytea NOT NULL DEFAULT '', -- of the perfect subtrees, the smallest first
  opening bytea CHECK (octet_length(opening) = 32), -- leaf hash of `open`
  credentials bigint NOT NULL DEFAULT 0,
  replacements bigint NOT NULL DEFAULT 0,
  struck_for_paper bigint NOT NULL DEFAULT 0,
  standing bigint NOT NULL DEFAULT 0,
  paper_given boolean NOT NULL DEFAULT false,
  drawn bigint NOT NULL DEFAULT 0, -- bit i: drawer i has revealed
  -- What the public is shown: it moves in steps, so that watching it tells little.
  public_size bigint NOT NULL DEFAULT 0,
  public_at timestamptz NOT NULL DEFAULT 'epoch',
  turnout bigint NOT NULL DEFAULT 0,
  turnout_at timestamptz NOT NULL DEFAULT 'epoch'
) WITH (fillfactor = 40);

-- The entries. `credential` is of ballots; the last one of a credential is its standing ballot.
-- No foreign keys: rows are made under the head's lock only, and a check for each row would cost
-- as much as the row.
CREATE TABLE board.entry (
  election integer NOT NULL, -- its number
  index bigint NOT NULL,
  leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
  kind smallint NOT NULL, -- enum entry_kind
  credential bytea,
  line bytea NOT NULL CHECK (octet_length(line) BETWEEN 1 AND 65535),
  PRIMARY KEY (election, index)
);
CREATE UNIQUE INDEX entry_leaf ON board.entry (election, leaf);
CREATE UNIQUE INDEX entry_credential ON board.entry (election, credential, index)
  WHERE credential IS NOT NULL;

CREATE TABLE board.credential (
  election integer NOT NULL, -- its number
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  entry bigint NOT NULL, -- that admitted it
  PRIMARY KEY (election, key)
);

CREATE TABLE board.revocation (
  election integer NOT NULL, -- its number
  key bytea NOT NULL,
  entry bigint NOT NULL, -- that struck it
  PRIMARY KEY (election, key)
);

-- One for each committed batch.
CREATE TABLE board.checkpoint (
  election integer NOT NULL, -- its number
  size bigint NOT NULL,
  note bytea NOT NULL,
  PRIMARY KEY (election, size)
);

-- Roots of perfect subtrees of level 8, 16, …: with the leaves, all that tiles are made of.
CREATE TABLE board.subtree (
  election integer NOT NULL, -- its number
  level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
  index bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (election, level, index)
);

-- Files named by entries, in parts of 1 MiB, the last one shorter. Not compressed, so that a piece of
-- a part can be read without the rest.
CREATE TABLE board.attachment (
  election bytea NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  length bigint NOT NULL CHECK (length BETWEEN 1 AND 67108864),
  PRIMARY KEY (election, digest)
);
CREATE TABLE board.attachment_part (
  election bytea NOT NULL,
  digest bytea NOT NULL,
  part integer NOT NULL,
  bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
  PRIMARY KEY (election, digest, part)
);
ALTER TABLE board.attachment_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What is being uploaded, until it is complete and its digest holds.
CREATE TABLE board.upload_part (
  election bytea NOT NULL,
  digest bytea NOT NULL,
  uploader bytea NOT NULL, -- an officer's key: nobody spoils another's upload
  part integer NOT NULL CHECK (part BETWEEN 0 AND 63),
  bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (election, digest, uploader, part)
);
ALTER TABLE board.upload_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What a long look at an entry's attachment found, before the entry takes its turn.
CREATE TABLE board.examination (
  election bytea NOT NULL,
  leaf bytea NOT NULL,
  refusal smallint NOT NULL, -- enum refusal
  place text NOT NULL,       -- of the fault: where, what, expected
  what text NOT NULL,
  expected text NOT NULL,
  PRIMARY KEY (election, leaf)
);

-- Long work. A job is taken with a lease and may be taken again when the lease is over; its steps are
-- idempotent and its result is written once.
CREATE TABLE board.job (
  job bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('examine', 'count')),
  election bytea NOT NULL,
  input bytea NOT NULL,  -- digest of what it is about: with kind and election it names the job
  subject bytea,         -- examine: the line
  attempts integer NOT NULL DEFAULT 0,
  lease timestamptz NOT NULL DEFAULT 'epoch',
  done bigint NOT NULL DEFAULT 0, -- steps
  total bigint NOT NULL DEFAULT 0,
  ended boolean NOT NULL DEFAULT false,
  result bytea,          -- count: digest of the outcome, which is an attachment
  failure text,          -- why it ended without result
  UNIQUE (election, kind, input)
);
CREATE INDEX job_waiting ON board.job (job) WHERE NOT ended;

SELECT board.make_insert_only(name::regclass)
  FROM unnest(ARRAY['board.election', 'board.entry', 'board.credential', 'board.revocation',
                    'board.checkpoint', 'board.subtree', 'board.attachment',
                    'board.attachment_part', 'board.examination']) AS name;

GRANT USAGE ON SCHEMA board TO beffroi_casting;
GRANT SELECT, INSERT ON board.election, board.entry, board.credential, board.revocation,
  board.checkpoint, board.subtree, board.attachment, board.attachment_part, board.examination
  TO beffroi_casting;
GRANT SELECT, INSERT, UPDATE ON board.head, board.job TO beffroi_casting;
GRANT SELECT, INSERT, UPDATE, DELETE ON board.upload_part TO beffroi_casting;
