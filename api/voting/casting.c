/* Casting: a signed ballot comes in, a receipt goes out. */
#include "api/voting/appending.h"
#include "api/voting/handlers.h"

static void judge(struct visit *visit)
{
  struct choice choice;
  struct fault fault;
  if (!visit_entry(visit))
    return;
  if (visit->entry.kind != ENTRY_BALLOT) {
    (void)fault_set(&fault, STATUS_REFUSED, "payloadType", "ballot",
                    "'%s' is not cast here, but sent to …/entries",
                    entry_kind_name(visit->entry.kind));
    visit_refuse(visit, REFUSAL_MALFORMED, &fault);
    return;
  }
  if (visit_judge_alone(visit, &choice))
    visit_append(visit);
}

void handle_cast(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, judge);
}
