#include "api/server/http/head.h"

#include <string.h>

enum {
  METHOD_MAX = 16,
  HOST_MAX = 255,
  LENGTH_DIGITS_MAX = 15
};

static const struct span version = SPAN_INIT("HTTP/1.1");

/* --- characters --- */

static bool is_digit(char byte)
{
  return byte >= '0' && byte <= '9';
}

static char lower(char byte)
{
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_letter(char byte)
{
  return lower(byte) >= 'a' && lower(byte) <= 'z';
}

static bool is_hex(char byte)
{
  return is_digit(byte) || (lower(byte) >= 'a' && lower(byte) <= 'f');
}

static bool is_one_of(char byte, const char *set)
{
  return byte != '\0' && strchr(set, byte) != NULL;
}

/* RFC 9110 section 5.6.2. */
static bool is_token(struct span text)
{
  for (size_t i = 0; i < text.length; i++) {
    char byte = text.bytes[i];
    if (!is_letter(byte) && !is_digit(byte) && !is_one_of(byte, "!#$%&'*+-.^_`|~"))
      return false;
  }
  return text.length > 0;
}

bool head_same(struct span a, struct span b)
{
  if (a.length != b.length)
    return false;
  for (size_t i = 0; i < a.length; i++) {
    if (lower(a.bytes[i]) != lower(b.bytes[i]))
      return false;
  }
  return true;
}

/* --- where it ends --- */

enum head_progress head_find_end(struct span bytes, size_t *checked)
{
  const char *text = bytes.bytes;
  size_t i = *checked;
  /* The first line is never empty. */
  if (bytes.length > 0 && i == 0 && (text[0] == '\r' || text[0] == '\n'))
    return HEAD_WRONG;
  for (; i < bytes.length; i++) {
    unsigned char byte = (unsigned char)text[i];
    bool after_return = i > 0 && text[i - 1] == '\r';
    if ((byte == '\n') != after_return)
      return HEAD_WRONG;
    if ((byte < ' ' && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f)
      return HEAD_WRONG;
    if (byte == '\n' && i >= 3 && text[i - 2] == '\n') {
      *checked = i + 1;
      return HEAD_WHOLE;
    }
  }
  *checked = i;
  return HEAD_MORE;
}

/* --- the request line --- */

static enum head_verdict bad(struct fault *fault, const char *where, const char *expected,
                             const char *what)
{
  fault_set(fault, STATUS_REFUSED, where, expected, "%s", what);
  return HEAD_BAD;
}

static enum http_method method_of(struct span name)
{
  static const struct span names[] = {
      [HTTP_GET] = SPAN_INIT("GET"),       [HTTP_HEAD] = SPAN_INIT("HEAD"),
      [HTTP_POST] = SPAN_INIT("POST"),     [HTTP_PUT] = SPAN_INIT("PUT"),
      [HTTP_DELETE] = SPAN_INIT("DELETE"),
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (span_equal(name, names[i]))
      return (enum http_method)i;
  }
  return HTTP_METHOD_OTHER;
}

/* RFC 3986 sections 3.3 and 3.4: what a path and a query are made of, "/" and "?" included. */
static bool is_target(struct span text)
{
  for (size_t i = 0; i < text.length; i++) {
    char byte = text.bytes[i];
    if (byte == '%') {
      if (text.length - i < 3 || !is_hex(text.bytes[i + 1]) || !is_hex(text.bytes[i + 2]))
        return false;
    } else if (!is_letter(byte) && !is_digit(byte) && !is_one_of(byte, "-._~!$&'()*+,;=:@/?")) {
      return false;
    }
  }
  return text.length > 0 && text.bytes[0] == '/';
}

static bool has_dots(struct span path)
{
  struct span segment;
  bool more = true;
  while (span_split(&path, &more, '/', &segment)) {
    if (span_equal(segment, SPAN(".")) || span_equal(segment, SPAN("..")))
      return true;
  }
  return false;
}

static enum head_verdict read_target(struct span target, struct head *head, struct fault *fault)
{
  const char *mark = memchr(target.bytes, '?', target.length);
  size_t path = mark == NULL ? target.length : (size_t)(mark - target.bytes);
  if (!is_target(target))
    return bad(fault, "the request line", "a path that begins with a slash (RFC 9112, origin-form)",
               "the target is not such a path");
  head->target = target;
  head->path = (struct span){target.bytes, path};
  head->query = mark == NULL ? SPAN("") : (struct span){mark + 1, target.length - path - 1};
  if (has_dots(head->path))
    return bad(fault, "the request line", NULL, "the path has a segment of dots");
  return HEAD_OK;
}

static enum head_verdict read_request_line(struct span line, struct head *head, struct fault *fault)
{
  struct span method, target;
  bool more = true;
  if (!span_split(&line, &more, ' ', &method) || !is_token(method) || method.length > METHOD_MAX)
    return bad(fault, "the request line", "method, target and HTTP/1.1, one blank between them",
               "it does not begin with a method");
  head->method = method_of(method);
  if (!span_split(&line, &more, ' ', &target) || !more)
    return bad(fault, "the request line", "method, target and HTTP/1.1, one blank between them",
               "it has not three parts");
  if (!span_equal(line, version))
    return bad(fault, "the request line", "HTTP/1.1", "another protocol or version is asked for");
  return read_target(target, head, fault);
}

/* --- fields that say how the rest is to be read --- */

static bool is_host_name(struct span name)
{
  bool bracketed = name.length > 2 && name.bytes[0] == '[' && name.bytes[name.length - 1] == ']';
  size_t first = bracketed ? 1 : 0, end = name.length - first;
  for (size_t i = first; i < end; i++) {
    char byte = name.bytes[i];
    if (bracketed ? !is_hex(byte) && byte != ':' && byte != '.'
                  : !is_letter(byte) && !is_digit(byte) && !is_one_of(byte, "-._"))
      return false;
  }
  return name.length > 0;
}

static bool is_host(struct span host)
{
  size_t name = host.length;
  while (name > 0 && is_digit(host.bytes[name - 1]))
    name--;
  if (name == 0 || host.bytes[name - 1] != ':')
    return is_host_name(host); /* no port */
  size_t port = host.length - name;
  return port >= 1 && port <= 5 && is_host_name((struct span){host.bytes, name - 1});
}

static enum head_verdict take_host(struct head *head, struct span value, struct fault *fault)
{
  if (head->host.length > 0)
    return bad(fault, "Host", "one Host", "it is there twice");
  if (value.length > HOST_MAX || !is_host(value))
    return bad(fault, "Host", "the name of a host, and perhaps a port", "it is no host");
  head->host = value;
  return HEAD_OK;
}

static enum head_verdict take_length(struct head *head, struct span value, struct fault *fault)
{
  static const char expected[] = "one Content-Length of digits alone, without leading zeros";
  if (head->has_length)
    return bad(fault, "Content-Length", expected, "it is there twice");
  if (value.length == 0 || value.length > LENGTH_DIGITS_MAX ||
      (value.length > 1 && value.bytes[0] == '0'))
    return bad(fault, "Content-Length", expected, "it is no number of bytes");
  for (size_t i = 0; i < value.length; i++) {
    if (!is_digit(value.bytes[i]))
      return bad(fault, "Content-Length", expected, "it is no number of bytes");
    head->length = head->length * 10 + (uint64_t)(value.bytes[i] - '0');
  }
  head->has_length = true;
  return HEAD_OK;
}

static enum head_verdict take_connection(struct head *head, struct span value, struct fault *fault)
{
  struct span option;
  bool more = true;
  (void)fault;
  while (span_split(&value, &more, ',', &option)) {
    if (head_same(span_trim(option), SPAN("close")))
      head->close = true;
  }
  return HEAD_OK;
}

static enum head_verdict take_expect(struct head *head, struct span value, struct fault *fault)
{
  if (head->expects || !head_same(value, SPAN("100-continue")))
    return bad(fault, "Expect", "100-continue", "nothing else can be expected of us");
  head->expects = true;
  return HEAD_OK;
}

static enum head_verdict take_coding(struct head *head, struct span value, struct fault *fault)
{
  (void)value;
  (void)fault;
  head->coded = true;
  return HEAD_OK;
}

static const struct known_field {
  struct span name;
  enum head_verdict (*take)(struct head *head, struct span value, struct fault *fault);
} known_fields[] = {
    {SPAN_INIT("Host"), take_host},
    {SPAN_INIT("Content-Length"), take_length},
    {SPAN_INIT("Transfer-Encoding"), take_coding},
    {SPAN_INIT("Connection"), take_connection},
    {SPAN_INIT("Expect"), take_expect},
};

static enum head_verdict read_field(struct span line, struct head *head, struct fault *fault)
{
  const char *colon = memchr(line.bytes, ':', line.length);
  struct span name = {line.bytes, colon == NULL ? 0 : (size_t)(colon - line.bytes)};
  if (!is_token(name))
    return bad(fault, "the headers", "a name, a colon and a value in each line",
               "a line does not begin with a name and a colon");
  if (head->field_count == HEAD_FIELDS_MAX) {
    fault_set(fault, STATUS_REFUSED, "the headers", "at most 64", "there are too many of them");
    return HEAD_TOO_MANY;
  }
  struct span value = span_trim((struct span){colon + 1, line.length - name.length - 1});
  head->fields[head->field_count++] = (struct head_field){name, value};
  for (size_t i = 0; i < sizeof known_fields / sizeof *known_fields; i++) {
    if (head_same(name, known_fields[i].name))
      return known_fields[i].take(head, value, fault);
  }
  return HEAD_OK;
}

/* Takes a line without its end; false once there is none. */
static bool take_line(struct span *rest, struct span *line)
{
  const char *end = memchr(rest->bytes, '\n', rest->length);
  if (end == NULL || end == rest->bytes)
    return false;
  size_t length = (size_t)(end - rest->bytes);
  *line = (struct span){rest->bytes, length - 1};
  *rest = (struct span){end + 1, rest->length - length - 1};
  return true;
}

enum head_verdict head_read(struct span bytes, struct head *head, struct fault *fault)
{
  struct span line;
  size_t checked = 0;
  *head = (struct head){.target = SPAN(""), .path = SPAN(""), .query = SPAN(""), .host = SPAN("")};
  if (head_find_end(bytes, &checked) != HEAD_WHOLE || checked != bytes.length ||
      !take_line(&bytes, &line))
    return bad(fault, NULL, NULL, "it is not the head of a request");
  enum head_verdict verdict = read_request_line(line, head, fault);
  while (verdict == HEAD_OK && take_line(&bytes, &line) && line.length > 0)
    verdict = read_field(line, head, fault);
  if (verdict != HEAD_OK)
    return verdict;
  if (head->host.length == 0)
    return bad(fault, "Host", "one Host", "there is none");
  if (!head->coded)
    return HEAD_OK;
  fault_set(fault, STATUS_REFUSED, "Transfer-Encoding", "Content-Length alone",
            "a body in a transfer coding is not taken");
  return head->has_length ? HEAD_BAD : HEAD_CODED;
}

struct span head_value(const struct head *head, struct span name)
{
  const struct head_field *found = NULL;
  for (size_t i = 0; i < head->field_count; i++) {
    if (!head_same(head->fields[i].name, name))
      continue;
    if (found != NULL)
      return SPAN("");
    found = &head->fields[i];
  }
  return found == NULL ? SPAN("") : found->value;
}
