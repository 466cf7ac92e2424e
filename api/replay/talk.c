#include "api/replay/talk.h"

#include <stdio.h>
#include <time.h>

#include "api/replay/answer.h"
#include "ballots/draft.h"
#include "ballots/signed_request.h"
#include "base/canonical.h"

enum {
  JSON_MAX = 64 * 1024,
  RECEIPT_MAX = 64 * 1024,
  PART = 1 << 20,
};

enum status talk_path(struct replay *replay, const char *path, const char **whole,
                      struct fault *fault)
{
  struct buffer buffer = {0};
  buffer_format(&buffer, "/v1/elections/%s/%s", replay->election, path);
  *whole =
      buffer.failed ? NULL : arena_copy(&replay->arena, buffer_span(&buffer).bytes, buffer.length);
  buffer_free(&buffer);
  return *whole == NULL ? fault_no_memory(fault) : STATUS_OK;
}

/* Asks, and expects one of two statuses. Whatever happens, the caller frees `request->answer`. */
static enum status ask(struct client *client, struct client_request *request, int status, int other,
                       const char *what, struct fault *fault)
{
  client_ask(client, request);
  return answer_expect(request, status, other, what, fault);
}

/* --- asking --- */

enum status talk_get(struct replay *replay, const char *path, size_t limit, struct span *body,
                     struct fault *fault)
{
  struct client_request request = {.method = "GET",
                                   .path = span_of(path),
                                   .headers = SPAN(""),
                                   .body = SPAN(""),
                                   .limit = limit};
  enum status status = ask(replay->client, &request, 200, 200, path, fault);
  if (status == STATUS_OK) {
    const struct span answer = buffer_span(&request.answer);
    const char *copy = arena_copy(&replay->arena, answer.bytes, answer.length);
    if (copy == NULL)
      status = fault_no_memory(fault);
    else
      *body = (struct span){.bytes = copy, .length = answer.length};
  }
  buffer_free(&request.answer);
  return status;
}

static enum status read_json(const struct client_request *request, json_t **value,
                             struct fault *fault)
{
  enum status status = canonical_read(buffer_span(&request->answer), JSON_MAX, value, fault);
  if (status != STATUS_REFUSED)
    return status;
  struct fault inner = *fault;
  return fault_set(fault, STATUS_REFUSED, NULL, NULL, "%.*s: %s: %s", SPAN_PRINT(request->path),
                   inner.where, inner.what);
}

enum status talk_get_json(struct replay *replay, const char *path, json_t **value,
                          struct fault *fault)
{
  struct client_request request = {.method = "GET",
                                   .path = span_of(path),
                                   .headers = SPAN(""),
                                   .body = SPAN(""),
                                   .limit = JSON_MAX};
  enum status status = ask(replay->client, &request, 200, 200, path, fault);
  if (status == STATUS_OK)
    status = read_json(&request, value, fault);
  buffer_free(&request.answer);
  return status;
}

enum status talk_get_of_election(struct replay *replay, const char *path, size_t limit,
                                 struct span *body, struct fault *fault)
{
  const char *whole;
  enum status status = talk_path(replay, path, &whole, fault);
  return status == STATUS_OK ? talk_get(replay, whole, limit, body, fault) : status;
}

/* --- signed requests --- */

/* Signs the request as `key`; its headers are then in `headers`, to be freed by the caller. */
static enum status sign(struct client_request *request, const struct client *client,
                        const struct signing_key *key, struct buffer *headers, struct fault *fault)
{
  struct buffer digest = {0}, input = {0}, signature = {0};
  const struct signed_request asked = {.method = span_of(request->method),
                                       .authority = span_of(client_authority(client)),
                                       .path = request->path,
                                       .body = request->body,
                                       .created = (int64_t)time(NULL),
                                       .key = key->public_key};
  signed_request_sign(&asked, key, &digest, &input, &signature);
  if (request->body.length > 0) {
    buffer_add(headers, SPAN("Content-Digest: "));
    buffer_add(headers, buffer_span(&digest));
    buffer_add(headers, SPAN("\r\n"));
  }
  buffer_add(headers, SPAN("Signature-Input: "));
  buffer_add(headers, buffer_span(&input));
  buffer_add(headers, SPAN("\r\nSignature: "));
  buffer_add(headers, buffer_span(&signature));
  buffer_add(headers, SPAN("\r\n"));
  bool failed = headers->failed || digest.failed || input.failed || signature.failed;
  buffer_free(&digest);
  buffer_free(&input);
  buffer_free(&signature);
  request->headers = buffer_span(headers);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}

enum status talk_ask_signed(struct replay *replay, const char *method, const char *path,
                            const struct signing_key *key, json_t **value, struct fault *fault)
{
  struct buffer headers = {0};
  struct client_request request = {
      .method = method, .path = span_of(path), .body = SPAN(""), .limit = JSON_MAX};
  enum status status = sign(&request, replay->client, key, &headers, fault);
  if (status == STATUS_OK)
    status = ask(replay->client, &request, 200, 200, path, fault);
  if (status == STATUS_OK)
    status = read_json(&request, value, fault);
  buffer_free(&request.answer);
  buffer_free(&headers);
  return status;
}

/* --- attachments --- */

static enum status send_signed(struct replay *replay, struct client_request *request, int status,
                               int other, struct fault *fault)
{
  struct buffer headers = {0};
  enum status done = sign(request, replay->officers, &replay->organiser, &headers, fault);
  if (done == STATUS_OK)
    done = ask(replay->officers, request, status, other, "the attachment", fault);
  buffer_free(&request->answer);
  buffer_free(&headers);
  return done;
}

static enum status send_part(struct replay *replay, const char *name, size_t number,
                             struct span part, struct fault *fault)
{
  char path[192];
  (void)snprintf(path, sizeof path, "/v1/elections/%s/attachments/%s/parts/%zu", replay->election,
                 name, number);
  struct client_request request = {.method = "PUT",
                                   .path = span_of(path),
                                   .type = "application/octet-stream",
                                   .body = part,
                                   .limit = JSON_MAX};
  return send_signed(replay, &request, 204, 204, fault);
}

enum status talk_attach(struct replay *replay, struct span bytes, struct fault *fault)
{
  char name[DIGEST_TEXT], path[192], body[64];
  const struct digest digest = digest_of(bytes);
  size_t parts = 0;
  enum status status = STATUS_OK;
  digest_write(&digest, name);
  for (size_t at = 0; status == STATUS_OK && at < bytes.length; at += PART) {
    size_t left = bytes.length - at;
    const struct span part = {.bytes = bytes.bytes + at, .length = left < PART ? left : PART};
    status = send_part(replay, name, parts++, part, fault);
  }
  if (status != STATUS_OK)
    return status;
  (void)snprintf(path, sizeof path, "/v1/elections/%s/attachments/%s", replay->election, name);
  (void)snprintf(body, sizeof body, "{\"length\":%zu,\"parts\":%zu}", bytes.length, parts);
  struct client_request request = {.method = "POST",
                                   .path = span_of(path),
                                   .type = "application/json",
                                   .body = span_of(body),
                                   .limit = JSON_MAX};
  return send_signed(replay, &request, 201, 200, fault);
}

/* --- entries --- */

static enum status take_receipt(struct replay *replay, struct span line,
                                const struct client_request *request, struct digest *leaf,
                                struct fault *fault)
{
  struct receipt_note note;
  enum status status =
      receipts_check(&replay->receipts, line, buffer_span(&request->answer), &note, fault);
  if (status == STATUS_OK)
    status = receipts_keep(&replay->receipts, &note, fault);
  if (status == STATUS_OK && leaf != NULL)
    *leaf = note.leaf;
  return status;
}

enum status talk_append(struct replay *replay, enum entry_kind kind, struct span payload,
                        const struct signing_key *key, struct digest *leaf, struct fault *fault)
{
  const char *name = entry_kind_name(kind), *path = "/v1/elections";
  struct span line;
  enum status status = draft_sign(span_of(name), payload, &key, 1, &replay->arena, &line, fault);
  if (status == STATUS_OK && kind != ENTRY_MANIFEST)
    status = talk_path(replay, "entries", &path, fault);
  if (status != STATUS_OK)
    return status;
  struct client_request request = {.method = "POST",
                                   .path = span_of(path),
                                   .type = "application/json",
                                   .headers = SPAN(""),
                                   .body = line,
                                   .limit = RECEIPT_MAX};
  status = ask(replay->client, &request, 201, 200, name, fault);
  if (status == STATUS_OK)
    status = take_receipt(replay, line, &request, leaf, fault);
  buffer_free(&request.answer);
  return status;
}
