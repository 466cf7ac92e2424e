#include "keys/slips.h"

#include <assert.h>
#include <errno.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "keys/guard.h"

enum {
  TEXT_CAPACITY = 1 << 16, /* several slips */
  PIECE_MAX = 64,          /* bytes of a number or tag that is formatted */
  QUIET = 4                /* modules of white around a QR code (ISO/IEC 18004) */
};

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<title>Cartes de vote – Voting cards</title>\n"
    "<style>\n"
    "@page { size: A4; margin: 12mm }\n"
    "body { font: 10pt/1.35 sans-serif; margin: 0; color: #000; background: #fff }\n"
    "h1 { font-size: 12pt; break-before: page; margin: 0 0 4mm }\n"
    "h1:first-of-type { break-before: auto }\n"
    "article { break-inside: avoid; border: 1px solid #000; margin: 0 0 5mm; padding: 4mm }\n"
    ".who { font-weight: bold; margin: 0 0 2mm }\n"
    ".card { display: flex; gap: 5mm; align-items: center }\n"
    ".card svg { width: 38mm; height: 38mm; flex: none }\n"
    ".code { font: bold 17pt/1.2 monospace; margin: 2mm 0 }\n"
    "p { margin: 0 0 1.5mm } [lang=en] { font-style: italic }\n"
    ".stub { border-top: 1px dashed #000; margin: 3mm 0 0; padding: 3mm 0 0 }\n"
    ".number { font: bold 12pt monospace }\n"
    "</style>\n</head>\n<body>\n";

/* --- text --- */

static enum status flush(struct slips *slips, struct fault *fault)
{
  struct span text = {slips->text, slips->length};
  slips->length = 0;
  enum status status = file_add(&slips->file, text, fault);
  sodium_memzero(slips->text, TEXT_CAPACITY);
  return status;
}

static enum status add(struct slips *slips, struct span text, struct fault *fault)
{
  assert(text.length <= TEXT_CAPACITY);
  if (slips->length + text.length > TEXT_CAPACITY) {
    enum status status = flush(slips, fault);
    if (status != STATUS_OK)
      return status;
  }
  memcpy(slips->text + slips->length, text.bytes, text.length);
  slips->length += text.length;
  return STATUS_OK;
}

static struct span escape_of(char byte)
{
  switch (byte) {
  case '&':
    return SPAN("&amp;");
  case '<':
    return SPAN("&lt;");
  case '>':
    return SPAN("&gt;");
  case '"':
    return SPAN("&quot;");
  default:
    return SPAN("");
  }
}

static enum status add_escaped(struct slips *slips, struct span text, struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = 0; i < text.length && status == STATUS_OK; i++) {
    struct span escape = escape_of(text.bytes[i]);
    status = add(slips, escape.length > 0 ? escape : (struct span){text.bytes + i, 1}, fault);
  }
  return status;
}

/* A text between two that are ours. */
static enum status add_between(struct slips *slips, const char *before, struct span text,
                               const char *after, struct fault *fault)
{
  enum status status = add(slips, span_of(before), fault);
  if (status == STATUS_OK)
    status = add_escaped(slips, text, fault);
  if (status == STATUS_OK)
    status = add(slips, span_of(after), fault);
  return status;
}

/* --- the QR code --- */

/* The dark modules of one row, each run of them as a rectangle of height one. */
static enum status add_row(struct slips *slips, const unsigned char *modules, int width, int row,
                           struct fault *fault)
{
  char piece[PIECE_MAX];
  for (int x = 0; x < width;) {
    int end = x;
    while (end < width && (modules[end] & 1) != 0)
      end++;
    if (end == x) {
      x++;
      continue;
    }
    snprintf(piece, sizeof piece, "M%d %dh%dv1h-%dz", x + QUIET, row + QUIET, end - x, end - x);
    enum status status = add(slips, span_of(piece), fault);
    sodium_memzero(piece, sizeof piece);
    if (status != STATUS_OK)
      return status;
    x = end;
  }
  return STATUS_OK;
}

static enum status add_picture(struct slips *slips, const QRcode *picture, struct fault *fault)
{
  char tag[2 * PIECE_MAX];
  int width = picture->width, side = width + 2 * QUIET;
  snprintf(tag, sizeof tag, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">",
           side, side);
  enum status status = add(slips, span_of(tag), fault);
  snprintf(tag, sizeof tag, "<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/>", side, side, side);
  if (status == STATUS_OK)
    status = add(slips, span_of(tag), fault);
  if (status == STATUS_OK)
    status = add(slips, SPAN("<path d=\""), fault);
  for (int row = 0; row < width && status == STATUS_OK; row++)
    status = add_row(slips, picture->data + (size_t)row * (size_t)width, width, row, fault);
  if (status == STATUS_OK)
    status = add(slips, SPAN("\"/></svg>\n"), fault);
  return status;
}

static enum status add_qr(struct slips *slips, const char *code, struct fault *fault)
{
  enum {
    SIZE = SLIPS_ADDRESS_MAX + CODE_TEXT + 1
  };
  char *target = guard_take(SIZE);
  if (target == NULL)
    return fault_no_memory(fault);
  snprintf(target, SIZE, "%.*s%s", (int)slips->address.length, slips->address.bytes, code);
  QRcode *picture = QRcode_encodeString8bit(target, 0, QR_ECLEVEL_M);
  int error = errno;
  sodium_free(target);
  if (picture == NULL)
    return error == ENOMEM ? fault_no_memory(fault)
                           : fault_set(fault, STATUS_FAILED, NULL, NULL,
                                       "cannot make a QR code: %s", strerror(error));
  enum status status = add_picture(slips, picture, fault);
  sodium_memzero(picture->data, (size_t)picture->width * (size_t)picture->width);
  QRcode_free(picture);
  return status;
}

/* --- slips --- */

enum status slips_check_address(const char *address, struct fault *fault)
{
  static const char expected[] = "the voting page's address with a '#' at its end, as in "
                                 "https://vote.example.fr/#";
  if (address == NULL)
    return STATUS_OK;
  size_t length = strlen(address);
  bool right = length <= SLIPS_ADDRESS_MAX && strncmp(address, "https://", 8) == 0 &&
               strchr(address, '#') == address + length - 1;
  for (size_t i = 0; i < length && right; i++)
    right = address[i] > ' ' && address[i] < 0x7f && strchr("\"<>&'", address[i]) == NULL;
  if (right)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "--address", expected, "'%s' is none", address);
}

enum status slips_begin(struct slips *slips, const char *path, const char *address,
                        struct span origin, struct fault *fault)
{
  *slips = (struct slips){.address = address == NULL ? SPAN("") : span_of(address),
                          .origin = origin,
                          .group = SPAN("")};
  slips->file.descriptor = -1;
  slips->text = guard_take(TEXT_CAPACITY);
  if (slips->text == NULL)
    return fault_no_memory(fault);
  enum status status = file_begin(&slips->file, path, fault);
  if (status == STATUS_OK)
    status = add(slips, span_of(head), fault);
  if (status != STATUS_OK)
    slips_abandon(slips);
  return status;
}

static enum status add_group(struct slips *slips, struct span group, struct fault *fault)
{
  if (slips->started && span_equal(group, slips->group))
    return STATUS_OK;
  slips->started = true;
  slips->group = group;
  if (group.length == 0)
    return STATUS_OK;
  return add_between(slips, "<h1>", group, "</h1>\n", fault);
}

static enum status add_who(struct slips *slips, const struct person *person, struct fault *fault)
{
  enum status status = add_between(slips, "<article>\n<p class=\"who\">", person->name, "", fault);
  if (status == STATUS_OK)
    status = add_between(slips, person->name.length > 0 ? " – " : "", person->id, "", fault);
  if (status == STATUS_OK && person->group.length > 0)
    status = add_between(slips, " – ", person->group, "", fault);
  if (status == STATUS_OK)
    status = add(slips, SPAN("</p>\n<div class=\"card\">\n"), fault);
  return status;
}

/* What to do with a code where there is a page, in French and English. */
static enum status add_way(struct slips *slips, struct fault *fault)
{
  const struct span page = {slips->address.bytes, slips->address.length - 1};
  enum status status =
      add_between(slips, "<p>Scannez le carré, ou tapez le code sur ", page, ".</p>\n", fault);
  return status == STATUS_OK
             ? add_between(slips, "<p lang=\"en\">Scan the square, or type the code at ", page,
                           ".</p>\n", fault)
             : status;
}

static enum status add_code(struct slips *slips, const char *code, struct fault *fault)
{
  enum status status =
      add_between(slips,
                  "<div>\n<p>Votre code de vote / <span lang=\"en\">Your voting code</span></p>\n"
                  "<p class=\"code\">",
                  span_of(code), "</p>\n", fault);
  if (status == STATUS_OK && slips->address.length > 0)
    status = add_way(slips, fault);
  if (status != STATUS_OK)
    return status;
  return add(slips,
             SPAN("<p>Ce code est secret : qui le connaît peut voter à votre place.</p>\n"
                  "<p lang=\"en\">The code is secret: whoever knows it can vote in your place."
                  "</p>\n</div>\n</div>\n"),
             fault);
}

static enum status add_stub(struct slips *slips, const char *card, struct fault *fault)
{
  enum status status =
      add_between(slips,
                  "<div class=\"stub\">\n<p>Numéro de carte / <span lang=\"en\">Card number</span> "
                  "<span class=\"number\">",
                  span_of(card), "</span></p>\n", fault);
  if (status == STATUS_OK)
    status = add_between(
        slips,
        "<p>Gardez ce numéro à part : si vous perdez le code, il suffit à faire annuler la carte. "
        "<span lang=\"en\">Keep this number apart: if you lose the code, it is enough to have the "
        "card struck.</span></p>\n<p>",
        slips->origin, "</p>\n</div>\n</article>\n", fault);
  return status;
}

enum status slips_add(struct slips *slips, const struct person *person, const struct code *code,
                      const char card[CARD_NUMBER_TEXT], struct fault *fault)
{
  char *text = guard_take(CODE_TEXT);
  if (text == NULL)
    return fault_no_memory(fault);
  code_write(code, text);
  enum status status = add_group(slips, person->group, fault);
  if (status == STATUS_OK)
    status = add_who(slips, person, fault);
  if (status == STATUS_OK && slips->address.length > 0)
    status = add_qr(slips, text, fault);
  if (status == STATUS_OK)
    status = add_code(slips, text, fault);
  if (status == STATUS_OK)
    status = add_stub(slips, card, fault);
  sodium_free(text);
  return status;
}

enum status slips_end(struct slips *slips, struct fault *fault)
{
  enum status status = add(slips, SPAN("</body>\n</html>\n"), fault);
  if (status == STATUS_OK)
    status = flush(slips, fault);
  if (status == STATUS_OK)
    status = file_end(&slips->file, fault);
  slips_abandon(slips);
  return status;
}

void slips_abandon(struct slips *slips)
{
  file_abandon(&slips->file);
  sodium_free(slips->text);
  slips->text = NULL;
}
