/* options.h - what `beffroi replay` is asked to do.
 */
#ifndef API_REPLAY_OPTIONS_H
#define API_REPLAY_OPTIONS_H

#include "api/replay/run.h"

enum replay_task {
  REPLAY_HELP,
  REPLAY_MAKE_KEY, /* `file` is the file to make */
  REPLAY_ELECTION
};

enum status replay_options_read(int count, char **arguments, struct replay_options *options,
                                enum replay_task *task, struct fault *fault) CHECKED;

void replay_options_add_help(struct buffer *text);

#endif
