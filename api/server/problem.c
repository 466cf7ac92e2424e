#include "api/server/problem.h"

#include <stdio.h>
#include <string.h>

#include "api/server/log.h"
#include "base/buffer.h"
#include "base/canonical.h"

#define TYPE_PREFIX "urn:beffroi:problem:"

enum {
  RETRY_SECONDS = 1
};

/* What is the same for both kinds. */
struct kind {
  int status;
  const char *name;
  const char *title;
};

static const struct kind problems[PROBLEM_COUNT] = {
    [PROBLEM_BAD_REQUEST] = {400, "bad-request", "The request is not as HTTP or this path demands"},
    [PROBLEM_MALFORMED_BODY] = {400, "malformed-body", "The body is not what is taken here"},
    [PROBLEM_UNAUTHORISED] = {401, "unauthorised", "The request is not signed as it must be"},
    [PROBLEM_FORBIDDEN] = {403, "forbidden", "Whoever signed the request may not do this"},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "There is nothing here"},
    [PROBLEM_METHOD] = {405, "method", "This cannot be done here"},
    [PROBLEM_ORIGIN_TAKEN] = {409, "origin-taken", "The origin serves another board, for ever"},
    [PROBLEM_TIMEOUT] = {408, "timeout", "The request was not whole in time"},
    [PROBLEM_LENGTH] = {411, "length", "The request has a body and no Content-Length"},
    [PROBLEM_TOO_LARGE] = {413, "too-large", "The body is too long"},
    [PROBLEM_TYPE] = {415, "type", "The body has a type that is not taken here"},
    [PROBLEM_HEADERS] = {431, "headers", "The headers are too long or too many"},
    [PROBLEM_BUSY] = {503, "busy", "Too much is asked at once; nothing was done"},
    [PROBLEM_UNAVAILABLE] = {503, "unavailable",
                             "The service cannot answer now; the same can be sent again"},
    [PROBLEM_STOPPING] = {503, "stopping", "This part of the service is about to end"},
    [PROBLEM_INTERNAL] = {500, "internal", "The service has made a mistake"},
};

/* Their names are those of refusal_name. */
static const struct kind refusals[REFUSAL_COUNT] = {
    [REFUSAL_MALFORMED] = {400, NULL, "This is not an entry"},
    [REFUSAL_NOT_NOW] = {409, NULL, "No such entry may stand now"},
    [REFUSAL_FROZEN] = {409, NULL, "The vote is over: only the closing may stand"},
    [REFUSAL_WITHHELD] = {409, NULL, "Bodies of ballots are withheld"},
    [REFUSAL_WRONG_ELECTION] = {409, NULL, "The entry is bound to another election"},
    [REFUSAL_WRONG_SIGNER] = {403, NULL, "The entry is not signed by those who must"},
    [REFUSAL_NOT_LISTED] = {403, NULL, "The signer has no such role in this election"},
    [REFUSAL_NO_PAPER] = {422, NULL, "This election has no paper ballots"},
    [REFUSAL_ATTACHMENT_MISSING] = {409, NULL, "An attachment that the entry names is not here"},
    [REFUSAL_ATTACHMENT_WRONG] = {422, NULL, "The attachment is not what it must be"},
    [REFUSAL_ELIGIBILITY_DIFFERS] = {422, NULL, "Made by other rules than those of the election"},
    [REFUSAL_CREDENTIALS_DIFFER] = {409, NULL, "Not as many credentials as were admitted"},
    [REFUSAL_CREDENTIAL_REPEATED] = {409, NULL, "A credential was admitted already"},
    [REFUSAL_TREE_DIFFERS] = {409, NULL, "The tree is not as the entry says"},
    [REFUSAL_UNKNOWN_CREDENTIAL] = {403, NULL, "The credential is not in the electorate"},
    [REFUSAL_STRUCK] = {403, NULL, "The credential was struck"},
    [REFUSAL_ALREADY_VOTED] = {409, NULL, "The credential has voted already"},
    [REFUSAL_STALE] = {409, NULL, "Another ballot stands than the one to be replaced"},
    [REFUSAL_CHOICE] = {422, NULL, "The choice does not keep to the rules of the election"},
    [REFUSAL_TOO_MANY] = {409, NULL, "More replacements than the election allows"},
    [REFUSAL_STANDING_DIFFERS] = {409, NULL, "Other ballots stand than the entry says"},
    [REFUSAL_PAPER_DIFFERS] = {409, NULL, "More paper ballots than credentials struck for paper"},
    [REFUSAL_COMMITMENT_DIFFERS] = {422, NULL, "The secret is not the one committed to"},
    [REFUSAL_DRAW_INCOMPLETE] = {409, NULL, "Not all lots are drawn"},
    [REFUSAL_OUTCOME_DIFFERS] = {422, NULL, "The outcome is not that of the ballots"},
    [REFUSAL_REPEATED] = {409, NULL, "The same entry stands already"},
};

const char *problem_type(enum problem problem)
{
  return problems[problem].name;
}

int problem_status(enum problem problem)
{
  return problems[problem].status;
}

int problem_refusal_status(enum refusal refusal)
{
  return refusals[refusal].status;
}

static void add_text(struct canonical_writer *writer, const char *name, const char *text)
{
  if (text != NULL && text[0] != '\0')
    canonical_member_string(writer, name, span_of(text));
}

/* The members in the order of their names. */
static void write_body(const struct kind *kind, const struct fault *fault,
                       const struct merkle_head *head, const struct http_request *request,
                       struct buffer *body)
{
  struct canonical_writer writer;
  char type[sizeof TYPE_PREFIX + 64];
  snprintf(type, sizeof type, TYPE_PREFIX "%s", kind->name);
  canonical_begin(&writer, body);
  canonical_object(&writer);
  add_text(&writer, "detail", fault == NULL ? NULL : fault->what);
  add_text(&writer, "expected", fault == NULL ? NULL : fault->expected);
  if (head != NULL) {
    char root[DIGEST_TEXT];
    digest_write(&head->root, root);
    canonical_member(&writer, "head");
    canonical_object(&writer);
    canonical_member_string(&writer, "root", span_of(root));
    canonical_member_integer(&writer, "size", (int64_t)head->size);
    canonical_end(&writer);
  }
  canonical_member_string(&writer, "request", span_of(request->id));
  canonical_member_integer(&writer, "status", kind->status);
  canonical_member_string(&writer, "title", span_of(kind->title));
  canonical_member_string(&writer, "type", span_of(type));
  add_text(&writer, "where", fault == NULL ? NULL : fault->where);
  canonical_end(&writer);
}

static void answer(struct http_request *request, const struct kind *kind, const struct fault *fault,
                   const struct merkle_head *head, const char *header, const char *value)
{
  struct buffer body = {0};
  struct http_reply reply = {.status = kind->status, .type = "application/problem+json"};
  write_body(kind, fault, head, request, &body);
  reply.body = body.failed ? SPAN("{}") : buffer_span(&body);
  if (kind->status == 401) /* RFC 9110 section 15.5.2 asks for a challenge */
    http_reply_header(&reply, "WWW-Authenticate", "Signature realm=\"beffroi\"");
  if (header != NULL)
    http_reply_header(&reply, header, value);
  http_send(request, &reply);
  buffer_free(&body);
}

void problem_send_with(struct http_request *request, enum problem problem,
                       const struct fault *fault, const char *header, const char *value)
{
  answer(request, &problems[problem], fault, NULL, header, value);
}

void problem_send_later(struct http_request *request, enum problem problem,
                        const struct fault *fault, unsigned seconds)
{
  char value[16];
  snprintf(value, sizeof value, "%u", seconds);
  answer(request, &problems[problem], fault, NULL, "Retry-After", value);
}

void problem_send(struct http_request *request, enum problem problem, const struct fault *fault)
{
  if (problems[problem].status == 503)
    problem_send_later(request, problem, fault, RETRY_SECONDS);
  else
    answer(request, &problems[problem], fault, NULL, NULL, NULL);
}

void problem_send_refusal(struct http_request *request, enum refusal refusal,
                          const struct merkle_head *head, const struct fault *fault)
{
  struct kind kind = refusals[refusal];
  kind.name = refusal_name(refusal);
  answer(request, &kind, fault, head, NULL, NULL);
}

void problem_send_fault(struct http_request *request, const struct fault *fault)
{
  LOG(LOG_ERROR, "request-failed", LOG_TEXT("request", request->id),
      LOG_TEXT("where", fault->where), LOG_TEXT("what", fault->what),
      LOG_TEXT("expected", fault->expected));
  problem_send(request, fault->status == STATUS_NO_MEMORY ? PROBLEM_UNAVAILABLE : PROBLEM_INTERNAL,
               NULL);
}
