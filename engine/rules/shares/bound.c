#include "engine/rules/shares/bound.h"

#include <math.h>

double bound_sum_error(const struct shares *shares, uint64_t voters, uint64_t terms, double sum)
{
  return ((double)voters * shares->error + (double)(terms + 4) * PART_2_52 * fabs(sum)) *
         (1 + PART_2_50);
}

/* One pass over the supporters at a price: what those give who do not have price · weight, and
 * the weight of the others. */
struct pass {
  double given;    /* as summed */
  double error;    /* most that `given` is off */
  uint64_t weight; /* of those who pay in full */
};

static struct pass pass_over(const struct shares *shares, uint32_t project, double price)
{
  const struct support *support = shares->support;
  const struct supporter *supporter = &support->supporters[support->start[project]];
  size_t count = support->start[project + 1] - support->start[project];
  double given = 0;
  uint64_t voters = 0, weight = 0, terms = 0;

  /* Without branches: whether a supporter has the price is what no processor can guess. */
  for (size_t i = 0; i < count; i++) {
    const struct purse *purse = &shares->purses[supporter[i].group];
    uint32_t lacks = purse->money < price * supporter[i].weight;
    uint32_t lacking = purse->multiplicity * lacks;
    given += lacking * purse->money;
    voters += lacking;
    weight += (uint64_t)(purse->multiplicity - lacking) * supporter[i].weight;
    terms += lacks;
  }
  return (struct pass){
      .given = given, .error = bound_sum_error(shares, voters, terms, given), .weight = weight};
}

/* Raises `lower` of a project as far as one more pass brings it, and again while that is less
 * than `enough`. Each pass starts from a price that is about a lower bound, so prices rise. */
void bound_raise(struct shares *shares, uint32_t project, double enough)
{
  double cost = (double)shares_cost(shares, project);
  double scale = (double)shares->support->scale[project];

  while (shares->lower[project] <= enough) {
    struct pass pass = pass_over(shares, project, shares->price[project]);
    if (pass.weight == 0) {
      if (pass.given + pass.error < cost * (1 - PART_2_50))
        shares->lower[project] = HUGE_VAL;
      break;
    }
    double next = (cost - pass.given) / (double)pass.weight;
    double bound = (cost - pass.given - pass.error) / (double)pass.weight;
    double rho = bound / scale * (1 - PART_2_48);
    if (rho > shares->lower[project])
      shares->lower[project] = rho;
    if (!(next > shares->price[project] * (1 + 0x1p-40)))
      break;
    shares->price[project] = next;
  }
  shares->fresh[project] = true;
}
