#include "keys/service.h"

#include <stdio.h>
#include <string.h>

#include "ballots/digest.h"
#include "base/buffer.h"
#include "base/canonical.h"

enum {
  RECEIPT_MAX =
      NOTE_MAX + 8192, /* bytes: a checkpoint, and a proof of at most 63 lines before it */
};

static const char again[] = "the same command again: the ballot counts once";

enum status service_begin(struct service *service, const char *url, const struct manifest *manifest,
                          const struct client_settings *settings, struct fault *fault)
{
  char end[sizeof "/elections//" + DIGEST_TEXT], id[DIGEST_TEXT];
  struct address election;
  *service = (struct service){.manifest = manifest, .settings = *settings};
  enum status status = address_read_folder(span_of(url), &election, fault);
  if (status == STATUS_OK && !election.secure && !address_is_here(&election))
    status = fault_set(fault, STATUS_REFUSED, "address", "https://; http:// to this machine alone",
                       "by http anybody on the way could read the ballot");
  if (status != STATUS_OK)
    return status;
  digest_write(&manifest->id, id);
  size_t length = (size_t)snprintf(end, sizeof end, "/elections/%s/", id);
  if (election.path_end - election.path < length ||
      memcmp(election.text + election.path_end - length, end, length) != 0)
    return fault_set(fault, STATUS_REFUSED, "--url", "…/elections/ and the id of the manifest",
                     "it is not the address of the manifest's election, %s", id);
  return address_below(&election, "ballots", &service->ballots, fault);
}

/* --- answers --- */

/* The text of a member; "" when there is none. */
static const char *text_of(const json_t *value, const char *name)
{
  const char *text = json_string_value(json_object_get(value, name));
  return text == NULL ? "" : text;
}

void service_explain(long status, const char *type, struct span body, struct fault *fault)
{
  json_t *value = NULL;
  struct fault ignored;
  bool is_problem = strcmp(type, "application/problem+json") == 0 &&
                    canonical_read_draft(body, RECEIPT_MAX, &value, &ignored) == STATUS_OK &&
                    json_is_object(value);
  const char *title = is_problem ? text_of(value, "title") : "";
  const char *detail = is_problem ? text_of(value, "detail") : "";
  fault_set(fault, STATUS_REFUSED, NULL, NULL, "the service answers %ld%s%s%s%s", status,
            title[0] == '\0' ? "" : ": ", title, detail[0] == '\0' ? "" : ": ", detail);
  json_decref(value);
}

static enum status check(const struct manifest *manifest, struct span line,
                         struct service_reply *reply, bool cut, struct fault *fault)
{
  const struct receipt_trust trust = {.board = &manifest->board_key,
                                      .witnesses = manifest->witnesses,
                                      .witness_count = manifest->witness_count,
                                      .quorum = manifest->witness_quorum};
  if (cut)
    return fault_set(fault, STATUS_REFUSED, NULL, "a receipt", "it is larger than any receipt");
  enum status status = receipt_read(reply->text, &reply->receipt, fault);
  if (status == STATUS_OK)
    status = receipt_check(&reply->receipt, line, &trust, &reply->standing, fault);
  return status;
}

/* A proof that does not hold is an answer, too. */
static enum status take_receipt(const struct service *service, struct span line, struct span body,
                                bool cut, struct arena *arena, struct service_reply *reply,
                                struct fault *fault)
{
  struct fault inner;
  char *copy = arena_copy(arena, body.bytes, body.length);
  if (copy == NULL)
    return fault_no_memory(fault);
  reply->text = (struct span){.bytes = copy, .length = body.length};
  reply->answer = SERVICE_CAST;
  enum status status = check(service->manifest, line, reply, cut, &inner);
  if (status == STATUS_OK)
    return status;
  if (status != STATUS_REFUSED) {
    *fault = inner;
    return status;
  }
  reply->answer = SERVICE_UNPROVEN;
  fault_set(&reply->why, STATUS_REFUSED, NULL, inner.expected,
            "the service sent no receipt that proves it: %s%s%s", inner.where,
            inner.where[0] == '\0' ? "" : ": ", inner.what);
  return STATUS_OK;
}

/* Whether the service has decided about the ballot, and not only about this moment. */
static bool is_refusal(long status)
{
  return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
}

static enum status take_answer(const struct service *service, struct span line,
                               const struct reply *answer, struct span body, struct arena *arena,
                               struct service_reply *reply, struct fault *fault)
{
  struct fault inner;
  if (answer->status == 200 || answer->status == 201)
    return take_receipt(service, line, body, answer->cut, arena, reply, fault);
  service_explain(answer->status, answer->type, body, &inner);
  if (!is_refusal(answer->status))
    return fault_set(fault, STATUS_FAILED, NULL, again, "%s", inner.what);
  reply->answer = SERVICE_REFUSED;
  reply->why = inner;
  return STATUS_OK;
}

enum status service_cast(const struct service *service, struct span line, struct arena *arena,
                         struct service_reply *reply, struct fault *fault)
{
  struct buffer body = {0};
  struct client client;
  struct reply answer;
  struct fault inner;
  const struct receiver receiver = client_into(&body, RECEIPT_MAX);
  *reply = (struct service_reply){.answer = SERVICE_UNPROVEN};
  enum status status = client_begin(&client, &service->settings, fault);
  if (status != STATUS_OK)
    return status;
  status =
      client_post(&client, &service->ballots, "application/json", line, &receiver, &answer, &inner);
  if (status == STATUS_OK)
    status = take_answer(service, line, &answer, buffer_span(&body), arena, reply, fault);
  else
    fault_set(fault, status, NULL, again, "%s; nobody knows whether the ballot was cast",
              inner.what);
  client_end(&client);
  buffer_free(&body);
  return status;
}
