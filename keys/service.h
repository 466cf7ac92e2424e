/* service.h - a ballot sent to a service, and what it answers held to what was sent.
 *
 * The ballot is all that is sent: its line, as `POST <election>/ballots`, without cookies or names,
 * and only by https (http to this machine). It is public as soon as the board's ballots are; no
 * secret is in it, and none need be in memory any more. The service answers with a receipt
 * (ballots/receipt.h), and nothing else that it says counts: it must prove that exactly these bytes
 * stand on the board, under a checkpoint that is signed by the board's key of the manifest.
 *
 * To send the same line again does no harm: it is answered with a receipt of the same entry.
 */
#ifndef KEYS_SERVICE_H
#define KEYS_SERVICE_H

#include "ballots/manifest.h"
#include "ballots/receipt.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "net/address.h"
#include "net/client.h"

struct service {
  struct address ballots; /* where they are sent */
  const struct manifest *manifest;
  struct client_settings settings;
};

/* Reads the address of an election at a service, "https://<host>/…/elections/<id>". STATUS_REFUSED
 * when it is another election's than the manifest, or http leads to another machine. */
enum status service_begin(struct service *service, const char *url, const struct manifest *manifest,
                          const struct client_settings *settings, struct fault *fault) CHECKED;

enum service_answer {
  SERVICE_CAST,     /* the receipt holds */
  SERVICE_REFUSED,  /* the service does not take this ballot */
  SERVICE_UNPROVEN, /* it says that it does, and does not prove it */
};

struct service_reply {
  enum service_answer answer;
  struct span text; /* of the receipt, in the arena */
  struct receipt receipt;
  enum receipt_standing standing; /* these three when cast */
  struct fault why;               /* when not */
};

/* Sends a ballot. STATUS_FAILED when there is no answer, or none that decides: then nobody knows
 * whether the ballot was cast. */
enum status service_cast(const struct service *service, struct span line, struct arena *arena,
                         struct service_reply *reply, struct fault *fault) CHECKED;

/* Says what answer other than a receipt this is: of a problem document (RFC 9457) its title and
 * detail, of another the status alone. `type` and `body` are the answer's. */
void service_explain(long status, const char *type, struct span body, struct fault *fault);

#endif
