#include "engine/margins/margins.h"

static void write_margin(const struct margin *margin, const char *name,
                         struct canonical_writer *writer)
{
  canonical_member(writer, name);
  canonical_object(writer);
  canonical_member_integer(writer, "counts", (int64_t)margin->counts);
  if (margin->found)
    canonical_member_integer(writer, "number", margin->number);
  canonical_member_boolean(writer, "proved", margin->proved);
  if (!margin->proved)
    canonical_member_integer(writer, "tried", margin->tried);
  canonical_end(writer);
}

static void write_rivals(const struct margins *margins, const struct election *election,
                         struct canonical_writer *writer)
{
  canonical_member(writer, "rivals");
  canonical_object(writer);
  canonical_member_integer(writer, "left", (int64_t)margins->rivals_left);
  canonical_member(writer, "projects");
  canonical_array(writer);
  for (size_t i = 0; i < margins->rival_count; i++)
    canonical_string(writer, election->projects[margins->rivals[i]].id);
  canonical_end(writer);
  canonical_member_integer(writer, "tried", (int64_t)margins->rivals_tried);
  canonical_end(writer);
}

void margins_write(const struct margins *margins, const struct election *election,
                   enum reason reason, struct canonical_writer *writer)
{
  canonical_object(writer);
  write_margin(&margins->cost, "cost", writer);
  canonical_member_boolean(writer, "funded", margins->funded);
  canonical_member_string(writer, "project", election->projects[margins->project].id);
  canonical_member_string(writer, "reason", span_of(reason_name(reason)));
  write_rivals(margins, election, writer);
  write_margin(&margins->votes, "votes", writer);
  canonical_end(writer);
}
