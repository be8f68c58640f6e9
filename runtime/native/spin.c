/* Spinning: waits a moment for others to change memory, instead of sleeping until they say that they did. */
#include "addon.h"
#include "io.h"
#include "mapping.h"
#include "uv.h"

#include <errno.h>

/* Looked at in one call. */
#define MOST_PLACES 64
/* A thread that sits here longer would make the process hard to stop. */
#define MOST_NANOSECONDS INT64_C(1000000)
/* Looks between two looks at the clock, which costs as much as a few of them. */
#define LOOKS 8

/* Words of a place: a mapping, an offset in it, and the value of the 16 bits there; or 0, the id of I/O, and nothing. */
enum { PLACE_WORDS = 3 };

struct place {
  const uint16_t *word;
  uint16_t value;
  /* What `word` lies in; or NULL, and the I/O whose completions are waited for. */
  struct mapping *mapping;
  const struct io *io;
};

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static bool has_changed(const struct place *place) {
  if (place->mapping == NULL) return io_has_ended(place->io);
  return __atomic_load_n(place->word, __ATOMIC_ACQUIRE) != place->value;
}

static bool any_changed(const struct place *places, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (has_changed(&places[i])) return true;
  }
  return false;
}

static bool spin(const struct place *places, size_t count, uint64_t nanoseconds) {
  uint64_t end = uv_hrtime() + nanoseconds;
  do {
    for (int i = 0; i < LOOKS; i++) {
      if (any_changed(places, count)) return true;
      relax();
    }
  } while (uv_hrtime() < end);
  return false;
}

static bool is_integer(double number, double most) { return number >= 0 && number <= most && number == (double)(int64_t)number; }

/* Finds a place, and holds on to its memory. False where there is no such place, or not any more. */
static bool open_place(napi_env env, const double *words, struct place *place) {
  if (!is_integer(words[0], INT32_MAX) || !is_integer(words[1], MAX_SAFE_INTEGER) || !is_integer(words[2], UINT16_MAX)) {
    return false;
  }
  void *address = NULL;
  *place = (struct place){.value = (uint16_t)words[2]};
  if (words[0] == 0) {
    place->io = words[1] <= INT32_MAX ? io_find(env, (int32_t)words[1]) : NULL;
    return place->io != NULL;
  }
  if ((uint64_t)words[1] % sizeof *place->word != 0) return false;
  place->mapping = mapping_acquire((int32_t)words[0], (uint64_t)words[1], sizeof *place->word, &address);
  place->word = address;
  return place->mapping != NULL;
}

static void close_places(const struct place *places, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (places[i].mapping != NULL) mapping_release(places[i].mapping);
  }
}

/* A place that is not there any more counts as changed: whoever looks next finds out. */
static bool spin_over(napi_env env, const double *words, size_t count, uint64_t nanoseconds) {
  struct place places[MOST_PLACES];
  size_t opened = 0;
  while (opened < count && open_place(env, words + PLACE_WORDS * opened, &places[opened])) opened++;
  bool changed = opened < count || spin(places, count, nanoseconds);
  close_places(places, opened);
  return changed;
}

static napi_value spin_call(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct doubles places;
  int64_t count;
  int64_t nanoseconds;
  if (!read_arguments(env, info, 3, values) || !read_doubles(env, values[0], "the places", &places)) return NULL;
  size_t room = places.length / PLACE_WORDS;
  if (!read_integer(env, values[1], "the number of places", 0, room < MOST_PLACES ? (int64_t)room : MOST_PLACES, &count) ||
      !read_integer(env, values[2], "the time", 0, MOST_NANOSECONDS, &nanoseconds)) {
    return NULL;
  }
  return make_boolean(env, spin_over(env, places.data, (size_t)count, (uint64_t)nanoseconds));
}

const struct function spin_functions[] = {{"spin", spin_call}, {NULL, NULL}};
