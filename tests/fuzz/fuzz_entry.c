/* fuzz_entry.c - a line of a board, or the payload of one.
 *
 * What begins with "{" is taken for a line. Anything else is "<kind> <payload>" and is made into a
 * line first, since no fuzzer finds its way through base64.
 *
 * What is accepted is written again as the bytes that were read, line and payload; what is refused
 * says why. The two readers of ballots agree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/draft.h"
#include "ballots/entry.h"
#include "tests/unit/ballot_readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_line(const struct entry *entry, struct span line)
{
  struct buffer buffer = {0};
  struct fault fault;
  must(envelope_write(entry->envelope.kind, entry->envelope.payload, entry->envelope.signatures,
                      entry->envelope.signature_count, &buffer, &fault) == STATUS_OK);
  must(span_equal(buffer_span(&buffer), line));
  buffer_free(&buffer);
}

static void check_manifest(const struct manifest *manifest)
{
  struct fault fault;
  must(manifest->projects_attached == (manifest->election.projects == NULL));
  must(manifest->projects_attached || election_check(&manifest->election, &fault) == STATUS_OK);
  must(manifest->registrars.count >= 1 && manifest->registrars.count <= MANIFEST_KEYS_MAX);
  must(manifest->draws == (manifest->drawer_count >= 2));
  must(manifest->witness_quorum <= manifest->witness_count);
  must(!manifest->has_closes || manifest->closes > manifest->opens);
}

static void check_payload(const struct entry *entry)
{
  struct buffer buffer = {0};
  struct fault fault;
  if (entry->kind == ENTRY_MANIFEST) {
    check_manifest(entry->body.manifest);
    return;
  }
  must(draft_entry(entry, &buffer, &fault) == STATUS_OK);
  must(span_equal(buffer_span(&buffer), entry->envelope.payload));
  buffer_free(&buffer);
}

static void read_line(struct span line)
{
  struct arena arena = {0};
  struct entry entry;
  struct fault fault = {0};
  struct public_key organiser = {{0}};
  struct public_key signers[2];
  enum status status = entry_read(line, &arena, &entry, &fault);
  if (status == STATUS_OK) {
    check_line(&entry, line);
    check_payload(&entry);
    must(entry_signers(&entry, &organiser, signers) >= 1);
  } else {
    must(status == STATUS_REFUSED && fault.status == status && fault.where[0] != '\0' &&
         fault.what[0] != '\0' && fault.expected[0] != '\0');
  }
  entry_release(&entry);
  arena_free(&arena);
}

static void read_payload(struct span text)
{
  const struct envelope_signature signature = {0};
  struct buffer buffer = {0};
  struct fault fault;
  struct span kind;
  bool more = true, plain, general;
  bool named = span_split(&text, &more, ' ', &kind);
  must(readers_of_ballots_agree(text, &plain, &general));
  if (named && envelope_write(kind, text, &signature, 1, &buffer, &fault) == STATUS_OK)
    read_line(buffer_span(&buffer));
  buffer_free(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  if (size > 0 && data[0] == '{')
    read_line(text);
  else
    read_payload(text);
  return 0;
}
