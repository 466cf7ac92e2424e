#include "ballots/admission.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ballots/admission_kinds.h"

enum {
  SIGNERS_MAX = 2
};

static const char *const refusal_names[] = {
    [REFUSAL_NONE] = "none",
    [REFUSAL_MALFORMED] = "malformed",
    [REFUSAL_NOT_NOW] = "not-now",
    [REFUSAL_FROZEN] = "frozen",
    [REFUSAL_WITHHELD] = "withheld",
    [REFUSAL_WRONG_ELECTION] = "wrong-election",
    [REFUSAL_WRONG_SIGNER] = "wrong-signer",
    [REFUSAL_NOT_LISTED] = "not-listed",
    [REFUSAL_NO_PAPER] = "no-paper",
    [REFUSAL_ATTACHMENT_MISSING] = "attachment-missing",
    [REFUSAL_ATTACHMENT_WRONG] = "attachment-wrong",
    [REFUSAL_ELIGIBILITY_DIFFERS] = "eligibility-differs",
    [REFUSAL_CREDENTIALS_DIFFER] = "credentials-differ",
    [REFUSAL_CREDENTIAL_REPEATED] = "credential-repeated",
    [REFUSAL_TREE_DIFFERS] = "tree-differs",
    [REFUSAL_UNKNOWN_CREDENTIAL] = "unknown-credential",
    [REFUSAL_STRUCK] = "struck",
    [REFUSAL_ALREADY_VOTED] = "already-voted",
    [REFUSAL_STALE] = "stale",
    [REFUSAL_CHOICE] = "choice",
    [REFUSAL_TOO_MANY] = "too-many",
    [REFUSAL_STANDING_DIFFERS] = "standing-differs",
    [REFUSAL_PAPER_DIFFERS] = "paper-differs",
    [REFUSAL_COMMITMENT_DIFFERS] = "commitment-differs",
    [REFUSAL_DRAW_INCOMPLETE] = "draw-incomplete",
    [REFUSAL_OUTCOME_DIFFERS] = "outcome-differs",
    [REFUSAL_REPEATED] = "repeated",
};

_Static_assert(sizeof refusal_names / sizeof *refusal_names == REFUSAL_COUNT,
               "every refusal has a name");

const char *refusal_name(enum refusal refusal)
{
  return refusal_names[refusal];
}

/* Names what a check of another module refused. */
static enum status name_refusal(enum status status, enum refusal name, enum refusal *refusal)
{
  if (status == STATUS_REFUSED)
    *refusal = name;
  return status;
}

/* --- which kind may stand when --- */

#define IN(phase) (1U << PHASE_##phase)

static const struct kind_row {
  unsigned phases; /* in which it may stand */
  bool frozen;     /* on a frozen head too */
  bool begins;     /* a phase begins with it: then it stands once */
  enum phase phase;
  judge *alone; /* what its kind asks of the manifest, before signatures; may be NULL */
  judge *on_board;
} kinds[] = {
    [ENTRY_MANIFEST] = {.phases = IN(EMPTY), .begins = true, .phase = PHASE_PREPARING},
    [ENTRY_PAGES] = {.phases = IN(PREPARING) | IN(OPEN)},
    [ENTRY_ELECTORATE] = {.phases = IN(PREPARING),
                          .alone = judge_electorate_alone,
                          .on_board = judge_electorate},
    [ENTRY_OPEN] = {.phases = IN(PREPARING),
                    .begins = true,
                    .phase = PHASE_OPEN,
                    .on_board = judge_open},
    [ENTRY_BALLOT] = {.phases = IN(OPEN), .on_board = judge_ballot},
    [ENTRY_REVOCATION] = {.phases = IN(OPEN),
                          .alone = judge_revocation_alone,
                          .on_board = judge_revocation},
    [ENTRY_CLOSE] = {.phases = IN(OPEN),
                     .frozen = true,
                     .begins = true,
                     .phase = PHASE_CLOSED,
                     .on_board = judge_close},
    [ENTRY_PAPER] = {.phases = IN(CLOSED), .alone = judge_paper_alone, .on_board = judge_paper},
    [ENTRY_DRAW] = {.phases = IN(CLOSED), .alone = judge_draw_alone, .on_board = judge_draw},
    [ENTRY_RESULT] = {.phases = IN(CLOSED),
                      .begins = true,
                      .phase = PHASE_ENDED,
                      .on_board = judge_result},
    [ENTRY_NOTE] = {.phases = IN(PREPARING) | IN(OPEN) | IN(CLOSED) | IN(ENDED),
                    .frozen = true,
                    .alone = judge_note_alone},
};

_Static_assert(sizeof kinds / sizeof *kinds == ENTRY_KIND_COUNT, "every kind has a row");

static const char *const phase_words[] = {
    [PHASE_EMPTY] = "on a board without entries", [PHASE_PREPARING] = "before the opening",
    [PHASE_OPEN] = "between opening and close",   [PHASE_CLOSED] = "after the close",
    [PHASE_ENDED] = "after the result",
};

enum phase phase_after(enum phase phase, enum entry_kind kind)
{
  return kinds[kind].begins ? kinds[kind].phase : phase;
}

static bool may_stand(const struct board_head *head, enum entry_kind kind)
{
  if ((kinds[kind].phases & 1U << head->phase) == 0)
    return false;
  /* Paper ballots are keyed before anybody can know how lots fall. */
  if (head->phase == PHASE_CLOSED && kind != ENTRY_NOTE)
    return (kind == ENTRY_PAPER) == (head->manifest->paper && !head->paper_given);
  return true;
}

/* "pages, electorate, open or note" */
static void list_kinds(const struct board_head *head, char text[FAULT_EXPECTED])
{
  const char *may[ENTRY_KIND_COUNT];
  size_t count = 0;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++)
    if (may_stand(head, (enum entry_kind)kind))
      may[count++] = entry_kind_name((enum entry_kind)kind);
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    const char *before = i == 0 ? "" : i + 1 < count ? ", " : " or ";
    used += (size_t)snprintf(text + used, FAULT_EXPECTED - used, "%s%s", before, may[i]);
  }
}

static enum status judge_phase(const struct judging *judging)
{
  const struct board_head *head = judging->head;
  enum entry_kind kind = judging->entry->kind;
  if (!may_stand(head, kind)) {
    char expected[FAULT_EXPECTED];
    list_kinds(head, expected);
    return judging_refuse(judging, REFUSAL_NOT_NOW, "payloadType", expected,
                          "'%s' may not stand %s%s", entry_kind_name(kind),
                          phase_words[head->phase],
                          head->phase != PHASE_CLOSED    ? ""
                          : kind == ENTRY_PAPER          ? " twice"
                          : may_stand(head, ENTRY_PAPER) ? " without the paper ballots"
                                                         : "");
  }
  if (head->phase == PHASE_OPEN && head->frozen && !kinds[kind].frozen)
    return judging_refuse(judging, REFUSAL_FROZEN, "payloadType", "close or note",
                          "'%s' comes after the head was frozen for the close",
                          entry_kind_name(kind));
  return STATUS_OK;
}

/* Bodies are withheld until they are released: all by `close`, or by `paper` where there is one. */
static enum status judge_withheld(const struct judging *judging)
{
  if (!judging->head->partial)
    return STATUS_OK;
  enum entry_kind kind = judging->entry->kind;
  if (kind == ENTRY_BALLOT)
    return judging_refuse(judging, REFUSAL_WITHHELD, NULL, "the bodies of all ballots or of none",
                          "a ballot has a body where earlier ones have none");
  if (kind == ENTRY_PAPER || (kind == ENTRY_CLOSE && !judging->manifest->paper))
    return judging_refuse(judging, REFUSAL_WITHHELD, NULL, "the bodies of all ballots before it",
                          "with '%s' ballots are released, but bodies are missing",
                          entry_kind_name(kind));
  return STATUS_OK;
}

static enum status judge_binding(const struct judging *judging)
{
  const struct binding *binding = &judging->entry->binding;
  bool after_open = judging->head->phase >= PHASE_OPEN;
  const char *where = binding->after_open ? "open" : "election";
  if (judging->entry->kind == ENTRY_MANIFEST)
    return STATUS_OK;
  if (binding->after_open != after_open)
    return judging_refuse(judging, REFUSAL_WRONG_ELECTION, where, after_open ? "open" : "election",
                          "the entry is bound by '%s', which is for entries %s the opening", where,
                          after_open ? "before" : "after");
  return judging_hold_digest(judging, REFUSAL_WRONG_ELECTION, where,
                             after_open ? &judging->head->open : &judging->manifest->id,
                             &binding->value);
}

/* --- judging --- */

enum status admission_judge_alone(const struct manifest *manifest,
                                  const struct project_index *projects, const struct entry *entry,
                                  struct arena *arena, struct choice *choice, enum refusal *refusal,
                                  struct fault *fault)
{
  struct judging judging = {
      .manifest = manifest, .entry = entry, .refusal = refusal, .fault = fault};
  if (entry->kind == ENTRY_MANIFEST)
    judging.manifest = entry->body.manifest;
  else if (manifest == NULL)
    return judging_refuse(&judging, REFUSAL_NOT_NOW, "payloadType", "manifest",
                          "'%s' may not stand %s", entry_kind_name(entry->kind),
                          phase_words[PHASE_EMPTY]);
  *refusal = REFUSAL_NONE;
  enum status status = STATUS_OK;
  if (kinds[entry->kind].alone != NULL)
    status = kinds[entry->kind].alone(&judging);
  if (status != STATUS_OK)
    return status;

  struct public_key signers[SIGNERS_MAX];
  size_t count = entry_signers(entry, &judging.manifest->organiser, signers);
  status = name_refusal(envelope_verify(&entry->envelope, signers, count, fault),
                        REFUSAL_WRONG_SIGNER, refusal);
  if (status != STATUS_OK || entry->kind != ENTRY_BALLOT)
    return status;
  return name_refusal(choice_read_text(entry->body.ballot.choice, projects, arena, choice, fault),
                      REFUSAL_CHOICE, refusal);
}

enum status admission_judge_on_board(const struct board_head *head, const struct entry *entry,
                                     const struct credential_facts *facts, enum refusal *refusal,
                                     struct fault *fault)
{
  const struct judging judging = {.manifest = head->manifest,
                                  .head = head,
                                  .facts = facts,
                                  .entry = entry,
                                  .refusal = refusal,
                                  .fault = fault};
  *refusal = REFUSAL_NONE;
  enum status status = judge_phase(&judging);
  if (status == STATUS_OK)
    status = judge_withheld(&judging);
  if (status == STATUS_OK)
    status = judge_binding(&judging);
  if (status == STATUS_OK && kinds[entry->kind].on_board != NULL)
    status = kinds[entry->kind].on_board(&judging);
  return status;
}

enum status admission_judge(const struct board_head *head, const struct entry *entry,
                            const struct credential_facts *facts, struct arena *arena,
                            struct choice *choice, enum refusal *refusal, struct fault *fault)
{
  enum status status =
      admission_judge_alone(head->manifest, head->projects, entry, arena, choice, refusal, fault);
  return status != STATUS_OK ? status
                             : admission_judge_on_board(head, entry, facts, refusal, fault);
}

/* --- attachments --- */

const struct attachment *admission_attachment(const struct entry *entry)
{
  switch (entry->kind) {
  case ENTRY_MANIFEST:
    return entry->body.manifest->projects_attached ? &entry->body.manifest->projects : NULL;
  case ENTRY_ELECTORATE:
    return &entry->body.electorate.keys;
  case ENTRY_PAPER:
    return entry->body.paper.has_ballots ? &entry->body.paper.ballots : NULL;
  case ENTRY_RESULT:
    return &entry->body.result.outcome;
  case ENTRY_PAGES:
  case ENTRY_OPEN:
  case ENTRY_BALLOT:
  case ENTRY_REVOCATION:
  case ENTRY_CLOSE:
  case ENTRY_DRAW:
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
    break;
  }
  return NULL;
}

enum status admission_check_attachment(const struct attachment *attachment, struct span bytes,
                                       enum refusal *refusal, struct fault *fault)
{
  char where[FAULT_WHERE];
  char named[DIGEST_TEXT];
  char expected[FAULT_EXPECTED];
  digest_write(&attachment->digest, named);
  snprintf(where, sizeof where, "attachment %s", named);
  *refusal = REFUSAL_ATTACHMENT_WRONG;
  if (bytes.length != attachment->length) {
    snprintf(expected, sizeof expected, "%" PRIu64, attachment->length);
    return fault_set(fault, STATUS_REFUSED, where, expected, "it has %zu bytes", bytes.length);
  }
  struct digest digest = digest_of(bytes);
  if (digest_compare(&digest, &attachment->digest) != 0) {
    char found[DIGEST_TEXT];
    digest_write(&digest, found);
    return fault_set(fault, STATUS_REFUSED, where, named, "its SHA-256 is %s", found);
  }
  *refusal = REFUSAL_NONE;
  return STATUS_OK;
}
