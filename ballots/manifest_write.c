#include "ballots/manifest_write.h"

#include <inttypes.h>

#include "ballots/instant.h"
#include "base/base64.h"
#include "base/canonical.h"

/* --- values --- */

static void write_title(const char *name, struct span title, const struct language *language,
                        struct canonical_writer *writer)
{
  canonical_member(writer, name);
  canonical_object(writer);
  canonical_member_string(writer, language->code, title);
  canonical_end(writer);
}

static void write_key(const struct public_key *key, struct canonical_writer *writer)
{
  char text[(PUBLIC_KEY_BYTES + 2) / 3 * 4];
  base64_write(key->bytes, PUBLIC_KEY_BYTES, text);
  canonical_string(writer, (struct span){.bytes = text, .length = sizeof text});
}

static void write_keys(const char *name, const struct key_list *keys,
                       struct canonical_writer *writer)
{
  canonical_member(writer, name);
  canonical_array(writer);
  for (size_t i = 0; i < keys->count; i++)
    write_key(&keys->keys[i], writer);
  canonical_end(writer);
}

static void write_verifier(const struct note_key *key, struct canonical_writer *writer)
{
  struct buffer text = {0};
  note_key_write(key, &text);
  if (text.failed)
    writer->buffer->failed = true;
  else
    canonical_string(writer, buffer_span(&text));
  buffer_free(&text);
}

static void write_digest(const char *name, const struct digest *digest,
                         struct canonical_writer *writer)
{
  char text[DIGEST_TEXT];
  digest_write(digest, text);
  canonical_member_string(writer, name, span_of(text));
}

static enum status write_instant(const char *name, int64_t seconds, struct canonical_writer *writer,
                                 struct fault *fault)
{
  char text[INSTANT_TEXT];
  if (!instant_write(seconds, text))
    return fault_set(fault, STATUS_REFUSED, name, INSTANT_EXPECTED,
                     "%" PRId64 " is out of range as seconds since 1970", seconds);
  canonical_member_string(writer, name, span_of(text));
  return STATUS_OK;
}

/* --- members of several values --- */

static void write_board(const struct manifest *manifest, struct canonical_writer *writer)
{
  canonical_member(writer, "board");
  canonical_object(writer);
  canonical_member(writer, "key");
  write_verifier(&manifest->board_key, writer);
  canonical_member_integer(writer, "max_replacements", manifest->max_replacements);
  canonical_member_string(writer, "origin", manifest->board_key.name);
  canonical_member_integer(writer, "witness_quorum", manifest->witness_quorum);
  canonical_member(writer, "witnesses");
  canonical_array(writer);
  for (size_t i = 0; i < manifest->witness_count; i++)
    write_verifier(&manifest->witnesses[i], writer);
  canonical_end(writer);
  canonical_end(writer);
}

static void write_credentials(const struct manifest *manifest, struct canonical_writer *writer)
{
  canonical_member(writer, "credentials");
  canonical_object(writer);
  canonical_member_string(writer, "origin", manifest->credentials_origin);
  write_keys("registrars", &manifest->registrars, writer);
  canonical_end(writer);
}

static void write_custody(const struct manifest *manifest, struct canonical_writer *writer)
{
  canonical_member(writer, "custody");
  canonical_array(writer);
  for (size_t i = 0; i < manifest->custody_count; i++)
    canonical_string(writer, manifest->custody[i]);
  canonical_end(writer);
}

static void write_drawers(const struct manifest *manifest, struct canonical_writer *writer)
{
  canonical_member(writer, "draw");
  canonical_array(writer);
  for (size_t i = 0; i < manifest->drawer_count; i++) {
    canonical_object(writer);
    write_digest("commitment", &manifest->drawers[i].commitment, writer);
    canonical_member(writer, "key");
    write_key(&manifest->drawers[i].key, writer);
    canonical_end(writer);
  }
  canonical_end(writer);
}

static void write_list(const struct election *election, const struct language *language,
                       struct canonical_writer *writer)
{
  canonical_array(writer);
  for (size_t i = 0; i < election->project_count; i++) {
    const struct project *project = &election->projects[i];
    canonical_object(writer);
    if (project->category.length > 0)
      canonical_member_string(writer, "category", project->category);
    canonical_member_integer(writer, "cost", project->cost);
    canonical_member_string(writer, "id", project->id);
    write_title("title", project->title, language, writer);
    canonical_end(writer);
  }
  canonical_end(writer);
}

static void write_projects(const struct manifest *manifest, const struct language *language,
                           struct canonical_writer *writer)
{
  canonical_member(writer, "projects");
  if (!manifest->projects_attached) {
    write_list(&manifest->election, language, writer);
    return;
  }
  canonical_object(writer);
  canonical_member_integer(writer, "count", (int64_t)manifest->election.project_count);
  write_digest("digest", &manifest->projects.digest, writer);
  canonical_member_integer(writer, "length", (int64_t)manifest->projects.length);
  canonical_end(writer);
}

static void write_scrutineers(const struct manifest *manifest, struct canonical_writer *writer)
{
  canonical_member(writer, "scrutineers");
  canonical_object(writer);
  write_keys("keys", &manifest->scrutineers, writer);
  canonical_member_boolean(writer, "paper", manifest->paper);
  canonical_end(writer);
}

static enum status write_voting(const struct manifest *manifest, struct canonical_writer *writer,
                                struct fault *fault)
{
  enum status status = STATUS_OK;
  canonical_member(writer, "voting");
  canonical_object(writer);
  if (manifest->has_closes) {
    status = write_instant("closes", manifest->closes, writer, fault);
  } else {
    canonical_member(writer, "closes");
    canonical_null(writer);
  }
  if (status == STATUS_OK)
    status = write_instant("opens", manifest->opens, writer, fault);
  if (status == STATUS_OK)
    canonical_end(writer);
  return status;
}

/* --- the whole --- */

static enum status write_members(const struct manifest *manifest, const struct language *language,
                                 struct canonical_writer *writer, struct fault *fault)
{
  const struct election *election = &manifest->election;
  canonical_object(writer);
  canonical_member(writer, "ballot");
  ballot_form_write(&election->ballot, writer);
  write_board(manifest, writer);
  canonical_member_integer(writer, "budget", election->budget);
  write_credentials(manifest, writer);
  canonical_member_string(writer, "currency", election->currency);
  write_custody(manifest, writer);
  if (manifest->drawer_count > 0)
    write_drawers(manifest, writer);
  if (manifest->has_eligibility)
    write_digest("eligibility", &manifest->eligibility, writer);
  canonical_member_string(writer, "format", SPAN("beffroi/1"));
  if (manifest->mediators.count > 0)
    write_keys("mediators", &manifest->mediators, writer);
  canonical_member_integer(writer, "minor_unit", election->minor_unit);
  canonical_member(writer, "organiser");
  write_key(&manifest->organiser, writer);
  write_projects(manifest, language, writer);
  if (manifest->quorum > 0)
    canonical_member_integer(writer, "quorum", manifest->quorum);
  canonical_member_boolean(writer, "revote", manifest->revote);
  canonical_member(writer, "rule");
  settings_write(&manifest->settings, writer);
  if (manifest->scrutineers.count > 0)
    write_scrutineers(manifest, writer);
  canonical_member(writer, "secrecy");
  canonical_object(writer);
  canonical_member_string(writer, "mode", SPAN("open"));
  canonical_end(writer);
  write_title("title", election->title, language, writer);
  enum status status = write_voting(manifest, writer, fault);
  if (status == STATUS_OK)
    canonical_end(writer);
  return status;
}

static enum status read_back(struct span payload, struct fault *fault)
{
  struct arena arena = {0};
  struct manifest read;
  enum status status = manifest_read(payload, &arena, &read, fault);
  arena_free(&arena);
  return status;
}

enum status manifest_write(const struct manifest *manifest, const struct language *language,
                           struct buffer *buffer, struct fault *fault)
{
  struct buffer payload = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &payload);
  enum status status = write_members(manifest, language, &writer, fault);
  if (status == STATUS_OK && payload.failed)
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    status = read_back(buffer_span(&payload), fault);
  if (status == STATUS_OK) {
    const size_t length = buffer->length;
    buffer_add(buffer, buffer_span(&payload));
    if (buffer->failed) {
      buffer->length = length;
      status = fault_no_memory(fault);
    }
  }
  buffer_free(&payload);
  return status;
}

void manifest_write_projects(const struct election *election, const struct language *language,
                             struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  write_list(election, language, &writer);
}
