/* Reads the payload of a ballot where it stands: there are tens of thousands, spelt alike but for
 * the choice, the credential and two digests. */
#include <string.h>

#include "ballots/entry_fields.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/plain.h"

static bool read_choice(struct span *rest, struct span *choice)
{
  return plain_value(rest, choice) && choice->bytes[0] == '{';
}

static bool read_key(struct span *rest, struct public_key *key)
{
  struct span text;
  size_t length;
  return plain_string(rest, &text) && base64_read(text, key->bytes, PUBLIC_KEY_BYTES, &length) &&
         length == PUBLIC_KEY_BYTES;
}

static bool read_digest(struct span *rest, struct digest *digest)
{
  struct span text;
  return plain_string(rest, &text) && hex_read(text, digest->bytes, DIGEST_BYTES);
}

bool entry_read_plain_ballot(struct span payload, struct entry *entry)
{
  struct span rest = payload;
  struct entry_ballot ballot = {.has_replaces = true};
  struct digest open;
  if (!plain_take(&rest, SPAN("{\"choice\":")) || !read_choice(&rest, &ballot.choice) ||
      !plain_take(&rest, SPAN(",\"credential\":")) || !read_key(&rest, &ballot.credential) ||
      !plain_take(&rest, SPAN(",\"open\":")) || !read_digest(&rest, &open) ||
      !plain_take(&rest, SPAN(",\"replaces\":")))
    return false;
  if (plain_take(&rest, SPAN("null")))
    ballot.has_replaces = false;
  else if (!read_digest(&rest, &ballot.replaces))
    return false;
  if (!span_equal(rest, SPAN("}")))
    return false;
  entry->binding = (struct binding){.after_open = true, .value = open};
  entry->body.ballot = ballot;
  return true;
}
