/* Officers: entries of every kind but ballots and manifests, and the freeze. */
#include <stdio.h>
#include <string.h>

#include "api/voting/appending.h"
#include "api/voting/handlers.h"

/* --- attachments are looked at before the entry takes its turn --- */

static void examine_later(struct visit *visit, struct db_result *const *results)
{
  (void)results;
  struct http_reply reply = {
      .status = 202, .type = "application/json", .body = SPAN("{\"state\":\"examining\"}")};
  http_reply_header(&reply, "Retry-After", "1");
  visit_send(visit, &reply);
}

static void refuse_examined(struct visit *visit, const struct db_result *examination)
{
  struct fault fault;
  char where[FAULT_WHERE];
  struct span place = db_get_bytes(examination, 0, 1);
  struct span what = db_get_bytes(examination, 0, 2);
  struct span expected = db_get_bytes(examination, 0, 3);
  char wanted[FAULT_EXPECTED];
  (void)snprintf(where, sizeof where, "%.*s", SPAN_PRINT(place));
  (void)snprintf(wanted, sizeof wanted, "%.*s", SPAN_PRINT(expected));
  (void)fault_set(&fault, STATUS_REFUSED, where, wanted, "%.*s", (int)what.length, what.bytes);
  visit_refuse(visit, (enum refusal)db_get_integer(examination, 0, 0), &fault);
}

static void found_attachment(struct visit *visit, struct db_result *const *results)
{
  const struct attachment *attachment = admission_attachment(&visit->entry);
  struct fault fault;
  if (db_rows(results[0]) == 0) {
    (void)fault_set(&fault, STATUS_REFUSED, "attachment", "an attachment that was uploaded before",
                    "the attachment of the entry is not here");
    visit_refuse(visit, REFUSAL_ATTACHMENT_MISSING, &fault);
    return;
  }
  if ((uint64_t)db_get_integer(results[0], 0, 0) != attachment->length) {
    (void)fault_set(&fault, STATUS_REFUSED, "attachment", NULL,
                    "the attachment of this digest has another length");
    visit_refuse(visit, REFUSAL_ATTACHMENT_WRONG, &fault);
    return;
  }
  if (db_rows(results[1]) == 0) {
    db_add(visit_unit(visit), QUERY_JOB_ADD, 4,
           (const struct db_value[]){
               db_bytes(visit->election->id.bytes, DIGEST_BYTES), db_span(SPAN("examine")),
               db_bytes(visit->entry.leaf.bytes, DIGEST_BYTES), db_span(visit->entry.line)});
    visit_ask(visit, examine_later);
  } else if (db_get_integer(results[1], 0, 0) != REFUSAL_NONE) {
    refuse_examined(visit, results[1]);
  } else {
    visit_append(visit);
  }
}

static void append(struct visit *visit)
{
  struct choice choice;
  struct fault fault;
  if (!visit_entry(visit))
    return;
  if (visit->entry.kind == ENTRY_BALLOT || visit->entry.kind == ENTRY_MANIFEST) {
    (void)fault_set(&fault, STATUS_REFUSED, "payloadType", "an officer's entry",
                    "'%s' has an address of its own", entry_kind_name(visit->entry.kind));
    visit_refuse(visit, REFUSAL_MALFORMED, &fault);
    return;
  }
  if (!visit_judge_alone(visit, &choice))
    return;
  const struct attachment *attachment = admission_attachment(&visit->entry);
  /* An outcome is the count's, which knows its digest: there is nothing to examine. */
  if (attachment == NULL || visit->entry.kind == ENTRY_RESULT) {
    visit_append(visit);
    return;
  }
  struct db_value id = db_bytes(visit->election->id.bytes, DIGEST_BYTES);
  struct db_unit *unit = visit_unit(visit);
  db_add(unit, QUERY_ATTACHMENT, 2,
         (const struct db_value[]){id, db_bytes(attachment->digest.bytes, DIGEST_BYTES)});
  db_add(unit, QUERY_EXAMINATION, 2,
         (const struct db_value[]){id, db_bytes(visit->entry.leaf.bytes, DIGEST_BYTES)});
  visit_ask(visit, found_attachment);
}

void handle_append(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, append);
}

/* --- the freeze --- */

static void freeze(struct visit *visit)
{
  struct fault fault;
  if (!visit_signed(visit))
    return;
  if (memcmp(visit->signer.bytes, visit->election->manifest->organiser.bytes, PUBLIC_KEY_BYTES) !=
      0) {
    (void)fault_set(&fault, STATUS_REFUSED, "Signature-Input", "the organiser's key",
                    "only the organiser may freeze the head");
    visit_problem(visit, PROBLEM_FORBIDDEN, &fault);
    return;
  }
  visit_append(visit);
}

void handle_freeze(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, freeze);
}
