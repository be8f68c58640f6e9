/* How a call fails: as a NativeError of native.ts, or as a TypeError where an argument is wrong. */
#include "addon.h"
#include "uv.h"

#include <stdio.h>

static napi_value throw_built(napi_env env, napi_value error) {
  if (error == NULL || napi_throw(env, error) != napi_ok) throw_status(env);
  return NULL;
}

static napi_value build_error(napi_env env, int error, const char *syscall) {
  char code[32];
  char reason[128];
  char message[192];
  napi_value built = NULL;
  uv_err_name_r(-error, code, sizeof code);
  uv_strerror_r(-error, reason, sizeof reason);
  snprintf(message, sizeof message, "%s: %s, %s", code, reason, syscall);
  if (napi_create_error(env, make_string(env, code), make_string(env, message), &built) != napi_ok ||
      napi_set_named_property(env, built, "errno", make_integer(env, -error)) != napi_ok ||
      napi_set_named_property(env, built, "syscall", make_string(env, syscall)) != napi_ok) {
    return NULL;
  }
  return built;
}

napi_value throw_error(napi_env env, int error, const char *syscall) {
  return throw_built(env, build_error(env, error, syscall));
}

napi_value throw_type(napi_env env, const char *name, const char *expected) {
  char message[128];
  napi_value error = NULL;
  snprintf(message, sizeof message, "%s must be %s", name, expected);
  if (napi_create_type_error(env, make_string(env, "ERR_INVALID_ARG_VALUE"), make_string(env, message), &error) !=
      napi_ok) {
    error = NULL;
  }
  return throw_built(env, error);
}

napi_value throw_status(napi_env env) {
  const napi_extended_error_info *info;
  bool pending = false;
  napi_get_last_error_info(env, &info);
  if (napi_is_exception_pending(env, &pending) != napi_ok || pending) return NULL;
  napi_throw_error(env, "ERR_NODE_API", info->error_message == NULL ? "Node-API failed" : info->error_message);
  return NULL;
}

napi_value make_integer(napi_env env, int64_t integer) {
  napi_value value = NULL;
  if (napi_create_int64(env, integer, &value) != napi_ok) throw_status(env);
  return value;
}

napi_value make_boolean(napi_env env, bool boolean) {
  napi_value value = NULL;
  if (napi_get_boolean(env, boolean, &value) != napi_ok) throw_status(env);
  return value;
}

napi_value make_string(napi_env env, const char *string) {
  napi_value value = NULL;
  if (napi_create_string_utf8(env, string, NAPI_AUTO_LENGTH, &value) != napi_ok) throw_status(env);
  return value;
}
