/* Registering: an election begins with its signed manifest. */
#include <string.h>

#include "api/voting/appending.h"
#include "api/voting/attachments.h"
#include "api/voting/handlers.h"
#include "base/hex.h"

/* --- the board's key --- */

/* The text of a query's value, percent-encoding undone; false for anything that is none. */
static bool decode(struct span value, char *text, size_t size, struct span *decoded)
{
  size_t length = 0;
  for (size_t at = 0; at < value.length; at++) {
    uint8_t byte = (uint8_t)value.bytes[at];
    if (byte == '%') {
      char digits[2];
      if (value.length - at < 3)
        return false;
      for (size_t i = 0; i < 2; i++) {
        char digit = value.bytes[at + 1 + i];
        digits[i] = digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit;
      }
      if (!hex_read((struct span){.bytes = digits, .length = 2}, &byte, 1))
        return false;
      at += 2;
    }
    if (length == size)
      return false;
    text[length++] = (char)byte;
  }
  *decoded = (struct span){.bytes = text, .length = length};
  return true;
}

void handle_board_key(struct http_request *request, const struct route_match *match, void *context)
{
  static const struct span name = SPAN_INIT("origin=");
  struct voting *voting = context;
  struct visit *visit = visit_begin(voting, request, match);
  struct fault fault;
  struct span origin = SPAN("");
  char text[NOTE_NAME_MAX];
  if (visit == NULL)
    return;
  bool given = request->query.length > name.length &&
               memcmp(request->query.bytes, name.bytes, name.length) == 0 &&
               decode((struct span){.bytes = request->query.bytes + name.length,
                                    .length = request->query.length - name.length},
                      text, sizeof text, &origin);
  if (!given || !note_is_key_name(origin)) {
    (void)fault_set(&fault, STATUS_REFUSED, "query", "origin=host/campaign/scope/election",
                    "'%.*s' names no board", SPAN_PRINT(request->query));
    visit_problem(visit, PROBLEM_BAD_REQUEST, &fault);
    return;
  }
  struct signing_key key;
  struct note_key note_key;
  struct buffer vkey = {0};
  custody_board_key(voting->custody, origin, &key);
  enum status status = note_key_make(origin, NOTE_KEY_SIGNER, &key.public_key, &note_key, &fault);
  signing_key_wipe(&key);
  if (status != STATUS_OK) {
    visit_fault(visit, &fault);
    return;
  }
  note_key_write(&note_key, &vkey);
  struct visit_json json;
  visit_json_begin(&json);
  canonical_member_string(&json.writer, "key", buffer_span(&vkey));
  canonical_member_string(&json.writer, "origin", origin);
  json.buffer.failed = json.buffer.failed || vkey.failed;
  buffer_free(&vkey);
  visit_json_send(visit, 200, &json, cache_never);
}

/* --- the manifest --- */

static void make(struct visit *visit, struct span projects)
{
  struct fault fault;
  enum status status = elections_make(visit->voting->elections, visit->entry.line, projects,
                                      &visit->election, &fault);
  if (status == STATUS_REFUSED) {
    visit_refuse(visit, REFUSAL_ATTACHMENT_WRONG, &fault);
    return;
  }
  if (status != STATUS_OK) {
    visit_fault(visit, &fault);
    return;
  }
  visit->election->users = 1;
  visit_append(visit);
}

static void got_projects(void *context, struct span projects, const struct fault *fault)
{
  struct visit *visit = context;
  if (projects.bytes == NULL)
    visit_fault(visit, fault);
  else
    make(visit, projects);
}

static void found_projects(struct visit *visit, struct db_result *const *results)
{
  const struct manifest *manifest = visit->entry.body.manifest;
  struct fault fault;
  if (db_rows(results[0]) == 0 ||
      (uint64_t)db_get_integer(results[0], 0, 0) != manifest->projects.length) {
    (void)fault_set(&fault, STATUS_REFUSED, "projects", "an attachment that was uploaded before",
                    "the projects' attachment is not here in this length");
    visit_refuse(visit, REFUSAL_ATTACHMENT_MISSING, &fault);
    return;
  }
  struct attachment_read *read = ARENA_TAKE(&visit->request->arena, struct attachment_read, 1);
  if (read == NULL) {
    visit_unavailable(visit);
    return;
  }
  *read = (struct attachment_read){.db = visit->voting->reads,
                                   .election = manifest->id,
                                   .attachment = manifest->projects,
                                   .arena = &visit->request->arena,
                                   .done = got_projects,
                                   .context = visit};
  attachment_read(read);
}

/* Whether this installation serves the organiser's elections, with a board's key of ours. */
static bool judge(struct visit *visit)
{
  const struct manifest *manifest = visit->entry.body.manifest;
  struct choice choice;
  struct fault fault;
  enum refusal refusal;
  enum status status = admission_judge_alone(NULL, NULL, &visit->entry, &visit->request->arena,
                                             &choice, &refusal, &fault);
  if (status == STATUS_REFUSED) {
    visit_refuse(visit, refusal, &fault);
    return false;
  }
  if (status == STATUS_OK && !key_list_has(&visit->voting->organisers, &manifest->organiser)) {
    (void)fault_set(&fault, STATUS_REFUSED, "organiser",
                    "one of the keys of [voting] organisers in the configuration",
                    "this installation does not serve this organiser's elections");
    visit_problem(visit, PROBLEM_FORBIDDEN, &fault);
    return false;
  }
  if (status == STATUS_OK)
    status = elections_check_key(visit->voting->elections, manifest, &fault);
  if (status == STATUS_OK)
    return true;
  visit_fault(visit, &fault);
  return false;
}

void handle_register(struct http_request *request, const struct route_match *match, void *context)
{
  struct visit *visit = visit_begin(context, request, match);
  struct fault fault;
  if (visit == NULL || !visit_entry(visit))
    return;
  if (visit->entry.kind != ENTRY_MANIFEST) {
    (void)fault_set(&fault, STATUS_REFUSED, "payloadType", "manifest",
                    "'%s' does not define an election", entry_kind_name(visit->entry.kind));
    visit_refuse(visit, REFUSAL_MALFORMED, &fault);
    return;
  }
  if (!judge(visit))
    return;
  const struct manifest *manifest = visit->entry.body.manifest;
  if (!manifest->projects_attached) {
    make(visit, SPAN(""));
    return;
  }
  db_add(visit_unit(visit), QUERY_ATTACHMENT, 2,
         (const struct db_value[]){db_bytes(manifest->id.bytes, DIGEST_BYTES),
                                   db_bytes(manifest->projects.digest.bytes, DIGEST_BYTES)});
  visit_ask(visit, found_projects);
}
