/* admission_kinds.h - what admission asks of each kind of entry; for admission.c alone. */
#ifndef BALLOTS_ADMISSION_KINDS_H
#define BALLOTS_ADMISSION_KINDS_H

#include "ballots/admission.h"

/* One entry before its judges. */
struct judging {
  const struct manifest *manifest;
  const struct board_head *head;        /* on the board only */
  const struct credential_facts *facts; /* on the board only */
  const struct entry *entry;
  enum refusal *refusal;
  struct fault *fault;
};

/* Names the refusal and fills the fault, as fault_set does. */
enum status judging_refuse(const struct judging *judging, enum refusal refusal, const char *where,
                           const char *expected, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Refuses an entry that says another digest than the board, which says `mine`. */
enum status judging_hold_digest(const struct judging *judging, enum refusal name, const char *where,
                                const struct digest *mine, const struct digest *theirs) CHECKED;

typedef enum status judge(const struct judging *judging);

/* Of the manifest: who has which role, and whether there is paper. */
judge judge_electorate_alone, judge_revocation_alone, judge_paper_alone, judge_draw_alone,
    judge_note_alone;

/* Of the board. */
judge judge_electorate, judge_open, judge_ballot, judge_revocation, judge_close, judge_paper,
    judge_draw, judge_result;

#endif
