/* Unix stream sockets that carry file descriptors. */
#define _GNU_SOURCE
#include "addon.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Most descriptors that the kernel lets one message carry (SCM_MAX_FD). */
#define MOST_FDS 253
/* What else the kernel may add where the socket was made by someone else: credentials, a pidfd, a security label. */
#define OTHER_CONTROL 512

static const int SOCKET_TYPE = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(MOST_FDS * sizeof(int)) + OTHER_CONTROL];
};

static bool read_path(napi_env env, napi_value value, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (!read_string(env, value, "the socket's path", address->sun_path, sizeof address->sun_path)) return false;
  if (address->sun_path[0] != '\0') return true;
  throw_type(env, "the socket's path", "not empty");
  return false;
}

/* Closes a socket that could not be used, and throws for `error`. */
static napi_value give_up(napi_env env, int fd, int error, const char *syscall) {
  close(fd);
  return throw_error(env, error, syscall);
}

static napi_value socket_listen(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  struct sockaddr_un address;
  int32_t backlog;
  if (!read_arguments(env, info, 2, arguments) || !read_path(env, arguments[0], &address) ||
      !read_int32(env, arguments[1], "the backlog", 0, INT32_MAX, &backlog)) {
    return NULL;
  }
  int fd = socket(AF_UNIX, SOCKET_TYPE, 0);
  if (fd < 0) return throw_error(env, errno, "socket");
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return give_up(env, fd, errno, "bind");
  if (listen(fd, backlog) == 0) return make_integer(env, fd);
  int error = errno;
  unlink(address.sun_path);
  return give_up(env, fd, error, "listen");
}

static napi_value socket_connect(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  struct sockaddr_un address;
  if (!read_arguments(env, info, 1, arguments) || !read_path(env, arguments[0], &address)) return NULL;
  int fd = socket(AF_UNIX, SOCKET_TYPE, 0);
  if (fd < 0) return throw_error(env, errno, "socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) return give_up(env, fd, errno, "connect");
  return make_integer(env, fd);
}

static napi_value socket_pair(napi_env env, napi_callback_info info) {
  (void)info;
  int fds[2];
  napi_value pair;
  if (socketpair(AF_UNIX, SOCKET_TYPE, 0, fds) != 0) return throw_error(env, errno, "socketpair");
  if (napi_create_array_with_length(env, 2, &pair) == napi_ok &&
      napi_set_element(env, pair, 0, make_integer(env, fds[0])) == napi_ok &&
      napi_set_element(env, pair, 1, make_integer(env, fds[1])) == napi_ok) {
    return pair;
  }
  close(fds[0]);
  close(fds[1]);
  return throw_status(env);
}

/* Errors of a client that went away again, or of nobody being there: the next event will tell. */
static bool is_nobody(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == ECONNABORTED;
}

static napi_value socket_accept(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  int fd;
  int client;
  if (!read_arguments(env, info, 1, arguments) || !read_descriptor(env, arguments[0], &fd)) return NULL;
  do {
    client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  } while (client < 0 && errno == EINTR);
  if (client < 0 && !is_nobody(errno)) return throw_error(env, errno, "accept4");
  return make_integer(env, client < 0 ? -1 : client);
}

/* The socket, and the part of a Uint8Array, that a message goes to or comes from. */
struct transfer {
  int fd;
  struct iovec bytes;
};

static bool read_transfer(napi_env env, const napi_value *arguments, struct transfer *transfer) {
  struct bytes bytes;
  uint64_t at;
  uint64_t length;
  if (!read_descriptor(env, arguments[0], &transfer->fd) || !read_bytes(env, arguments[1], "bytes", &bytes) ||
      !read_size(env, arguments[2], "at", &at) || !read_size(env, arguments[3], "length", &length)) {
    return false;
  }
  if (length == 0 || at > bytes.length || length > bytes.length - at) {
    throw_type(env, "the range", "not empty and inside bytes");
    return false;
  }
  transfer->bytes = (struct iovec){bytes.data + at, length};
  return true;
}

/* Keeps the descriptors that fit after the two words of `fds`, and closes the others. */
static void keep_fds(const struct cmsghdr *header, struct words *fds) {
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count; i++) {
    int fd;
    memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
    size_t at = 2 + (size_t)fds->data[0];
    if (at < fds->length) {
      fds->data[at] = fd;
      fds->data[0]++;
    } else {
      close(fd);
      fds->data[1] = 1;
    }
  }
}

static void take_fds(struct msghdr *message, struct words *fds) {
  if (message->msg_flags & MSG_CTRUNC) fds->data[1] = 1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) keep_fds(header, fds);
  }
}

static napi_value socket_receive(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  struct transfer transfer;
  struct words fds;
  union control control;
  ssize_t received;
  if (!read_arguments(env, info, 5, arguments) || !read_transfer(env, arguments, &transfer) ||
      !read_words(env, arguments[4], "fds", &fds)) {
    return NULL;
  }
  if (fds.length < 2) return throw_type(env, "fds", "two words or more");
  struct msghdr message = {.msg_iov = &transfer.bytes, .msg_iovlen = 1, .msg_control = &control};
  do {
    message.msg_controllen = sizeof control;
    received = recvmsg(transfer.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  fds.data[0] = 0;
  fds.data[1] = 0;
  if (received >= 0) take_fds(&message, &fds);
  else if (errno == ECONNRESET) received = 0;
  else if (errno != EAGAIN && errno != EWOULDBLOCK) return throw_error(env, errno, "recvmsg");
  return make_integer(env, received);
}

/* Reads an array of descriptors into the one control message of `message`. */
static bool attach_fds(napi_env env, napi_value array, struct msghdr *message, union control *control) {
  uint32_t count;
  if (napi_get_array_length(env, array, &count) != napi_ok || count > MOST_FDS) {
    throw_type(env, "fds", "an array of at most 253");
    return false;
  }
  if (count == 0) return true;
  memset(control, 0, sizeof *control);
  control->align = (struct cmsghdr){
      .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  for (uint32_t i = 0; i < count; i++) {
    napi_value value;
    int fd;
    if (napi_get_element(env, array, i, &value) != napi_ok || !read_descriptor(env, value, &fd)) {
      throw_status(env);
      return false;
    }
    memcpy(CMSG_DATA(&control->align) + i * sizeof fd, &fd, sizeof fd);
  }
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE(count * sizeof(int));
  return true;
}

static napi_value socket_send(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  struct transfer transfer;
  union control control;
  ssize_t sent;
  struct msghdr message = {.msg_iov = &transfer.bytes, .msg_iovlen = 1};
  if (!read_arguments(env, info, 5, arguments) || !read_transfer(env, arguments, &transfer) ||
      !attach_fds(env, arguments[4], &message, &control)) {
    return NULL;
  }
  do {
    sent = sendmsg(transfer.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return throw_error(env, errno, "sendmsg");
  return make_integer(env, sent);
}

const struct function socket_functions[] = {
    {"socketListen", socket_listen},   {"socketConnect", socket_connect}, {"socketPair", socket_pair},
    {"socketAccept", socket_accept},   {"socketReceive", socket_receive}, {"socketSend", socket_send},
    {NULL, NULL},
};
