#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/server/http.h"

#define EXPECTED "127.0.0.1:PORT, [::1]:PORT or unix:/PATH"

enum {
  BACKLOG = 1024,
  HOST_TEXT = 64
};

union address {
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
  struct sockaddr_un local;
};

static enum status refuse(struct span text, const char *what, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "listen", EXPECTED, "'%.*s' %s", SPAN_PRINT(text), what);
}

static enum status failed(struct span text, const char *what, struct fault *fault)
{
  int error = errno;
  return fault_set(fault, STATUS_FAILED, "listen", NULL, "'%.*s': %s: %s", SPAN_PRINT(text), what,
                   strerror(error));
}

/* --- what is asked for --- */

static enum status read_local(struct span text, struct span path, union address *address,
                              socklen_t *length, struct fault *fault)
{
  if (path.length == 0 || path.bytes[0] != '/')
    return refuse(text, "has no absolute path", fault);
  if (path.length >= sizeof address->local.sun_path || memchr(path.bytes, '\0', path.length))
    return refuse(text, "has a path that is too long for a socket", fault);
  address->local.sun_family = AF_UNIX;
  memcpy(address->local.sun_path, path.bytes, path.length);
  *length = sizeof address->local;
  return STATUS_OK;
}

/* The address and the port of "ADDRESS:PORT", the brackets of "[ADDRESS]:PORT" left out. */
static bool split_port(struct span text, char host[HOST_TEXT], uint16_t *port)
{
  size_t colon = text.length;
  int64_t number;
  while (colon > 0 && text.bytes[colon - 1] != ':')
    colon--;
  if (colon == 0 ||
      !span_to_integer((struct span){text.bytes + colon, text.length - colon}, &number) ||
      number < 0 || number > UINT16_MAX)
    return false;
  struct span name = {text.bytes, colon - 1};
  if (name.length > 2 && name.bytes[0] == '[' && name.bytes[name.length - 1] == ']')
    name = (struct span){name.bytes + 1, name.length - 2};
  if (name.length >= HOST_TEXT)
    return false;
  memcpy(host, name.bytes, name.length);
  host[name.length] = '\0';
  *port = (uint16_t)number;
  return true;
}

static enum status read_address(struct span text, union address *address, socklen_t *length,
                                struct fault *fault)
{
  static const struct span prefix = SPAN_INIT("unix:");
  char host[HOST_TEXT];
  uint16_t port;
  memset(address, 0, sizeof *address);
  if (text.length > prefix.length && memcmp(text.bytes, prefix.bytes, prefix.length) == 0)
    return read_local(text, (struct span){text.bytes + prefix.length, text.length - prefix.length},
                      address, length, fault);
  if (!split_port(text, host, &port))
    return refuse(text, "is no address with a port", fault);
  if (inet_pton(AF_INET, host, &address->four.sin_addr) == 1) {
    address->four.sin_family = AF_INET;
    address->four.sin_port = htons(port);
    *length = sizeof address->four;
    if (ntohl(address->four.sin_addr.s_addr) >> 24 == 127)
      return STATUS_OK;
  } else if (inet_pton(AF_INET6, host, &address->six.sin6_addr) == 1) {
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons(port);
    *length = sizeof address->six;
    if (IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr))
      return STATUS_OK;
  } else {
    return refuse(text, "is no address with a port", fault);
  }
  return refuse(text, "is not of this machine alone; a proxy stands before the service", fault);
}

enum status http_check_address(struct span text, struct fault *fault)
{
  union address address;
  socklen_t length;
  return read_address(text, &address, &length, fault);
}

/* --- sockets --- */

/* Removes a socket file that nobody listens to. */
static enum status clear_path(struct span text, const union address *address, socklen_t length,
                              struct fault *fault)
{
  struct stat found;
  const char *path = address->local.sun_path;
  if (lstat(path, &found) != 0)
    return errno == ENOENT ? STATUS_OK : failed(text, "cannot look there", fault);
  if (!S_ISSOCK(found.st_mode))
    return refuse(text, "is there and is no socket", fault);
  int probe = socket(AF_UNIX, SOCK_STREAM, 0);
  if (probe < 0)
    return failed(text, "no socket", fault);
  bool live = connect(probe, &address->any, length) == 0 || errno != ECONNREFUSED;
  close(probe);
  if (live)
    return refuse(text, "is in use", fault);
  return unlink(path) == 0 ? STATUS_OK : failed(text, "cannot remove the old socket", fault);
}

static bool set_flags(int socket)
{
  int flags = fcntl(socket, F_GETFL);
  return flags >= 0 && fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
         fcntl(socket, F_SETFD, FD_CLOEXEC) == 0;
}

static bool bind_and_listen(int made, const union address *address, socklen_t length)
{
  int yes = 1;
  bool local = address->any.sa_family == AF_UNIX;
  if (!set_flags(made) ||
      (!local && setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0))
    return false;
  mode_t before = umask(0117); /* 0660 from the first moment */
  int bound = bind(made, &address->any, length);
  umask(before);
  return bound == 0 && listen(made, BACKLOG) == 0;
}

enum status http_listen(struct span text, int *made, struct fault *fault)
{
  union address address;
  socklen_t length;
  enum status status = read_address(text, &address, &length, fault);
  if (status == STATUS_OK && address.any.sa_family == AF_UNIX)
    status = clear_path(text, &address, length, fault);
  if (status != STATUS_OK)
    return status;
  *made = socket(address.any.sa_family, SOCK_STREAM, 0);
  if (*made < 0)
    return failed(text, "no socket", fault);
  if (bind_and_listen(*made, &address, length))
    return STATUS_OK;
  status = failed(text, "cannot listen", fault);
  close(*made);
  return status;
}

void http_unlisten(int socket)
{
  union address address;
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(socket, &address.any, &length) == 0 && address.any.sa_family == AF_UNIX &&
      address.local.sun_path[0] == '/')
    unlink(address.local.sun_path);
  close(socket);
}

enum status http_address(int socket, char *text, size_t size, struct fault *fault)
{
  union address address;
  char host[INET6_ADDRSTRLEN];
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(socket, &address.any, &length) != 0)
    return failed(SPAN("the socket"), "has no address", fault);
  if (address.any.sa_family == AF_UNIX) {
    snprintf(text, size, "unix:%s", address.local.sun_path);
  } else if (address.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &address.four.sin_addr, host, sizeof host);
    snprintf(text, size, "http://%s:%u", host, ntohs(address.four.sin_port));
  } else {
    inet_ntop(AF_INET6, &address.six.sin6_addr, host, sizeof host);
    snprintf(text, size, "http://[%s]:%u", host, ntohs(address.six.sin6_port));
  }
  return STATUS_OK;
}
