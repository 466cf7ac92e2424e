#include "ballots/signed_request.h"

#include <inttypes.h>
#include <string.h>

#include "base/base64.h"

enum {
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4,
  SIGNATURE_TEXT = (SIGNATURE_BYTES + 2) / 3 * 4,
  DIGEST_BASE64 = (DIGEST_BYTES + 2) / 3 * 4,
};

#define LABEL "beffroi="

static void add_parameters(const struct signed_request *request, struct buffer *buffer)
{
  char key[KEY_TEXT];
  base64_write(request->key.bytes, PUBLIC_KEY_BYTES, key);
  buffer_add(buffer, SPAN("(\"@method\" \"@authority\" \"@path\""));
  if (request->body.length > 0)
    buffer_add(buffer, SPAN(" \"content-digest\""));
  buffer_format(buffer, ");created=%" PRId64 ";keyid=\"%.*s\";alg=\"ed25519\"", request->created,
                KEY_TEXT, key);
}

static void add_digest(struct span body, struct buffer *buffer)
{
  struct digest digest = digest_of(body);
  char text[DIGEST_BASE64];
  base64_write(digest.bytes, DIGEST_BYTES, text);
  buffer_format(buffer, "sha-256=:%.*s:", DIGEST_BASE64, text);
}

/* RFC 9421 section 2.5. */
static void add_base(const struct signed_request *request, struct buffer *buffer)
{
  buffer_add(buffer, SPAN("\"@method\": "));
  buffer_add(buffer, request->method);
  buffer_add(buffer, SPAN("\n\"@authority\": "));
  buffer_add(buffer, request->authority);
  buffer_add(buffer, SPAN("\n\"@path\": "));
  buffer_add(buffer, request->path);
  if (request->body.length > 0) {
    buffer_add(buffer, SPAN("\n\"content-digest\": "));
    add_digest(request->body, buffer);
  }
  buffer_add(buffer, SPAN("\n\"@signature-params\": "));
  add_parameters(request, buffer);
}

void signed_request_sign(const struct signed_request *request,
                         const struct signing_key *signing_key, struct buffer *digest,
                         struct buffer *input, struct buffer *signature)
{
  struct buffer base = {0};
  add_base(request, &base);
  struct signature made = signature_make(signing_key, buffer_span(&base));
  signature->failed = signature->failed || base.failed;
  buffer_free(&base);

  char text[SIGNATURE_TEXT];
  base64_write(made.bytes, SIGNATURE_BYTES, text);
  buffer_format(signature, LABEL ":%.*s:", SIGNATURE_TEXT, text);
  buffer_add(input, SPAN(LABEL));
  add_parameters(request, input);
  if (request->body.length > 0)
    add_digest(request->body, digest);
}

/* Takes what stands before `text` and moves past both; false when it is not there. */
static bool take_until(struct span *rest, struct span text, struct span *part)
{
  for (size_t at = 0; at + text.length <= rest->length; at++)
    if (memcmp(rest->bytes + at, text.bytes, text.length) == 0) {
      *part = (struct span){.bytes = rest->bytes, .length = at};
      rest->bytes += at + text.length;
      rest->length -= at + text.length;
      return true;
    }
  return false;
}

/* Only the time and the key are looked for: the header as a whole is compared afterwards. */
static enum status read_input(struct signed_request *request, struct span input,
                              struct fault *fault)
{
  struct span rest = input, skipped, created, key;
  uint8_t bytes[PUBLIC_KEY_BYTES];
  size_t length;
  if (!take_until(&rest, SPAN(";created="), &skipped) ||
      !take_until(&rest, SPAN(";keyid=\""), &created) || !take_until(&rest, SPAN("\""), &key) ||
      !span_to_integer(created, &request->created) || created.bytes[0] == '-' ||
      !base64_read(key, bytes, sizeof bytes, &length) || length != sizeof bytes)
    return fault_set(fault, STATUS_REFUSED, "Signature-Input",
                     LABEL "(\"@method\" …);created=<seconds>;keyid=\"<base64>\";alg=\"ed25519\"",
                     "the request is not signed as it must be");
  enum status status = public_key_admit(bytes, &request->key, fault);
  if (status != STATUS_OK)
    return status;
  struct buffer expected = {0};
  buffer_add(&expected, SPAN(LABEL));
  add_parameters(request, &expected);
  bool same = !expected.failed && span_equal(buffer_span(&expected), input);
  status = expected.failed ? fault_no_memory(fault) : STATUS_OK;
  if (status == STATUS_OK && !same)
    status = fault_set(fault, STATUS_REFUSED, "Signature-Input", NULL, "it is not '%.*s'",
                       SPAN_PRINT(buffer_span(&expected)));
  buffer_free(&expected);
  return status;
}

static enum status check_digest(const struct signed_request *request, struct span header,
                                struct fault *fault)
{
  struct buffer expected = {0};
  if (request->body.length > 0)
    add_digest(request->body, &expected);
  bool same = span_equal(buffer_span(&expected), header);
  bool failed = expected.failed;
  buffer_free(&expected);
  if (failed)
    return fault_no_memory(fault);
  if (!same)
    return fault_set(fault, STATUS_REFUSED, "Content-Digest",
                     request->body.length > 0 ? "sha-256=:<base64 of the body's SHA-256>:"
                                              : "none, where there is no body",
                     "'%.*s' is not the digest of the body", SPAN_PRINT(header));
  return STATUS_OK;
}

static bool read_signature(struct span header, struct signature *signature)
{
  size_t length;
  struct span label = SPAN(LABEL ":");
  if (header.length != label.length + SIGNATURE_TEXT + 1 ||
      memcmp(header.bytes, label.bytes, label.length) != 0 ||
      header.bytes[header.length - 1] != ':')
    return false;
  struct span text = {.bytes = header.bytes + label.length, .length = SIGNATURE_TEXT};
  return base64_read(text, signature->bytes, SIGNATURE_BYTES, &length) && length == SIGNATURE_BYTES;
}

enum status signed_request_verify(struct signed_request *request,
                                  const struct signed_headers *headers, struct fault *fault)
{
  struct signature signature;
  enum status status = read_input(request, headers->input, fault);
  if (status == STATUS_OK)
    status = check_digest(request, headers->digest, fault);
  if (status != STATUS_OK)
    return status;
  if (!read_signature(headers->signature, &signature))
    return fault_set(fault, STATUS_REFUSED, "Signature",
                     LABEL ":<base64 of 64 bytes>:", "'%.*s' is no signature",
                     SPAN_PRINT(headers->signature));
  struct buffer base = {0};
  add_base(request, &base);
  bool holds = !base.failed && signature_holds(&signature, buffer_span(&base), &request->key);
  bool failed = base.failed;
  buffer_free(&base);
  if (failed)
    return fault_no_memory(fault);
  if (!holds)
    return fault_set(fault, STATUS_REFUSED, "Signature", NULL,
                     "it does not hold for this request and key");
  return STATUS_OK;
}
