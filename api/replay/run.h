/* run.h - one replay under way: what its parts share. */
#ifndef API_REPLAY_RUN_H
#define API_REPLAY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "api/replay/client.h"
#include "api/replay/plan.h"
#include "api/replay/receipts.h"
#include "ballots/credential.h"
#include "ballots/restage.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "engine/pabulib.h"

struct event_base;

enum {
  REPLAY_PIDS_MAX = 8
};

/* As asked for; texts are the arguments'. */
struct replay_options {
  const char *file; /* the .pb */
  const char *url;
  const char *officers; /* where large bodies go; NULL: `url` */
  const char *organiser_key;
  const char *origin; /* of the credentials; NULL: one that is new */
  const char *export; /* folder for the board; NULL: one that is removed afterwards */
  const char *audit;  /* the program; NULL: beside ours */
  unsigned connections;
  unsigned rate;     /* requests a second at most; 0: each connection sends when it is answered */
  unsigned patience; /* seconds */
  struct plan_odds odds;
  bool again; /* send every ballot once more before the close */
  bool json;
  bool quiet; /* no progress on standard error */
  size_t server_count, postgres_count;
  pid_t server[REPLAY_PIDS_MAX], postgres[REPLAY_PIDS_MAX];
};

/* What must hold in the end. */
enum finding {
  FINDING_RECEIPTS,  /* every receipt is for the bytes sent, and on the board at its index */
  FINDING_AUDIT,     /* beffroi-audit accepts the exported board */
  FINDING_OUTCOME,   /* the result is, byte for byte, that of the file's votes */
  FINDING_PUBLISHED, /* the winners are those that the file says were published */
  FINDING_COUNT
};

enum answer {
  ANSWER_NOT_ASKED, /* the file does not say */
  ANSWER_YES,
  ANSWER_NO
};

struct replay_times {
  double began;    /* when the first ballot was sent, by replay_now */
  double casting;  /* seconds from the first ballot sent to the last answered */
  double server;   /* of processor, meanwhile; below 0: not known */
  double postgres; /* the same */
  double median;   /* seconds from when a ballot was to be sent to its answer */
  double p99;      /* as much as 99 of 100 waited at most */
};

/* Seconds of a clock that only goes on. */
double replay_now(void);

/* Not to be moved. Everything is in the arena unless it says otherwise. */
struct replay {
  const struct replay_options *options;
  struct arena arena;
  struct event_base *base;
  struct client *client;   /* the public address */
  struct client *officers; /* that of large bodies; may be the same */

  struct pabulib file;
  bool has_rule; /* the file says by which rule it was counted */
  struct restage restage;
  struct plan plan;

  struct signing_key organiser, registrar;
  struct signing_key *voters; /* [restage_voters] */

  struct span credentials_origin, board_origin;
  struct note_key board_key;
  char election[DIGEST_TEXT];
  struct digest open; /* leaf hash of the `open` entry */
  struct receipts receipts;

  struct buffer outcome; /* what the count must come to: canonical bytes */
  size_t winner_count;
  const uint32_t *winners; /* of `outcome`, in the order of funding */

  struct replay_times times;
  enum answer findings[FINDING_COUNT];
  struct fault faults[FINDING_COUNT]; /* why ANSWER_NO */
};

#endif
