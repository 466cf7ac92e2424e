#include "audit/site_report.h"

#include "audit/members.h"
#include "audit/page.h"
#include "base/canonical.h"
#include "console/text.h"

bool site_holds(const struct site *site)
{
  return site->states[SITE_DIFFERS] + site->states[SITE_MISSING] + site->states[SITE_EXTRA] == 0;
}

/* --- for people --- */

static void add_facts(struct page *page, const struct site *site, const struct manifest *manifest,
                      const char *address)
{
  struct buffer entry = {0};
  char election[DIGEST_TEXT];
  digest_write(&manifest->id, election);
  words_add_number(&entry, (int64_t)site->entry);
  const struct span value = buffer_span(&entry);
  page_line(page, BOARD_WORD_SITE_ADDRESS, span_of(address));
  page_line(page, BOARD_WORD_BOARD, manifest->board_key.name);
  page_line(page, BOARD_WORD_ELECTION, span_of(election));
  page_line_sentence(page, BOARD_WORD_SITE_SIGNED, BOARD_WORD_FAULT_ENTRY, &value, 1);
  page_line_number(page, BOARD_WORD_SITE_FILES, site->in_force);
  page->text->failed = page->text->failed || entry.failed;
  buffer_free(&entry);
}

static void add_file(struct page *page, const struct site_file *file)
{
  static const enum board_word sentences[SITE_STATES] = {
      [SITE_DIFFERS] = BOARD_WORD_SITE_DIFFERS,
      [SITE_MISSING] = BOARD_WORD_SITE_MISSING,
      [SITE_EXTRA] = BOARD_WORD_SITE_EXTRA,
      [SITE_UNREAD] = BOARD_WORD_SITE_UNREAD,
  };
  char expected[DIGEST_TEXT], found[DIGEST_TEXT];
  struct buffer why = {0};
  digest_write(&file->expected, expected);
  digest_write(&file->found, found);
  text_add(&why, span_of(file->why.what), TEXT_WHOLE);
  const struct span differs[] = {file->path, span_of(expected), span_of(found)};
  const struct span unread[] = {file->path, buffer_span(&why)};
  if (file->state == SITE_UNREAD)
    page_point(page, sentences[file->state], unread, 2);
  else if (file->state != SITE_SAME)
    page_point(page, sentences[file->state], differs, file->state == SITE_DIFFERS ? 3 : 1);
  page->text->failed = page->text->failed || why.failed;
  buffer_free(&why);
}

void site_report_add(const struct site *site, const struct manifest *manifest, const char *address,
                     enum language language, size_t width, struct buffer *text)
{
  static const enum board_word labels[] = {BOARD_WORD_SITE_ADDRESS, BOARD_WORD_BOARD,
                                           BOARD_WORD_ELECTION, BOARD_WORD_SITE_SIGNED,
                                           BOARD_WORD_SITE_FILES};
  struct page page;
  page_begin(&page, text, language, width, labels, sizeof labels / sizeof *labels);
  page_sentence(&page, site_holds(site) ? BOARD_WORD_SITE_HOLDS : BOARD_WORD_SITE_FAILS, NULL, 0);
  page_space(&page);
  add_facts(&page, site, manifest, address);
  page_space(&page);
  for (size_t i = 0; i < site->count; i++)
    add_file(&page, &site->files[i]);
  if (!site_holds(site))
    page_space(&page);
  page_sentence(&page, BOARD_WORD_SITE_ELSEWHERE, NULL, 0);
}

/* --- for machines --- */

static void write_paths(struct canonical_writer *writer, const char *name, const struct site *site,
                        enum site_state state)
{
  canonical_member(writer, name);
  canonical_array(writer);
  for (size_t i = 0; i < site->count; i++) {
    if (site->files[i].state == state)
      canonical_string(writer, site->files[i].path);
  }
  canonical_end(writer);
}

void site_report_write(const struct site *site, const struct manifest *manifest,
                       struct buffer *text)
{
  struct canonical_writer writer;
  canonical_begin(&writer, text);
  canonical_object(&writer);
  write_paths(&writer, "differs", site, SITE_DIFFERS);
  members_digest(&writer, "election", &manifest->id);
  members_number(&writer, "entry", site->entry);
  write_paths(&writer, "extra", site, SITE_EXTRA);
  members_number(&writer, "files", site->in_force);
  canonical_member_string(&writer, "format", SPAN("beffroi-pages/1"));
  canonical_member_boolean(&writer, "holds", site_holds(site));
  write_paths(&writer, "missing", site, SITE_MISSING);
  write_paths(&writer, "unread", site, SITE_UNREAD);
  canonical_end(&writer);
  buffer_add_byte(text, '\n');
}
