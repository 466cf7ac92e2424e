/* workshop.h - commands of beffroi-keys, and of beffroi-audit, run in this process in a folder of
 * their own, while the k-th allocation or the k-th write to the disk fails.
 *
 * What is random is the same in each run, so that a run that was not disturbed can be compared with
 * one that was; and a passphrase costs nothing, since its cost is not what is tried here. Linked
 * with the linker's --wrap for all that workshop.c stands in for. For cmocka.
 */
#ifndef TESTS_FAULTS_WORKSHOP_H
#define TESTS_FAULTS_WORKSHOP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "console/console.h"

/* For cmocka: makes the folder and goes there; leaves and removes it. */
int workshop_begin(void **state);
int workshop_end(void **state);

/* The words of a command: WORDS("new", "organiser", "organiser.key"). */
#define WORDS(...)                                                                                 \
  (const char *const[])                                                                            \
  {                                                                                                \
    __VA_ARGS__, NULL                                                                              \
  }

/* Runs one, which must end so; returns what it printed, until the next run. */
const char *workshop_run(const char *const *words, enum verdict verdict);

/* The same for one that must do what it is asked. */
const char *workshop_do(const char *const *words);

/* The same, and the folder is put back: for what a test has to know before. */
const char *workshop_rehearse(const char *const *words);

/* A file of the folder, written and read; what is read is given back with free. */
void workshop_put(const char *name, const char *text);
char *workshop_get(const char *name);

/* From now on these bytes must be in no file but `file` (NULL: in none), and, in builds with
 * AddressSanitizer, in no block that is given back. They are copied. */
void workshop_secret(const void *bytes, size_t length, const char *file);
void workshop_forget_secrets(void);

/* What is random from now on: the same in each run, other than for another number. */
void workshop_deal(unsigned number);

/* Of the last run: the random bytes that were asked for in pieces of this length. */
size_t workshop_random(size_t length, unsigned char pieces[][64], size_t most);

/* What must be true of the folder after a failure. */
enum workshop_law {
  WORKSHOP_WHOLE,  /* it is as it was, or all that the command makes is there */
  WORKSHOP_RESUMED /* the same command, run again, ends with all that it makes */
};

/* Runs the command once without failures, and again and again with the k-th allocation failing, once
 * and for ever, and with the k-th write to the disk failing, until none does any more. After each
 * failure: "could not finish" with a complaint and no answer, or the whole answer; the law; no
 * secret left; nothing open. At the end the folder is what the command makes of it. Returns what it
 * printed, until the next run.
 *
 * For ever fails every seventh k, and every one when BEFFROI_ALL is set. */
const char *workshop_fail_each(const char *const *words, enum workshop_law law);

/* The same for a command that ends so when nothing fails. */
const char *workshop_fail_each_ending(const char *const *words, enum workshop_law law,
                                      enum verdict verdict);

#endif
