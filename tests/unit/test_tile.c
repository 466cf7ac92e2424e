#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/tile.h"

static struct fault fault;

/* --- names --- */

static const struct {
  const char *path;
  struct tile tile;
} names[] = {
    {"tile/0/000", {TILE_HASHES, 0, 0, 256}},
    {"tile/0/000.p/1", {TILE_HASHES, 0, 0, 1}},
    {"tile/0/000.p/255", {TILE_HASHES, 0, 0, 255}},
    {"tile/0/999", {TILE_HASHES, 0, 999, 256}},
    {"tile/0/x001/000", {TILE_HASHES, 0, 1000, 256}},
    {"tile/2/x001/x234/067", {TILE_HASHES, 2, 1234067, 256}},
    {"tile/7/000.p/127", {TILE_HASHES, 7, 0, 127}},
    {"tile/6/126.p/255", {TILE_HASHES, 6, 126, 255}},
    {"tile/0/x036/x028/x797/x018/x963/967.p/255", {TILE_HASHES, 0, (UINT64_C(1) << 55) - 1, 255}},
    {"tile/entries/000", {TILE_ENTRIES, 0, 0, 256}},
    {"tile/entries/x001/x234/067.p/10", {TILE_ENTRIES, 0, 1234067, 10}},
    {"tile/entries/x036/x028/x797/x018/x963/966", {TILE_ENTRIES, 0, (UINT64_C(1) << 55) - 2, 256}},
};

static void assert_tile(const struct tile *found, const struct tile *expected)
{
  assert_int_equal(found->kind, expected->kind);
  assert_int_equal(found->level, expected->level);
  assert_int_equal(found->index, expected->index);
  assert_int_equal(found->width, expected->width);
}

static void paths_are_those_of_the_specification(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char text[TILE_PATH_MAX];
    struct tile tile;
    tile_path(&names[i].tile, text);
    assert_string_equal(text, names[i].path);
    assert_int_equal(tile_read_path(span_of(text), &tile, &fault), STATUS_OK);
    assert_tile(&tile, &names[i].tile);
  }
}

static void other_spellings_of_paths_are_refused(void **state)
{
  (void)state;
  static const char *const paths[] = {
      "",
      "/tile/0/000",
      "tile",
      "tile/",
      "tile/0",
      "tile/0/",
      "tile//000",
      "tile/0/0",
      "tile/0/00",
      "tile/0/0000",
      "tile/0/000/",
      "tile/0/000 ",
      "tile/00/000",
      "tile/01/000",
      "tile/+1/000",
      "tile/-1/000",
      "tile/ 0/000",
      "tile/a/000",
      "tile/0/x000/000",
      "tile/0/x000/x001/000",
      "tile/0/x01/000",
      "tile/0/x0001/000",
      "tile/0/001/000",
      "tile/0/x001",
      "tile/0/x001/x000",
      "tile/0/X001/000",
      "tile/0/0x1",
      "tile/0/00a",
      "tile/0/000.p",
      "tile/0/000.p/",
      "tile/0/000.p/0",
      "tile/0/000.p/256",
      "tile/0/000.p/01",
      "tile/0/000.p/-1",
      "tile/0/000.p/1/",
      "tile/0/000.P/1",
      "tile/0/000.p/99999999999999999999",
      "tile/0/000p/1",
      "tile/entries",
      "tile/entries/",
      "tile/entry/000",
      "tile/Entries/000",
      "tile/data/000",
      "tile/8/0/000",
      "tiles/0/000",
      "tile/0/../000",
      "tile/0/000%2ep/1",
  };
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    struct tile tile = {.width = 77};
    if (tile_read_path(span_of(paths[i]), &tile, &fault) != STATUS_REFUSED)
      fail_msg("'%s' was read", paths[i]);
    assert_int_equal(tile.width, 77);
  }
  struct tile tile;
  assert_int_equal(tile_read_path(SPAN("tile/0/000\0"), &tile, &fault), STATUS_REFUSED);
}

static void tiles_that_no_tree_has_are_refused(void **state)
{
  (void)state;
  static const char *const paths[] = {
      "tile/8/000",
      "tile/8/000.p/1",
      "tile/63/000",
      "tile/7/000",
      "tile/7/000.p/128",
      "tile/7/001.p/1",
      "tile/6/127",
      "tile/0/x036/x028/x797/x018/x963/967",
      "tile/0/x036/x028/x797/x018/x963/968.p/1",
      "tile/1/x036/x028/x797/x018/x963/967.p/1",
      "tile/entries/x036/x028/x797/x018/x963/967",
      "tile/0/x999/x999/x999/x999/x999/999",
      "tile/0/x999/x999/x999/x999/x999/x999/999",
      /* 2^56, 2^64 and 1000 times that: nothing is left of their products modulo 2^64 */
      "tile/0/x072/x057/x594/x037/x927/936",
      "tile/0/x018/x446/x744/x073/x709/x551/616",
      "tile/0/x018/x446/x744/x073/x709/x551/x616/000",
      "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
  };
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    struct tile tile;
    if (tile_read_path(span_of(paths[i]), &tile, &fault) != STATUS_REFUSED)
      fail_msg("'%s' was read", paths[i]);
  }
}

static void a_refused_path_is_named(void **state)
{
  (void)state;
  struct tile tile;
  assert_int_equal(tile_read_path(SPAN("tile/0/12"), &tile, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "path");
  assert_string_equal(fault.what, "'tile/0/12' names no tile");
  assert_non_null(strstr(fault.expected, "tile/entries/<N>"));
  assert_non_null(strstr(fault.expected, "x001/x234/067"));
}

/* --- the tiles of a tree --- */

/* The specification's example: a tree of 70,000. */
static void the_tiles_of_seventy_thousand_leaves(void **state)
{
  (void)state;
  struct tile_walk walk = {.older = 0, .newer = 70000};
  struct tile tile;
  unsigned full[TILE_LEVELS + 1] = {0}, partial[TILE_LEVELS + 1] = {0};
  unsigned count = 0;
  while (tile_walk_next(&walk, &tile)) {
    unsigned row = tile.kind == TILE_ENTRIES ? TILE_LEVELS : tile.level;
    if (tile.width == TILE_WIDTH)
      full[row]++;
    else
      partial[row] = partial[row] == 0 ? tile.width : 999;
    count++;
  }
  assert_int_equal(full[0], 273);
  assert_int_equal(partial[0], 112);
  assert_int_equal(full[1], 1);
  assert_int_equal(partial[1], 17);
  assert_int_equal(full[2], 0);
  assert_int_equal(partial[2], 1);
  assert_int_equal(full[TILE_LEVELS], 273);
  assert_int_equal(partial[TILE_LEVELS], 112);
  assert_int_equal(count, 274 + 2 + 1 + 274);
  assert_false(tile_walk_next(&walk, &tile));
}

static void assert_walk(uint64_t older, uint64_t newer, const char *expected)
{
  struct tile_walk walk = {.older = older, .newer = newer};
  struct tile tile;
  struct buffer paths = {0};
  while (tile_walk_next(&walk, &tile)) {
    char text[TILE_PATH_MAX];
    tile_path(&tile, text);
    buffer_format(&paths, "%s ", text);
  }
  buffer_add_byte(&paths, '\0');
  assert_string_equal(buffer_span(&paths).bytes, expected);
  buffer_free(&paths);
}

static void a_walk_is_over_what_is_new(void **state)
{
  (void)state;
  assert_walk(0, 0, "");
  assert_walk(7, 7, "");
  assert_walk(256, 256, "");
  assert_walk(0, 1, "tile/0/000.p/1 tile/entries/000.p/1 ");
  assert_walk(1, 2, "tile/0/000.p/2 tile/entries/000.p/2 ");
  assert_walk(0, 256, "tile/0/000 tile/1/000.p/1 tile/entries/000 ");
  assert_walk(255, 256, "tile/0/000 tile/1/000.p/1 tile/entries/000 ");
  assert_walk(256, 257, "tile/0/001.p/1 tile/entries/001.p/1 ");
  assert_walk(255, 257,
              "tile/0/000 tile/0/001.p/1 tile/1/000.p/1 tile/entries/000 tile/entries/001.p/1 ");
  assert_walk(256 * 256 - 1, 256 * 256, "tile/0/255 tile/1/000 tile/2/000.p/1 tile/entries/255 ");
}

static void a_walk_reaches_the_end_of_the_largest_tree(void **state)
{
  (void)state;
  assert_walk(MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX,
              "tile/0/x036/x028/x797/x018/x963/967.p/255 "
              "tile/entries/x036/x028/x797/x018/x963/967.p/255 ");
}

static void a_tree_has_the_tiles_that_its_size_says(void **state)
{
  (void)state;
  struct tile tile;
  assert_false(tile_of(0, TILE_HASHES, 0, 0, &tile));
  assert_true(tile_of(300, TILE_HASHES, 0, 0, &tile));
  assert_int_equal(tile.width, 256);
  assert_true(tile_of(300, TILE_ENTRIES, 0, 1, &tile));
  assert_int_equal(tile.width, 44);
  assert_false(tile_of(300, TILE_HASHES, 0, 2, &tile));
  assert_true(tile_of(300, TILE_HASHES, 1, 0, &tile));
  assert_int_equal(tile.width, 1);
  assert_false(tile_of(300, TILE_HASHES, 2, 0, &tile));
  assert_false(tile_of(512, TILE_HASHES, 0, 2, &tile));
  assert_false(tile_of(300, TILE_ENTRIES, 1, 0, &tile));
  assert_false(tile_of(300, TILE_HASHES, TILE_LEVELS, 0, &tile));
  assert_false(tile_of(300, TILE_HASHES, 0, UINT64_MAX / 256 + 1, &tile));
  assert_false(tile_of(MERKLE_SIZE_MAX + 1, TILE_HASHES, 0, 0, &tile));
  assert_true(tile_of(MERKLE_SIZE_MAX, TILE_HASHES, 7, 0, &tile));
  assert_int_equal(tile.width, 127);
}

/* --- tiles of hashes, while a tree grows --- */

enum {
  LEAVES = 66000 /* past one full tile of level 1 */
};

static struct digest leaf_of(uint64_t index)
{
  char name[8];
  for (size_t i = 0; i < sizeof name; i++)
    name[i] = (char)(index >> 8 * i & 0xff);
  return merkle_leaf((struct span){.bytes = name, .length = sizeof name});
}

static struct arena arena;
static struct digest *leaves;
static struct merkle_growth all;
static struct merkle_source source; /* of the tree of LEAVES, from memory */

static int start(void **state)
{
  (void)state;
  leaves = ARENA_TAKE(&arena, struct digest, LEAVES);
  if (leaves == NULL)
    return -1;
  for (uint64_t i = 0; i < LEAVES; i++)
    leaves[i] = leaf_of(i);
  struct merkle_frontier none = {0};
  if (merkle_grow(&none, leaves, LEAVES, &arena, &all, &fault) != STATUS_OK)
    return -1;
  source = merkle_growth_source(&all);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  arena_free(&arena);
  return 0;
}

static struct digest subtree(unsigned level, uint64_t index)
{
  struct digest hash;
  assert_int_equal(source.read(source.context, level, index, &hash, &fault), STATUS_OK);
  return hash;
}

/* Every hash of a tile is that of the subtree which the specification names. */
static void assert_tile_hashes(const struct digest *hashes, const struct tile *tile)
{
  for (unsigned i = 0; i < tile->width; i++) {
    struct digest expected = subtree(TILE_HEIGHT * tile->level, tile->index * TILE_WIDTH + i);
    assert_memory_equal(hashes[i].bytes, expected.bytes, DIGEST_BYTES);
  }
}

static void tiles_hold_the_roots_of_their_subtrees(void **state)
{
  (void)state;
  struct tile_edge *edge = arena_take(&arena, 1, sizeof *edge);
  unsigned full[TILE_LEVELS] = {0};
  for (uint64_t i = 0; i < LEAVES; i++) {
    unsigned done = tile_append(edge, &leaves[i]);
    assert_int_equal(edge->size, i + 1);
    for (unsigned level = 0; level < done; level++) {
      struct tile tile = {TILE_HASHES, level, (edge->size >> 8 * (level + 1)) - 1, TILE_WIDTH};
      assert_int_equal(tile.index, full[level]);
      assert_tile_hashes(edge->hashes[level], &tile);
      full[level]++;
    }
  }
  assert_int_equal(full[0], LEAVES / 256);
  assert_int_equal(full[1], LEAVES / 65536);
  for (unsigned level = 0; level < 3; level++) {
    struct tile tile;
    unsigned width = (unsigned)((uint64_t)LEAVES >> 8 * level) % 256;
    assert_true(tile_of(LEAVES, TILE_HASHES, level, full[level], &tile));
    assert_int_equal(tile.width, width);
    assert_tile_hashes(edge->hashes[level], &tile);
  }
}

static void an_edge_knows_its_frontier(void **state)
{
  (void)state;
  struct tile_edge *edge = arena_take(&arena, 1, sizeof *edge);
  struct merkle_frontier expected = {0};
  for (uint64_t i = 0; i < 1100; i++) {
    struct merkle_frontier frontier = tile_frontier(edge);
    struct digest root = merkle_root(&frontier), wanted = merkle_root(&expected);
    assert_int_equal(frontier.size, i);
    assert_int_equal(digest_compare(&root, &wanted), 0);
    merkle_append(&expected, &leaves[i]);
    tile_append(edge, &leaves[i]);
  }
}

static void an_edge_goes_on_from_stored_partial_tiles(void **state)
{
  (void)state;
  struct tile_edge *whole = arena_take(&arena, 1, sizeof *whole);
  struct tile_edge *resumed = arena_take(&arena, 1, sizeof *resumed);
  for (uint64_t i = 0; i < 700; i++)
    tile_append(whole, &leaves[i]);
  resumed->size = 700;
  memcpy(resumed->hashes[0], whole->hashes[0], 700 % 256 * DIGEST_BYTES);
  memcpy(resumed->hashes[1], whole->hashes[1], 700 / 256 * DIGEST_BYTES);
  for (uint64_t i = 700; i < 1500; i++)
    assert_int_equal(tile_append(resumed, &leaves[i]), tile_append(whole, &leaves[i]));
  struct merkle_frontier a = tile_frontier(whole), b = tile_frontier(resumed);
  assert_memory_equal(&a, &b, sizeof a);
}

static void the_bytes_of_a_tile_are_its_hashes(void **state)
{
  (void)state;
  struct span bytes = tile_bytes(leaves, 3);
  assert_int_equal(bytes.length, 96);
  assert_memory_equal(bytes.bytes + 32, leaves[1].bytes, 32);
}

/* --- reading hashes from tiles --- */

struct shelf {
  uint64_t size;
  unsigned reads;
  size_t cut; /* this many bytes are missing */
  bool full;  /* partial tiles are gone: their full ones are given */
  struct digest hashes[TILE_WIDTH];
};

static enum status read_shelf(const void *context, const struct tile *tile, struct span *bytes,
                              struct fault *unused)
{
  (void)unused;
  struct shelf *shelf = *(struct shelf *const *)context;
  struct tile wide = *tile, expected;
  assert_true(tile_of(shelf->size, tile->kind, tile->level, tile->index, &expected));
  assert_int_equal(tile->width, expected.width);
  if (shelf->full)
    assert_true(tile_of(LEAVES, tile->kind, tile->level, tile->index, &wide));
  for (unsigned i = 0; i < wide.width; i++)
    shelf->hashes[i] = subtree(TILE_HEIGHT * wide.level, wide.index * TILE_WIDTH + i);
  *bytes = tile_bytes(shelf->hashes, wide.width);
  bytes->length -= shelf->cut;
  shelf->reads++;
  return STATUS_OK;
}

static const uint64_t sizes[] = {1, 2, 255, 256, 257, 511, 512, 513, 700, 65535, 65536, 65537};

static void proofs_made_from_tiles_are_those_made_from_memory(void **state)
{
  (void)state;
  struct shelf *shelf = arena_take(&arena, 1, sizeof *shelf);
  for (size_t i = 0; i < 2 * (sizeof sizes / sizeof *sizes); i++) {
    shelf->size = sizes[i / 2];
    shelf->full = i % 2 == 1;
    struct tile_store store = {.context = &shelf, .size = shelf->size, .read = read_shelf};
    struct merkle_source tiles = tile_source(&store);
    for (uint64_t index = 0; index < shelf->size; index += 1 + shelf->size / 7) {
      struct merkle_plan plans[2];
      assert_int_equal(merkle_plan_inclusion(index, shelf->size, &plans[0], &fault), STATUS_OK);
      assert_int_equal(merkle_plan_consistency(index, shelf->size, &plans[1], &fault), STATUS_OK);
      for (size_t j = 0; j < 2; j++) {
        struct merkle_proof found = {0}, expected = {0};
        assert_int_equal(merkle_prove(&plans[j], &tiles, &found, &fault), STATUS_OK);
        assert_int_equal(merkle_prove(&plans[j], &source, &expected, &fault), STATUS_OK);
        assert_memory_equal(&found, &expected, sizeof found);
      }
    }
  }
  assert_true(shelf->reads > 0);
}

static void a_tile_of_another_length_is_refused(void **state)
{
  (void)state;
  static const size_t cuts[] = {1, 31, 32, 33};
  struct shelf *shelf = arena_take(&arena, 1, sizeof *shelf);
  shelf->size = 700;
  struct tile_store store = {.context = &shelf, .size = 700, .read = read_shelf};
  struct merkle_source tiles = tile_source(&store);
  struct digest hash;
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
    shelf->cut = cuts[i];
    assert_int_equal(tiles.read(tiles.context, 0, 512, &hash, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "tile/0/002.p/188");
    assert_non_null(strstr(fault.what, "bytes are no tile of 188 hashes"));
  }
  struct tile tile = {TILE_HASHES, 0, 0, 2};
  for (size_t length = 0; length <= 4 * DIGEST_BYTES; length++) {
    struct span bytes = {.bytes = (const char *)leaves, .length = length};
    assert_int_equal(tile_subtree(&tile, 0, 2, bytes, &hash, &fault) == STATUS_OK,
                     length >= 64 && length % 32 == 0);
  }
  tile.width = TILE_WIDTH;
  struct span long_tile = {.bytes = (const char *)leaves, .length = TILE_BYTES + DIGEST_BYTES};
  assert_int_equal(tile_subtree(&tile, 0, 1, long_tile, &hash, &fault), STATUS_REFUSED);
}

static void what_the_tree_has_not_is_not_looked_for(void **state)
{
  (void)state;
  static const struct merkle_node absent[] = {{0, 700}, {1, 350}, {9, 1}, {10, 0}, {63, 0}};
  struct shelf *shelf = arena_take(&arena, 1, sizeof *shelf);
  shelf->size = 700;
  struct tile_store store = {.context = &shelf, .size = 700, .read = read_shelf};
  struct merkle_source tiles = tile_source(&store);
  struct digest hash;
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    assert_int_equal(tiles.read(tiles.context, absent[i].level, absent[i].index, &hash, &fault),
                     STATUS_REFUSED);
  assert_string_equal(fault.what, "a tree of 700 has no subtree 0 of level 63");
  assert_int_equal(shelf->reads, 0);
}

/* --- entry bundles --- */

static void entries_stand_after_their_lengths(void **state)
{
  (void)state;
  struct buffer bundle = {0};
  static const char expected[] = "\x00\x03"
                                 "one"
                                 "\x00\x00"
                                 "\x00\x02"
                                 "\x00\n";
  assert_int_equal(tile_add_entry(&bundle, SPAN("one"), &fault), STATUS_OK);
  assert_int_equal(tile_add_entry(&bundle, SPAN(""), &fault), STATUS_OK);
  assert_int_equal(tile_add_entry(&bundle, SPAN("\x00\n"), &fault), STATUS_OK);
  assert_int_equal(bundle.length, sizeof expected - 1);
  assert_memory_equal(bundle.bytes, expected, sizeof expected - 1);

  struct span entries[3];
  assert_int_equal(tile_read_entries(buffer_span(&bundle), 3, entries, &fault), STATUS_OK);
  assert_true(span_equal(entries[0], SPAN("one")));
  assert_true(span_equal(entries[1], SPAN("")));
  assert_true(span_equal(entries[2], SPAN("\x00\n")));
  buffer_free(&bundle);
}

static void the_longest_entry_fits_and_no_longer_one(void **state)
{
  (void)state;
  struct buffer bundle = {0};
  char *bytes = arena_take(&arena, 65536, 1);
  bytes[65534] = 'z';
  struct span entry = {.bytes = bytes, .length = 65535}, found;
  assert_int_equal(tile_add_entry(&bundle, entry, &fault), STATUS_OK);
  assert_memory_equal(bundle.bytes, "\xff\xff", 2);
  assert_int_equal(tile_read_entries(buffer_span(&bundle), 1, &found, &fault), STATUS_OK);
  assert_true(span_equal(found, entry));

  entry.length++;
  assert_int_equal(tile_add_entry(&bundle, entry, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "an entry of 65536 bytes does not fit a bundle");
  assert_int_equal(bundle.length, 2 + 65535);
  buffer_free(&bundle);
}

static void a_bundle_has_exactly_its_entries(void **state)
{
  (void)state;
  const struct span bundle = SPAN_INIT("\x00\x01"
                                       "a"
                                       "\x00\x02"
                                       "bc");
  struct span entries[3];
  for (size_t length = 0; length < bundle.length; length++) {
    struct span part = {.bytes = bundle.bytes, .length = length};
    assert_int_equal(tile_read_entries(part, 2, entries, &fault), STATUS_REFUSED);
    assert_string_equal(fault.what,
                        length < 3 ? "it ends within entry 1 of 2" : "it ends within entry 2 of 2");
  }
  assert_int_equal(tile_read_entries(bundle, 3, entries, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "it ends within entry 3 of 3");
  assert_int_equal(tile_read_entries(bundle, 1, entries, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "4 bytes follow the 1 entries");
  assert_int_equal(tile_read_entries(SPAN(""), 0, entries, &fault), STATUS_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_are_those_of_the_specification),
      cmocka_unit_test(other_spellings_of_paths_are_refused),
      cmocka_unit_test(tiles_that_no_tree_has_are_refused),
      cmocka_unit_test(a_refused_path_is_named),
      cmocka_unit_test(the_tiles_of_seventy_thousand_leaves),
      cmocka_unit_test(a_walk_is_over_what_is_new),
      cmocka_unit_test(a_walk_reaches_the_end_of_the_largest_tree),
      cmocka_unit_test(a_tree_has_the_tiles_that_its_size_says),
      cmocka_unit_test(tiles_hold_the_roots_of_their_subtrees),
      cmocka_unit_test(an_edge_knows_its_frontier),
      cmocka_unit_test(an_edge_goes_on_from_stored_partial_tiles),
      cmocka_unit_test(the_bytes_of_a_tile_are_its_hashes),
      cmocka_unit_test(proofs_made_from_tiles_are_those_made_from_memory),
      cmocka_unit_test(a_tile_of_another_length_is_refused),
      cmocka_unit_test(what_the_tree_has_not_is_not_looked_for),
      cmocka_unit_test(entries_stand_after_their_lengths),
      cmocka_unit_test(the_longest_entry_fits_and_no_longer_one),
      cmocka_unit_test(a_bundle_has_exactly_its_entries),
  };
  return cmocka_run_group_tests_name("tile", tests, start, stop);
}
