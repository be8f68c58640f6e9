/* Readers of arguments: nothing that JavaScript passes is used before it went through one of these. */
#include "addon.h"

#include <string.h>

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  if (napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok) return true;
  throw_status(env);
  return false;
}

bool read_integer(napi_env env, napi_value value, const char *name, int64_t least, int64_t most, int64_t *integer) {
  double number;
  /* Written so that NaN fails too; the casts are exact, for both bounds lie within 2^53. */
  bool good = napi_get_value_double(env, value, &number) == napi_ok && number >= (double)least &&
              number <= (double)most && number == (double)(int64_t)number;
  if (!good) {
    throw_type(env, name, "an integer in range");
    return false;
  }
  *integer = (int64_t)number;
  return true;
}

bool read_int32(napi_env env, napi_value value, const char *name, int32_t least, int32_t most, int32_t *integer) {
  int64_t wide;
  if (!read_integer(env, value, name, least, most, &wide)) return false;
  *integer = (int32_t)wide;
  return true;
}

bool read_size(napi_env env, napi_value value, const char *name, uint64_t *size) {
  int64_t integer;
  if (!read_integer(env, value, name, 0, MAX_SAFE_INTEGER, &integer)) return false;
  *size = (uint64_t)integer;
  return true;
}

bool read_descriptor(napi_env env, napi_value value, int *fd) {
  return read_int32(env, value, "the file descriptor", 0, INT32_MAX, fd);
}

bool read_boolean(napi_env env, napi_value value, const char *name, bool *boolean) {
  if (napi_get_value_bool(env, value, boolean) == napi_ok) return true;
  throw_type(env, name, "a boolean");
  return false;
}

bool read_string(napi_env env, napi_value value, const char *name, char *string, size_t size) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
    throw_type(env, name, "a string");
    return false;
  }
  if (length < size && napi_get_value_string_utf8(env, value, string, size, &length) == napi_ok &&
      memchr(string, '\0', length) == NULL) {
    return true;
  }
  throw_type(env, name, "shorter and without NUL");
  return false;
}

static bool read_elements(napi_env env, napi_value value, napi_typedarray_type wanted, void **data, size_t *length) {
  bool is_typed = false;
  napi_typedarray_type type;
  return napi_is_typedarray(env, value, &is_typed) == napi_ok && is_typed &&
         napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) == napi_ok && type == wanted;
}

bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *bytes) {
  if (read_elements(env, value, napi_uint8_array, (void **)&bytes->data, &bytes->length)) return true;
  throw_type(env, name, "a Uint8Array");
  return false;
}

bool read_words(napi_env env, napi_value value, const char *name, struct words *words) {
  if (read_elements(env, value, napi_int32_array, (void **)&words->data, &words->length)) return true;
  throw_type(env, name, "an Int32Array");
  return false;
}

bool read_doubles(napi_env env, napi_value value, const char *name, struct doubles *doubles) {
  if (read_elements(env, value, napi_float64_array, (void **)&doubles->data, &doubles->length)) return true;
  throw_type(env, name, "a Float64Array");
  return false;
}
