/* Uploads: attachments come in parts, from officers who sign each request. */
#include <string.h>

#include "api/voting/attachments.h"
#include "api/voting/handlers.h"
#include "api/voting/visit.h"

struct upload {
  struct digest election;
  struct digest attachment;
  int64_t part;  /* of a part */
  int64_t parts; /* of a completion, as the next */
  int64_t length;
  void (*next)(struct visit *visit, struct upload *upload);
};

static struct db_value id_value(const struct digest *digest)
{
  return db_bytes(digest->bytes, DIGEST_BYTES);
}

static struct db_value signer_value(const struct visit *visit)
{
  return db_bytes(visit->signer.bytes, PUBLIC_KEY_BYTES);
}

/* --- who may --- */

/* Officers of the election; before it is registered, organisers of the installation. */
static void found_election(void *context, struct known_election *election,
                           const struct fault *fault)
{
  struct visit *visit = context;
  struct upload *upload = visit->own;
  struct fault mine;
  visit->election = election;
  if (election == NULL && fault->status != STATUS_REFUSED) {
    visit_fault(visit, fault);
    return;
  }
  bool may = election != NULL ? admission_is_officer(election->manifest, &visit->signer)
                              : key_list_has(&visit->voting->organisers, &visit->signer);
  if (!may) {
    (void)fault_set(&mine, STATUS_REFUSED, "Signature-Input", "the key of one of its officers",
                    "the signer has no office in this election");
    visit_problem(visit, PROBLEM_FORBIDDEN, &mine);
    return;
  }
  upload->next(visit, upload);
}

static void begin(struct http_request *request, const struct route_match *match, void *context,
                  void (*next)(struct visit *visit, struct upload *upload))
{
  struct visit *visit = visit_begin(context, request, match);
  if (visit == NULL)
    return;
  struct upload *upload = ARENA_TAKE(&request->arena, struct upload, 1);
  if (upload == NULL) {
    visit_unavailable(visit);
    return;
  }
  upload->next = next;
  visit->own = upload;
  if (visit_digest(visit, match->segments[0], &upload->election) &&
      visit_digest(visit, match->segments[1], &upload->attachment) && visit_signed(visit))
    elections_find(visit->voting->elections, &upload->election, found_election, visit);
}

/* --- a part --- */

static void kept_part(struct visit *visit, struct db_result *const *results)
{
  (void)results;
  visit_send(visit, &(struct http_reply){.status = 204});
}

static void keep_part(struct visit *visit, struct upload *upload)
{
  const int64_t most = (int64_t)attachment_parts(ATTACHMENT_MAX) - 1;
  struct fault fault;
  if (!span_to_integer(visit->match->segments[2], &upload->part) || upload->part < 0 ||
      upload->part > most) {
    (void)fault_set(&fault, STATUS_REFUSED, "part", "a number from 0 to 63",
                    "'%.*s' is no number of a part", SPAN_PRINT(visit->match->segments[2]));
    visit_problem(visit, PROBLEM_BAD_REQUEST, &fault);
    return;
  }
  if (visit->request->body.length == 0) {
    (void)fault_set(&fault, STATUS_REFUSED, "body", "1 to 1048576 bytes", "the part is empty");
    visit_problem(visit, PROBLEM_MALFORMED_BODY, &fault);
    return;
  }
  db_add(visit_unit(visit), QUERY_UPLOAD_PART, 5,
         (const struct db_value[]){id_value(&upload->election), id_value(&upload->attachment),
                                   signer_value(visit), db_integer(upload->part),
                                   db_span(visit->request->body)});
  visit_ask(visit, kept_part);
}

void handle_upload_part(struct http_request *request, const struct route_match *match,
                        void *context)
{
  begin(request, match, context, keep_part);
}

/* --- all parts are there --- */

static void forgot_parts(struct visit *visit, struct db_result *const *results)
{
  (void)results;
  visit_send(visit, &(struct http_reply){.status = 201});
}

static void completed(struct visit *visit, struct db_result *const *results)
{
  const struct upload *upload = visit->own;
  const struct db_result *before = results[0], *sums = results[1], *after = results[3];
  struct fault fault;
  if (db_rows(before) == 1 && db_get_integer(before, 0, 0) == upload->length) {
    visit_send(visit, &(struct http_reply){.status = 200});
    return;
  }
  if (db_rows(after) == 1 && db_get_integer(after, 0, 0) == upload->length) {
    db_add(visit_unit(visit), QUERY_UPLOAD_FORGET, 3,
           (const struct db_value[]){id_value(&upload->election), id_value(&upload->attachment),
                                     signer_value(visit)});
    visit_ask(visit, forgot_parts);
    return;
  }
  char found[DIGEST_TEXT];
  struct digest digest;
  memcpy(digest.bytes, db_get_bytes(sums, 0, 2).bytes, DIGEST_BYTES);
  digest_write(&digest, found);
  (void)fault_set(&fault, STATUS_REFUSED, "attachment",
                  "all parts, of 1048576 bytes but the last, with the digest of the address",
                  "there are %lld parts with %lld bytes; their SHA-256 is %s",
                  (long long)db_get_integer(sums, 0, 0), (long long)db_get_integer(sums, 0, 1),
                  found);
  visit_refuse(visit, REFUSAL_ATTACHMENT_WRONG, &fault);
}

/* {"length":…,"parts":…} */
static bool read_completion(struct visit *visit, struct upload *upload)
{
  json_t *body = NULL;
  struct fault fault;
  enum status status = canonical_read(visit->request->body, 256, &body, &fault);
  if (status == STATUS_OK) {
    const json_t *length = json_object_get(body, "length"), *parts = json_object_get(body, "parts");
    upload->length = json_integer_value(length);
    upload->parts = json_integer_value(parts);
    if (json_object_size(body) != 2 || upload->length < 1 ||
        upload->length > (int64_t)ATTACHMENT_MAX ||
        upload->parts != (int64_t)attachment_parts((uint64_t)upload->length))
      status = fault_set(&fault, STATUS_REFUSED, "body",
                         "{\"length\":<bytes, 1 to 67108864>,\"parts\":<of 1 MiB, that many>}",
                         "it does not say how long the attachment is");
  }
  json_decref(body);
  if (status == STATUS_REFUSED)
    visit_problem(visit, PROBLEM_MALFORMED_BODY, &fault);
  else if (status != STATUS_OK)
    visit_fault(visit, &fault);
  return status == STATUS_OK;
}

static void complete(struct visit *visit, struct upload *upload)
{
  struct db_value election = id_value(&upload->election), digest = id_value(&upload->attachment);
  if (!read_completion(visit, upload))
    return;
  struct db_unit *unit = visit_unit(visit);
  db_add(unit, QUERY_ATTACHMENT, 2, (const struct db_value[]){election, digest});
  db_add(
      unit, QUERY_UPLOAD_DIGEST, 4,
      (const struct db_value[]){election, digest, signer_value(visit), db_integer(upload->parts)});
  db_add(unit, QUERY_UPLOAD_COMPLETE, 5,
         (const struct db_value[]){election, digest, signer_value(visit), db_integer(upload->parts),
                                   db_integer(upload->length)});
  db_add(unit, QUERY_ATTACHMENT, 2, (const struct db_value[]){election, digest});
  visit_ask(visit, completed);
}

void handle_upload_complete(struct http_request *request, const struct route_match *match,
                            void *context)
{
  begin(request, match, context, complete);
}
