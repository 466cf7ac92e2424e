#include <stdio.h>
#include <string.h>

#include "ballots/credential.h"
#include "ballots/manifest_read.h"

/* --- keys --- */

static enum status read_keys(const struct node *node, struct arena *arena, struct key_list *list,
                             struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, 1, MANIFEST_KEYS_MAX, "keys", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct public_key *keys = ARENA_TAKE(arena, struct public_key, count);
  if (keys == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    status = node_key(&element, &keys[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  *list = (struct key_list){.count = count, .keys = keys};
  return STATUS_OK;
}

static enum status read_verifier_key(const struct node *node, enum note_key_type type,
                                     const char *expected, struct arena *arena,
                                     struct note_key *key, struct fault *fault)
{
  struct span text;
  enum status status = node_text(node, arena, &text, fault);
  if (status == STATUS_OK)
    status = node_retell(node, note_key_read(text, key, fault), fault);
  if (status != STATUS_OK || key->type == type)
    return status;
  return node_refuse(node, "is a key of another type", expected, fault);
}

enum status manifest_read_organiser(const struct node *node, struct arena *arena,
                                    struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  return node_key(node, &manifest->organiser, fault);
}

enum status manifest_read_mediators(const struct node *node, struct arena *arena,
                                    struct manifest *manifest, struct fault *fault)
{
  return read_keys(node, arena, &manifest->mediators, fault);
}

enum status manifest_read_scrutineers(const struct node *node, struct arena *arena,
                                      struct manifest *manifest, struct fault *fault)
{
  enum status status = node_object(node, "keys paper", fault);
  if (status != STATUS_OK)
    return status;
  const struct node keys = node_member(node, "keys");
  const struct node paper = node_member(node, "paper");
  status = read_keys(&keys, arena, &manifest->scrutineers, fault);
  if (status == STATUS_OK)
    status = node_boolean(&paper, &manifest->paper, fault);
  if (status != STATUS_OK || !manifest->paper || manifest->scrutineers.count > 1)
    return status;
  return node_refuse(&paper, "asks two scrutineers to sign, and there is one",
                     "false, or two scrutineers", fault);
}

enum status manifest_read_credentials(const struct node *node, struct arena *arena,
                                      struct manifest *manifest, struct fault *fault)
{
  enum status status = node_object(node, "origin registrars", fault);
  if (status != STATUS_OK)
    return status;
  const struct node origin = node_member(node, "origin");
  const struct node registrars = node_member(node, "registrars");
  status = node_text(&origin, arena, &manifest->credentials_origin, fault);
  if (status == STATUS_OK)
    status = credential_origin_check(manifest->credentials_origin, fault);
  if (status == STATUS_OK)
    status = read_keys(&registrars, arena, &manifest->registrars, fault);
  return status;
}

/* --- the board and its witnesses --- */

static enum status read_witnesses(const struct node *node, struct arena *arena,
                                  struct manifest *manifest, struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, 0, MANIFEST_KEYS_MAX, "verifier keys", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct note_key *witnesses = ARENA_TAKE(arena, struct note_key, count);
  if (witnesses == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    status = read_verifier_key(&element, NOTE_KEY_COSIGNER, "the verifier key of a witness: type 4",
                               arena, &witnesses[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  manifest->witness_count = count;
  manifest->witnesses = witnesses;
  return STATUS_OK;
}

static enum status read_board_key(const struct node *board, struct arena *arena,
                                  struct manifest *manifest, struct fault *fault)
{
  const struct node key = node_member(board, "key");
  const struct node origin = node_member(board, "origin");
  struct span name;
  enum status status = node_text(&origin, arena, &name, fault);
  if (status == STATUS_OK)
    status = read_verifier_key(&key, NOTE_KEY_SIGNER, "the verifier key of a board: type 1", arena,
                               &manifest->board_key, fault);
  if (status != STATUS_OK || span_equal(name, manifest->board_key.name))
    return status;
  return node_refuse(&origin, "is not the name of board.key", "the name of board.key", fault);
}

enum status manifest_read_board(const struct node *node, struct arena *arena,
                                struct manifest *manifest, struct fault *fault)
{
  enum status status =
      node_object(node, "key max_replacements origin witness_quorum witnesses", fault);
  if (status != STATUS_OK)
    return status;
  const struct node replacements = node_member(node, "max_replacements");
  const struct node quorum = node_member(node, "witness_quorum");
  const struct node witnesses = node_member(node, "witnesses");
  int64_t most;
  int64_t least;
  if ((status = read_board_key(node, arena, manifest, fault)) != STATUS_OK ||
      (status = node_integer(&replacements, 0, MANIFEST_REPLACEMENTS_MAX, &most, fault)) !=
          STATUS_OK ||
      (status = node_integer(&quorum, 0, MANIFEST_KEYS_MAX, &least, fault)) != STATUS_OK ||
      (status = read_witnesses(&witnesses, arena, manifest, fault)) != STATUS_OK)
    return status;
  manifest->max_replacements = (unsigned)most;
  manifest->witness_quorum = (unsigned)least;
  if (manifest->witness_quorum <= manifest->witness_count)
    return STATUS_OK;
  return node_refuse(&quorum, "is more than there are witnesses",
                     "at most the number of board.witnesses", fault);
}

/* --- those who draw --- */

static enum status read_drawer(const struct node *node, struct drawer *drawer, struct fault *fault)
{
  enum status status = node_object(node, "commitment key", fault);
  if (status != STATUS_OK)
    return status;
  const struct node commitment = node_member(node, "commitment");
  const struct node key = node_member(node, "key");
  status = node_digest(&commitment, &drawer->commitment, fault);
  return status == STATUS_OK ? node_key(&key, &drawer->key, fault) : status;
}

enum status manifest_read_draw(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, 2, MANIFEST_KEYS_MAX, "people who draw", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct drawer *drawers = ARENA_TAKE(arena, struct drawer, count);
  if (drawers == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    status = read_drawer(&element, &drawers[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  manifest->drawer_count = count;
  manifest->drawers = drawers;
  return STATUS_OK;
}

/* --- custody --- */

static bool is_custody(struct span name)
{
  static const char *const names[] = {"board-staff", "draw", "organiser", "registrars",
                                      "scrutineers"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (span_equal(name, span_of(names[i])))
      return true;
  return false;
}

enum status manifest_read_custody(const struct node *node, struct arena *arena,
                                  struct manifest *manifest, struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, 0, MANIFEST_KEYS_MAX, "names", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct span *names = ARENA_TAKE(arena, struct span, count);
  if (names == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    status = node_text(&element, arena, &names[i], fault);
    if (status != STATUS_OK)
      return status;
    if (!is_custody(names[i]))
      return node_refuse(&element, "is nobody whose keys can be kept",
                         "one of board-staff, draw, organiser, registrars, scrutineers", fault);
    if (i > 0 && span_compare(names[i - 1], names[i]) >= 0)
      return node_refuse(&element, "does not come after the one before",
                         "names in the order of their bytes, each once", fault);
  }
  manifest->custody_count = count;
  manifest->custody = names;
  return STATUS_OK;
}

/* --- all roles together --- */

/* A key and where it stands. */
struct role {
  const struct public_key *key;
  const char *name;
  bool listed; /* then `index` says where in the list */
  size_t index;
};

enum {
  ROLES_MAX = 2 + 5 * MANIFEST_KEYS_MAX
};

struct roles {
  size_t count;
  struct role all[ROLES_MAX];
};

static void add_role(struct roles *roles, const struct public_key *key, const char *name)
{
  roles->all[roles->count++] = (struct role){.key = key, .name = name};
}

static void add_listed(struct roles *roles, const struct public_key *key, const char *name,
                       size_t index)
{
  roles->all[roles->count++] =
      (struct role){.key = key, .name = name, .listed = true, .index = index};
}

static void add_list(struct roles *roles, const struct key_list *list, const char *name)
{
  for (size_t i = 0; i < list->count; i++)
    add_listed(roles, &list->keys[i], name, i);
}

static void collect(const struct manifest *manifest, struct roles *roles)
{
  add_role(roles, &manifest->board_key.public_key, "board.key");
  for (size_t i = 0; i < manifest->witness_count; i++)
    add_listed(roles, &manifest->witnesses[i].public_key, "board.witnesses", i);
  add_list(roles, &manifest->registrars, "credentials.registrars");
  for (size_t i = 0; i < manifest->drawer_count; i++)
    add_listed(roles, &manifest->drawers[i].key, "draw", i);
  add_list(roles, &manifest->mediators, "mediators");
  add_role(roles, &manifest->organiser, "organiser");
  add_list(roles, &manifest->scrutineers, "scrutineers.keys");
}

static void print_role(const struct role *role, char text[FAULT_WHERE])
{
  if (role->listed)
    snprintf(text, FAULT_WHERE, "%s[%zu]", role->name, role->index);
  else
    snprintf(text, FAULT_WHERE, "%s", role->name);
}

/* At most 162 keys, once in an election's life: each is compared with each. */
static enum status check_keys_differ(const struct roles *roles, struct fault *fault)
{
  for (size_t i = 1; i < roles->count; i++)
    for (size_t j = 0; j < i; j++) {
      if (memcmp(roles->all[i].key->bytes, roles->all[j].key->bytes, PUBLIC_KEY_BYTES) != 0)
        continue;
      char where[FAULT_WHERE];
      char other[FAULT_WHERE];
      print_role(&roles->all[i], where);
      print_role(&roles->all[j], other);
      return fault_set(fault, STATUS_REFUSED, where, "a key of its own for each role and person",
                       "this key stands at %s already", other);
    }
  return STATUS_OK;
}

/* Whether `origin` is `scope`, a slash, and one part more. */
static bool is_within(struct span origin, struct span scope)
{
  if (origin.length <= scope.length + 1 || origin.bytes[scope.length] != '/' ||
      memcmp(origin.bytes, scope.bytes, scope.length) != 0)
    return false;
  return memchr(origin.bytes + scope.length + 1, '/', origin.length - scope.length - 1) == NULL;
}

enum status manifest_check_roles(const struct manifest *manifest, struct fault *fault)
{
  struct roles roles = {0};
  collect(manifest, &roles);
  enum status status = check_keys_differ(&roles, fault);
  if (status != STATUS_OK || is_within(manifest->board_key.name, manifest->credentials_origin))
    return status;
  return fault_set(fault, STATUS_REFUSED, "board.origin",
                   "credentials.origin, '/' and the election's name",
                   "'%.*s' is not within the scope", SPAN_PRINT(manifest->board_key.name));
}
