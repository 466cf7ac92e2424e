#include "ballots/manifest.h"

#include <inttypes.h>
#include <string.h>

#include "ballots/envelope.h"
#include "ballots/manifest_read.h"
#include "ballots/payload.h"

/* --- the small parts --- */

static enum status read_budget(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  return node_integer(node, 0, MONEY_MAX, &manifest->election.budget, fault);
}

static enum status read_currency(const struct node *node, struct arena *arena,
                                 struct manifest *manifest, struct fault *fault)
{
  return node_text(node, arena, &manifest->election.currency, fault);
}

static enum status read_eligibility(const struct node *node, struct arena *arena,
                                    struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  manifest->has_eligibility = true;
  return node_digest(node, &manifest->eligibility, fault);
}

static enum status read_minor_unit(const struct node *node, struct arena *arena,
                                   struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  int64_t decimals;
  enum status status = node_integer(node, 0, ELECTION_MINOR_UNIT_MAX, &decimals, fault);
  if (status == STATUS_OK)
    manifest->election.minor_unit = (unsigned)decimals;
  return status;
}

static enum status read_quorum(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  return node_integer(node, 1, CANONICAL_INTEGER_MAX, &manifest->quorum, fault);
}

static enum status read_revote(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  return node_boolean(node, &manifest->revote, fault);
}

static enum status read_secrecy(const struct node *node, struct arena *arena,
                                struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  (void)manifest;
  enum status status = node_object(node, "mode", fault);
  if (status != STATUS_OK)
    return status;
  const struct node mode = node_member(node, "mode");
  const char *text = json_string_value(mode.value);
  if (text != NULL && strcmp(text, "open") == 0)
    return STATUS_OK;
  if (text != NULL && strcmp(text, "secret") == 0)
    return node_refuse(&mode, "elections are not known to this version", "\"open\"", fault);
  return node_refuse(&mode, "is no way to keep ballots", "\"open\"", fault);
}

static enum status read_title(const struct node *node, struct arena *arena,
                              struct manifest *manifest, struct fault *fault)
{
  return node_languages(node, arena, &manifest->election.title, fault);
}

static enum status read_voting(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  enum status status = node_object(node, "closes opens", fault);
  if (status != STATUS_OK)
    return status;
  const struct node opens = node_member(node, "opens");
  const struct node closes = node_member(node, "closes");
  status = node_instant(&opens, &manifest->opens, fault);
  manifest->has_closes = !node_is_null(&closes);
  if (status != STATUS_OK || !manifest->has_closes)
    return status;
  status = node_instant(&closes, &manifest->closes, fault);
  if (status != STATUS_OK || manifest->closes > manifest->opens)
    return status;
  return node_refuse(&closes, "is not after voting.opens", "a time after voting.opens, or null",
                     fault);
}

/* --- the whole --- */

static const char member_names[] =
    "ballot board budget credentials currency custody draw? eligibility? format mediators? "
    "minor_unit organiser projects quorum? revote rule scrutineers? secrecy title voting";

static const struct {
  const char *name;
  manifest_part *read;
} parts[] = {
    {"ballot", manifest_read_ballot},
    {"board", manifest_read_board},
    {"budget", read_budget},
    {"credentials", manifest_read_credentials},
    {"currency", read_currency},
    {"custody", manifest_read_custody},
    {"draw", manifest_read_draw},
    {"eligibility", read_eligibility},
    {"mediators", manifest_read_mediators},
    {"minor_unit", read_minor_unit},
    {"organiser", manifest_read_organiser},
    {"projects", manifest_read_projects},
    {"quorum", read_quorum},
    {"revote", read_revote},
    {"rule", manifest_read_rule},
    {"scrutineers", manifest_read_scrutineers},
    {"secrecy", read_secrecy},
    {"title", read_title},
    {"voting", read_voting},
};

/* Asked before all else: of another format nothing more can be said. */
static enum status check_format(const struct node *root, struct fault *fault)
{
  const struct node format = node_member(root, "format");
  const char *text = json_string_value(format.value);
  if (!node_stands(&format) || (text != NULL && strcmp(text, "beffroi/1") == 0))
    return STATUS_OK;
  return node_refuse(&format, "is not a format that this version knows", "\"beffroi/1\"", fault);
}

static enum status read_parts(const struct node *root, struct arena *arena,
                              struct manifest *manifest, struct fault *fault)
{
  enum status status = check_format(root, fault);
  if (status == STATUS_OK)
    status = node_object(root, member_names, fault);
  for (size_t i = 0; i < sizeof parts / sizeof *parts && status == STATUS_OK; i++) {
    const struct node node = node_member(root, parts[i].name);
    if (node_stands(&node))
      status = parts[i].read(&node, arena, manifest, fault);
  }
  return status;
}

static enum status retell_rule(enum status status, struct fault *fault)
{
  const struct node rule = {.name = "rule"};
  const struct node setting = {.outer = &rule, .name = fault->where};
  return status == STATUS_REFUSED ? node_retell(&setting, status, fault) : status;
}

/* What can only be said once the projects are there. */
static enum status check_election(struct manifest *manifest, struct arena *arena,
                                  struct fault *fault)
{
  enum status status = election_check(&manifest->election, fault);
  if (status == STATUS_OK)
    status = manifest_check_ballot(&manifest->election, arena, fault);
  if (status != STATUS_OK)
    return status;
  return retell_rule(settings_resolve(&manifest->settings, &manifest->election, arena, fault),
                     fault);
}

/* With a project in place of those that are elsewhere. */
static enum status check_without_projects(const struct manifest *manifest, struct fault *fault)
{
  static const struct project one = {
      .id = SPAN_INIT("1"), .title = SPAN_INIT(""), .category = SPAN_INIT("")};
  struct election election = manifest->election;
  election.project_count = 1;
  election.projects = &one;
  return election_check(&election, fault);
}

static enum status check_together(struct manifest *manifest, struct arena *arena,
                                  struct fault *fault)
{
  enum status status = manifest_check_roles(manifest, fault);
  if (status == STATUS_OK)
    status = manifest_check_ties(manifest, fault);
  if (status != STATUS_OK)
    return status;
  return manifest->projects_attached ? check_without_projects(manifest, fault)
                                     : check_election(manifest, arena, fault);
}

enum status manifest_read(struct span payload, struct arena *arena, struct manifest *manifest,
                          struct fault *fault)
{
  json_t *value;
  enum status status = payload_read("payload", payload, ENVELOPE_MAX, &value, fault);
  if (status != STATUS_OK)
    return status;
  const struct node root = {.value = value};
  struct manifest found = {.id = digest_of(payload)};
  status = read_parts(&root, arena, &found, fault);
  if (status == STATUS_OK)
    status = check_together(&found, arena, fault);
  if (status == STATUS_OK)
    *manifest = found;
  json_decref(value);
  return status;
}

/* --- projects that are an attachment --- */

static enum status check_attachment(const struct attachment *attachment, struct span bytes,
                                    struct fault *fault)
{
  if (bytes.length != attachment->length) {
    return fault_set(fault, STATUS_REFUSED, "projects", "the bytes that the manifest names",
                     "%zu bytes instead of %" PRIu64, bytes.length, attachment->length);
  }
  struct digest digest = digest_of(bytes);
  if (digest_compare(&digest, &attachment->digest) == 0)
    return STATUS_OK;
  char found[DIGEST_TEXT];
  char named[DIGEST_TEXT];
  digest_write(&digest, found);
  digest_write(&attachment->digest, named);
  return fault_set(fault, STATUS_REFUSED, "projects", "the bytes that the manifest names",
                   "SHA-256 is %s instead of %s", found, named);
}

enum status manifest_attach(struct manifest *manifest, struct span projects, struct arena *arena,
                            struct fault *fault)
{
  if (!manifest->projects_attached)
    return STATUS_OK;
  json_t *value;
  enum status status = check_attachment(&manifest->projects, projects, fault);
  if (status == STATUS_OK)
    status = payload_read("projects", projects, (size_t)ATTACHMENT_MAX, &value, fault);
  if (status != STATUS_OK)
    return status;

  const struct node root = {.value = value, .name = "projects"};
  struct manifest found = *manifest;
  status = manifest_read_list(&root, arena, &found.election, fault);
  if (status == STATUS_OK && found.election.project_count != manifest->election.project_count)
    status = fault_set(fault, STATUS_REFUSED, "projects", "as many as the manifest says",
                       "there are %zu instead of %zu", found.election.project_count,
                       manifest->election.project_count);
  if (status == STATUS_OK)
    status = check_election(&found, arena, fault);
  if (status == STATUS_OK)
    *manifest = found;
  json_decref(value);
  return status;
}

bool key_list_has(const struct key_list *list, const struct public_key *key)
{
  for (size_t i = 0; i < list->count; i++)
    if (memcmp(list->keys[i].bytes, key->bytes, PUBLIC_KEY_BYTES) == 0)
      return true;
  return false;
}
