/*
 * The few functions of libuv that the addon calls, which node exports. Declared by hand, so that building needs no more
 * than the headers of Node-API; what is used here has not changed since libuv 1.0.
 */
#ifndef VDEV_UV_H
#define VDEV_UV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_poll_s uv_poll_t;

/* Handles are opaque: their size is asked for, and their first member is `void *data`. */
enum { UV_POLL = 8 };
enum { UV_READABLE = 1 };

typedef void (*uv_close_cb)(uv_handle_t *handle);
typedef void (*uv_poll_cb)(uv_poll_t *handle, int status, int events);

size_t uv_handle_size(int type);
void uv_close(uv_handle_t *handle, uv_close_cb done);
void uv_ref(uv_handle_t *handle);
void uv_unref(uv_handle_t *handle);
int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb ready);
int uv_poll_stop(uv_poll_t *handle);

/* Names and texts of errors; `error` is a negative errno. */
char *uv_err_name_r(int error, char *buffer, size_t size);
char *uv_strerror_r(int error, char *buffer, size_t size);

typedef pthread_once_t uv_once_t;
typedef pthread_mutex_t uv_mutex_t;
typedef pthread_cond_t uv_cond_t;
typedef pthread_t uv_thread_t;

/* 0 in every libc for Linux. */
#define UV_ONCE_INIT 0

void uv_once(uv_once_t *guard, void (*initialize)(void));
int uv_mutex_init(uv_mutex_t *mutex);
void uv_mutex_destroy(uv_mutex_t *mutex);
void uv_mutex_lock(uv_mutex_t *mutex);
void uv_mutex_unlock(uv_mutex_t *mutex);
int uv_cond_init(uv_cond_t *condition);
void uv_cond_destroy(uv_cond_t *condition);
void uv_cond_signal(uv_cond_t *condition);
void uv_cond_broadcast(uv_cond_t *condition);
void uv_cond_wait(uv_cond_t *condition, uv_mutex_t *mutex);
/* Waits at most `timeout` nanoseconds; a negative errno where they passed. */
int uv_cond_timedwait(uv_cond_t *condition, uv_mutex_t *mutex, unsigned long long timeout);
int uv_thread_create(uv_thread_t *thread, void (*entry)(void *argument), void *argument);
/* Nanoseconds of a clock that never goes back. */
uint64_t uv_hrtime(void);
int uv_thread_join(uv_thread_t *thread);

#endif
