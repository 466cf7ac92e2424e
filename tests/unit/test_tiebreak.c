#include "engine/tiebreak.h"

#include "tests/unit/ballot_box.h"

static const char expected_keys[] =
    "keys among votes, score, cost, cost-desc, id, id-numeric, listed, draw; the last one of id, "
    "id-numeric, listed, draw";

static void refuses(const char *text, const char *what)
{
  struct tiebreak tiebreak;
  struct fault fault = {0};
  assert_int_equal(tiebreak_read(span_of(text), &tiebreak, &fault), STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, "tie_break");
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected_keys);
}

static void a_list_is_read_in_order(void **state)
{
  (void)state;
  struct tiebreak tiebreak;
  struct fault fault;
  assert_int_equal(tiebreak_read(SPAN("cost-desc,votes,score,cost,id-numeric"), &tiebreak, &fault),
                   STATUS_OK);
  assert_int_equal(tiebreak.count, 5);
  assert_int_equal(tiebreak.keys[0], TIE_COST_DESC);
  assert_int_equal(tiebreak.keys[1], TIE_VOTES);
  assert_int_equal(tiebreak.keys[2], TIE_SCORE);
  assert_int_equal(tiebreak.keys[3], TIE_COST);
  assert_int_equal(tiebreak.keys[4], TIE_ID_NUMERIC);
}

static void every_key_that_is_total_may_be_the_only_one(void **state)
{
  (void)state;
  static const enum tie_key total[] = {TIE_ID, TIE_ID_NUMERIC, TIE_LISTED, TIE_DRAW};
  for (size_t i = 0; i < sizeof total / sizeof total[0]; i++) {
    struct tiebreak tiebreak;
    struct fault fault;
    assert_int_equal(tiebreak_read(span_of(tie_key_name(total[i])), &tiebreak, &fault), STATUS_OK);
    assert_int_equal(tiebreak.count, 1);
    assert_int_equal(tiebreak.keys[0], total[i]);
  }
}

static void keys_have_their_names(void **state)
{
  (void)state;
  static const char *const names[] = {"votes", "score",      "cost",   "cost-desc",
                                      "id",    "id-numeric", "listed", "draw"};
  for (int key = 0; key < TIE_KEY_COUNT; key++)
    assert_string_equal(tie_key_name((enum tie_key)key), names[key]);
}

static void unknown_keys_are_refused(void **state)
{
  (void)state;
  refuses("", "no tie key is called ''");
  refuses("size,id", "no tie key is called 'size'");
  refuses("votes, id", "no tie key is called ' id'");
  refuses("votes,,id", "no tie key is called ''");
  refuses("votes,id,", "no tie key is called ''");
  refuses("ID", "no tie key is called 'ID'");
}

static void a_key_that_stands_twice_is_refused(void **state)
{
  (void)state;
  refuses("votes,cost,votes,id", "'votes' stands twice");
  refuses("id,id", "'id' stands twice");
}

static void keys_after_a_total_one_are_refused(void **state)
{
  (void)state;
  refuses("id,votes", "nothing is left to decide after 'id'");
  refuses("votes,draw,id", "nothing is left to decide after 'draw'");
}

static void a_list_that_can_leave_a_tie_is_refused(void **state)
{
  (void)state;
  refuses("votes", "the last key, 'votes', can leave a tie");
  refuses("score,cost", "the last key, 'cost', can leave a tie");
  refuses("cost-desc", "the last key, 'cost-desc', can leave a tie");
}

/* --- orders --- */

struct facts_of_box {
  struct ballot_box box;
  uint64_t votes[BOX_PROJECTS_MAX];
  int64_t score[BOX_PROJECTS_MAX];
  struct tie_facts facts;
  struct tiebreak tiebreak;
};

static void begin(struct facts_of_box *made, const char *projects)
{
  memset(made, 0, sizeof *made);
  box_open(&made->box, BALLOT_APPROVAL, 0, projects);
  made->facts = (struct tie_facts){
      .election = &made->box.election, .votes = made->votes, .score = made->score};
}

static void read_keys(struct facts_of_box *made, const char *keys)
{
  assert_int_equal(tiebreak_read(span_of(keys), &made->tiebreak, &made->box.fault), STATUS_OK);
}

static void orders(struct facts_of_box *made, const char *keys, const char *ids)
{
  const uint32_t *place;
  uint32_t sorted[BOX_PROJECTS_MAX] = {0};
  size_t count = made->box.election.project_count;
  read_keys(made, keys);
  assert_int_equal(
      tiebreak_order(&made->tiebreak, &made->facts, &made->box.arena, &place, &made->box.fault),
      STATUS_OK);
  for (uint32_t i = 0; i < count; i++) {
    assert_true(place[i] < count);
    sorted[place[i]] = i;
  }
  box_names(&made->box, sorted, count, ids);
}

static void each_key_orders_by_its_fact(void **state)
{
  (void)state;
  struct facts_of_box made;
  static const uint32_t draw[] = {3, 0, 2, 1};
  begin(&made, "d=20 c=5 b=20 a=7");
  made.facts.draw = draw;
  memcpy(made.votes, (uint64_t[]){4, 9, 4, 1}, 4 * sizeof(uint64_t));
  memcpy(made.score, (int64_t[]){-2, 0, 50, 50}, 4 * sizeof(int64_t));
  orders(&made, "listed", "d c b a");
  orders(&made, "id", "a b c d");
  orders(&made, "draw", "c a b d");
  orders(&made, "votes,id", "c b d a");
  orders(&made, "votes,listed", "c d b a");
  orders(&made, "score,id", "a b c d");
  orders(&made, "score,listed", "b a c d");
  orders(&made, "cost,id", "c a b d");
  orders(&made, "cost-desc,id", "b d a c");
  orders(&made, "cost-desc,score,votes,id", "b d a c");
  box_close(&made.box);
}

static void ids_are_ordered_by_their_bytes(void **state)
{
  (void)state;
  struct facts_of_box made;
  begin(&made, "9=1 10=1 1=1 \xc3\xa9=1 z=1 Z=1");
  orders(&made, "id", "1 10 9 Z z \xc3\xa9");
  box_close(&made.box);
}

static void ids_that_are_numbers_go_by_their_value_and_first(void **state)
{
  (void)state;
  struct facts_of_box made;
  begin(&made, "b=1 10=1 9=1 010=1 00=1 0=1 2a=1 123456789012345678901=1 99999999999999999999=1 "
               "-1=1 007=1 a=1");
  orders(&made, "id-numeric",
         "0 00 007 9 010 10 99999999999999999999 123456789012345678901 -1 2a a b");
  box_close(&made.box);
}

static void the_key_that_decides_is_the_first_that_differs(void **state)
{
  (void)state;
  struct facts_of_box made;
  begin(&made, "d=20 c=20 b=5 a=20");
  memcpy(made.votes, (uint64_t[]){4, 4, 4, 1}, 4 * sizeof(uint64_t));
  read_keys(&made, "votes,cost,id");
  assert_int_equal(tiebreak_decides(&made.tiebreak, &made.facts, 0, 3), TIE_VOTES);
  assert_int_equal(tiebreak_decides(&made.tiebreak, &made.facts, 0, 2), TIE_COST);
  assert_int_equal(tiebreak_decides(&made.tiebreak, &made.facts, 0, 1), TIE_ID);
  read_keys(&made, "listed");
  assert_int_equal(tiebreak_decides(&made.tiebreak, &made.facts, 0, 1), TIE_LISTED);
  box_close(&made.box);
}

static void a_draw_without_lots_is_refused(void **state)
{
  (void)state;
  struct facts_of_box made;
  const uint32_t *place;
  begin(&made, "a=1 b=1");
  read_keys(&made, "votes,draw");
  assert_int_equal(
      tiebreak_order(&made.tiebreak, &made.facts, &made.box.arena, &place, &made.box.fault),
      STATUS_REFUSED);
  assert_string_equal(made.box.fault.where, "tie_break");
  assert_string_equal(made.box.fault.what, "'draw' needs lots, and none were drawn");
  assert_string_equal(made.box.fault.expected, "the seed of the draw");
  box_close(&made.box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_is_read_in_order),
      cmocka_unit_test(every_key_that_is_total_may_be_the_only_one),
      cmocka_unit_test(keys_have_their_names),
      cmocka_unit_test(unknown_keys_are_refused),
      cmocka_unit_test(a_key_that_stands_twice_is_refused),
      cmocka_unit_test(keys_after_a_total_one_are_refused),
      cmocka_unit_test(a_list_that_can_leave_a_tie_is_refused),
      cmocka_unit_test(each_key_orders_by_its_fact),
      cmocka_unit_test(ids_are_ordered_by_their_bytes),
      cmocka_unit_test(ids_that_are_numbers_go_by_their_value_and_first),
      cmocka_unit_test(the_key_that_decides_is_the_first_that_differs),
      cmocka_unit_test(a_draw_without_lots_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
