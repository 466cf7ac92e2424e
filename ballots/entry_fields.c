#include "ballots/entry_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- what depends on the entry --- */

static bool is_before_open(const struct entry *entry)
{
  return !entry->binding.after_open;
}

static bool is_after_open(const struct entry *entry)
{
  return entry->binding.after_open;
}

static bool has_eligibility(const struct entry *entry)
{
  return entry->body.electorate.has_eligibility;
}

static bool has_replaces(const struct entry *entry)
{
  return entry->body.ballot.has_replaces;
}

static bool is_for_lost(const struct entry *entry)
{
  return entry->body.revocation.reason == REVOCATION_LOST;
}

static bool has_paper_ballots(const struct entry *entry)
{
  return entry->body.paper.has_ballots;
}

static bool member_stands(const struct node *payload, const char *name)
{
  const struct node member = node_member(payload, name);
  return node_stands(&member);
}

static bool member_says(const struct node *payload, const char *name)
{
  const struct node member = node_member(payload, name);
  return node_stands(&member) && !node_is_null(&member);
}

/* Pages and notes stand on both sides of the opening and say on which. */
static void prepare_binding(const struct node *payload, struct entry *entry)
{
  entry->binding.after_open = member_stands(payload, "open");
}

static void prepare_electorate(const struct node *payload, struct entry *entry)
{
  entry->body.electorate.has_eligibility = member_stands(payload, "eligibility");
}

static void prepare_ballot(const struct node *payload, struct entry *entry)
{
  entry->body.ballot.has_replaces = member_says(payload, "replaces");
}

static bool is_text(const struct node *node, const char *text)
{
  const char *value = json_string_value(node->value);
  return value != NULL && strcmp(value, text) == 0;
}

/* A reason that is none is refused when it is read, whatever stands beside it. */
static void prepare_revocation(const struct node *payload, struct entry *entry)
{
  const struct node reason = node_member(payload, "for");
  bool lost = is_text(&reason, "lost") ||
              (!is_text(&reason, "paper") && member_stands(payload, "replacement"));
  entry->body.revocation.reason = lost ? REVOCATION_LOST : REVOCATION_PAPER;
}

static void prepare_paper(const struct node *payload, struct entry *entry)
{
  entry->body.paper.has_ballots = member_says(payload, "ballots");
}

/* --- what concerns several members --- */

static enum status check_electorate(const struct node *payload, const struct entry *entry,
                                    struct fault *fault)
{
  const struct entry_electorate *electorate = &entry->body.electorate;
  const struct node keys = node_member(payload, "keys");
  const struct node length = node_member(&keys, "length");
  if (electorate->keys.length % PUBLIC_KEY_BYTES == 0 &&
      electorate->keys.length / PUBLIC_KEY_BYTES == electorate->credentials)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "32 bytes for each of %" PRIu64 " credentials",
           electorate->credentials);
  return node_refuse(&length, "is not the length of so many keys", expected, fault);
}

static enum status check_paper(const struct node *payload, const struct entry *entry,
                               struct fault *fault)
{
  const struct node ballots = node_member(payload, "ballots");
  const struct entry_paper *paper = &entry->body.paper;
  if (paper->has_ballots == (paper->count > 0))
    return STATUS_OK;
  return node_refuse(&ballots, "does not go with the count",
                     "an attachment if there are ballots, null if there are none", fault);
}

/* --- the tables --- */

#define AT(path) offsetof(struct entry, path)

#define ELECTION                                                                                   \
  {                                                                                                \
    "election", &entry_type_digest, AT(binding.value), NULL, false                                 \
  }
#define OPEN                                                                                       \
  {                                                                                                \
    "open", &entry_type_digest, AT(binding.value), NULL, false                                     \
  }

static const struct field pages[] = {
    {"election", &entry_type_digest, AT(binding.value), is_before_open, false},
    {"files", &entry_type_files, AT(body.pages), NULL, false},
    {"open", &entry_type_digest, AT(binding.value), is_after_open, false},
};

static const struct field electorate[] = {
    {"credentials", &entry_type_count, AT(body.electorate.credentials), NULL, false},
    ELECTION,
    {"eligibility", &entry_type_digest, AT(body.electorate.eligibility), has_eligibility, false},
    {"keys", &entry_type_attachment, AT(body.electorate.keys), NULL, false},
    {"registrar", &entry_type_named_key, AT(body.electorate.registrar), NULL, false},
    {"roll", &entry_type_digest, AT(body.electorate.roll), NULL, false},
};

static const struct field opening[] = {
    {"credentials", &entry_type_count, AT(body.open.credentials), NULL, false},
    ELECTION,
    {"root", &entry_type_digest, AT(body.open.root), NULL, false},
    {"size", &entry_type_count, AT(body.open.size), NULL, false},
};

static const struct field ballot[] = {
    {"choice", &entry_type_choice, AT(body.ballot.choice), NULL, false},
    {"credential", &entry_type_named_key, AT(body.ballot.credential), NULL, false},
    OPEN,
    {"replaces", &entry_type_digest, AT(body.ballot.replaces), has_replaces, true},
};

static const struct field revocation[] = {
    {"credential", &entry_type_named_key, AT(body.revocation.credential), NULL, false},
    {"for", &entry_type_reason, AT(body.revocation.reason), NULL, false},
    OPEN,
    {"registrar", &entry_type_named_key, AT(body.revocation.registrar), NULL, false},
    {"replacement", &entry_type_new_key, AT(body.revocation.replacement), is_for_lost, false},
    {"scrutineer", &entry_type_named_key, AT(body.revocation.scrutineer), NULL, false},
};

static const struct field closing[] = {
    {"indexes", &entry_type_digest, AT(body.close.indexes), NULL, false},
    OPEN,
    {"root", &entry_type_digest, AT(body.close.root), NULL, false},
    {"size", &entry_type_count, AT(body.close.size), NULL, false},
    {"standing", &entry_type_count, AT(body.close.standing), NULL, false},
};

static const struct field paper[] = {
    {"attendance", &entry_type_count, AT(body.paper.attendance), NULL, false},
    {"ballots", &entry_type_attachment, AT(body.paper.ballots), has_paper_ballots, true},
    {"count", &entry_type_count, AT(body.paper.count), NULL, false},
    OPEN,
    {"scrutineers", &entry_type_scrutineers, AT(body.paper.scrutineers), NULL, false},
};

static const struct field draw[] = {
    {"drawer", &entry_type_named_key, AT(body.draw.drawer), NULL, false},
    OPEN,
    {"secret", &entry_type_digest, AT(body.draw.secret), NULL, false},
};

static const struct field result[] = {
    OPEN,
    {"outcome", &entry_type_attachment, AT(body.result.outcome), NULL, false},
};

static const struct field note[] = {
    {"author", &entry_type_named_key, AT(body.note.author), NULL, false},
    {"election", &entry_type_digest, AT(binding.value), is_before_open, false},
    {"open", &entry_type_digest, AT(binding.value), is_after_open, false},
    {"text", &entry_type_texts, AT(body.note), NULL, false},
};

#define ROWS(table) .rows = table, .count = sizeof(table) / sizeof(table)[0]

static const struct entry_fields tables[ENTRY_KIND_COUNT] = {
    [ENTRY_PAGES] = {.prepare = prepare_binding, ROWS(pages)},
    [ENTRY_ELECTORATE] = {.prepare = prepare_electorate,
                          .check = check_electorate,
                          ROWS(electorate)},
    [ENTRY_OPEN] = {ROWS(opening)},
    [ENTRY_BALLOT] = {.after_open = true, .prepare = prepare_ballot, ROWS(ballot)},
    [ENTRY_REVOCATION] = {.after_open = true, .prepare = prepare_revocation, ROWS(revocation)},
    [ENTRY_CLOSE] = {.after_open = true, ROWS(closing)},
    [ENTRY_PAPER] = {.after_open = true,
                     .prepare = prepare_paper,
                     .check = check_paper,
                     ROWS(paper)},
    [ENTRY_DRAW] = {.after_open = true, ROWS(draw)},
    [ENTRY_RESULT] = {.after_open = true, ROWS(result)},
    [ENTRY_NOTE] = {.prepare = prepare_binding, ROWS(note)},
};

const struct entry_fields *entry_fields_of(enum entry_kind kind)
{
  return &tables[kind];
}

/* --- reading --- */

enum {
  NAMES_SIZE = 128
};

/* For node_object. */
static void list_names(const struct entry_fields *fields, const struct entry *entry,
                       char names[NAMES_SIZE])
{
  size_t used = 0;
  for (size_t i = 0; i < fields->count; i++) {
    const struct field *row = &fields->rows[i];
    if (row->stands != NULL && !row->stands(entry) && !row->null_otherwise)
      continue;
    used += (size_t)snprintf(names + used, NAMES_SIZE - used, used > 0 ? " %s" : "%s", row->name);
  }
}

static enum status read_row(const struct node *payload, const struct field *row,
                            struct arena *arena, struct entry *entry, struct fault *fault)
{
  const struct node node = node_member(payload, row->name);
  if (row->stands != NULL && !row->stands(entry))
    return STATUS_OK; /* the names were held to it, and `stands` saw a null */
  return row->type->read(&node, (char *)entry + row->offset, arena, fault);
}

enum status entry_read_payload(const json_t *payload, struct arena *arena, struct entry *entry,
                               struct fault *fault)
{
  const struct entry_fields *fields = entry_fields_of(entry->kind);
  const struct node root = {.value = payload};
  char names[NAMES_SIZE];
  entry->binding.after_open = fields->after_open;
  if (fields->prepare != NULL)
    fields->prepare(&root, entry);
  list_names(fields, entry, names);
  enum status status = node_object(&root, names, fault);
  for (size_t i = 0; i < fields->count && status == STATUS_OK; i++)
    status = read_row(&root, &fields->rows[i], arena, entry, fault);
  if (status == STATUS_OK && fields->check != NULL)
    status = fields->check(&root, entry, fault);
  return status;
}
