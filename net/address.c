#include "net/address.h"

#include <stdint.h>
#include <string.h>

enum {
  PORT_MAX = 65535,
  HOST_MAX = 253, /* of names in the DNS */
};

static const char expected_form[] = "https://HOST/PATH";
static const char where[] = "address";

/* --- letters: of ASCII alone, whatever the locale --- */

static bool is_digit(char byte)
{
  return byte >= '0' && byte <= '9';
}

static bool is_letter_or_digit(char byte)
{
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_hex(char byte)
{
  return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static char lower(char byte)
{
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_one_of(char byte, const char *set)
{
  return byte != '\0' && strchr(set, byte) != NULL;
}

/* Whether `text` begins with `beginning`, which is in lower case. */
static bool begins(struct span text, struct span beginning)
{
  if (text.length < beginning.length)
    return false;
  for (size_t i = 0; i < beginning.length; i++) {
    if (lower(text.bytes[i]) != beginning.bytes[i])
      return false;
  }
  return true;
}

static struct span after(struct span text, size_t count)
{
  return (struct span){.bytes = text.bytes + count, .length = text.length - count};
}

/* How many bytes of `text` stand before the first of `set`. */
static size_t until(struct span text, const char *set)
{
  size_t count = 0;
  while (count < text.length && !is_one_of(text.bytes[count], set))
    count++;
  return count;
}

/* --- reading --- */

static bool is_name(struct span host)
{
  if (host.length == 0 || host.length > HOST_MAX || host.bytes[0] == '.')
    return false;
  for (size_t i = 0; i < host.length; i++) {
    if (!is_letter_or_digit(host.bytes[i]) && !is_one_of(host.bytes[i], "-_."))
      return false;
  }
  return true;
}

static bool is_bracketed(struct span host)
{
  if (host.length < 4 || host.bytes[0] != '[' || host.bytes[host.length - 1] != ']')
    return false;
  for (size_t i = 1; i + 1 < host.length; i++) {
    if (!is_hex(host.bytes[i]) && !is_one_of(host.bytes[i], ":."))
      return false;
  }
  return true;
}

static bool is_port(struct span port)
{
  int64_t number;
  return span_to_integer(port, &number) && number >= 1 && number <= PORT_MAX;
}

static enum status check_host(struct span authority, size_t *host_length, struct fault *fault)
{
  /* An address must not be shown before this: there may be a password in it. */
  if (until(authority, "@") < authority.length)
    return fault_set(fault, STATUS_REFUSED, where, expected_form,
                     "it has a name or password before the host");
  size_t length = begins(authority, SPAN("[")) ? until(authority, "]") + 1 : until(authority, ":");
  if (length > authority.length)
    length = authority.length;
  struct span host = {.bytes = authority.bytes, .length = length};
  if (!is_name(host) && !is_bracketed(host))
    return fault_set(fault, STATUS_REFUSED, where, "a name or number of a host, in ASCII",
                     "'%.*s' is no host", SPAN_PRINT(host));
  struct span rest = after(authority, length);
  if (rest.length > 0 && (rest.bytes[0] != ':' || !is_port(after(rest, 1))))
    return fault_set(fault, STATUS_REFUSED, where, "a port from 1 to 65535, or none",
                     "'%.*s' is no port", SPAN_PRINT(rest));
  *host_length = length;
  return STATUS_OK;
}

/* Whether a part of a path is "." or "..", however its dots are written. */
static bool is_dots(struct span part)
{
  size_t dots = 0;
  while (part.length > 0) {
    size_t taken = begins(part, SPAN("%2e")) ? 3 : part.bytes[0] == '.' ? 1 : 0;
    if (taken == 0)
      return false;
    part = after(part, taken);
    dots++;
  }
  return dots == 1 || dots == 2;
}

static enum status check_path(struct span path, struct fault *fault)
{
  struct span rest = path, part;
  bool more = true;
  while (span_split(&rest, &more, '/', &part)) {
    if (is_dots(part))
      return fault_set(fault, STATUS_REFUSED, where, "a path without '.' and '..'",
                       "'%.*s' leads elsewhere", SPAN_PRINT(path));
  }
  return STATUS_OK;
}

static enum status check_characters(struct span text, struct fault *fault)
{
  for (size_t i = 0; i < text.length; i++) {
    char byte = text.bytes[i];
    bool escape = byte == '%' && i + 2 < text.length && is_hex(text.bytes[i + 1]) &&
                  is_hex(text.bytes[i + 2]);
    if (!escape && !is_letter_or_digit(byte) && !is_one_of(byte, "-._~!$&'()*+,;=:@/?"))
      return fault_set(fault, STATUS_REFUSED, where,
                       "letters and digits of ASCII, other characters escaped as in %20",
                       "'%.*s' has a character that may not stand there", SPAN_PRINT(text));
  }
  return STATUS_OK;
}

/* Copies what was checked. */
static enum status keep(struct span text, bool secure, size_t host, size_t host_length,
                        size_t rest_length, struct address *address, struct fault *fault)
{
  struct span rest = after(text, text.length - rest_length);
  bool rooted = rest_length > 0 && rest.bytes[0] == '/';
  if (text.length + !rooted >= ADDRESS_MAX)
    return fault_set(fault, STATUS_REFUSED, where, "less than 2048 bytes", "it is too long");
  size_t before = text.length - rest_length;
  *address = (struct address){.secure = secure, .host = host, .host_end = host + host_length};
  for (size_t i = 0; i < before; i++)
    address->text[i] = lower(text.bytes[i]);
  address->path = before;
  if (!rooted)
    address->text[before++] = '/';
  memcpy(address->text + before, rest.bytes, rest_length);
  address->path_end = before + until(rest, "?");
  return STATUS_OK;
}

bool address_is(const char *text)
{
  return begins(span_of(text), SPAN("http://")) || begins(span_of(text), SPAN("https://"));
}

enum status address_read(struct span text, struct address *address, struct fault *fault)
{
  bool secure = begins(text, SPAN("https://"));
  size_t host = secure ? sizeof "https://" - 1 : sizeof "http://" - 1, host_length = 0;
  if (!secure && !begins(text, SPAN("http://")))
    return fault_set(fault, STATUS_REFUSED, where, expected_form,
                     "it is of another kind than http and https");
  struct span rest = after(text, host);
  struct span authority = {.bytes = rest.bytes, .length = until(rest, "/?#")};
  rest = after(rest, authority.length);
  enum status status = check_host(authority, &host_length, fault);
  if (status == STATUS_OK && until(rest, "#") < rest.length)
    status = fault_set(fault, STATUS_REFUSED, where, "an address without '#'",
                       "what follows '#' is sent to no server");
  if (status == STATUS_OK)
    status = check_characters(rest, fault);
  if (status == STATUS_OK)
    status = check_path((struct span){.bytes = rest.bytes, .length = until(rest, "?")}, fault);
  if (status == STATUS_OK)
    status = keep(text, secure, host, host_length, rest.length, address, fault);
  return status;
}

enum status address_read_folder(struct span text, struct address *address, struct fault *fault)
{
  enum status status = address_read(text, address, fault);
  if (status != STATUS_OK)
    return status;
  if (address->text[address->path_end] == '?')
    return fault_set(fault, STATUS_REFUSED, where, "the address of a folder",
                     "it has a query: '%s'", address->text + address->path_end);
  if (address->text[address->path_end - 1] == '/')
    return STATUS_OK;
  if (address->path_end + 1 >= ADDRESS_MAX)
    return fault_set(fault, STATUS_REFUSED, where, "less than 2048 bytes", "it is too long");
  address->text[address->path_end++] = '/';
  address->text[address->path_end] = '\0';
  return STATUS_OK;
}

enum status address_below(const struct address *folder, const char *name, struct address *address,
                          struct fault *fault)
{
  size_t length = strlen(name);
  if (length >= ADDRESS_MAX - folder->path_end)
    return fault_set(fault, STATUS_REFUSED, where, "less than 2048 bytes",
                     "it becomes too long with '%s'", name);
  *address = *folder;
  memcpy(address->text + folder->path_end, name, length + 1);
  address->path_end += length;
  return STATUS_OK;
}

/* --- where redirects lead --- */

static struct span host_of(const struct address *address)
{
  return (struct span){.bytes = address->text + address->host,
                       .length = address->host_end - address->host};
}

enum status address_follow(const struct address *from, struct span text, struct address *address,
                           struct fault *fault)
{
  struct span seen = {.bytes = text.bytes, .length = until(text, "#")};
  enum status status = address_read(seen, address, fault);
  if (status != STATUS_OK || address->secure)
    return status;
  if (from->secure)
    return fault_set(fault, STATUS_REFUSED, where, "https",
                     "the server sends us on to http, where anybody on the way can read along");
  if (!span_equal(host_of(from), host_of(address)))
    return fault_set(fault, STATUS_REFUSED, where, "https, or the same host",
                     "the server sends us on to another host, %.*s, by http",
                     SPAN_PRINT(host_of(address)));
  return STATUS_OK;
}

/* 127.0.0.0/8, in decimal. */
static bool is_loopback_number(struct span host)
{
  struct span part;
  bool more = true;
  int64_t number;
  size_t parts = 0;
  while (span_split(&host, &more, '.', &part)) {
    if (!span_to_integer(part, &number) || number < 0 || number > UINT8_MAX ||
        (parts == 0 && number != 127))
      return false;
    parts++;
  }
  return parts == 4;
}

bool address_is_here(const struct address *address)
{
  struct span host = host_of(address);
  return span_equal(host, SPAN("localhost")) || span_equal(host, SPAN("[::1]")) ||
         is_loopback_number(host);
}
