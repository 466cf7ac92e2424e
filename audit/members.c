#include "audit/members.h"

void members_number(struct canonical_writer *writer, const char *name, uint64_t number)
{
  canonical_member(writer, name);
  if (number <= (uint64_t)CANONICAL_INTEGER_MAX)
    canonical_integer(writer, (int64_t)number);
  else
    canonical_null(writer);
}

void members_digest(struct canonical_writer *writer, const char *name, const struct digest *digest)
{
  char text[DIGEST_TEXT];
  digest_write(digest, text);
  canonical_member_string(writer, name, span_of(text));
}

void members_fault(struct canonical_writer *writer, const struct fault *fault)
{
  canonical_member_string(writer, "expected", span_of(fault->expected));
  canonical_member_string(writer, "what", span_of(fault->what));
  canonical_member_string(writer, "where", span_of(fault->where));
}
