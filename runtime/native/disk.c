/* What a disk image needs of the kernel besides reads and writes. */
#define _GNU_SOURCE
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The oldest block size, which every disk of unknown kind is said to have; and the size of a page, which suits all. */
enum { SECTOR = 512, PAGE = 4096 };

#ifndef STATX_DIOALIGN
#define STATX_DIOALIGN 0x2000U
#endif
#ifndef SYS_statx
#error "statx needs headers of Linux 4.11 or newer"
#endif

struct sizes {
  uint32_t logical;
  uint32_t physical;
  uint32_t memory;
  uint32_t position;
};

/* The answer of statx. What O_DIRECT asks for has names in newer headers only, and lies in spare words of the older. */
union answer {
  struct statx statx;
  uint32_t words[64];
};

/* Word 38 is stx_dio_mem_align, the next stx_dio_offset_align (Linux 6.1). */
enum { MEMORY_WORD = 38, POSITION_WORD = 39 };

static napi_value lock_file(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int fd;
  bool exclusive;
  if (!read_arguments(env, info, 2, values) || !read_descriptor(env, values[0], &fd) ||
      !read_boolean(env, values[1], "exclusive", &exclusive)) {
    return NULL;
  }
  /* Of the open file, not of the process: a lock that fork and other descriptors of the same file cannot lose. */
  struct flock lock = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
  if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return make_boolean(env, true);
  return errno == EAGAIN || errno == EACCES ? make_boolean(env, false) : throw_error(env, errno, "fcntl");
}

static void ask_device(int fd, struct sizes *sizes) {
  int logical = 0;
  unsigned int physical = 0;
  if (ioctl(fd, BLKSSZGET, &logical) < 0 || logical <= 0) return;
  sizes->logical = sizes->physical = sizes->memory = sizes->position = (uint32_t)logical;
  if (ioctl(fd, BLKPBSZGET, &physical) == 0 && physical > sizes->logical) sizes->physical = physical;
}

/* The kernel says 0 where it does not do O_DIRECT: then the guess stands, and opening says so. */
static void ask_direct(const union answer *answer, struct sizes *sizes) {
  if ((answer->statx.stx_mask & STATX_DIOALIGN) == 0 || answer->words[POSITION_WORD] == 0) return;
  sizes->memory = answer->words[MEMORY_WORD];
  sizes->position = answer->words[POSITION_WORD];
}

static int block_sizes_of(int fd, struct sizes *sizes) {
  union answer answer = {.words = {0}};
  if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_DIOALIGN, &answer) < 0) return -errno;
  uint32_t block = answer.statx.stx_blksize;
  bool is_power = block >= SECTOR && (block & (block - 1)) == 0;
  *sizes = (struct sizes){.logical = SECTOR, .physical = is_power ? block : PAGE, .memory = PAGE, .position = PAGE};
  if ((answer.statx.stx_mode & S_IFMT) == S_IFBLK) ask_device(fd, sizes);
  ask_direct(&answer, sizes);
  return 0;
}

static napi_value block_sizes(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int fd;
  struct sizes sizes = {0};
  if (!read_arguments(env, info, 1, values) || !read_descriptor(env, values[0], &fd)) return NULL;
  int error = block_sizes_of(fd, &sizes);
  if (error < 0) return throw_error(env, -error, "statx");
  napi_value result;
  if (napi_create_object(env, &result) != napi_ok ||
      napi_set_named_property(env, result, "logical", make_integer(env, sizes.logical)) != napi_ok ||
      napi_set_named_property(env, result, "physical", make_integer(env, sizes.physical)) != napi_ok ||
      napi_set_named_property(env, result, "memoryAlignment", make_integer(env, sizes.memory)) != napi_ok ||
      napi_set_named_property(env, result, "positionAlignment", make_integer(env, sizes.position)) != napi_ok) {
    return throw_status(env);
  }
  return result;
}

const struct function disk_functions[] = {
    {"lockFile", lock_file},
    {"blockSizes", block_sizes},
    {NULL, NULL},
};
