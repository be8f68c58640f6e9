/* The end of the process. */
#include "addon.h"

#include <unistd.h>

static napi_value process_exit_now(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  int32_t code;
  if (!read_arguments(env, info, 1, arguments) || !read_int32(env, arguments[0], "code", 0, 255, &code)) return NULL;
  _exit(code);
}

const struct function process_functions[] = {
    {"exitNow", process_exit_now},
    {NULL, NULL},
};
