#include "audit/report.h"

#include <stdint.h>

#include "base/canonical.h"

static json_t *ids(const struct election *election, const uint32_t *projects, size_t count)
{
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    struct span id = election->projects[projects[i]].id;
    if (json_array_append_new(list, json_stringn(id.bytes, id.length)) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *published(const struct election *election, const struct comparison *comparison)
{
  return json_pack("{s:b, s:o, s:o}", "agrees", comparison_agrees(comparison), "extra",
                   ids(election, comparison->extra, comparison->extra_count), "missing",
                   ids(election, comparison->missing, comparison->missing_count));
}

enum status report_add_json(const struct finding *finding, struct span outcome, struct arena *arena,
                            struct buffer *page, struct fault *fault)
{
  (void)arena; /* JSON values come from malloc */
  char result[DIGEST_TEXT];
  json_t *value;
  enum status status = canonical_read(outcome, SIZE_MAX, &value, fault);
  if (status != STATUS_OK)
    return status;

  digest_write(&finding->result, result);
  bool whole = json_object_set_new(value, "result", json_string(result)) == 0;
  if (finding->comparison != NULL)
    whole = whole && json_object_set_new(value, "published",
                                         published(finding->election, finding->comparison)) == 0;
  status = whole ? canonical_write(value, page, fault) : fault_no_memory(fault);
  json_decref(value);
  buffer_add_byte(page, '\n');
  return status;
}
