#include "api/server/ini.h"

#include <stdio.h>
#include <string.h>

void ini_begin(struct ini *ini, struct span text)
{
  *ini = (struct ini){.rest = text, .more = true, .section = SPAN("")};
}

static enum status refuse(const struct ini *ini, const char *what, struct fault *fault)
{
  char where[32];
  snprintf(where, sizeof where, "line %zu", ini->line);
  return fault_set(fault, STATUS_REFUSED, where, "[section], key = value, or # and a comment", "%s",
                   what);
}

static bool is_name(struct span text)
{
  for (size_t i = 0; i < text.length; i++) {
    if ((text.bytes[i] < 'a' || text.bytes[i] > 'z') && text.bytes[i] != '_')
      return false;
  }
  return text.length > 0;
}

static bool is_text(struct span line)
{
  for (size_t i = 0; i < line.length; i++) {
    unsigned char byte = (unsigned char)line.bytes[i];
    if ((byte < ' ' && byte != '\t') || byte == 0x7f)
      return false;
  }
  return span_is_utf8(line);
}

static enum status read_section(struct ini *ini, struct span line, struct fault *fault)
{
  struct span name = {line.bytes + 1, line.length - 2};
  if (line.length < 3 || line.bytes[line.length - 1] != ']' || !is_name(name))
    return refuse(ini, "the name of a section is small letters in square brackets", fault);
  ini->section = name;
  return STATUS_OK;
}

static enum status read_setting(const struct ini *ini, struct span line,
                                struct ini_setting *setting, struct fault *fault)
{
  const char *equals = memchr(line.bytes, '=', line.length);
  if (equals == NULL)
    return refuse(ini, "there is no '='", fault);
  size_t key = (size_t)(equals - line.bytes);
  *setting = (struct ini_setting){
      .section = ini->section,
      .key = span_trim((struct span){line.bytes, key}),
      .value = span_trim((struct span){equals + 1, line.length - key - 1}),
      .line = ini->line,
  };
  if (!is_name(setting->key))
    return refuse(ini, "the name of a setting is of small letters and '_'", fault);
  if (ini->section.length == 0)
    return refuse(ini, "a setting stands before the first section", fault);
  return STATUS_OK;
}

enum status ini_next(struct ini *ini, struct ini_setting *setting, bool *end, struct fault *fault)
{
  struct span line;
  *end = false;
  while (span_split(&ini->rest, &ini->more, '\n', &line)) {
    ini->line++;
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
      line.length--;
    if (!is_text(line))
      return refuse(ini, "it is not text in UTF-8, or has a control character", fault);
    line = span_trim(line);
    if (line.length == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
      continue;
    if (line.bytes[0] != '[')
      return read_setting(ini, line, setting, fault);
    enum status status = read_section(ini, line, fault);
    if (status != STATUS_OK)
      return status;
  }
  *end = true;
  return STATUS_OK;
}
