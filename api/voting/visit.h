/* visit.h - one request on its way: the election that it is about, what it asks of the database, and
 * its one reply.
 *
 * A visit is in the arena of its request. Whatever ends it, through one of the functions below, gives
 * back all it holds; nothing of it may be touched afterwards.
 */
#ifndef API_VOTING_VISIT_H
#define API_VOTING_VISIT_H

#include "api/server/http.h"
#include "api/server/problem.h"
#include "api/server/router.h"
#include "api/voting/board_state.h"
#include "api/voting/voting.h"
#include "base/canonical.h"

struct visit {
  struct voting *voting;
  struct http_request *request;
  const struct route_match *match; /* its segments point into the request */
  struct known_election *election;
  struct public_key signer; /* after visit_signed */
  struct entry entry;       /* after visit_entry */
  struct sequencer_item item;
  struct db_unit *unit;    /* after visit_unit: made when it is needed, for it is large */
  struct board_state head; /* after visit_head */
  void *own;               /* what a handler keeps from one step to the next */
  /* visit.c's own: */
  struct route_match segments;
  void (*next)(struct visit *visit);
  void (*answered)(struct visit *visit, struct db_result *const *results);
};

/* Begins a visit about no election, or NULL: then the request has its reply. */
struct visit *visit_begin(struct voting *voting, struct http_request *request,
                          const struct route_match *match);

/* Begins one about the election of the route's first segment, and goes on with `next`. */
void visit_election(struct voting *voting, struct http_request *request,
                    const struct route_match *match, void (*next)(struct visit *visit));

/* Asks what was added to visit->unit, then goes on with `answered`. Begin with visit_unit, which gives
 * an empty unit to add to. */
struct db_unit *visit_unit(struct visit *visit);
void visit_ask(struct visit *visit,
               void (*answered)(struct visit *visit, struct db_result *const *results));

/* Reads the head, whose manifest and projects are set, and goes on with `next`. */
void visit_head(struct visit *visit, void (*next)(struct visit *visit));

/* --- what is wrong ends the visit: then these return false --- */

/* The request is signed (ballots/signed_request.h), lately, by whom `signer` says. */
bool visit_signed(struct visit *visit);

/* The body is one entry, with or without a line break after it. */
bool visit_entry(struct visit *visit);

/* A digest in hex, as a segment of the path. */
bool visit_digest(struct visit *visit, struct span text, struct digest *digest);

/* --- replies, which end the visit --- */

void visit_send(struct visit *visit, const struct http_reply *reply);
void visit_problem(struct visit *visit, enum problem problem, const struct fault *fault);
void visit_refuse(struct visit *visit, enum refusal refusal, const struct fault *fault);
/* The same, naming the head that the refusal relied on. */
void visit_refuse_at(struct visit *visit, enum refusal refusal, const struct merkle_head *head,
                     const struct fault *fault);
/* Whatever an `enum status` said: refused is a bad request, failed is unavailable, all else is ours. */
void visit_fault(struct visit *visit, const struct fault *fault);
void visit_unavailable(struct visit *visit);

/* Ends a visit whose reply was a stream. */
void visit_end(struct visit *visit);

/* Bytes with a type, and how long they may be kept: one of the next. */
extern const char cache_never[], cache_for_ever[], cache_ask_again[];
void visit_bytes(struct visit *visit, int status, const char *type, struct span body,
                 const char *cache);

/* A JSON document that is being written: begin, write members, then send it. */
struct visit_json {
  struct buffer buffer;
  struct canonical_writer writer;
};
void visit_json_begin(struct visit_json *json);
void visit_json_send(struct visit *visit, int status, struct visit_json *json, const char *cache);
/* A member with bytes as hex, or null. */
void visit_json_hex(struct visit_json *json, const char *name, const uint8_t *bytes, size_t length);

/* A receipt, with the address of what it is for. */
void visit_receipt(struct visit *visit, int status, struct span receipt);

#endif
