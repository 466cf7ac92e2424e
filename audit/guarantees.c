/* The command `guarantees`: what can be said of the set of funded projects. */
#include "audit/command.h"
#include "audit/counted.h"
#include "audit/guarantees_report.h"

struct found {
  struct guarantees guarantees;
  struct pricing pricing;
};

static enum status find(const struct finding *finding, struct arena *arena, struct found *found,
                        struct fault *fault)
{
  const struct outcome *outcome = finding->outcome;
  bool *funded = ARENA_TAKE(arena, bool, finding->election->project_count);
  if (funded == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < outcome->selected_count; i++)
    funded[outcome->selected[i]] = true;
  enum status status = guarantees_find(finding->election, finding->profile, funded, arena,
                                       &found->guarantees, fault);
  if (status == STATUS_OK)
    status = guarantees_price(outcome, finding->election, arena, &found->pricing, fault);
  return status;
}

static enum status add(const struct finding *finding, size_t width, struct arena *arena,
                       struct buffer *page, struct fault *fault)
{
  struct found found;
  enum status status = find(finding, arena, &found, fault);
  if (status != STATUS_OK)
    return status;
  return guarantees_report_add(&found.guarantees, &found.pricing, finding->election,
                               finding->request->language, width, arena, page, fault);
}

static enum status add_json(const struct finding *finding, struct span outcome, struct arena *arena,
                            struct buffer *page, struct fault *fault)
{
  char result[DIGEST_TEXT];
  struct found found;
  (void)outcome; /* named by its digest */
  enum status status = find(finding, arena, &found, fault);
  if (status != STATUS_OK)
    return status;
  digest_write(&finding->result, result);
  guarantees_write(&found.guarantees, &found.pricing, finding->election, span_of(result), page);
  buffer_add_byte(page, '\n');
  return page->failed ? fault_no_memory(fault) : STATUS_OK;
}

static const struct counted_command guarantees = {
    .form =
        {
            .command = "guarantees",
            .purpose =
                "Counts the ballots as 'tally' does, and says of the projects that are funded, "
                "whatever rule\n"
                "chose them: whether each group of voters got its share (EJR+ up to one project), "
                "whether\n"
                "payments explain the outcome, how the projects are spread over voters and "
                "categories.",
            .json = "print what was found as canonical JSON (docs/rules.md)",
            .ending = "Exit codes: 0 counted, whatever holds; 1 the board does not hold; 2 bad "
                      "usage or a file\n"
                      "that cannot be understood; 3 could not finish.\n",
        },
    .add = add,
    .add_json = add_json,
};

enum verdict guarantees_run(int count, char **arguments)
{
  return counted_run(&guarantees, count, arguments);
}
