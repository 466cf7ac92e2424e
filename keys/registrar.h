/* registrar.h - what the commands of the registrar share. */
#ifndef KEYS_REGISTRAR_H
#define KEYS_REGISTRAR_H

#include "ballots/code.h"
#include "ballots/credential.h"
#include "ballots/digest.h"
#include "base/fault.h"
#include "base/span.h"
#include "keys/cards.h"
#include "keys/officer.h"
#include "keys/passphrase.h"
#include "keys/task.h"

/* --- cards --- */

enum {
  REGISTRAR_CARDS_MAX = SEALED_SECRET_MAX / 2 * 3 /* bytes of a card file */
};

/* A code and what follows from it, in memory of guard_take. */
struct new_card {
  struct code code;
  struct credential credential;
};

/* A card from fresh random bits, for credentials of this origin. */
enum status registrar_make_card(struct span origin, struct new_card *card,
                                struct fault *fault) CHECKED;

/* The card file that an option names, opened with the passphrase that another names, or typed,
 * which is left in `passphrase` unless that is NULL. */
enum status registrar_open_cards(struct job *job, const char *path, const char *passphrase_path,
                                 struct cards *cards, struct passphrase *passphrase,
                                 struct fault *fault) CHECKED;

/* --- the electorate --- */

struct electorate_draft {
  struct digest election;
  bool has_eligibility;
  struct digest eligibility;
  struct span keys; /* the attachment */
  struct digest roll;
};

/* Reads the election, and the rules of eligibility unless NULL, as options give them. */
enum status registrar_read_binding(struct job *job, const char *election, const char *eligibility,
                                   struct electorate_draft *draft, struct fault *fault) CHECKED;

/* The signed `electorate` entry, in the job's arena. */
enum status registrar_sign_electorate(struct job *job, const struct electorate_draft *draft,
                                      const struct officers *officers, struct span *line,
                                      struct fault *fault) CHECKED;

/* --- commands --- */

enum verdict registrar_codes_run(int count, char **arguments);
enum verdict registrar_electorate_run(int count, char **arguments);
enum verdict registrar_lost_run(int count, char **arguments);
enum verdict registrar_paper_run(int count, char **arguments);
enum verdict registrar_turnout_run(int count, char **arguments);

#endif
