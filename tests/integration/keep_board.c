/* keep_board - one board in memory, for fake_service.py: what a service needs a board for, and no
 * HTTP.
 *
 * Usage: keep_board. Reads requests on standard input and answers on standard output, one after the
 * other, each a line and as many bytes as it says:
 *
 *   VERB ARGUMENT LENGTH\n<bytes>     →     ok|refused LENGTH\n<bytes>
 *
 *   key ORIGIN        the verifier key of the board, which has this origin
 *   attach -          keeps an attachment
 *   append -          appends an entry; the receipt, or the name of the refusal
 *   receipt INDEX     for an entry again, under the head of now: what a service must not give
 *   draft KIND        the payload of the open, close or result that would be admitted now
 *   outcome -         what the count comes to
 *   checkpoint -      of now
 *   standing KEY      (64 hex digits) "INDEX LEAF" of the credential's standing ballot, or "none"
 *   signed KEY        whether a request is signed by this key: method, authority, path, the three
 *                     headers, each a line, then the body
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/board.h"
#include "ballots/checkpoint.h"
#include "ballots/draft.h"
#include "ballots/receipt.h"
#include "ballots/signed_request.h"
#include "base/hex.h"
#include "tests/unit/signers.h"

enum {
  NAME_MAX_BYTES = 300,
  ATTACHMENTS = 8,
};

static struct arena arena;
static struct board board;
static struct signer signer;
static struct span attachments[ATTACHMENTS];
static size_t attachment_count;
static struct digest *leaves;
static size_t leaf_count, leaf_capacity;
static struct buffer answer;
static struct fault fault;

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "keep_board: %s: %s: %s\n", what, fault.where, fault.what);
  exit(1);
}

static enum status find_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *why)
{
  (void)context;
  for (size_t i = 0; i < attachment_count; i++) {
    const struct digest digest = digest_of(attachments[i]);
    *bytes = attachments[i];
    if (digest_compare(&digest, &attachment->digest) == 0)
      return STATUS_OK;
  }
  return fault_set(why, STATUS_REFUSED, NULL, NULL, "there is no such attachment");
}

static struct span keep(struct span bytes)
{
  const char *copy = arena_copy(&arena, bytes.bytes, bytes.length);
  must(copy != NULL, "memory");
  return (struct span){.bytes = copy, .length = bytes.length};
}

/* --- what is asked --- */

static bool give_key(const char *origin, struct span body)
{
  (void)body;
  signer = signer_make(keep((struct span){.bytes = origin, .length = strlen(origin) + 1}).bytes,
                       NOTE_KEY_SIGNER, 7);
  note_key_write(&signer.key, &answer);
  return true;
}

static bool attach(const char *argument, struct span body)
{
  (void)argument;
  must(attachment_count < ATTACHMENTS, "too many attachments");
  attachments[attachment_count++] = keep(body);
  return true;
}

static void sign_head(struct buffer *checkpoint)
{
  const struct merkle_head head = {.size = board.head.size, .root = board_root(&board)};
  checkpoint_sign(&head, &signer.key, &signer.signing_key, checkpoint);
}

static bool give_receipt(const char *index, struct span body)
{
  struct arena work = {0};
  const struct merkle_frontier none = {0};
  struct merkle_growth growth;
  struct merkle_plan plan;
  struct merkle_proof proof;
  struct buffer checkpoint = {0};
  int64_t number;
  (void)body;
  must(span_to_integer(span_of(index), &number), "index");
  must(merkle_grow(&none, leaves, leaf_count, &work, &growth, &fault) == STATUS_OK &&
           merkle_plan_inclusion((uint64_t)number, leaf_count, &plan, &fault) == STATUS_OK,
       "tree");
  const struct merkle_source source = merkle_growth_source(&growth);
  must(merkle_prove(&plan, &source, &proof, &fault) == STATUS_OK, "proof");
  sign_head(&checkpoint);
  receipt_write((uint64_t)number, &proof, buffer_span(&checkpoint), &answer);
  buffer_free(&checkpoint);
  arena_free(&work);
  return true;
}

static bool append(const char *argument, struct span body)
{
  enum refusal refusal = REFUSAL_NONE;
  char index[24];
  (void)argument;
  const struct span line = keep(body);
  enum status status = board_append(&board, line, &refusal, &fault);
  must(status == STATUS_OK || status == STATUS_REFUSED, "append");
  if (status == STATUS_REFUSED) {
    buffer_format(&answer, "%s", refusal_name(refusal));
    return false;
  }
  if (leaf_count == leaf_capacity) {
    leaf_capacity = 2 * leaf_capacity + 64;
    leaves = realloc(leaves, leaf_capacity * sizeof *leaves);
    must(leaves != NULL, "memory");
  }
  leaves[leaf_count++] = merkle_leaf(line);
  (void)snprintf(index, sizeof index, "%zu", leaf_count - 1);
  return give_receipt(index, body);
}

static void draft_outcome(struct entry *entry)
{
  struct buffer outcome = {0};
  must(board_outcome(&board, &outcome, &fault) == STATUS_OK, "count");
  const struct span bytes = keep(buffer_span(&outcome));
  buffer_free(&outcome);
  must(attachment_count < ATTACHMENTS, "too many attachments");
  attachments[attachment_count++] = bytes;
  entry->kind = ENTRY_RESULT;
  entry->body.result.outcome =
      (struct attachment){.digest = digest_of(bytes), .length = bytes.length};
}

static bool draft(const char *kind, struct span body)
{
  struct entry entry = {.binding = {.after_open = true, .value = board.head.open}};
  (void)body;
  if (strcmp(kind, "open") == 0) {
    entry.kind = ENTRY_OPEN;
    entry.binding = (struct binding){.value = board.head.manifest->id};
    entry.body.open = (struct entry_open){
        .credentials = board.head.credentials, .size = board.head.size, .root = board_root(&board)};
  } else if (strcmp(kind, "close") == 0) {
    entry.kind = ENTRY_CLOSE;
    board_draft_close(&board, &entry.body.close);
  } else {
    draft_outcome(&entry);
  }
  must(draft_entry(&entry, &answer, &fault) == STATUS_OK, "draft");
  return true;
}

static bool give_outcome(const char *argument, struct span body)
{
  (void)argument;
  (void)body;
  must(board_outcome(&board, &answer, &fault) == STATUS_OK, "count");
  return true;
}

static bool give_checkpoint(const char *argument, struct span body)
{
  (void)argument;
  (void)body;
  sign_head(&answer);
  return true;
}

static struct public_key read_key(const char *hex)
{
  struct public_key key;
  must(hex_read(span_of(hex), key.bytes, sizeof key.bytes), "key");
  return key;
}

static bool give_standing(const char *hex, struct span body)
{
  const struct public_key key = read_key(hex);
  char leaf[DIGEST_TEXT];
  (void)body;
  int64_t row = electorate_find(&board.electorate, &key);
  if (row < 0 || board.electorate.rows[row].choice == NULL) {
    buffer_add(&answer, SPAN("none"));
    return row >= 0;
  }
  uint32_t index = board.electorate.rows[row].ballot;
  digest_write(&leaves[index], leaf);
  buffer_format(&answer, "%" PRIu32 " %s", index, leaf);
  return true;
}

static bool check_signed(const char *hex, struct span body)
{
  struct span lines[6];
  bool more = true;
  struct signed_request request = {0};
  for (size_t i = 0; i < 6; i++)
    must(span_split(&body, &more, '\n', &lines[i]), "lines of a signed request");
  request.method = lines[0];
  request.authority = lines[1];
  request.path = lines[2];
  request.body = body;
  const struct signed_headers headers = {
      .digest = lines[3], .input = lines[4], .signature = lines[5]};
  const struct public_key key = read_key(hex);
  bool holds = signed_request_verify(&request, &headers, &fault) == STATUS_OK;
  if (!holds)
    buffer_format(&answer, "%s: %s", fault.where, fault.what);
  return holds && memcmp(request.key.bytes, key.bytes, sizeof key.bytes) == 0;
}

static const struct verb {
  const char *name;
  bool (*run)(const char *argument, struct span body);
} verbs[] = {
    {"key", give_key},
    {"attach", attach},
    {"append", append},
    {"receipt", give_receipt},
    {"draft", draft},
    {"outcome", give_outcome},
    {"checkpoint", give_checkpoint},
    {"standing", give_standing},
    {"signed", check_signed},
};

static void serve(const char *name, const char *argument, struct span body)
{
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
    if (strcmp(name, verbs[i].name) != 0)
      continue;
    answer.length = 0;
    bool done = verbs[i].run(argument, body);
    must(!answer.failed, "memory");
    printf("%s %zu\n", done ? "ok" : "refused", answer.length);
    must(fwrite(buffer_span(&answer).bytes, 1, answer.length, stdout) == answer.length &&
             fflush(stdout) == 0,
         "standard output");
    return;
  }
  must(false, name);
}

int main(void)
{
  const struct attachment_source source = {.read = find_attachment};
  char name[32], argument[NAME_MAX_BYTES];
  size_t length;
  must(sodium_init() >= 0, "libsodium");
  board_begin(&board, &arena, &source);
  while (scanf("%31s %299s %zu", name, argument, &length) == 3 && getchar() == '\n') {
    char *body = malloc(length + 1);
    must(body != NULL && fread(body, 1, length, stdin) == length, "standard input");
    serve(name, argument, (struct span){.bytes = body, .length = length});
    free(body);
  }
  buffer_free(&answer);
  free(leaves);
  arena_free(&arena);
  return 0;
}
