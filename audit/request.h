/* request.h - what a command that counts ballots is asked to do: its options, read once into a value.
 */
#ifndef AUDIT_REQUEST_H
#define AUDIT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/place.h"
#include "audit/words.h"
#include "ballots/draw.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/pabulib.h"
#include "engine/rule.h"

/* What a .pb file is counted by when nothing is asked for. */
#define REQUEST_DEFAULT_RULE       "equal-shares"
#define REQUEST_DEFAULT_COMPLETION "add1"

/* One setting of the rule, and the option that gave it. */
struct request_setting {
  const char *option; /* "--by" */
  struct span name;
  struct span text;
};

enum request_rule {
  REQUEST_RULE_ASKED,
  REQUEST_RULE_DEFAULT,   /* equal-shares with completion add1 */
  REQUEST_RULE_PUBLISHED, /* the preset: what the file says of itself */
};

/* What is particular to a command: what its help says, and the options that not all have. */
struct request_form {
  const char *command; /* "tally" */
  const char *purpose; /* paragraphs of help: what it does, */
  const char *json;    /* what --json prints, in an option's line, */
  const char *ending;  /* and what else is to be said, exit codes included */
  bool compares;       /* has --check-published */
  bool explains;       /* has --project and --counts */
};

enum {
  REQUEST_COUNTS_ONE = 300, /* of one project that was named, unless --counts is given */
  REQUEST_COUNTS_ALL = 60,  /* of each when none was */
};

struct request {
  const char *path;
  enum request_rule origin;
  const struct rule *rule; /* NULL with the preset */
  size_t setting_count;
  const struct request_setting *settings; /* as given, a later one before an earlier */
  bool seeded;
  uint8_t seed[DRAW_SEED_BYTES];
  bool check_published;
  bool refuse_invalid;
  bool warnings;
  const char *project; /* its id; NULL: all */
  uint64_t counts;     /* most counts for each project */
  bool json;
  bool help; /* nothing else was looked at */
  enum language language;
  struct place_options place; /* of a board */
};

/* Reads the arguments. What a rule says of its settings is checked at once where the rule is
 * known; `fault->where` is the option. Strings point into the arguments, the rest is in `arena`. */
enum status request_read(const struct request_form *form, int count, char **arguments,
                         struct arena *arena, struct request *request, struct fault *fault) CHECKED;

/* The settings that a request means for a file: the rule's or the preset's, those given over it,
 * completed for the election. */
enum status request_settings(const struct request *request, const struct pabulib *file,
                             struct arena *arena, struct settings *settings,
                             struct fault *fault) CHECKED;

/* Whether resolved settings break ties by the draw, for which somebody must give the seed. */
bool request_draws(const struct settings *settings);

/* Reads the seed of the draw: 64 hexadecimal digits. The fault is the option's, "--seed". */
enum status request_read_seed(const char *value, uint8_t seed[DRAW_SEED_BYTES],
                              struct fault *fault) CHECKED;

/* Adds the help of the command. */
void request_add_help(const struct request_form *form, struct buffer *buffer);

#endif
