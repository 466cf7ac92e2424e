#include "ballots/admission_kinds.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ballots/credential.h"
#include "base/base64.h"

enum {
  KEY_TEXT = 45 /* base64 of a public key and a 0 */
};

enum status judging_refuse(const struct judging *judging, enum refusal refusal, const char *where,
                           const char *expected, const char *format, ...)
{
  char what[FAULT_WHAT];
  va_list arguments;
  va_start(arguments, format);
  if (vsnprintf(what, sizeof what, format, arguments) < 0)
    what[0] = '\0';
  va_end(arguments);
  *judging->refusal = refusal;
  return fault_set(judging->fault, STATUS_REFUSED, where, expected, "%s", what);
}

/* --- what entries say of keys, digests, numbers --- */

static void write_key(const struct public_key *key, char text[KEY_TEXT])
{
  base64_write(key->bytes, PUBLIC_KEY_BYTES, text);
  text[KEY_TEXT - 1] = '\0';
}

static bool same_key(const struct public_key *a, const struct public_key *b)
{
  return memcmp(a->bytes, b->bytes, PUBLIC_KEY_BYTES) == 0;
}

/* `mine` is what the board says. */
enum status judging_hold_digest(const struct judging *judging, enum refusal name, const char *where,
                                const struct digest *mine, const struct digest *theirs)
{
  if (digest_compare(mine, theirs) == 0)
    return STATUS_OK;
  char expected[DIGEST_TEXT];
  char found[DIGEST_TEXT];
  digest_write(mine, expected);
  digest_write(theirs, found);
  return judging_refuse(judging, name, where, expected, "the entry says %s", found);
}

static enum status hold_number(const struct judging *judging, enum refusal name, const char *where,
                               uint64_t mine, uint64_t theirs)
{
  if (mine == theirs)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "%" PRIu64, mine);
  return judging_refuse(judging, name, where, expected, "the entry says %" PRIu64, theirs);
}

static enum status hold_tree(const struct judging *judging, uint64_t size,
                             const struct digest *root)
{
  enum status status =
      hold_number(judging, REFUSAL_TREE_DIFFERS, "size", judging->head->size, size);
  return status != STATUS_OK ? status
                             : judging_hold_digest(judging, REFUSAL_TREE_DIFFERS, "root",
                                                   &judging->head->root, root);
}

/* --- alone: roles --- */

static enum status hold_listed(const struct judging *judging, const struct key_list *list,
                               const struct public_key *key, const char *where)
{
  if (key_list_has(list, key))
    return STATUS_OK;
  char text[KEY_TEXT];
  write_key(key, text);
  return judging_refuse(judging, REFUSAL_NOT_LISTED, where,
                        "a key that the manifest lists for this role", "%s is not one of them",
                        text);
}

static int64_t find_drawer(const struct manifest *manifest, const struct public_key *key)
{
  for (size_t i = 0; i < manifest->drawer_count; i++)
    if (same_key(&manifest->drawers[i].key, key))
      return (int64_t)i;
  return -1;
}

enum status judge_electorate_alone(const struct judging *judging)
{
  return hold_listed(judging, &judging->manifest->registrars,
                     &judging->entry->body.electorate.registrar, "registrar");
}

enum status judge_revocation_alone(const struct judging *judging)
{
  const struct manifest *manifest = judging->manifest;
  const struct entry_revocation *revocation = &judging->entry->body.revocation;
  if (revocation->reason == REVOCATION_PAPER && !manifest->paper)
    return judging_refuse(judging, REFUSAL_NO_PAPER, "for", "lost",
                          "the manifest has no paper ballots");
  enum status status =
      hold_listed(judging, &manifest->registrars, &revocation->registrar, "registrar");
  return status != STATUS_OK
             ? status
             : hold_listed(judging, &manifest->scrutineers, &revocation->scrutineer, "scrutineer");
}

enum status judge_paper_alone(const struct judging *judging)
{
  const struct manifest *manifest = judging->manifest;
  const struct entry_paper *paper = &judging->entry->body.paper;
  if (!manifest->paper)
    return judging_refuse(judging, REFUSAL_NO_PAPER, "payloadType", NULL,
                          "the manifest has no paper ballots");
  enum status status =
      hold_listed(judging, &manifest->scrutineers, &paper->scrutineers[0], "scrutineers[0]");
  return status != STATUS_OK ? status
                             : hold_listed(judging, &manifest->scrutineers, &paper->scrutineers[1],
                                           "scrutineers[1]");
}

enum status judge_draw_alone(const struct judging *judging)
{
  const struct public_key *drawer = &judging->entry->body.draw.drawer;
  if (find_drawer(judging->manifest, drawer) >= 0)
    return STATUS_OK;
  char text[KEY_TEXT];
  write_key(drawer, text);
  return judging_refuse(judging, REFUSAL_NOT_LISTED, "drawer",
                        "one of the people of the manifest's draw", "%s is none of them", text);
}

enum status judge_note_alone(const struct judging *judging)
{
  const struct manifest *manifest = judging->manifest;
  const struct public_key *author = &judging->entry->body.note.author;
  if (same_key(author, &manifest->organiser) || key_list_has(&manifest->registrars, author) ||
      key_list_has(&manifest->scrutineers, author) || key_list_has(&manifest->mediators, author))
    return STATUS_OK;
  char text[KEY_TEXT];
  write_key(author, text);
  return judging_refuse(judging, REFUSAL_NOT_LISTED, "author",
                        "the organiser, a registrar, a scrutineer or a mediator",
                        "%s is none of them", text);
}

bool admission_is_officer(const struct manifest *manifest, const struct public_key *key)
{
  for (size_t i = 0; i < manifest->witness_count; i++)
    if (same_key(&manifest->witnesses[i].public_key, key))
      return true;
  return same_key(&manifest->organiser, key) || same_key(&manifest->board_key.public_key, key) ||
         key_list_has(&manifest->registrars, key) || key_list_has(&manifest->scrutineers, key) ||
         key_list_has(&manifest->mediators, key) || find_drawer(manifest, key) >= 0;
}

/* --- on the board, kind by kind --- */

enum status judge_electorate(const struct judging *judging)
{
  const struct manifest *manifest = judging->manifest;
  const struct entry_electorate *electorate = &judging->entry->body.electorate;
  if (electorate->has_eligibility != manifest->has_eligibility)
    return judging_refuse(judging, REFUSAL_ELIGIBILITY_DIFFERS, "eligibility",
                          manifest->has_eligibility ? "the digest of the rules in the manifest"
                                                    : "no rules, as in the manifest",
                          "the entry names %s", manifest->has_eligibility ? "none" : "rules");
  if (!manifest->has_eligibility)
    return STATUS_OK;
  return judging_hold_digest(judging, REFUSAL_ELIGIBILITY_DIFFERS, "eligibility",
                             &manifest->eligibility, &electorate->eligibility);
}

enum status judge_open(const struct judging *judging)
{
  const struct entry_open *open = &judging->entry->body.open;
  enum status status = hold_tree(judging, open->size, &open->root);
  return status != STATUS_OK ? status
                             : hold_number(judging, REFUSAL_CREDENTIALS_DIFFER, "credentials",
                                           judging->head->credentials, open->credentials);
}

/* Of a ballot and a revocation alike. */
static enum status judge_credential(const struct judging *judging, const struct public_key *key)
{
  char card[CARD_NUMBER_TEXT];
  if (judging->facts->admitted && !judging->facts->struck)
    return STATUS_OK;
  card_number(key, card);
  if (!judging->facts->admitted)
    return judging_refuse(judging, REFUSAL_UNKNOWN_CREDENTIAL, "credential",
                          "one of the electorate", "the card %s is not in the electorate", card);
  return judging_refuse(judging, REFUSAL_STRUCK, "credential", "one that was not struck",
                        "the card %s was struck", card);
}

enum status judge_ballot(const struct judging *judging)
{
  const struct entry_ballot *ballot = &judging->entry->body.ballot;
  const struct credential_facts *facts = judging->facts;
  enum status status = judge_credential(judging, &ballot->credential);
  if (status != STATUS_OK)
    return status;
  if (facts->has_standing && !judging->manifest->revote)
    return judging_refuse(judging, REFUSAL_ALREADY_VOTED, "credential",
                          "one ballot, as the manifest says by \"revote\":false",
                          "a ballot was cast with this card already");
  if (!facts->has_standing && ballot->has_replaces)
    return judging_refuse(judging, REFUSAL_STALE, "replaces", "null",
                          "no ballot was cast with this card yet");
  if (!facts->has_standing)
    return STATUS_OK;
  if (ballot->has_replaces)
    return judging_hold_digest(judging, REFUSAL_STALE, "replaces", &facts->standing,
                               &ballot->replaces);
  char standing[DIGEST_TEXT];
  digest_write(&facts->standing, standing);
  return judging_refuse(judging, REFUSAL_STALE, "replaces", standing,
                        "a ballot was cast with this card already");
}

enum status judge_revocation(const struct judging *judging)
{
  const struct entry_revocation *revocation = &judging->entry->body.revocation;
  enum status status = judge_credential(judging, &revocation->credential);
  if (status != STATUS_OK)
    return status;
  if (judging->facts->has_standing)
    return judging_refuse(judging, REFUSAL_ALREADY_VOTED, "credential", "one that has cast nothing",
                          "a ballot was cast with this card");
  if (revocation->reason != REVOCATION_LOST)
    return STATUS_OK;
  if (judging->head->replacements >= judging->manifest->max_replacements) {
    char expected[FAULT_EXPECTED];
    snprintf(expected, sizeof expected, "at most %u", judging->manifest->max_replacements);
    return judging_refuse(judging, REFUSAL_TOO_MANY, "for", expected,
                          "%" PRIu64 " cards are replaced", judging->head->replacements);
  }
  const bool officer = admission_is_officer(judging->manifest, &revocation->replacement);
  if (!officer && !judging->facts->replacement_known)
    return STATUS_OK;
  return judging_refuse(judging, REFUSAL_CREDENTIAL_REPEATED, "replacement",
                        "a key that was never on this board", "the key is %s",
                        officer ? "an officer's" : "in the electorate already");
}

enum status judge_close(const struct judging *judging)
{
  const struct board_head *head = judging->head;
  const struct entry_close *close = &judging->entry->body.close;
  enum status status = hold_tree(judging, close->size, &close->root);
  if (status == STATUS_OK && !head->partial)
    status =
        hold_number(judging, REFUSAL_STANDING_DIFFERS, "standing", head->standing, close->standing);
  if (status == STATUS_OK && !head->partial)
    status = judging_hold_digest(judging, REFUSAL_STANDING_DIFFERS, "indexes", &head->standing_list,
                                 &close->indexes);
  return status;
}

enum status judge_paper(const struct judging *judging)
{
  uint64_t count = judging->entry->body.paper.count;
  uint64_t struck = judging->head->struck_for_paper;
  if (count <= struck)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "at most %" PRIu64 ", as many cards as were struck for paper",
           struck);
  return judging_refuse(judging, REFUSAL_PAPER_DIFFERS, "count", expected,
                        "there are %" PRIu64 " ballots", count);
}

enum status judge_draw(const struct judging *judging)
{
  const struct entry_draw *draw = &judging->entry->body.draw;
  int64_t place = find_drawer(judging->manifest, &draw->drawer);
  if ((judging->head->drawn & UINT32_C(1) << place) != 0)
    return judging_refuse(judging, REFUSAL_NOT_NOW, "drawer", "each drawer once",
                          "the secret of this one is on the board");
  struct span secret = {.bytes = (const char *)draw->secret, .length = sizeof draw->secret};
  struct digest commitment = digest_of(secret);
  const struct digest *promised = &judging->manifest->drawers[place].commitment;
  if (digest_compare(&commitment, promised) == 0)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  char text[DIGEST_TEXT];
  digest_write(promised, text);
  snprintf(expected, sizeof expected, "32 bytes whose SHA-256 is %s", text);
  digest_write(&commitment, text);
  return judging_refuse(judging, REFUSAL_COMMITMENT_DIFFERS, "secret", expected,
                        "its SHA-256 is %s", text);
}

enum status judge_result(const struct judging *judging)
{
  const struct manifest *manifest = judging->manifest;
  if (!manifest->draws)
    return STATUS_OK;
  for (size_t i = 0; i < manifest->drawer_count; i++) {
    if ((judging->head->drawn & UINT32_C(1) << i) != 0)
      continue;
    char text[KEY_TEXT];
    write_key(&manifest->drawers[i].key, text);
    return judging_refuse(judging, REFUSAL_DRAW_INCOMPLETE, NULL, "the secrets of all who draw",
                          "the secret of %s is missing", text);
  }
  return STATUS_OK;
}
