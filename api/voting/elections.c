#include "api/voting/elections.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/voting/attachments.h"

struct waiter {
  elections_found *found;
  void *context;
  struct waiter *next;
};

/* One election that is being read. */
struct loading {
  struct elections *elections;
  struct digest id;
  struct waiter *waiters;
  struct arena arena;
  struct span line;
  struct db_unit unit;
  struct attachment_read projects;
  struct loading *next;
};

struct elections {
  struct db *db;
  const struct custody *custody;
  struct known_election *known[ELECTIONS_KEPT];
  size_t count;
  uint64_t lookups;
  struct loading *loadings;
};

enum status elections_open(struct db *db, const struct custody *custody,
                           struct elections **elections, struct fault *fault)
{
  *elections = calloc(1, sizeof **elections);
  if (*elections == NULL)
    return fault_no_memory(fault);
  (*elections)->db = db;
  (*elections)->custody = custody;
  return STATUS_OK;
}

void elections_free(struct known_election *election)
{
  if (election == NULL)
    return;
  signing_key_wipe(&election->board_key);
  struct arena arena = election->arena; /* it is in its own arena */
  arena_free(&arena);
}

void elections_close(struct elections *elections)
{
  if (elections == NULL)
    return;
  for (size_t i = 0; i < elections->count; i++)
    elections_free(elections->known[i]);
  free(elections);
}

/* --- making --- */

enum status elections_check_key(const struct elections *elections, const struct manifest *manifest,
                                struct fault *fault)
{
  struct signing_key key;
  custody_board_key(elections->custody, manifest->board_key.name, &key);
  bool same =
      memcmp(key.public_key.bytes, manifest->board_key.public_key.bytes, PUBLIC_KEY_BYTES) == 0;
  signing_key_wipe(&key);
  if (same)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "board.key",
                   "the key that GET /v1/board-key gives for this origin",
                   "it is not the key that this service holds for the board");
}

enum status elections_make(const struct elections *elections, struct span line,
                           struct span projects, struct known_election **election,
                           struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry = {0};
  struct known_election *made = ARENA_TAKE(&arena, struct known_election, 1);
  char *kept = arena_copy(&arena, line.bytes, line.length);
  enum status status = made == NULL || kept == NULL ? fault_no_memory(fault) : STATUS_OK;
  *election = NULL;
  if (status == STATUS_OK)
    status = entry_read((struct span){.bytes = kept, .length = line.length}, &arena, &entry, fault);
  if (status == STATUS_OK && entry.kind != ENTRY_MANIFEST)
    status = fault_set(fault, STATUS_REFUSED, "payloadType", "manifest",
                       "'%s' does not define an election", entry_kind_name(entry.kind));
  if (status == STATUS_OK) {
    struct manifest *manifest = entry.body.manifest;
    char *copy = arena_copy(&arena, projects.bytes, projects.length);
    status = copy == NULL ? fault_no_memory(fault)
                          : manifest_attach(manifest,
                                            (struct span){.bytes = copy, .length = projects.length},
                                            &arena, fault);
    if (status == STATUS_OK)
      status = project_index_make(&manifest->election, &arena, &made->projects, fault);
    made->manifest = manifest;
    made->id = manifest->id;
  }
  if (status != STATUS_OK) {
    entry_release(&entry);
    arena_free(&arena);
    return status;
  }
  digest_write(&made->id, made->id_text);
  custody_board_key(elections->custody, made->manifest->board_key.name, &made->board_key);
  made->arena = arena;
  *election = made;
  return STATUS_OK;
}

/* --- keeping --- */

static struct known_election *known(struct elections *elections, const struct digest *id)
{
  for (size_t i = 0; i < elections->count; i++)
    if (digest_compare(&elections->known[i]->id, id) == 0)
      return elections->known[i];
  return NULL;
}

static void keep(struct elections *elections, struct known_election *election)
{
  size_t place = elections->count;
  if (place < ELECTIONS_KEPT) {
    elections->count++;
  } else {
    place = 0;
    for (size_t i = 1; i < ELECTIONS_KEPT; i++)
      if (elections->known[i]->users == 0 &&
          (elections->known[place]->users > 0 ||
           elections->known[i]->used_at < elections->known[place]->used_at))
        place = i;
    if (elections->known[place]->users > 0)
      return; /* all are in use: this one goes when it is given back */
    elections_free(elections->known[place]);
  }
  elections->known[place] = election;
  election->kept = true;
}

void elections_release(struct known_election *election)
{
  if (election != NULL && --election->users == 0 && !election->kept)
    elections_free(election);
}

/* --- looking up --- */

static void forget(struct loading *loading)
{
  struct loading **at = &loading->elections->loadings;
  while (*at != loading)
    at = &(*at)->next;
  *at = loading->next;
  arena_free(&loading->arena);
  free(loading);
}

static void finish(struct loading *loading, struct known_election *election,
                   const struct fault *fault)
{
  struct waiter *waiter = loading->waiters;
  if (election != NULL)
    keep(loading->elections, election);
  loading->waiters = NULL;
  while (waiter != NULL) {
    struct waiter *next = waiter->next;
    if (election != NULL)
      election->users++;
    waiter->found(waiter->context, election, fault);
    free(waiter);
    waiter = next;
  }
  forget(loading);
}

static void got_projects(void *context, struct span projects, const struct fault *fault)
{
  struct loading *loading = context;
  struct known_election *election = NULL;
  struct fault mine;
  if (projects.bytes == NULL) {
    finish(loading, NULL, fault);
    return;
  }
  enum status status =
      elections_make(loading->elections, loading->line, projects, &election, &mine);
  if (status != STATUS_OK)
    mine.status = STATUS_FAILED; /* what stands on a board was admitted */
  finish(loading, election, &mine);
}

static void got_line(void *context, enum db_end end, struct db_result *const *results,
                     const struct fault *fault)
{
  struct loading *loading = context;
  struct fault mine;
  (void)fault;
  if (end != DB_DONE) {
    (void)fault_set(&mine, STATUS_FAILED, NULL, NULL, "the database does not answer");
    finish(loading, NULL, &mine);
    return;
  }
  if (db_rows(results[0]) == 0) {
    (void)fault_set(&mine, STATUS_REFUSED, "election", NULL, "there is no such election here");
    finish(loading, NULL, &mine);
    return;
  }
  loading->line = db_copy_bytes(results[0], 0, 1, &loading->arena);
  struct entry entry = {0};
  enum status status = loading->line.bytes == NULL
                           ? fault_no_memory(&mine)
                           : entry_read(loading->line, &loading->arena, &entry, &mine);
  if (status != STATUS_OK) {
    mine.status = status == STATUS_REFUSED ? STATUS_FAILED : status;
    finish(loading, NULL, &mine);
    return;
  }
  if (!entry.body.manifest->projects_attached) {
    got_projects(loading, SPAN(""), NULL);
    return;
  }
  loading->projects = (struct attachment_read){.db = loading->elections->db,
                                               .election = loading->id,
                                               .attachment = entry.body.manifest->projects,
                                               .arena = &loading->arena,
                                               .done = got_projects,
                                               .context = loading};
  attachment_read(&loading->projects);
}

static struct loading *load(struct elections *elections, const struct digest *id)
{
  struct loading *loading = calloc(1, sizeof *loading);
  if (loading == NULL)
    return NULL;
  loading->elections = elections;
  loading->id = *id;
  loading->next = elections->loadings;
  elections->loadings = loading;
  loading->unit.done = got_line;
  loading->unit.context = loading;
  const struct db_value values[] = {db_bytes(loading->id.bytes, DIGEST_BYTES), db_integer(0)};
  db_add(&loading->unit, QUERY_LINE, 2, values);
  return loading;
}

void elections_find(struct elections *elections, const struct digest *id, elections_found *found,
                    void *context)
{
  struct fault fault;
  struct known_election *election = known(elections, id);
  if (election != NULL) {
    election->users++;
    election->used_at = ++elections->lookups;
    found(context, election, NULL);
    return;
  }
  struct loading *loading = elections->loadings;
  while (loading != NULL && digest_compare(&loading->id, id) != 0)
    loading = loading->next;
  bool begins = loading == NULL;
  struct waiter *waiter = calloc(1, sizeof *waiter);
  if (waiter != NULL && begins)
    loading = load(elections, id);
  if (waiter == NULL || loading == NULL) {
    free(waiter);
    (void)fault_no_memory(&fault);
    found(context, NULL, &fault);
    return;
  }
  *waiter = (struct waiter){.found = found, .context = context, .next = loading->waiters};
  loading->waiters = waiter;
  if (begins)
    db_run(elections->db, &loading->unit);
}
