#include "audit/election_file.h"

#include <string.h>

#include "console/console.h"

const char *election_file_name(const char *path)
{
  return strcmp(path, "-") == 0 ? "standard input" : path;
}

static void warn(const char *path, bool each, const struct pabulib *file)
{
  struct fault summary;
  size_t shown =
      file->warning_count < PABULIB_WARNINGS_MAX ? file->warning_count : PABULIB_WARNINGS_MAX;
  if (file->warning_count == 0)
    return;
  if (!each) {
    fault_set(&summary, STATUS_REFUSED, NULL, NULL, "warnings: %zu (--warnings shows them)",
              file->warning_count);
    console_warn(election_file_name(path), &summary);
    return;
  }
  for (size_t i = 0; i < shown; i++)
    console_warn(election_file_name(path), &file->warnings[i]);
  if (file->warning_count > shown) {
    fault_set(&summary, STATUS_REFUSED, NULL, NULL, "further warnings: %zu",
              file->warning_count - shown);
    console_warn(election_file_name(path), &summary);
  }
}

enum status election_file_read(const char *path, bool warnings,
                               const struct pabulib_options *options, struct arena *arena,
                               struct source *source, struct pabulib *file, struct fault *fault)
{
  enum status status = source_open(path, source, fault);
  if (status == STATUS_OK)
    status = pabulib_read(source->text, options, arena, file, fault);
  if (status == STATUS_OK)
    warn(path, warnings, file);
  return status;
}
