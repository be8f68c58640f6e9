/* What can be done with any file descriptor, and those that the kernel makes from nothing. */
#define _GNU_SOURCE
#include "descriptor.h"
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Longest name that memfd_create takes, with its NUL. */
#define MEMFD_NAME_SIZE 250

int descriptor_stat(int fd, struct stat *status) {
  return syscall(SYS_fstat, fd, status) == 0 ? 0 : errno;
}

int descriptor_size(int fd, uint64_t *size) {
  struct stat status;
  int error = descriptor_stat(fd, &status);
  if (error != 0) return error;
  if (S_ISBLK(status.st_mode)) return ioctl(fd, BLKGETSIZE64, size) == 0 ? 0 : errno;
  if (!S_ISREG(status.st_mode)) return EINVAL;
  *size = (uint64_t)status.st_size;
  return 0;
}

static bool read_only_descriptor(napi_env env, napi_callback_info info, int *fd) {
  napi_value arguments[1];
  return read_arguments(env, info, 1, arguments) && read_descriptor(env, arguments[0], fd);
}

/* A socket that somebody sent us may have been told to wait, when it is closed, for data that nobody takes. */
static void forget_linger(int fd) {
  const struct linger none = {0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

static napi_value descriptor_close(napi_env env, napi_callback_info info) {
  int fd;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  forget_linger(fd);
  /* After EINTR it is closed all the same. */
  if (close(fd) != 0 && errno != EINTR) return throw_error(env, errno, "close");
  return NULL;
}

static napi_value descriptor_duplicate(napi_env env, napi_callback_info info) {
  int fd;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? throw_error(env, errno, "fcntl") : make_integer(env, copy);
}

static napi_value descriptor_set_non_blocking(napi_env env, napi_callback_info info) {
  int fd;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return throw_error(env, errno, "fcntl");
  return NULL;
}

static napi_value descriptor_eventfd(napi_env env, napi_callback_info info) {
  (void)info;
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? throw_error(env, errno, "eventfd") : make_integer(env, fd);
}

/*
 * One system call, for this is done after every batch. A descriptor that someone else gave us is theirs too: who clears
 * O_NONBLOCK again, and fills it, makes this thread wait for ever. The kernel has no way to write to an eventfd that
 * excludes it.
 */
static napi_value descriptor_signal(napi_env env, napi_callback_info info) {
  const uint64_t one = 1;
  int fd;
  ssize_t written;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  do {
    written = write(fd, &one, sizeof one);
  } while (written < 0 && errno == EINTR);
  /* What is full is readable already. */
  return make_integer(env, written < 0 && errno != EAGAIN ? -errno : 0);
}

/* RWF_NOWAIT heeds no O_NONBLOCK; the kernel refuses it where a kind of file knows no such thing. */
static napi_value descriptor_drain(napi_env env, napi_callback_info info) {
  char buffer[4096];
  struct iovec bytes = {buffer, sizeof buffer};
  int fd;
  ssize_t drained;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  do {
    drained = syscall(SYS_preadv2, fd, &bytes, 1L, -1L, -1L, RWF_NOWAIT);
    if (drained < 0 && errno == EOPNOTSUPP) drained = read(fd, buffer, sizeof buffer);
  } while (drained < 0 && errno == EINTR);
  if (drained == 0) return make_integer(env, -EPIPE);
  return make_integer(env, drained < 0 && errno != EAGAIN ? -errno : 0);
}

static napi_value descriptor_memfd(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  char name[MEMFD_NAME_SIZE];
  uint64_t size;
  bool sealed;
  if (!read_arguments(env, info, 3, arguments) || !read_string(env, arguments[0], "the name", name, sizeof name) ||
      !read_size(env, arguments[1], "the size", &size) || !read_boolean(env, arguments[2], "sealed", &sealed)) {
    return NULL;
  }
  int fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return throw_error(env, errno, "memfd_create");
  if (ftruncate(fd, (off_t)size) == 0 &&
      (!sealed || fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) == 0)) {
    return make_integer(env, fd);
  }
  int error = errno;
  close(fd);
  return throw_error(env, error, "memfd_create");
}

static napi_value descriptor_size_of(napi_env env, napi_callback_info info) {
  int fd;
  uint64_t size;
  if (!read_only_descriptor(env, info, &fd)) return NULL;
  int error = descriptor_size(fd, &size);
  if (error == 0 && size > MAX_SAFE_INTEGER) error = EFBIG;
  return error != 0 ? throw_error(env, error, "fstat") : make_integer(env, (int64_t)size);
}

const struct function descriptor_functions[] = {
    {"close", descriptor_close},
    {"duplicate", descriptor_duplicate},
    {"setNonBlocking", descriptor_set_non_blocking},
    {"eventfd", descriptor_eventfd},
    {"signal", descriptor_signal},
    {"drain", descriptor_drain},
    {"memfd", descriptor_memfd},
    {"sizeOf", descriptor_size_of},
    {NULL, NULL},
};
