/* entry.h - one line of a board: what was signed, of which kind, read into values.
 *
 * A line is an envelope (ballots/envelope.h) whose payload is canonical JSON with exactly the
 * members of its kind. Keys are base64, digests hex, indexes and counts whole numbers.
 *
 *   kind          members of the payload
 *   manifest      ballots/manifest.h
 *   pages         before `open` election, after it open; files: [{"digest","path"}…] sorted by path
 *   electorate    credentials (how many), election, eligibility*, keys: attachment {"digest",
 *                 "length"} of 32-byte public keys in ascending order, registrar (key),
 *                 roll (hex: salted commitment to the roll)
 *   open          credentials (in all), election, root and size of the tree before it
 *   ballot        choice (engine/choice.h), credential (key), open, replaces (leaf hash or null)
 *   revocation    credential, for ("lost" or "paper"), open, registrar (key), replacement (key,
 *                 only for "lost"), scrutineer (key)
 *   close         open, root and size of the tree before it, standing (how many ballots stand),
 *                 indexes (hex: SHA-256 over their indexes, ascending, 64-bit, high byte first)
 *   paper         attendance (how many signed the sheet), ballots: attachment of a canonical JSON
 *                 array of choices, sorted by their bytes, or null when there are none, count, open,
 *                 scrutineers: [key, key] ascending
 *   draw          drawer (key), open, secret (hex, 32 bytes)
 *   result        open, outcome: attachment
 *   note          author (key), before `open` election, after it open, text: {"fr":…} as titles
 *
 * `election` is the hex id of the manifest; `open` the leaf hash of the `open` entry, which binds
 * the election, its electorate and all before it.
 *
 * A path is that of a file below the pages' own address: 1 to 255 of the characters of ids, its
 * parts neither empty nor `.` nor `..`.
 *
 * Of all keys only `replacement` is admitted (public_key_admit) when it is read, for only it is new:
 * the others mean something once they are found in the manifest or the electorate, whose keys were.
 * To ask twice would cost each ballot as much as its signature.
 */
#ifndef BALLOTS_ENTRY_H
#define BALLOTS_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "ballots/envelope.h"
#include "ballots/manifest.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"

enum entry_kind {
  ENTRY_MANIFEST,
  ENTRY_PAGES,
  ENTRY_ELECTORATE,
  ENTRY_OPEN,
  ENTRY_BALLOT,
  ENTRY_REVOCATION,
  ENTRY_CLOSE,
  ENTRY_PAPER,
  ENTRY_DRAW,
  ENTRY_RESULT,
  ENTRY_NOTE,
  ENTRY_KIND_COUNT
};

/* Which election an entry is for. */
struct binding {
  bool after_open; /* `open` rather than `election` */
  struct digest value;
};

struct entry_page {
  struct span path;
  struct digest digest;
};

struct entry_pages {
  size_t count; /* 1 or more */
  const struct entry_page *pages;
};

struct entry_electorate {
  uint64_t credentials;
  bool has_eligibility;
  struct digest eligibility;
  struct attachment keys;
  struct public_key registrar;
  struct digest roll;
};

struct entry_open {
  uint64_t credentials;
  struct digest root;
  uint64_t size;
};

struct entry_ballot {
  struct public_key credential;
  bool has_replaces;
  struct digest replaces;
  struct span choice; /* canonical JSON of an object; held to the election by admission */
};

enum revocation_reason {
  REVOCATION_LOST,
  REVOCATION_PAPER
};

struct entry_revocation {
  struct public_key credential;
  enum revocation_reason reason;
  struct public_key registrar;
  struct public_key scrutineer;
  struct public_key replacement; /* only when lost */
};

struct entry_close {
  struct digest root;
  uint64_t size;
  uint64_t standing;
  struct digest indexes;
};

struct entry_paper {
  uint64_t attendance;
  uint64_t count;
  bool has_ballots;
  struct attachment ballots;
  struct public_key scrutineers[2];
};

struct entry_draw {
  struct public_key drawer;
  uint8_t secret[32]; /* public from now on */
};

struct entry_result {
  struct attachment outcome;
};

struct entry_note {
  struct public_key author;
  const json_t *texts; /* in all languages */
  struct span text;    /* in French where there is one, else in the first language */
};

struct entry {
  struct span line;
  struct digest leaf;
  struct envelope envelope;
  enum entry_kind kind;
  struct binding binding; /* not of a manifest */
  union {
    struct manifest *manifest; /* in the arena */
    struct entry_pages pages;
    struct entry_electorate electorate;
    struct entry_open open;
    struct entry_ballot ballot;
    struct entry_revocation revocation;
    struct entry_close close;
    struct entry_paper paper;
    struct entry_draw draw;
    struct entry_result result;
    struct entry_note note;
  } body;
  json_t *payload; /* owned, for what points into it; or NULL */
};

/* "manifest", "pages", … as in the envelope's type. */
const char *entry_kind_name(enum entry_kind kind);

/* Reads a line, without its line break; line and arena must outlive the entry. No signature is
 * verified and nothing is compared with the rest of the board: admission.h does. STATUS_REFUSED
 * names the member of the payload. */
enum status entry_read(struct span line, struct arena *arena, struct entry *entry,
                       struct fault *fault) CHECKED;

/* Gives back what is not in the arena. NULL and an entry that was not read are left alone. */
void entry_release(struct entry *entry);

/* Who must have signed, as far as the payload says: for a manifest its organiser, for a ballot its
 * credential, for a revocation registrar and scrutineer, … `organiser` is the manifest's. Writes at
 * most 2 keys and returns how many. Whether they may is admission's. */
size_t entry_signers(const struct entry *entry, const struct public_key *organiser,
                     struct public_key keys[2]);

#endif
