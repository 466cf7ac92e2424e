#include "audit/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/entry.h"
#include "base/buffer.h"

static const struct span index_name = SPAN_INIT("index.html");

/* --- which files --- */

/* More than one entry has the same path; the last one counts. */
struct collection {
  struct arena *arena;
  struct site *site;
  size_t capacity;
};

static struct site_file *file_at(const struct site *site, struct span path)
{
  for (size_t i = 0; i < site->count; i++) {
    if (span_equal(site->files[i].path, path))
      return &site->files[i];
  }
  return NULL;
}

/* The file of this path; a new one is not signed. NULL when there is no memory. */
static struct site_file *take_file(struct collection *collection, struct span path,
                                   struct span name)
{
  struct site *site = collection->site;
  struct site_file *file = file_at(site, path);
  if (file != NULL)
    return file;
  if (site->count == collection->capacity) {
    size_t larger = collection->capacity == 0 ? 16 : 2 * collection->capacity;
    struct site_file *files =
        arena_grow(collection->arena, site->files, site->count, larger, sizeof *files);
    if (files == NULL)
      return NULL;
    site->files = files;
    collection->capacity = larger;
  }
  const char *path_kept = arena_copy(collection->arena, path.bytes, path.length);
  const char *name_kept = arena_copy(collection->arena, name.bytes, name.length);
  if (path_kept == NULL || name_kept == NULL)
    return NULL;
  file = &site->files[site->count++];
  *file =
      (struct site_file){.path = {.bytes = path_kept, .length = path.length}, .name = name_kept};
  return file;
}

/* Whether a path ends in "index.html"; then `folder` is what stands before it, perhaps nothing. */
static bool is_index(struct span path, struct span *folder)
{
  if (path.length < index_name.length)
    return false;
  *folder = (struct span){.bytes = path.bytes, .length = path.length - index_name.length};
  const struct span tail = {.bytes = path.bytes + folder->length, .length = index_name.length};
  return span_equal(tail, index_name) &&
         (folder->length == 0 || folder->bytes[folder->length - 1] == '/');
}

static struct site_file *take_folder(struct collection *collection, struct span folder)
{
  return take_file(collection, folder.length == 0 ? SPAN("./") : folder, folder);
}

/* A file that an entry names; signed if that entry is the last. */
static enum status take_page(struct collection *collection, const struct entry_page *page,
                             bool in_force, struct fault *fault)
{
  struct span folder;
  struct site_file *file = take_file(collection, page->path, page->path);
  if (file == NULL)
    return fault_no_memory(fault);
  file->is_signed = file->is_signed || in_force;
  if (in_force)
    file->expected = page->digest;
  if (!is_index(page->path, &folder))
    return STATUS_OK;
  file = take_folder(collection, folder);
  if (file == NULL)
    return fault_no_memory(fault);
  file->is_optional = true;
  file->is_signed = file->is_signed || in_force;
  if (in_force)
    file->expected = page->digest;
  return STATUS_OK;
}

static enum status take_entry(struct collection *collection, struct span line, bool in_force,
                              struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry = {.payload = NULL};
  enum status status = entry_read(line, &arena, &entry, fault);
  if (status == STATUS_OK) {
    const struct entry_pages *pages = &entry.body.pages;
    for (size_t i = 0; i < pages->count && status == STATUS_OK; i++)
      status = take_page(collection, &pages->pages[i], in_force, fault);
    if (in_force)
      collection->site->in_force = pages->count;
    entry_release(&entry);
  }
  arena_free(&arena);
  return status;
}

static int compare_paths(const void *left, const void *right)
{
  const struct site_file *a = left, *b = right;
  return span_compare(a->path, b->path);
}

enum status site_find(const struct board_source *board, struct arena *arena, struct site *site,
                      struct fault *fault)
{
  struct collection collection = {.arena = arena, .site = site};
  size_t after = board->count;
  *site = (struct site){.count = 0};
  while (after > 0 && !board_source_is_kind(board->lines[after - 1], ENTRY_PAGES))
    after--;
  if (after == 0)
    return fault_set(fault, STATUS_REFUSED, NULL, "an entry of the kind 'pages'",
                     "no voting pages were signed on this board");
  site->entry = after - 1;
  enum status status = take_entry(&collection, board->lines[site->entry], true, fault);
  for (size_t i = 0; i < site->entry && status == STATUS_OK; i++) {
    if (board_source_is_kind(board->lines[i], ENTRY_PAGES))
      status = take_entry(&collection, board->lines[i], false, fault);
  }
  /* What people open at the address itself is a page too, whether one was meant there or not. */
  if (status == STATUS_OK && take_folder(&collection, SPAN("")) == NULL)
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    qsort(site->files, site->count, sizeof *site->files, compare_paths);
  return status;
}

/* --- comparing --- */

static void judge(struct site_file *file, bool there, bool cut, struct span bytes)
{
  if (!there) {
    file->state = file->is_signed && !file->is_optional ? SITE_MISSING : SITE_SAME;
    return;
  }
  file->found = digest_of(bytes);
  if (!file->is_signed)
    file->state = SITE_EXTRA;
  else
    file->state =
        cut || digest_compare(&file->found, &file->expected) != 0 ? SITE_DIFFERS : SITE_SAME;
}

static enum status compare_file(struct site_file *file, struct client *client,
                                const struct address *address, struct buffer *bytes,
                                struct fault *fault)
{
  const struct receiver receiver = client_into(bytes, SITE_FILE_MAX);
  struct address at;
  struct reply reply = {.status = 0};
  bytes->length = 0;
  enum status status = address_below(address, file->name, &at, fault);
  if (status == STATUS_OK)
    status = client_get(client, &at, &receiver, &reply, fault);
  if (status == STATUS_OK)
    judge(file, reply.status == 200, reply.cut, buffer_span(bytes));
  if (status != STATUS_FAILED)
    return status;
  file->state = SITE_UNREAD;
  file->why = *fault;
  return STATUS_OK;
}

enum status site_compare(struct site *site, struct client *client, const struct address *address,
                         struct fault *fault)
{
  struct buffer bytes = {0};
  enum status status = STATUS_OK;
  for (size_t i = 0; i < site->count && status == STATUS_OK; i++) {
    status = compare_file(&site->files[i], client, address, &bytes, fault);
    site->states[site->files[i].state]++;
  }
  buffer_free(&bytes);
  return status;
}
