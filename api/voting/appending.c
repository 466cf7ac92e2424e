#include "api/voting/appending.h"

#include "api/voting/receipts.h"

bool visit_judge_alone(struct visit *visit, struct choice *choice)
{
  const struct known_election *election = visit->election;
  enum refusal refusal;
  struct fault fault;
  enum status status = admission_judge_alone(election->manifest, &election->projects, &visit->entry,
                                             &visit->request->arena, choice, &refusal, &fault);
  if (status == STATUS_REFUSED)
    visit_refuse(visit, refusal, &fault);
  else if (status != STATUS_OK)
    visit_fault(visit, &fault);
  return status == STATUS_OK;
}

static void recalled(void *context, struct span receipt, const struct fault *fault)
{
  struct visit *visit = context;
  if (receipt.bytes == NULL)
    visit_fault(visit, fault);
  else
    visit_receipt(visit, 200, receipt);
}

static void recall(struct visit *visit, uint64_t index)
{
  struct receipt_recall *recall = ARENA_TAKE(&visit->request->arena, struct receipt_recall, 1);
  if (recall == NULL) {
    visit_unavailable(visit);
    return;
  }
  *recall = (struct receipt_recall){.db = visit->voting->reads,
                                    .election = visit->election->id,
                                    .index = index,
                                    .arena = &visit->request->arena,
                                    .done = recalled,
                                    .context = visit};
  receipt_recall(recall);
}

static void send_frozen(struct visit *visit, const struct merkle_head *head)
{
  struct visit_json json;
  visit_json_begin(&json);
  visit_json_hex(&json, "root", head->root.bytes, DIGEST_BYTES);
  canonical_member_integer(&json.writer, "size", (int64_t)head->size);
  visit_json_send(visit, 200, &json, cache_never);
}

static void answered(void *context, const struct sequencer_answer *answer)
{
  struct visit *visit = context;
  switch (answer->end) {
  case SEQUENCER_APPENDED:
    visit_receipt(visit, 201, answer->receipt);
    break;
  case SEQUENCER_STOOD:
    recall(visit, answer->index);
    break;
  case SEQUENCER_REFUSED:
    /* Anybody can sign with a key that is no credential: to them the head is not told. */
    visit_refuse_at(visit, answer->refusal,
                    answer->refusal == REFUSAL_UNKNOWN_CREDENTIAL ? NULL : &answer->head,
                    answer->fault);
    break;
  case SEQUENCER_FROZEN:
    send_frozen(visit, &answer->head);
    break;
  case SEQUENCER_CONFLICT:
    visit_problem(visit, PROBLEM_ORIGIN_TAKEN, NULL);
    break;
  case SEQUENCER_UNAVAILABLE:
    visit_unavailable(visit);
    break;
  }
}

void visit_append(struct visit *visit)
{
  bool freeze = visit->entry.line.length == 0;
  visit->item = (struct sequencer_item){.election = visit->election,
                                        .entry = freeze ? NULL : &visit->entry,
                                        .done = answered,
                                        .context = visit};
  if (!sequencer_submit(visit->voting->sequencer, &visit->item)) {
    struct http_request *request = visit->request;
    visit_end(visit);
    problem_send_later(request, PROBLEM_BUSY, NULL, 1);
  }
}
