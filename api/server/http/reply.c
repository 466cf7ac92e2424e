#include "api/server/http/reply.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct reason {
  int status;
  const char *words;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *reason_of(int status)
{
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
    if (reasons[i].status == status)
      return reasons[i].words;
  }
  return NULL;
}

static bool is_printable(const char *text)
{
  for (; *text != '\0'; text++) {
    if (*text < ' ' || *text > '~')
      return false;
  }
  return true;
}

bool reply_is_sound(const struct http_reply *reply)
{
  if (reason_of(reply->status) == NULL || (reply->type != NULL && !is_printable(reply->type)))
    return false;
  for (size_t i = 0; i < reply->header_count; i++) {
    const struct http_header *header = &reply->headers[i];
    if (header->name[0] == '\0' || !is_printable(header->name) ||
        strpbrk(header->name, ": ") != NULL || !is_printable(header->value))
      return false;
  }
  return true;
}

bool reply_has_body(int status)
{
  return status != 204 && status != 304;
}

static void add_header(struct buffer *buffer, const char *name, const char *value)
{
  buffer_add(buffer, span_of(name));
  buffer_add(buffer, SPAN(": "));
  buffer_add(buffer, span_of(value));
  buffer_add(buffer, SPAN("\r\n"));
}

static bool says(const struct http_reply *reply, const char *name)
{
  for (size_t i = 0; i < reply->header_count; i++) {
    if (head_same(span_of(reply->headers[i].name), span_of(name)))
      return true;
  }
  return false;
}

void reply_add_head(struct buffer *buffer, const struct reply_head *head)
{
  const struct http_reply *reply = head->reply;
  buffer_add(buffer, SPAN("HTTP/1.1 "));
  buffer_add_integer(buffer, reply->status);
  buffer_add_byte(buffer, ' ');
  buffer_add(buffer, span_of(reason_of(reply->status)));
  buffer_add(buffer, SPAN("\r\n"));
  add_header(buffer, "Date", head->date);
  add_header(buffer, "Request-Id", head->id);
  add_header(buffer, "X-Content-Type-Options", "nosniff");
  for (size_t i = 0; i < reply->header_count; i++)
    add_header(buffer, reply->headers[i].name, reply->headers[i].value);
  if (!says(reply, "Cache-Control"))
    add_header(buffer, "Cache-Control", "no-store");
  if (reply->type != NULL)
    add_header(buffer, "Content-Type", reply->type);
  if (head->chunked) {
    add_header(buffer, "Transfer-Encoding", "chunked");
  } else if (reply_has_body(reply->status)) {
    buffer_add(buffer, SPAN("Content-Length: "));
    buffer_add_integer(buffer, (int64_t)reply->body.length);
    buffer_add(buffer, SPAN("\r\n"));
  }
  if (head->close)
    add_header(buffer, "Connection", "close");
  buffer_add(buffer, SPAN("\r\n"));
}

void reply_date(int64_t seconds, char text[REPLY_DATE])
{
  static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  time_t time = (time_t)seconds;
  struct tm parts = {.tm_mday = 1, .tm_year = 70};
  gmtime_r(&time, &parts);
  /* Not strftime's names, which are those of the locale. */
  snprintf(text, REPLY_DATE, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[parts.tm_wday % 7],
           (unsigned)parts.tm_mday % 32, months[parts.tm_mon % 12],
           (unsigned)(parts.tm_year + 1900) % 10000, (unsigned)parts.tm_hour % 24,
           (unsigned)parts.tm_min % 60, (unsigned)parts.tm_sec % 61);
}
