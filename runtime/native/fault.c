/* The guard against SIGBUS, for the whole process. */
#define _GNU_SOURCE
#include "fault.h"
#include "uv.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static uv_once_t once = UV_ONCE_INIT;
static struct sigaction previous;
static int install_error;

/* A fault of the processor on a page that is not there; another process's `kill` or a misaligned access is neither. */
static bool is_missing_page(const siginfo_t *info) {
  return info->si_code == BUS_ADRERR || info->si_code == BUS_OBJERR || info->si_code == BUS_MCEERR_AR;
}

static void pass_on(int number, siginfo_t *info, void *context) {
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else if (previous.sa_handler == SIG_DFL || info->si_code > 0) {
    /* An access faults again after we return, a signal that was sent is sent again: then each does what it always did. */
    sigaction(number, &previous, NULL);
    if (info->si_code <= 0) raise(number);
  }
}

static void on_fault(int number, siginfo_t *info, void *context) {
  int error = errno;
  if (!is_missing_page(info) || !mapping_fault((uintptr_t)info->si_addr)) pass_on(number, info, context);
  errno = error;
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, &previous) != 0) install_error = errno;
}

int fault_guard(void) {
  uv_once(&once, install);
  return install_error;
}
