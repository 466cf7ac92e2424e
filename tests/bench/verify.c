/* verify.c - how long beffroi-audit takes to verify a board of many signed ballots, against what
 * libsodium alone takes to verify the same signatures.
 *
 * Usage: bench_verify [BALLOTS]; 61,668 unless told. Finds the program in BUILD_ROOT. A board is made
 * in a temporary directory, one ballot for each credential; the program verifies it on one thread
 * and on all cores, as whoever audits does, start and report included. Beside it, in the same
 * rounds and on as many threads, stand libsodium's bare verifications of the same signatures and,
 * since an audit also admits every credential's key, its bare tests of the same points. Times are
 * told, never asserted; that the board holds is.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ballots/board.h"
#include "ballots/draft.h"
#include "tests/unit/board_example.h"

enum {
  BALLOTS = 61668, /* as in Warszawa 2026 */
  BALLOTS_MAX = 1000000,
  THREADS_MAX = 64,
  ROUNDS = 5,
  PATH_BYTES = 4096
};

struct signed_line {
  struct public_key key;
  struct span message;
  struct signature signature;
};

static struct arena arena;
static struct fault fault;
static struct board board;
static struct span keys; /* of the credentials, ascending */
static struct signed_line *signed_lines;
static size_t ballots = BALLOTS;
static char folder[] = "/tmp/bench_verify.XXXXXX";
static FILE *lines;

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "bench_verify: %s: %s: %s\n", what, fault.where, fault.what);
  exit(1);
}

/* --- the board --- */

static void seed_of(size_t number, uint8_t seed[SEED_BYTES])
{
  memset(seed, 0xb0, SEED_BYTES);
  for (unsigned i = 0; i < 4; i++)
    seed[i] = (uint8_t)(number >> (8 * i));
}

static void write_file(const char *name, struct span bytes)
{
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  must(file != NULL && fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length &&
           fclose(file) == 0,
       path);
}

static struct attachment attach(struct span bytes)
{
  char digits[DIGEST_TEXT], name[DIGEST_TEXT + sizeof "attachments/"];
  struct attachment attachment = {.digest = digest_of(bytes), .length = bytes.length};
  digest_write(&attachment.digest, digits);
  (void)snprintf(name, sizeof name, "attachments/%s", digits);
  write_file(name, bytes);
  return attachment;
}

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *why)
{
  (void)attachment;
  (void)why;
  *bytes = *(const struct span *)context;
  return STATUS_OK;
}

static void append(struct span line)
{
  enum refusal refusal = REFUSAL_NONE;
  must(board_append(&board, line, &refusal, &fault) == STATUS_OK, refusal_name(refusal));
  must(fwrite(line.bytes, 1, line.length, lines) == line.length && fputc('\n', lines) == '\n',
       "board.jsonl");
}

static void append_entry(struct entry entry, enum example_key signer, struct span attachment)
{
  keys = attachment;
  entry.binding.after_open = entry.kind != ENTRY_ELECTORATE && entry.kind != ENTRY_OPEN;
  entry.binding.value = entry.binding.after_open ? board.head.open : board.head.manifest->id;
  append(example_sign(entry.kind, example_payload(&entry, &arena), &signer, 1, &arena));
}

static void append_manifest(void)
{
  const enum example_key organiser = EXAMPLE_ORGANISER;
  struct buffer payload = {0};
  json_t *manifest = example_manifest();
  must(json_object_del(manifest, "draw") == 0 && json_object_del(manifest, "scrutineers") == 0 &&
           json_object_set_new(json_object_get(manifest, "board"), "witness_quorum",
                               json_integer(0)) == 0 &&
           json_object_set_new(json_object_get(manifest, "rule"), "tie_break",
                               json_pack("[s, s]", "votes", "id")) == 0,
       "manifest");
  must(draft_manifest(manifest, &payload, &fault) == STATUS_OK, "manifest");
  json_decref(manifest);
  append(example_sign(ENTRY_MANIFEST, buffer_span(&payload), &organiser, 1, &arena));
  buffer_free(&payload);
}

static int compare_keys(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

static void append_electorate(void)
{
  struct public_key *made = ARENA_TAKE(&arena, struct public_key, ballots);
  must(made != NULL, "memory");
  for (size_t i = 0; i < ballots; i++) {
    uint8_t seed[SEED_BYTES];
    struct signing_key key;
    seed_of(i, seed);
    signing_key_make(seed, &key);
    made[i] = key.public_key;
  }
  qsort(made, ballots, sizeof *made, compare_keys);
  struct span bytes = {.bytes = (const char *)made, .length = ballots * sizeof *made};
  append_entry(
      (struct entry){.kind = ENTRY_ELECTORATE,
                     .body.electorate = {.credentials = ballots,
                                         .has_eligibility = true,
                                         .eligibility = digest_of(SPAN("")),
                                         .keys = attach(bytes),
                                         .registrar = example_public_key(EXAMPLE_REGISTRAR),
                                         .roll = digest_of(SPAN("roll"))}},
      EXAMPLE_REGISTRAR, bytes);
  append_entry((struct entry){.kind = ENTRY_OPEN,
                              .body.open = {.credentials = ballots,
                                            .root = board_root(&board),
                                            .size = board.head.size}},
               EXAMPLE_ORGANISER, SPAN(""));
}

static void append_ballot(size_t number, struct span choice)
{
  struct arena scratch = {0};
  struct buffer line = {0};
  struct signing_key key;
  struct envelope_signature signature;
  struct envelope envelope;
  uint8_t seed[SEED_BYTES];
  seed_of(number, seed);
  signing_key_make(seed, &key);
  struct entry entry = {.kind = ENTRY_BALLOT,
                        .binding = {.after_open = true, .value = board.head.open},
                        .body.ballot = {.credential = key.public_key, .choice = choice}};
  struct span payload = example_payload(&entry, &scratch);
  must(envelope_sign(SPAN("ballot"), payload, &key, &scratch, &signature, &fault) == STATUS_OK &&
           envelope_write(SPAN("ballot"), payload, &signature, 1, &line, &fault) == STATUS_OK &&
           envelope_read(buffer_span(&line), &scratch, &envelope, &fault) == STATUS_OK,
       "ballot");
  append(buffer_span(&line));
  char *message = arena_copy(&arena, envelope.signed_bytes.bytes, envelope.signed_bytes.length);
  must(message != NULL, "memory");
  signed_lines[number] =
      (struct signed_line){.key = key.public_key,
                           .message = {.bytes = message, .length = envelope.signed_bytes.length},
                           .signature = signature.signature};
  buffer_free(&line);
  arena_free(&scratch);
}

static void append_ballots(void)
{
  static const struct span choices[] = {
      SPAN_INIT("{\"approve\":[\"p01\",\"p03\"]}"),
      SPAN_INIT("{\"approve\":[\"p02\"]}"),
      SPAN_INIT("{\"approve\":[\"p01\",\"p02\",\"p04\"]}"),
  };
  signed_lines = ARENA_TAKE(&arena, struct signed_line, ballots);
  must(signed_lines != NULL, "memory");
  for (size_t i = 0; i < ballots; i++)
    append_ballot(i, choices[i % (sizeof choices / sizeof *choices)]);
}

static void append_end(void)
{
  struct entry close = {.kind = ENTRY_CLOSE};
  struct buffer outcome = {0};
  board_draft_close(&board, &close.body.close);
  append_entry(close, EXAMPLE_ORGANISER, SPAN(""));
  must(board_outcome(&board, &outcome, &fault) == STATUS_OK, "count");
  append_entry((struct entry){.kind = ENTRY_RESULT,
                              .body.result = {.outcome = attach(buffer_span(&outcome))}},
               EXAMPLE_ORGANISER, buffer_span(&outcome));
  buffer_free(&outcome);
}

static void make_board(void)
{
  char path[PATH_BYTES];
  const struct attachment_source attachments = {.context = &keys, .read = read_attachment};
  must(mkdtemp(folder) != NULL, folder);
  (void)snprintf(path, sizeof path, "%s/attachments", folder);
  must(mkdir(path, 0777) == 0, path);
  (void)snprintf(path, sizeof path, "%s/board.jsonl", folder);
  lines = fopen(path, "wb");
  must(lines != NULL, path);
  board_begin(&board, &arena, &attachments);
  append_manifest();
  append_electorate();
  append_ballots();
  append_end();
  must(fclose(lines) == 0, path);
}

/* --- libsodium alone --- */

struct cost {
  double elapsed, processor;
  long peak; /* KiB; of the program */
};

static double now(clockid_t clock)
{
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void keep_least(struct cost *kept, const struct cost *found)
{
  kept->elapsed = found->elapsed < kept->elapsed ? found->elapsed : kept->elapsed;
  kept->processor = found->processor < kept->processor ? found->processor : kept->processor;
  kept->peak = found->peak > kept->peak ? found->peak : kept->peak;
}

typedef bool check(const struct signed_line *line);

static bool signature_holds_bare(const struct signed_line *line)
{
  return crypto_sign_verify_detached(line->signature.bytes,
                                     (const unsigned char *)line->message.bytes,
                                     line->message.length, line->key.bytes) == 0;
}

static bool key_holds_bare(const struct signed_line *line)
{
  return crypto_core_ed25519_is_valid_point(line->key.bytes) == 1;
}

struct part {
  check *holds;
  size_t first, step;
};

static void *check_part(void *context)
{
  const struct part *part = context;
  for (size_t i = part->first; i < ballots; i += part->step)
    must(part->holds(&signed_lines[i]), "a signature or a key does not hold");
  return NULL;
}

static struct cost run_bare(check *holds, size_t threads)
{
  pthread_t others[THREADS_MAX];
  struct part parts[THREADS_MAX];
  double begin = now(CLOCK_MONOTONIC), before = now(CLOCK_PROCESS_CPUTIME_ID);
  for (size_t i = 0; i < threads; i++) {
    parts[i] = (struct part){.holds = holds, .first = i, .step = threads};
    must(pthread_create(&others[i], NULL, check_part, &parts[i]) == 0, "thread");
  }
  for (size_t i = 0; i < threads; i++)
    must(pthread_join(others[i], NULL) == 0, "thread");
  return (struct cost){.elapsed = now(CLOCK_MONOTONIC) - begin,
                       .processor = now(CLOCK_PROCESS_CPUTIME_ID) - before};
}

/* --- the program --- */

static double processor_of_children(long *peak)
{
  struct rusage usage;
  must(getrusage(RUSAGE_CHILDREN, &usage) == 0, "rusage");
  *peak = usage.ru_maxrss;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct cost run_program(size_t threads)
{
  struct cost cost;
  char program[PATH_BYTES], number[24];
  int status = 0;
  (void)snprintf(program, sizeof program, "%s/audit/beffroi-audit", getenv("BUILD_ROOT"));
  (void)snprintf(number, sizeof number, "%zu", threads);
  double before = processor_of_children(&cost.peak), begin = now(CLOCK_MONOTONIC);
  pid_t child = fork();
  if (child == 0) {
    int nothing = open("/dev/null", O_WRONLY);
    if (nothing >= 0 && dup2(nothing, STDOUT_FILENO) >= 0)
      execl(program, program, "verify", folder, "--threads", number, (char *)NULL);
    _exit(127);
  }
  must(child > 0 && waitpid(child, &status, 0) == child, "process");
  must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the board does not hold");
  cost.elapsed = now(CLOCK_MONOTONIC) - begin;
  cost.processor = processor_of_children(&cost.peak) - before;
  return cost;
}

/* --- rounds --- */

struct turn {
  struct cost signatures, program, keys;
};

struct figures {
  size_t threads;
  struct turn rounds[ROUNDS];
};

/* libsodium and the program by turns, so that a load of the machine meets both. */
static void measure_round(struct figures *figures, size_t round)
{
  struct turn *turn = &figures->rounds[round];
  turn->signatures = run_bare(signature_holds_bare, figures->threads);
  turn->program = run_program(figures->threads);
  turn->keys = run_bare(key_holds_bare, figures->threads);
}

/* The least of each: what else the machine does can only add. */
static struct turn least_of(const struct figures *figures)
{
  struct turn least = figures->rounds[0];
  for (size_t i = 1; i < ROUNDS; i++) {
    const struct turn *turn = &figures->rounds[i];
    keep_least(&least.signatures, &turn->signatures);
    keep_least(&least.program, &turn->program);
    keep_least(&least.keys, &turn->keys);
  }
  return least;
}

static double processor_of(const struct cost *cost)
{
  return cost->processor;
}

static double elapsed_of(const struct cost *cost)
{
  return cost->elapsed;
}

typedef double ratio(const struct turn *turn, double (*time)(const struct cost *cost));

static double share_of_both(const struct turn *turn, double (*time)(const struct cost *cost))
{
  return (time(&turn->signatures) + time(&turn->keys)) / time(&turn->program);
}

static double share_of_signatures(const struct turn *turn, double (*time)(const struct cost *cost))
{
  return time(&turn->signatures) / time(&turn->program);
}

static double share_without_keys(const struct turn *turn, double (*time)(const struct cost *cost))
{
  return time(&turn->signatures) / (time(&turn->program) - time(&turn->keys));
}

static int compare_numbers(const void *a, const void *b)
{
  const double *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

/* The median of the rounds, of which each compares what was measured close together. */
static double median(const struct figures *figures, ratio *share,
                     double (*time)(const struct cost *cost))
{
  double shares[ROUNDS];
  for (size_t i = 0; i < ROUNDS; i++)
    shares[i] = share(&figures->rounds[i], time);
  qsort(shares, ROUNDS, sizeof *shares, compare_numbers);
  return shares[ROUNDS / 2];
}

/* --- telling --- */

static void tell(const char *what, const struct cost *cost)
{
  double each = 1e6 / (double)ballots;
  printf("  %-44s %8.2f %8.2f %9.2f %8.2f\n", what, cost->processor * each, cost->processor,
         cost->elapsed * each, cost->elapsed);
}

static void tell_share(const char *what, const struct figures *figures, ratio *share)
{
  printf("  %-44s %6.0f %% %16.0f %%\n", what, 100 * median(figures, share, processor_of),
         100 * median(figures, share, elapsed_of));
}

static void tell_figures(const struct figures *figures)
{
  struct turn least = least_of(figures);
  printf("on %zu thread%s\n", figures->threads, figures->threads == 1 ? "" : "s");
  tell("libsodium: signatures", &least.signatures);
  tell("libsodium: keys", &least.keys);
  tell("beffroi-audit verify, from start to end", &least.program);
  tell_share("of libsodium's rate, signatures and keys", figures, share_of_both);
  tell_share("of libsodium's rate, signatures alone", figures, share_of_signatures);
  tell_share("and if the keys' time is set aside", figures, share_without_keys);
}

static void tell_all(const struct figures *one, const struct figures *all)
{
  struct turn least_one = least_of(one), least_all = least_of(all);
  struct stat lines_file;
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof path, "%s/board.jsonl", folder);
  must(stat(path, &lines_file) == 0, path);
  printf("%zu ballots, each of a credential of its own; %d rounds: the least times, the median "
         "ratios\n",
         ballots, ROUNDS);
  printf("%-46s %17s %18s\n", "", "processor", "elapsed");
  printf("%-46s %8s %8s %9s %8s\n", "", "us each", "s", "us each", "s");
  tell_figures(one);
  tell_figures(all);
  printf("%zu threads: verify %.2f times as fast as one, libsodium's signatures %.2f times\n",
         all->threads, least_one.program.elapsed / least_all.program.elapsed,
         least_one.signatures.elapsed / least_all.signatures.elapsed);
  long peak = least_all.program.peak, mapped = (long)(lines_file.st_size / 1024);
  printf(
      "memory: at most %ld KiB, of which %ld KiB board.jsonl, mapped; the rest is %.0f bytes for "
      "each ballot\n",
      peak, mapped, (double)(peak - mapped) * 1024 / (double)ballots);
}

static void remove_board(void)
{
  char command[PATH_BYTES];
  (void)snprintf(command, sizeof command, "rm -r %s", folder);
  must(system(command) == 0, folder);
}

int main(int argument_count, char **arguments)
{
  int64_t wanted = BALLOTS;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  size_t cores = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : (size_t)online;
  if (argument_count > 2 || getenv("BUILD_ROOT") == NULL || sodium_init() < 0 ||
      (argument_count == 2 &&
       (!span_to_integer(span_of(arguments[1]), &wanted) || wanted < 1 || wanted > BALLOTS_MAX))) {
    fprintf(stderr, "bench_verify: usage: BUILD_ROOT=... bench_verify [BALLOTS]\n");
    return 2;
  }
  ballots = (size_t)wanted;
  make_board();
  struct figures one = {.threads = 1}, all = {.threads = cores};
  for (size_t round = 0; round < ROUNDS; round++) {
    measure_round(&one, round);
    measure_round(&all, round);
  }
  tell_all(&one, &all);
  remove_board();
  arena_free(&arena);
  return 0;
}
