#include "api/replay/answer.h"

#include "base/canonical.h"

enum {
  PROBLEM_MAX = 64 * 1024 /* bytes */
};

static struct span member(const json_t *problem, const char *name)
{
  const char *text = json_string_value(json_object_get(problem, name));
  return text == NULL ? SPAN("") : span_of(text);
}

enum status answer_expect(const struct client_request *request, int status, int other,
                          const char *what, struct fault *fault)
{
  json_t *problem = NULL;
  struct fault unread;
  switch (request->end) {
  case CLIENT_ANSWERED:
    break;
  case CLIENT_UNANSWERED:
    return fault_set(fault, STATUS_FAILED, what, NULL, "no answer, though sent %u times",
                     request->attempts);
  case CLIENT_GARBLED:
    return fault_set(fault, STATUS_REFUSED, what, NULL, "the answer is not HTTP");
  case CLIENT_TOO_LARGE:
    return fault_set(fault, STATUS_REFUSED, what, NULL, "the answer is longer than %zu bytes",
                     request->limit);
  }
  if (request->answer.failed)
    return fault_no_memory(fault);
  if (request->status == status || request->status == other)
    return STATUS_OK;
  if (canonical_read(buffer_span(&request->answer), PROBLEM_MAX, &problem, &unread) != STATUS_OK ||
      !json_is_object(problem)) {
    json_decref(problem);
    return fault_set(fault, STATUS_REFUSED, what, NULL, "answered %d", request->status);
  }
  struct span type = member(problem, "type"), detail = member(problem, "detail");
  struct span where = member(problem, "where"), title = member(problem, "title");
  fault_set(fault, STATUS_REFUSED, what, NULL, "answered %d, %.*s: %.*s%s%.*s", request->status,
            SPAN_PRINT(type), SPAN_PRINT(detail.length > 0 ? detail : title),
            where.length > 0 ? ", at " : "", SPAN_PRINT(where));
  json_decref(problem);
  return STATUS_REFUSED;
}
