/* fuzz_projects.c - the list of projects that a manifest keeps as an attachment.
 *
 * What is accepted is an election that is valid, whose projects are found by their ids and are
 * written again as the bytes that were read; what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/draft.h"
#include "ballots/manifest.h"
#include "base/canonical.h"
#include "engine/choice.h"
#include "tests/unit/board_example.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

/* The example's manifest with so many projects in a file. */
static struct manifest manifest_for(size_t count, struct arena *arena)
{
  struct manifest manifest = {0};
  struct buffer payload = {0};
  struct fault fault;
  char zeros[DIGEST_TEXT];
  memset(zeros, '0', sizeof zeros - 1);
  zeros[sizeof zeros - 1] = '\0';
  json_t *draft = example_manifest();
  json_object_set_new(
      draft, "projects",
      json_pack("{s:I, s:s, s:i}", "count", (json_int_t)count, "digest", zeros, "length", 1));
  must(draft_manifest(draft, &payload, &fault) == STATUS_OK);
  json_decref(draft);
  char *bytes = arena_copy(arena, payload.bytes, payload.length);
  must(bytes != NULL);
  must(manifest_read((struct span){bytes, payload.length}, arena, &manifest, &fault) == STATUS_OK);
  buffer_free(&payload);
  return manifest;
}

static void check_accepted(const struct manifest *manifest, const json_t *value,
                           struct arena *arena)
{
  const struct election *election = &manifest->election;
  struct project_index index;
  struct fault fault;
  must(election_check(election, &fault) == STATUS_OK);
  must(election->project_count == json_array_size(value));
  must(project_index_make(election, arena, &index, &fault) == STATUS_OK);
  for (size_t i = 0; i < election->project_count; i++) {
    const struct project *project = &election->projects[i];
    const json_t *object = json_array_get(value, i);
    must(project_index_find(&index, project->id) == (int64_t)i);
    must(json_integer_value(json_object_get(object, "cost")) == project->cost);
    must(span_equal(span_of(json_string_value(json_object_get(object, "id"))), project->id));
    must(project->title.length > 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct arena arena = {0};
  struct fault fault = {0};
  json_t *value = NULL;
  bool canonical = canonical_read(text, ATTACHMENT_MAX, &value, &fault) == STATUS_OK;
  size_t count = canonical && json_array_size(value) > 0 ? json_array_size(value) : 4;
  struct manifest manifest = manifest_for(count, &arena);
  enum status status = manifest_attach(&manifest, text, &arena, &fault);
  must(canonical || status != STATUS_OK);
  if (status == STATUS_OK)
    check_accepted(&manifest, value, &arena);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.where[0] != '\0' &&
         fault.what[0] != '\0');
  json_decref(value);
  arena_free(&arena);
  return 0;
}
