/* talk.h - officers' business with the service, one request after the other. */
#ifndef API_REPLAY_TALK_H
#define API_REPLAY_TALK_H

#include "api/replay/run.h"
#include "ballots/entry.h"

/* What GET answers, in the replay's arena. `limit` is in bytes. */
enum status talk_get(struct replay *replay, const char *path, size_t limit, struct span *body,
                     struct fault *fault) CHECKED;

/* A member of what GET answers: JSON, given back with json_decref. */
enum status talk_get_json(struct replay *replay, const char *path, json_t **value,
                          struct fault *fault) CHECKED;

/* A path under that of the election, such as "drafts/open". */
enum status talk_get_of_election(struct replay *replay, const char *path, size_t limit,
                                 struct span *body, struct fault *fault) CHECKED;

/* Signs a payload, posts the line, checks the receipt, and keeps it. `leaf` may be NULL. */
enum status talk_append(struct replay *replay, enum entry_kind kind, struct span payload,
                        const struct signing_key *key, struct digest *leaf,
                        struct fault *fault) CHECKED;

/* Uploads an attachment in parts. */
enum status talk_attach(struct replay *replay, struct span bytes, struct fault *fault) CHECKED;

/* A request signed by `key`, of this method and without a body; the answer's JSON. */
enum status talk_ask_signed(struct replay *replay, const char *method, const char *path,
                            const struct signing_key *key, json_t **value,
                            struct fault *fault) CHECKED;

/* The address of something of the election: "/v1/elections/<id>/<path>", in the replay's arena. */
enum status talk_path(struct replay *replay, const char *path, const char **whole,
                      struct fault *fault) CHECKED;

#endif
