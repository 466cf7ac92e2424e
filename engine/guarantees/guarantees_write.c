#include "base/canonical.h"
#include "engine/guarantees/guarantees.h"

static void member_id(struct canonical_writer *writer, const struct election *election,
                      uint32_t project)
{
  canonical_member_string(writer, "project", election->projects[project].id);
}

static void write_categories(const struct guarantees *guarantees, struct canonical_writer *writer)
{
  canonical_member(writer, "categories");
  canonical_array(writer);
  for (size_t i = 0; i < guarantees->category_count; i++) {
    const struct category *category = &guarantees->categories[i];
    canonical_object(writer);
    canonical_member_integer(writer, "funded", (int64_t)category->funded);
    canonical_member_integer(writer, "money", category->money);
    canonical_member_string(writer, "name", category->name);
    canonical_member_integer(writer, "projects", (int64_t)category->projects);
    canonical_member_integer(writer, "votes", (int64_t)category->votes);
    canonical_end(writer);
  }
  canonical_end(writer);
}

static void write_ejr(const struct ejr *ejr, const char *name, const struct election *election,
                      struct canonical_writer *writer)
{
  canonical_member(writer, name);
  canonical_object(writer);
  canonical_member(writer, "breaches");
  canonical_array(writer);
  for (size_t i = 0; i < ejr->breach_count; i++) {
    canonical_object(writer);
    member_id(writer, election, ejr->breaches[i].project);
    canonical_member_integer(writer, "utility", ejr->breaches[i].utility);
    canonical_member_integer(writer, "voters", (int64_t)ejr->breaches[i].voters);
    canonical_end(writer);
  }
  canonical_end(writer);
  canonical_member_boolean(writer, "holds", ejr->breach_count == 0);
  canonical_end(writer);
}

static void write_pricing(const struct pricing *pricing, const struct election *election,
                          struct canonical_writer *writer)
{
  canonical_member(writer, "payments");
  canonical_object(writer);
  if (pricing->flaw != PAYMENT_SOUND)
    canonical_member_integer(writer, "amount", pricing->amount);
  canonical_member_integer(writer, "bought", (int64_t)pricing->bought);
  if (pricing->flaw != PAYMENT_SOUND)
    canonical_member_string(writer, "flaw",
                            pricing->flaw == PAYMENT_COULD_PAY ? SPAN("could-pay")
                                                               : SPAN("not-the-cost"));
  canonical_member_boolean(writer, "priceable", pricing->flaw == PAYMENT_SOUND);
  if (pricing->flaw != PAYMENT_SOUND)
    member_id(writer, election, pricing->project);
  canonical_end(writer);
}

void guarantees_write(const struct guarantees *guarantees, const struct pricing *pricing,
                      const struct election *election, struct span result, struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member_integer(&writer, "budget", guarantees->budget);
  write_categories(guarantees, &writer);
  canonical_member(&writer, "ejr_plus_up_to_one");
  canonical_object(&writer);
  write_ejr(&guarantees->by_cardinality, "cardinality", election, &writer);
  write_ejr(&guarantees->by_cost, "cost", election, &writer);
  canonical_end(&writer);
  canonical_member_string(&writer, "format", SPAN("beffroi-guarantees/1"));
  canonical_member(&writer, "gini");
  canonical_object(&writer);
  canonical_member_string(&writer, "cardinality", guarantees->spread.gini_by_cardinality_text);
  canonical_member_string(&writer, "cost", guarantees->spread.gini_by_cost_text);
  canonical_end(&writer);
  if (pricing != NULL && pricing->known)
    write_pricing(pricing, election, &writer);
  canonical_member_string(&writer, "result", result);
  canonical_member_integer(&writer, "spent", guarantees->spent);
  canonical_member_integer(&writer, "voters", (int64_t)guarantees->spread.voters);
  canonical_member(&writer, "voters_by_funded");
  canonical_array(&writer);
  for (size_t i = 0; i < guarantees->spread.level_count; i++)
    canonical_integer(&writer, (int64_t)guarantees->spread.levels[i]);
  canonical_end(&writer);
  canonical_member_integer(&writer, "votes", (int64_t)guarantees->votes);
  canonical_end(&writer);
}
