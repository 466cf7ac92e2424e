/* fault.h - how a function says that it could not, and why.
 *
 * A function that can fail returns `enum status` and, unless it is STATUS_OK, fills the
 * `struct fault` it was given: where, what, and what was expected. Nothing below a program's
 * main prints, exits or keeps a message of its own. Nothing secret may be put into a fault: it
 * is printed, logged and sent to strangers.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

enum status {
  STATUS_OK = 0,
  STATUS_REFUSED,   /* the input is not what it must be, or does not hold */
  STATUS_NO_MEMORY, /* an allocation failed; nothing was changed that the caller can see */
  STATUS_FAILED,    /* the system said no: a file, the network, a library */
};

/* The caller must look at the result. */
#define CHECKED __attribute__((warn_unused_result))

enum {
  FAULT_WHERE = 96,
  FAULT_WHAT = 320,
  FAULT_EXPECTED = 384
};

/* Texts are UTF-8, cut at the size of their field on a character's border, and hold no control
 * character: what came from outside is made printable first. */
struct fault {
  enum status status;
  char where[FAULT_WHERE];       /* "line 12, column 5", "budget"; may be empty */
  char what[FAULT_WHAT];         /* "'12a' is not a number" */
  char expected[FAULT_EXPECTED]; /* "a whole number from 0 to 9007199254740991"; may be empty */
};

/* Fills `fault` and returns `status`, so that a function can end with it. `where` and `expected`
 * may be NULL for "nothing to say"; `format` makes `what`. */
enum status fault_set(struct fault *fault, enum status status, const char *where,
                      const char *expected, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds a name to a list for `expected`: after ", ", or after nothing where the list is empty or ends
 * with a blank ("one of "). What does not fit is left out. */
void fault_add_name(char expected[FAULT_EXPECTED], const char *name);

/* The one spelling of a failed allocation. Returns STATUS_NO_MEMORY. */
enum status fault_no_memory(struct fault *fault);

#endif
