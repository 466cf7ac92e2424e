/* admission.h - what may stand on a board, decided once for the service and for every auditor.
 *
 * Admission is a pure function of an entry and of what the board says before it. It answers with
 * REFUSAL_NONE or with the one name of why not; service and audit print the same name.
 *
 * Facts about the board come in two parts: the head, which is small and the same for all entries of
 * a batch, and what is known of the credential an entry is about. Whoever asks gathers them: the
 * service from its database under the head's lock, the auditor from memory (board.h).
 *
 * Which kind may stand when (one table in admission.c):
 *
 *   phase       begins with     may stand
 *   EMPTY       nothing         manifest
 *   PREPARING   manifest        pages, electorate, open, note
 *   OPEN        open            pages, ballot, revocation, close, note
 *   CLOSED      close           draw, result, note; if the manifest has paper, of these only note
 *                               until paper stands
 *   ENDED       result          note
 *
 * A *frozen* head takes only close and note. Times are the service's business: the board gives
 * none, so the auditor passes no clock.
 *
 * Checks stand in one order, so that whoever judges the same entry against the same board gives the
 * same name, however much of it was done beforehand or elsewhere:
 *
 *   1  the line         repeated (whoever keeps the leaf hashes asks, before all else: the same
 *                       line is answered with the same receipt, in any phase); malformed
 *   2  the entry alone  not-now, when there is no manifest yet; no-paper; not-listed;
 *                       wrong-signer; choice
 *   3  on the board     not-now; frozen; withheld; wrong-election; then by its kind
 *                         electorate  eligibility-differs
 *                         open        tree-differs, credentials-differ
 *                         ballot      unknown-credential, struck, already-voted, stale
 *                         revocation  unknown-credential, struck, already-voted, too-many,
 *                                     credential-repeated
 *                         close       tree-differs, standing-differs
 *                         paper       paper-differs
 *                         draw        not-now (a second time), commitment-differs
 *                         result      draw-incomplete
 *   4  its attachment   attachment-missing; attachment-wrong (length, digest); then by its kind
 *                         manifest    attachment-wrong
 *                         electorate  attachment-wrong (order), credential-repeated,
 *                                     attachment-wrong (a key that is none)
 *                         paper       attachment-wrong
 *                         result      outcome-differs
 */
#ifndef BALLOTS_ADMISSION_H
#define BALLOTS_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/entry.h"
#include "ballots/manifest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "engine/choice.h"

enum refusal {
  REFUSAL_NONE,
  REFUSAL_MALFORMED,           /* not an entry: envelope, canonical JSON, members of its kind */
  REFUSAL_NOT_NOW,             /* its kind may not stand in this phase, or once only */
  REFUSAL_FROZEN,              /* the head is frozen: only close and note */
  REFUSAL_WITHHELD,            /* bodies of ballots are withheld that were released, or only some */
  REFUSAL_WRONG_ELECTION,      /* bound to another election, electorate or opening */
  REFUSAL_WRONG_SIGNER,        /* not signed by those who must, or by somebody else too */
  REFUSAL_NOT_LISTED,          /* the signer has no such role in the manifest */
  REFUSAL_NO_PAPER,            /* about paper ballots, which the manifest does not have */
  REFUSAL_ATTACHMENT_MISSING,  /* an attachment it names is not there */
  REFUSAL_ATTACHMENT_WRONG,    /* it is there and not what the kind demands */
  REFUSAL_ELIGIBILITY_DIFFERS, /* electorate: made by other rules than the manifest's */
  REFUSAL_CREDENTIALS_DIFFER,  /* open: not as many as were admitted */
  REFUSAL_CREDENTIAL_REPEATED, /* already admitted, or a key of an officer */
  REFUSAL_TREE_DIFFERS,        /* size or root is not that of the tree before it */
  REFUSAL_UNKNOWN_CREDENTIAL,  /* not in the electorate */
  REFUSAL_STRUCK,              /* the credential was struck */
  REFUSAL_ALREADY_VOTED,       /* a second ballot where revoting is not allowed; a credential to
                                  strike that has cast */
  REFUSAL_STALE,               /* replaces is not the credential's standing ballot */
  REFUSAL_CHOICE,              /* the choice does not keep to the manifest */
  REFUSAL_TOO_MANY,            /* more replacements than the manifest allows */
  REFUSAL_STANDING_DIFFERS,    /* close: number or indexes of standing ballots differ */
  REFUSAL_PAPER_DIFFERS,       /* more paper ballots than credentials struck for paper */
  REFUSAL_COMMITMENT_DIFFERS,  /* draw: the secret is not the one committed to */
  REFUSAL_DRAW_INCOMPLETE,     /* result before all lots are drawn */
  REFUSAL_OUTCOME_DIFFERS,     /* result: the outcome is not that of the ballots */
  REFUSAL_REPEATED,            /* the same line stands already */
  REFUSAL_COUNT
};

/* "malformed", "not-now", … */
const char *refusal_name(enum refusal refusal);

enum phase {
  PHASE_EMPTY,
  PHASE_PREPARING,
  PHASE_OPEN,
  PHASE_CLOSED,
  PHASE_ENDED
};

/* The phase after an entry of this kind was admitted in `phase`. */
enum phase phase_after(enum phase phase, enum entry_kind kind);

/* What the board is before the entry. */
struct board_head {
  enum phase phase;
  bool frozen;
  bool partial; /* bodies of ballots are withheld: nobody here can tell who has cast */
  const struct manifest *manifest; /* NULL in PHASE_EMPTY; its projects attached */
  const struct project_index *projects;
  struct digest open;    /* leaf hash; from PHASE_OPEN on */
  uint64_t size;         /* entries */
  struct digest root;    /* of the tree; only needed to judge an open or a close */
  uint64_t credentials;  /* admitted, replacements included */
  uint64_t replacements; /* struck as lost */
  uint64_t struck_for_paper;
  uint64_t standing;           /* ballots that stand */
  struct digest standing_list; /* as `indexes` of close; only needed to judge a close */
  bool paper_given;
  uint32_t drawn; /* bit i: drawer i of the manifest has revealed */
};

/* What is known of the credential of a ballot or revocation, and of the replacement. */
struct credential_facts {
  bool admitted;
  bool struck;
  bool has_standing;
  struct digest standing; /* leaf hash of its standing ballot */
  bool replacement_known; /* the replacement was admitted on this board, struck or not */
};

/* --- judging ---
 *
 * These three answer STATUS_OK with REFUSAL_NONE, STATUS_REFUSED with the name of the refusal and
 * the sentence for people in `fault`, or another status, and then `*refusal` says nothing. */

/* Part 2: what needs no board but the manifest, which is NULL where there is none yet. It is
 * most of the work; the service does it before an entry waits for its turn, an auditor on several
 * threads. A ballot's choice is read into `arena` and given in `*choice`, which is left alone for
 * other kinds and may then be NULL. */
enum status admission_judge_alone(const struct manifest *manifest,
                                  const struct project_index *projects, const struct entry *entry,
                                  struct arena *arena, struct choice *choice, enum refusal *refusal,
                                  struct fault *fault) CHECKED;

/* Part 3, for an entry that has passed part 2 with the head's manifest. `facts` may be NULL for
 * kinds that are about no credential. */
enum status admission_judge_on_board(const struct board_head *head, const struct entry *entry,
                                     const struct credential_facts *facts, enum refusal *refusal,
                                     struct fault *fault) CHECKED;

/* Both, one after the other. */
enum status admission_judge(const struct board_head *head, const struct entry *entry,
                            const struct credential_facts *facts, struct arena *arena,
                            struct choice *choice, enum refusal *refusal,
                            struct fault *fault) CHECKED;

/* --- attachments: part 4 --- */

/* The attachment that must be stored before the entry is admitted, or NULL; no kind has two. What
 * is in it is judged by manifest_attach, electorate.h, paper.h and count.c. */
const struct attachment *admission_attachment(const struct entry *entry);

/* Whether these bytes are the attachment: its length and digest. */
enum status admission_check_attachment(const struct attachment *attachment, struct span bytes,
                                       enum refusal *refusal, struct fault *fault) CHECKED;

/* Whether the key is one of the manifest's: the organiser's, the board's, or that of a witness, a
 * registrar, a scrutineer, a mediator, a drawer. No credential may be. */
bool admission_is_officer(const struct manifest *manifest, const struct public_key *key);

#endif
