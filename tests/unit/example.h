/* example.h - a small election that the tests of the engine's modules share. */
#ifndef TESTS_UNIT_EXAMPLE_H
#define TESTS_UNIT_EXAMPLE_H

#include <stdint.h>

#include "engine/election.h"

enum {
  TREES,
  BIKES,
  WATER,
  LIGHT,
  EXAMPLE_PROJECTS
};

/* The ids are not in the order of their bytes. */
#define EXAMPLE_LIST                                                                               \
  {                                                                                                \
    {SPAN_INIT("trees"), 500, SPAN_INIT("Trees"), SPAN_INIT("green,city")},                        \
        {SPAN_INIT("bikes"), 300, SPAN_INIT("Bicycles"), SPAN_INIT("")},                           \
        {SPAN_INIT("water"), 200, SPAN_INIT(""), SPAN_INIT("")},                                   \
        {SPAN_INIT("light"), 0, SPAN_INIT("Light"), SPAN_INIT("city")},                            \
  }

static inline struct election example_election(const struct project *projects,
                                               enum ballot_kind kind)
{
  return (struct election){
      .title = SPAN("Our street"),
      .currency = SPAN("EUR"),
      .minor_unit = 2,
      .budget = 1000,
      .ballot = ballot_form_any(kind),
      .project_count = EXAMPLE_PROJECTS,
      .projects = projects,
  };
}

#endif
