/*
 * Waiting: one epoll set a thread, and libuv waits for that. Adding and removing descriptors costs libuv nothing, a wake-up
 * brings all that is ready in one call of JavaScript, and the loop stays libuv's: timers, exit and terminate work.
 */
#include "addon.h"
#include "uv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Most events of one wake-up; what is left over causes the next. */
#define MOST_EVENTS 256

static const uint32_t ALLOWED_EVENTS = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDHUP | EPOLLET;

struct poller {
  napi_env env;
  int epoll;
  uv_poll_t *handle;
  size_t watched;
  napi_ref events;
  napi_ref on_events;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

/* Turns what a callback threw into an uncaught exception, as Node does for its own callbacks. */
static void report_exception(napi_env env) {
  napi_value exception;
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) return;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

/* Fills `words` with what is ready, and returns how many pairs that are. */
static int take_events(const struct poller *poller, struct words words) {
  struct epoll_event events[MOST_EVENTS];
  size_t room = words.length / 2 < MOST_EVENTS ? words.length / 2 : MOST_EVENTS;
  int count = room == 0 ? 0 : epoll_wait(poller->epoll, events, (int)room, 0);
  for (int i = 0; i < count; i++) {
    words.data[2 * i] = events[i].data.fd;
    words.data[2 * i + 1] = (int32_t)events[i].events;
  }
  return count < 0 ? 0 : count;
}

static void call_back(struct poller *poller) {
  napi_env env = poller->env;
  napi_value global;
  napi_value events;
  napi_value on_events;
  struct words words;
  if (napi_get_global(env, &global) != napi_ok ||
      napi_get_reference_value(env, poller->events, &events) != napi_ok ||
      napi_get_reference_value(env, poller->on_events, &on_events) != napi_ok ||
      !read_words(env, events, "events", &words)) {
    return;
  }
  int count = take_events(poller, words);
  if (count == 0) return;
  napi_value argument = make_integer(env, count);
  if (argument != NULL) napi_make_callback(env, poller->context, global, on_events, 1, &argument, NULL);
}

static void on_ready(uv_poll_t *handle, int status, int events) {
  struct poller *poller = *(struct poller **)handle;
  napi_handle_scope scope;
  (void)status;
  (void)events;
  if (napi_open_handle_scope(poller->env, &scope) != napi_ok) return;
  call_back(poller);
  report_exception(poller->env);
  napi_close_handle_scope(poller->env, scope);
}

static void on_closed(uv_handle_t *handle) {
  struct poller *poller = *(struct poller **)handle;
  napi_remove_async_cleanup_hook(poller->cleanup);
  close(poller->epoll);
  free(handle);
  free(poller);
}

/* The environment ends; a handle that is open then would abort the process. */
static void on_cleanup(napi_async_cleanup_hook_handle cleanup, void *data) {
  struct poller *poller = data;
  (void)cleanup;
  napi_delete_reference(poller->env, poller->events);
  napi_delete_reference(poller->env, poller->on_events);
  napi_async_destroy(poller->env, poller->context);
  instance_of(poller->env)->poller = NULL;
  uv_close((uv_handle_t *)poller->handle, on_closed);
}

/* Makes libuv wait for the epoll set, without keeping the process alive. 0, or an errno. */
static int start_waiting(struct poller *poller, uv_loop_t *loop) {
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (poller->epoll < 0) return errno;
  int error = uv_poll_init(loop, poller->handle, poller->epoll);
  if (error != 0) {
    close(poller->epoll);
    return -error;
  }
  *(struct poller **)poller->handle = poller;
  uv_poll_start(poller->handle, UV_READABLE, on_ready);
  uv_unref((uv_handle_t *)poller->handle);
  return 0;
}

static void free_poller(struct poller *poller) {
  if (poller != NULL) free(poller->handle);
  free(poller);
}

static struct poller *allocate(napi_env env) {
  struct poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) return NULL;
  poller->env = env;
  poller->handle = calloc(1, uv_handle_size(UV_POLL));
  if (poller->handle != NULL) return poller;
  free_poller(poller);
  return NULL;
}

static bool refer_to_javascript(struct poller *poller, napi_value events, napi_value on_events) {
  napi_env env = poller->env;
  return napi_create_reference(env, events, 1, &poller->events) == napi_ok &&
         napi_create_reference(env, on_events, 1, &poller->on_events) == napi_ok &&
         napi_async_init(env, NULL, make_string(env, "VDEV_POLLER"), &poller->context) == napi_ok;
}

static napi_value open_poller(napi_env env, napi_value events, napi_value on_events) {
  uv_loop_t *loop;
  struct poller *poller = allocate(env);
  if (poller == NULL) return throw_error(env, ENOMEM, "pollerOpen");
  if (napi_get_uv_event_loop(env, &loop) != napi_ok || !refer_to_javascript(poller, events, on_events)) {
    free_poller(poller);
    return throw_status(env);
  }
  int error = start_waiting(poller, loop);
  if (error != 0) {
    free_poller(poller);
    return throw_error(env, error, "epoll_create1");
  }
  instance_of(env)->poller = poller;
  return napi_add_async_cleanup_hook(env, on_cleanup, poller, &poller->cleanup) == napi_ok ? NULL : throw_status(env);
}

static napi_value poller_open(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  struct words events;
  napi_valuetype type;
  if (!read_arguments(env, info, 2, arguments) || !read_words(env, arguments[0], "events", &events)) return NULL;
  if (events.length < 2) return throw_type(env, "events", "two words or more");
  if (napi_typeof(env, arguments[1], &type) != napi_ok || type != napi_function) {
    return throw_type(env, "onEvents", "a function");
  }
  if (instance_of(env)->poller != NULL) return throw_error(env, EALREADY, "pollerOpen");
  return open_poller(env, arguments[0], arguments[1]);
}

/* The process stays alive for as long as something is watched. */
static void count_watched(struct poller *poller, size_t watched) {
  poller->watched = watched;
  if (watched > 0) uv_ref((uv_handle_t *)poller->handle);
  else uv_unref((uv_handle_t *)poller->handle);
}

/* The poller and the first argument, a descriptor; NULL where it threw. */
static struct poller *read_watch(napi_env env, const napi_value *arguments, int *fd) {
  struct poller *poller = instance_of(env)->poller;
  if (!read_descriptor(env, arguments[0], fd)) return NULL;
  if (poller == NULL) throw_error(env, EINVAL, "epoll_ctl");
  return poller;
}

/* What pollerAdd and pollerModify have in common; the poller where it was done. */
static struct poller *control(napi_env env, napi_callback_info info, int operation) {
  napi_value arguments[3];
  int fd;
  int32_t token;
  int32_t mask;
  if (!read_arguments(env, info, 3, arguments)) return NULL;
  struct poller *poller = read_watch(env, arguments, &fd);
  if (poller == NULL || !read_int32(env, arguments[1], "the token", INT32_MIN, INT32_MAX, &token) ||
      !read_int32(env, arguments[2], "the mask", INT32_MIN, INT32_MAX, &mask)) {
    return NULL;
  }
  struct epoll_event event = {.events = (uint32_t)mask, .data.fd = token};
  int error = ((uint32_t)mask & ~ALLOWED_EVENTS) != 0 ? EINVAL : 0;
  if (error == 0 && epoll_ctl(poller->epoll, operation, fd, &event) != 0) error = errno;
  if (error == 0) return poller;
  throw_error(env, error, "epoll_ctl");
  return NULL;
}

static napi_value poller_add(napi_env env, napi_callback_info info) {
  struct poller *poller = control(env, info, EPOLL_CTL_ADD);
  if (poller != NULL) count_watched(poller, poller->watched + 1);
  return NULL;
}

static napi_value poller_modify(napi_env env, napi_callback_info info) {
  control(env, info, EPOLL_CTL_MOD);
  return NULL;
}

static napi_value poller_remove(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  int fd;
  if (!read_arguments(env, info, 1, arguments)) return NULL;
  struct poller *poller = read_watch(env, arguments, &fd);
  if (poller == NULL) return NULL;
  if (epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, NULL) == 0) count_watched(poller, poller->watched - 1);
  return NULL;
}

const struct function poller_functions[] = {
    {"pollerOpen", poller_open},     {"pollerAdd", poller_add}, {"pollerModify", poller_modify},
    {"pollerRemove", poller_remove}, {NULL, NULL},
};
