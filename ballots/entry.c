#include "ballots/entry.h"

#include <stdlib.h>

#include "ballots/entry_fields.h"
#include "ballots/merkle.h"
#include "ballots/payload.h"

static const struct span kind_names[ENTRY_KIND_COUNT] = {
    [ENTRY_MANIFEST] = SPAN_INIT("manifest"),
    [ENTRY_PAGES] = SPAN_INIT("pages"),
    [ENTRY_ELECTORATE] = SPAN_INIT("electorate"),
    [ENTRY_OPEN] = SPAN_INIT("open"),
    [ENTRY_BALLOT] = SPAN_INIT("ballot"),
    [ENTRY_REVOCATION] = SPAN_INIT("revocation"),
    [ENTRY_CLOSE] = SPAN_INIT("close"),
    [ENTRY_PAPER] = SPAN_INIT("paper"),
    [ENTRY_DRAW] = SPAN_INIT("draw"),
    [ENTRY_RESULT] = SPAN_INIT("result"),
    [ENTRY_NOTE] = SPAN_INIT("note"),
};

const char *entry_kind_name(enum entry_kind kind)
{
  return kind_names[kind].bytes;
}

static enum status read_kind(struct span name, enum entry_kind *kind, struct fault *fault)
{
  for (unsigned i = 0; i < ENTRY_KIND_COUNT; i++) {
    if (span_equal(name, kind_names[i])) {
      *kind = (enum entry_kind)i;
      return STATUS_OK;
    }
  }
  return fault_set(fault, STATUS_REFUSED, "payloadType",
                   "manifest, pages, electorate, open, ballot, revocation, close, paper, draw, "
                   "result or note",
                   "'%.*s' is not a kind of entry that this version knows", SPAN_PRINT(name));
}

static enum status read_manifest(struct arena *arena, struct entry *entry, struct fault *fault)
{
  struct manifest *manifest = ARENA_TAKE(arena, struct manifest, 1);
  if (manifest == NULL)
    return fault_no_memory(fault);
  entry->body.manifest = manifest;
  return manifest_read(entry->envelope.payload, arena, manifest, fault);
}

static enum status read_body(struct arena *arena, struct entry *entry, struct fault *fault)
{
  if (entry->kind == ENTRY_MANIFEST)
    return read_manifest(arena, entry, fault);
  if (entry->kind == ENTRY_BALLOT && entry_read_plain_ballot(entry->envelope.payload, entry))
    return STATUS_OK;
  enum status status =
      payload_read("payload", entry->envelope.payload, ENVELOPE_MAX, &entry->payload, fault);
  if (status != STATUS_OK)
    return status;
  status = entry_read_payload(entry->payload, arena, entry, fault);
  if (status != STATUS_OK)
    entry_release(entry);
  return status;
}

enum status entry_read(struct span line, struct arena *arena, struct entry *entry,
                       struct fault *fault)
{
  *entry = (struct entry){.line = line};
  enum status status = envelope_read(line, arena, &entry->envelope, fault);
  if (status == STATUS_OK)
    status = read_kind(entry->envelope.kind, &entry->kind, fault);
  if (status == STATUS_OK)
    status = read_body(arena, entry, fault);
  if (status == STATUS_OK)
    entry->leaf = merkle_leaf(line);
  return status;
}

void entry_release(struct entry *entry)
{
  if (entry == NULL)
    return;
  json_decref(entry->payload);
  entry->payload = NULL;
}

static size_t one(const struct public_key *key, struct public_key keys[2])
{
  keys[0] = *key;
  return 1;
}

static size_t two(const struct public_key *first, const struct public_key *second,
                  struct public_key keys[2])
{
  keys[0] = *first;
  keys[1] = *second;
  return 2;
}

size_t entry_signers(const struct entry *entry, const struct public_key *organiser,
                     struct public_key keys[2])
{
  switch (entry->kind) {
  case ENTRY_MANIFEST:
    return one(&entry->body.manifest->organiser, keys);
  case ENTRY_PAGES:
  case ENTRY_OPEN:
  case ENTRY_CLOSE:
  case ENTRY_RESULT:
    return one(organiser, keys);
  case ENTRY_ELECTORATE:
    return one(&entry->body.electorate.registrar, keys);
  case ENTRY_BALLOT:
    return one(&entry->body.ballot.credential, keys);
  case ENTRY_REVOCATION:
    return two(&entry->body.revocation.registrar, &entry->body.revocation.scrutineer, keys);
  case ENTRY_PAPER:
    return two(&entry->body.paper.scrutineers[0], &entry->body.paper.scrutineers[1], keys);
  case ENTRY_DRAW:
    return one(&entry->body.draw.drawer, keys);
  case ENTRY_NOTE:
    return one(&entry->body.note.author, keys);
  case ENTRY_KIND_COUNT:
    break;
  }
  abort();
}
