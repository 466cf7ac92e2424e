#include "tests/integration/published_differences.h"

const struct published_difference published_differences[] = {
    {"Poland_Warszawa_2020_Targowek.pb",
     "the city left out project 1667, which fits, for a reason that the file "
     "does not give; what follows differs"},
    {"Poland_Warszawa_2021_Ursynow.pb",
     "of three alternatives the city kept 2150, which has the fewest votes of them, not the first"},
    {"Poland_Wroclaw_2017_Rejon_nr_11_750.pb",
     "project 150 was withdrawn and stands in the file with a cost above the budget, where a count "
     "that stops at the first miss stops"},
};

const size_t published_difference_count =
    sizeof published_differences / sizeof *published_differences;
